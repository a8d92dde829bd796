"""The real promtool of Prometheus, which knows PromQL and runs alerts over made-up days."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MISSING = "promtool is not installed: `apt-get install prometheus` lets this test run"


def promtool(*arguments: str | Path) -> str:
    """What it says; a failure fails the test. Skips where it is missing; in CI that fails, too."""
    program = shutil.which("promtool")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said

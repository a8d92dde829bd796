"""The benchmark of a page in a browser: a small run, and a machine without a browser."""

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.commands import BENCHMARKS, quick
from tests.dashboard.chromium import require_chromium


def test_a_page_is_measured_from_its_first_paint_to_a_search(tmp_path: Path) -> None:
    require_chromium()
    ran = quick("painting", tmp_path / "painting.json", "--members", "60", "--visits", "1")
    taken = {what: ms for what, (ms,) in ran.figures["ms"].items()}
    for visit in ("at the first visit, ", ""):
        assert 0 < taken[f"{visit}first paint"] <= taken[f"{visit}rows are there"]
    assert taken["sorted"] > 0
    assert taken["found"] > 100, "the pause in which another letter may come"


def test_a_machine_without_a_browser_is_told_what_to_install(tmp_path: Path) -> None:
    command = [sys.executable, str(BENCHMARKS / "painting.py"), "--quick"]
    env = {**os.environ, "PATH": str(tmp_path)}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert ran.returncode == 1
    assert "error: Chromium is not installed: `apt-get install chromium`" in ran.stderr

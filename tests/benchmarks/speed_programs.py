"""Programs that tests of the speed benchmarks run."""

import os
from pathlib import Path

import pytest

from benchmarks.speed.installed import find, missing


def require(*names: str) -> None:
    """Skips where a program is not installed; in CI that is a failure."""
    for name in names:
        if find(name):
            continue
        if os.environ.get("CI") == "true":
            pytest.fail(missing(name))
        pytest.skip(missing(name))


def running(mark: str) -> list[str]:
    """The command lines of processes that name `mark`, a directory say."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if mark in line:
            found.append(line)
    return found

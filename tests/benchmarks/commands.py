"""Runs benchmarks by path, as a person does, and reads what they wrote."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.speed_programs import running

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LONGEST_S = 240
"""A quick run takes seconds; a machine that is busy with other tests takes longer."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a benchmark printed, and its figures."""

    printed: str
    figures: dict[str, Any]


def quick(name: str, out: Path, *arguments: str) -> Ran:
    """A quick run of `benchmarks/<name>.py`; it must end well."""
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), "--quick", "--out", str(out)]
    process = subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        printed, _ = process.communicate(timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # so that it ends what it started
        printed, _ = process.communicate()
    assert process.returncode == 0, printed
    written = json.loads(out.read_text())
    assert written["benchmark"] == name
    return Ran(printed, written["figures"])


def interrupted(
    name: str, number: int, directory: Path, after: str, *arguments: str
) -> tuple[int, Sequence[str]]:
    """Sends a signal once the benchmark printed `after`; its exit code, and what it left behind.

    That is files in its temporary directory and programs that name it.
    """
    command = [sys.executable, "-u", str(BENCHMARKS / f"{name}.py"), "--quick"]
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(directory)},
        start_new_session=True,
    )
    late = threading.Timer(LONGEST_S, process.kill)
    late.start()
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if after in line:
                os.kill(process.pid, number)
                break
        printed = process.stdout.read()
        code = process.wait()
    finally:
        late.cancel()
        process.kill()
        process.stdout.close()
    assert "Traceback" not in printed, printed
    left = [path.name for path in directory.iterdir()]
    return code, [*left, *running(str(directory))]


SIGNALS = (signal.SIGINT, signal.SIGTERM)

"""One measured run of the load: a generator in a process of its own, and the CPU of all others."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.load_generator import Spec, run_of
from benchmarks.load_tally import Run
from benchmarks.speed.programs import ProgramError, cpu_s, on_core

GENERATOR = "generator"


@dataclass(frozen=True, slots=True)
class Driven:
    """A run, and by program the CPU that each of its requests took there."""

    run: Run
    cpu_us: dict[str, float]

    def plain(self) -> dict[str, Any]:
        """Its figures for JSON."""
        return self.run.plain() | {"cpu_us": self.cpu_us}


def drive(spec: Spec, pids: Mapping[str, int], core: int | None) -> Driven:
    """Runs the generator on a core; `pids` are whose CPU is told. Raises ProgramError."""
    before = {name: cpu_s(pid) for name, pid in pids.items()}
    (run,) = generators([spec], core)
    taken = {name: cpu_s(pid) - before[name] for name, pid in pids.items()}
    each = {name: seconds / max(run.requests, 1) * 1e6 for name, seconds in taken.items()}
    return Driven(run, {**each, GENERATOR: run.cpu_us})


def generators(specs: Sequence[Spec], core: int | None) -> list[Run]:
    """Runs generators side by side; what each of them saw. Raises ProgramError where one fails."""
    command = on_core([sys.executable, "-m", "benchmarks.load_generator"], core)
    running = [_started(command, spec) for spec in specs]
    try:
        said = [process.communicate() for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    for process, (_, failed) in zip(running, said, strict=True):
        if process.returncode:
            raise ProgramError(f"the generator failed: {failed[-2_000:]}")
    return [run_of(json.loads(out)) for out, _ in said]


def _started(command: Sequence[str], spec: Spec) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if process.stdin is not None:
        process.stdin.write(json.dumps(asdict(spec)))
        process.stdin.close()
        process.stdin = None  # or communicate() would write to what is closed
    return process

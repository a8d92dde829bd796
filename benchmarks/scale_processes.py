"""Serving processes side by side: 1, 2, 4 … up to the cores there are."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.scale_sizes import CONNECTIONS, Place, serving
from benchmarks.speed.driving import GOOD, Drive, drive
from benchmarks.speed.programs import ProgramError, cpu_s
from benchmarks.speed.subjects import Subject
from benchmarks.speed.traffic import Traffic

FEW = Traffic(members=2_000, enterprises=40)
MOST_FAILED = 0.01


@dataclass(frozen=True, slots=True)
class Served:
    """One round: what was asked, and µs of CPU a request: of all processes, and of Redis."""

    drive: Drive
    server_us: float
    redis_us: float


def counts() -> list[int]:
    """How many processes are tried on this machine."""
    cores = len(os.sched_getaffinity(0))
    doubled = [2**n for n in range(cores.bit_length()) if 2**n <= cores]
    return sorted({*doubled, cores})


@contextmanager
def started(place: Place) -> Iterator[dict[int, Subject]]:
    """A service with each number of processes, each with a Redis of its own. Pins nothing."""
    with ExitStack() as stack:
        found = {}
        for count in counts():
            directory = place.directory / f"processes-{count}"
            directory.mkdir()
            traffic = FEW if place.quick else Traffic()
            place.told(f"processes: {count}, starting")
            serve = serving(directory, place, traffic, processes=count)
            found[count], _ = stack.enter_context(serve)
        yield found


def served(subject: Subject, seconds: float) -> Served:
    """Asks at full speed. Raises ProgramError where requests fail."""
    pids = [subject.pid, subject.redis_pid or subject.pid]
    before = [cpu_s(pid) for pid in pids]
    asked = drive(subject.url, subject.traffic, seconds=seconds, connections=CONNECTIONS)
    used = [cpu_s(pid) - was for pid, was in zip(pids, before, strict=True)]
    failed = 1 - asked.statuses[GOOD] / asked.requests
    if asked.errors or failed > MOST_FAILED:
        raise ProgramError(f"{asked.errors} requests had no answer, {failed:.1%} failed")
    return Served(asked, *(one_s * 1e6 / asked.requests for one_s in used))

"""Pre-checks a second of the embedded default: one process, no Redis, no database.

    python benchmarks/embedded.py          # five rounds of five seconds of each, 3 minutes
    python benchmarks/embedded.py --quick  # nothing warmed up: rough

`contact-quota serve --data DIR` as it comes, its worker folding in the same process, every rule
on, every acknowledged add on disk. It is asked from 64 connections, from 16, one by one, and in
batches; a tenth of the adds is denied by a daily cap. The process runs on core 0, what asks on
core 1. Ratios are to 64 connections, of the same round of this run.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.speed import command, report
from benchmarks.speed.driving import asked_by, driver
from benchmarks.speed.machine import machine
from benchmarks.speed.measuring import Measured, caught_up, check, folded, measure, prepare
from benchmarks.speed.policy import MEMBER_CAP, write_policy
from benchmarks.speed.programs import service
from benchmarks.speed.rounds import Ratio, interleaved, median, ratio
from benchmarks.speed.subjects import SERVER_CORE, Subject
from benchmarks.speed.traffic import Traffic

WIDE = "64 connections"
QUICK_CAP = 20
BATCH, WARM_CONNECTIONS = 100, 2


@dataclass(frozen=True, slots=True)
class Way:
    """How it is asked: from how many connections, how many adds a request."""

    connections: int
    items: int = 1


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one way; `folded_per_s` is what the worker got done meanwhile, in events."""

    measured: Measured
    folded_per_s: float


WAYS: Mapping[str, Way] = {
    WIDE: Way(64),
    "16 connections": Way(16),
    "one by one": Way(1),
    f"batches of {BATCH}, one by one": Way(1, items=BATCH),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    given = command.parsed(command.parser("embedded", __doc__ or ""), arguments)
    return command.compared(given, compare, _report)


def compare(
    given: Namespace, directory: Path, tell: Callable[[str], None]
) -> dict[str, list[Round]]:
    """Rounds by the way of asking. Raises ProgramError where requests fail."""
    tell("starting")
    cap = QUICK_CAP if given.quick else MEMBER_CAP
    with embedded(directory, cap) as subject:
        tell("using up caps, warming up")
        batched = replace(subject, traffic=replace(subject.traffic, items=BATCH))
        prepare(batched, given.warm_s, WARM_CONNECTIONS)
        asked = {name: partial(_asked, subject, way, given.seconds) for name, way in WAYS.items()}
        rounds = interleaved(asked, given.rounds, progress=tell)
        check(batched)
    return rounds


@contextmanager
def embedded(directory: Path, member_cap: int) -> Iterator[Subject]:
    """The embedded service on a core of its own."""
    policy = write_policy(directory / "policy.toml", member_cap=member_cap)
    (directory / "data").mkdir()
    with service(directory / "data", policy=policy, core=SERVER_CORE, worker=True) as running:
        traffic = Traffic(headers={"Authorization": f"Bearer {running.key}"})
        yield Subject(running.url, traffic, running.pid)


def _asked(subject: Subject, way: Way, seconds: float) -> Round:
    caught_up(subject.url)  # what an earlier round left to fold is not this one's work
    traffic, before = replace(subject.traffic, items=way.items), folded(subject.url)
    measured = measure(replace(subject, traffic=traffic), seconds, way.connections)
    return Round(measured, (folded(subject.url) - before) / measured.drive.seconds)


def per_s(name: str, rounds: Sequence[Round]) -> list[float]:
    """Decisions a second of each round."""
    return [one.measured.drive.per_s * WAYS[name].items for one in rounds]


def ratios(rounds: Mapping[str, Sequence[Round]]) -> dict[str, Ratio]:
    """Decisions a second by the way of asking ÷ those from 64 connections."""
    wide = per_s(WIDE, rounds[WIDE])
    return {name: ratio(per_s(name, some), wide) for name, some in rounds.items()}


def _report(rounds: Mapping[str, Sequence[Round]], out: Path | None, console: Console) -> None:
    measured, compared = machine(), ratios(rounds)
    columns = ["asked", "pre-checks/s", "CPU µs", "folded/s", "p50 ms", "p99 ms", f"÷ {WIDE}"]
    rows = [
        [
            name,
            report.shown(per_s(name, some)),
            f"{median([one.measured.server_us / WAYS[name].items for one in some]):.1f}",
            f"{median([one.folded_per_s for one in some]):,.0f}",
            f"{median([one.measured.drive.p50_ms for one in some]):.1f}",
            f"{median([one.measured.drive.p99_ms for one in some]):.1f}",
            report.shown_ratio(compared[name]),
        ]
        for name, some in rounds.items()
    ]
    notes = [
        f"{asked_by()}; CPU µs: of the process, its worker and its record, a pre-check",
        "ms are of a request: of a whole batch; folded/s: events the worker folded meanwhile",
        "each round begins when the worker has caught up",
    ]
    shown = report.table("Pre-checks of the embedded default over HTTP", columns, rows)
    report.present([shown], measured, notes, console=console)
    figures = {"driver": driver(), "ways": WAYS, "rounds": rounds, "ratios": compared}
    console.print(f"written to {report.write(out, 'embedded', figures, measured)}")


if __name__ == "__main__":
    sys.exit(main())

"""Decisions a second through POST /v1/precheck/batch, over a bare script in Redis.

    python benchmarks/batch.py             # five rounds of five seconds of each, 2 minutes
    python benchmarks/batch.py --quick

Batches of 1,000 and of 100 adds, of which a tenth is denied by a daily cap, against one service
process on core 0 with every rule on, in turn with redis-benchmark calling a bare script in
pipelines of 64 from core 0. Redis and what asks over HTTP are on core 1. The reference is the
script that only counts one key up, `return redis.call('INCR', KEYS[1])`; ratios to one that counts
two keys up, as the smallest check of a member and its enterprise would, are beside those. Ratios
are of the same round of this run.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.speed import command, report
from benchmarks.speed.bare import COUNTER, TWO_COUNTERS, called
from benchmarks.speed.driving import asked_by, driver
from benchmarks.speed.machine import machine
from benchmarks.speed.measuring import check, decided, measure, prepare
from benchmarks.speed.programs import ProgramError, Redis, redis_server
from benchmarks.speed.rounds import Ratio, interleaved, median, ratio
from benchmarks.speed.subjects import REDIS_CORE, SERVER_CORE, Subject, ours, placed

SIZES = (1_000, 100)
CONNECTIONS = 2
"""Each waits for its batch: while one is decided in Redis, the other is read or written."""
WARM_CONNECTIONS = 64
REFERENCE, TWO = "EVALSHA of one INCR", "EVALSHA of two INCRs"


@dataclass(frozen=True, slots=True)
class Figures:
    """One round: decisions (or calls) a second; CPU in µs each."""

    per_s: float
    server_us: float | None
    redis_us: float


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    parser = command.parser("batch", __doc__ or "")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help=f"[{CONNECTIONS}]")
    given = command.parsed(parser, arguments)
    return command.compared(given, compare, _report)


def compare(
    given: Namespace, directory: Path, tell: Callable[[str], None]
) -> dict[str, list[Figures]]:
    """Figures by subject and round. Raises ProgramError where a batch was not decided whole."""
    bare_directory = directory / "bare"
    bare_directory.mkdir()
    with (
        ours(placed(given, directory, tell)) as subject,
        redis_server(bare_directory, core=REDIS_CORE) as bare,
    ):
        tell("using up caps, warming up")
        prepare(subject, given.seconds, WARM_CONNECTIONS)
        sized = {size: _sized(subject, size) for size in SIZES}
        asked: dict[str, Callable[[], Figures]] = {
            f"batches of {size:,}": partial(_batches, one, given) for size, one in sized.items()
        }
        asked[REFERENCE] = partial(_bare, bare, COUNTER, given.seconds)
        asked[TWO] = partial(_bare, bare, TWO_COUNTERS, given.seconds)
        rounds = interleaved(asked, given.rounds, progress=tell)
        for one in sized.values():
            check(one)
    return rounds


def _sized(subject: Subject, size: int) -> Subject:
    return replace(subject, traffic=replace(subject.traffic, items=size))


def _batches(subject: Subject, given: Namespace) -> Figures:
    """Decisions as the service counts them: an item that got a problem instead is none."""
    size, before = subject.traffic.items, decided(subject.url)
    measured = measure(subject, given.seconds, given.connections)
    answered = measured.drive.requests * size
    if decided(subject.url) - before < answered:
        raise ProgramError(f"{answered} items were answered, but fewer of them decided")
    if measured.redis_us is None:
        raise ProgramError("the service measured here has a Redis")
    return Figures(measured.drive.per_s * size, measured.server_us / size, measured.redis_us / size)


def _bare(redis: Redis, script: str, seconds: float) -> Figures:
    cost = called(redis, script, seconds, core=SERVER_CORE)
    return Figures(cost.per_s, None, cost.redis_us)


def ratios(rounds: Mapping[str, Sequence[Figures]]) -> dict[str, dict[str, Ratio]]:
    """Each subject's a second ÷ that of the script of one counter, and of two, by their names."""
    per_s = {name: [one.per_s for one in some] for name, some in rounds.items()}
    return {
        name: {script: ratio(some, per_s[script]) for script in (REFERENCE, TWO)}
        for name, some in per_s.items()
    }


def _report(rounds: Mapping[str, Sequence[Figures]], out: Path | None, console: Console) -> None:
    measured, compared = machine(), ratios(rounds)
    columns = ["asked", "decisions or calls/s", "server µs", "Redis µs"]
    columns += [f"÷ {REFERENCE}", f"÷ {TWO}"]
    rows = [
        [
            name,
            report.shown([one.per_s for one in some]),
            _median([one.server_us for one in some]),
            _median([one.redis_us for one in some]),
            *(report.shown_ratio(one) for one in compared[name].values()),
        ]
        for name, some in rounds.items()
    ]
    notes = [f"batches {asked_by()}; µs: CPU each; the reference is {REFERENCE}"]
    shown = report.table("Batches over HTTP, one process on one core", columns, rows)
    report.present([shown], measured, notes, console=console)
    figures: dict[str, Any] = {
        "driver": driver(),
        "reference": REFERENCE,
        "rounds": rounds,
        "ratios": compared,
    }
    console.print(f"written to {report.write(out, 'batch', figures, measured)}")


def _median(some: Sequence[float | None]) -> str:
    known = [one for one in some if one is not None]
    return f"{median(known):.2f}" if known else "–"


if __name__ == "__main__":
    sys.exit(main())

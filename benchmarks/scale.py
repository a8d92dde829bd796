"""Whether a decision costs the same among a million members as among a thousand.

    python benchmarks/scale.py                       # 1k to 1M members, 8 minutes
    python benchmarks/scale.py --members 1000 10000000
    python benchmarks/scale.py --quick

Each number of members, in enterprises of 50, has a Redis of its own in which all have begun through
the real script, and a service on it; they are measured in turn, round after round: `Ledger.spend`
in groups of 64 without HTTP, then pre-checks over HTTP from 64 connections. A tenth is denied by a
daily cap. Ratios are to the smallest number, of the same round. One server process is on core 0,
Redis and what asks on core 1. A number for which there is not enough memory is left out, which the
notes say.

Then the same traffic at services of 1, 2, 4 … processes, up to the cores there are, nothing pinned.
Redis and what asks need cores as well, so that on a machine of two cores a second process has
little to gain; the CPU a request shows what more processes cost.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.table import Table

from benchmarks import scale_processes
from benchmarks.scale_processes import Served, served
from benchmarks.scale_sizes import BYTES_A_MEMBER, SEATS, Place, filled
from benchmarks.speed import report
from benchmarks.speed.command import parsed, parser, progress, run
from benchmarks.speed.cost import Cost
from benchmarks.speed.driving import driver
from benchmarks.speed.loops import loop
from benchmarks.speed.machine import machine
from benchmarks.speed.measuring import Measured
from benchmarks.speed.programs import ProgramError
from benchmarks.speed.rounds import interleaved, median, ratio

SIZES, QUICK_SIZES = (1_000, 10_000, 100_000, 1_000_000), (1_000, 4_000)
WANTED = 0.95
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Results:
    """Rounds by number of members, without HTTP and over it, and by number of processes.

    `left_out` are the numbers for which there was no room.
    """

    ledger: Mapping[int, Sequence[Cost]]
    http: Mapping[int, Sequence[Measured]]
    processes: Mapping[int, Sequence[Served]]
    left_out: Sequence[int]


def free_bytes() -> int:
    """Memory that programs can have now."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("MemAvailable:"))
    return int(line.split()[1]) * 1024


def fitting(sizes: Sequence[int]) -> list[int]:
    """Those for which there is memory, smallest first, all at once."""
    left, found = free_bytes(), []
    for members in sorted(sizes):
        left -= members * BYTES_A_MEMBER
        if left > 0:
            found.append(members)
    return found


def compare(given: Namespace, told: Told) -> Results:
    """Measures everything. Raises ProgramError."""
    wanted = given.members or (QUICK_SIZES if given.quick else SIZES)
    sizes = fitting(wanted)
    if not sizes:
        raise ProgramError(f"not even {min(wanted):,} members fit into memory")
    with TemporaryDirectory(prefix="bench-scale-") as directory, loop() as runner:
        place = Place(Path(directory), runner, told, given.quick)
        ledger, http = _sizes(sizes, given, place)
        processes = _processes(given, place)
    return Results(ledger, http, processes, sorted({*wanted} - {*sizes}))


def _sizes(
    sizes: Sequence[int], given: Namespace, place: Place
) -> tuple[dict[int, list[Cost]], dict[int, list[Measured]]]:
    with ExitStack() as stack:
        subjects: dict[str, Callable[[], Any]] = {}
        for members in sizes:
            place.told(f"{members:,} members: starting")
            one = stack.enter_context(filled(members, place))
            subjects[_name(members, "ledger")] = partial(one.without_http, given.seconds)
            subjects[_name(members, "HTTP")] = partial(one.over_http, given.seconds)
        rounds = interleaved(subjects, given.rounds, progress=place.told)
    return (
        {members: rounds[_name(members, "ledger")] for members in sizes},
        {members: rounds[_name(members, "HTTP")] for members in sizes},
    )


def _name(members: int, level: str) -> str:
    return f"{members:,} members, {level}"


def _processes(given: Namespace, place: Place) -> dict[int, list[Served]]:
    with scale_processes.started(place) as services:
        subjects = {
            f"processes: {count}": partial(served, subject, given.seconds)
            for count, subject in services.items()
        }
        rounds = interleaved(subjects, given.rounds, progress=place.told)
    return {count: rounds[f"processes: {count}"] for count in services}


def flatness(results: Results) -> Table:
    """Throughput and CPU by number of members, with ratios to the smallest."""
    first = min(results.ledger)
    columns = ["members", "ledger: per s", f"÷ {first:,}", "Redis µs", f"÷ {first:,}"]
    columns += ["HTTP: per s", f"÷ {first:,}", "server µs", "Redis µs"]
    rows = [
        [
            f"{members:,}",
            *_over(costs, results.ledger[first], attrgetter("per_s")),
            *_over(costs, results.ledger[first], attrgetter("redis_us"), 1),
            *_over(results.http[members], results.http[first], attrgetter("drive.per_s")),
            report.shown([one.server_us for one in results.http[members]]),
            report.shown([one.redis_us or 0 for one in results.http[members]], 1),
        ]
        for members, costs in results.ledger.items()
    ]
    return report.table("Decisions among more and more members", columns, rows)


def side_by_side(results: Results) -> Table:
    """Throughput and CPU by number of processes, with ratios to one."""
    first = results.processes[1]
    rows = [
        [
            str(count),
            *_over(some, first, attrgetter("drive.per_s")),
            *_over(some, first, attrgetter("server_us")),
            report.shown([one.redis_us for one in some], 1),
            f"{median([one.drive.p99_ms for one in some]):.1f}",
        ]
        for count, some in results.processes.items()
    ]
    columns = ["processes", "per s", "÷ 1", "server µs", "÷ 1", "Redis µs", "p99 ms"]
    return report.table("Serving processes side by side, nothing pinned", columns, rows)


def _over(
    some: Sequence[Any], first: Sequence[Any], figure: Callable[[Any], float], digits: int = 0
) -> list[str]:
    """A figure, and its ratio to that of the first."""
    here, there = [figure(one) for one in some], [figure(one) for one in first]
    return [report.shown(here, digits), report.shown_ratio(ratio(here, there))]


def notes(results: Results) -> list[str]:
    """What to know about the tables."""
    said = [
        f"medians of the rounds ± half their range, over HTTP asked by {driver()}",
        "ratios are of the same round, with smallest and largest; µs: CPU of each decision",
        "among few members adds of one group share accounts, each read and written once a call",
        f"wanted: at least {WANTED} of the throughput of the smallest number of members",
    ]
    if results.left_out:
        many = ", ".join(f"{members:,}" for members in results.left_out)
        said.append(f"left out, as memory is short: {many} ({free_bytes() / 2**30:.1f} GiB free)")
    if len(results.processes) <= 2:
        said.append(
            "Redis, processes and what asks share the few cores: no gain is to be seen here"
        )
    return said


def _members(text: str) -> int:
    number = int(text)
    if number < SEATS:
        raise ValueError(text)
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints the tables, writes the JSON; returns the exit code."""
    made = parser("scale", __doc__ or "")
    many = f"how many, from {SEATS} on [1000 10000 100000 1000000]"
    made.add_argument("--members", type=_members, nargs="+", help=many)
    given = parsed(made, arguments)
    console, here = report.console(), machine()

    def measuring() -> None:
        with progress(console) as told:
            results = compare(given, told)
        shown = [flatness(results), side_by_side(results)]
        report.present(shown, here, notes(results), console=console)
        figures = {"results": results, "driver": driver()}
        console.print(f"· {report.write(given.out, 'scale', figures, here)}", highlight=False)

    return run(measuring)


if __name__ == "__main__":
    sys.exit(main())

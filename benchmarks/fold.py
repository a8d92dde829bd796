"""Events folded a second of one core, and how far the fold is behind while pre-checks run.

    python benchmarks/fold.py              # five rounds, 15 minutes
    python benchmarks/fold.py --quick      # two minutes, rough
    python benchmarks/fold.py --database postgresql://USER:PASSWORD@HOST/AN_EMPTY_ONE

First a backlog, appended through the ledger: adds, a tenth of them denied, what contacts did,
usage; members have eight events a day. It is folded in memory, as a replay does, and by the real
worker: from Redis, its views in SQLite (and in PostgreSQL), journal, history, caps back to Redis.
Events a second are of CPU of the folding process, all its threads; Redis and PostgreSQL have
theirs.

Then pre-checks over HTTP at full speed, while nobody folds, while the serving process does, and
while a worker of its own does. The lag is the age of the oldest event whose caps are not published
yet, looked at every 20 ms. The service has core 0, all else core 1, so that a worker of its own
shares that with Redis and with what asks.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.speed import command, report
from benchmarks.speed.backlogs import Backlog, kept
from benchmarks.speed.driving import asked_by, driver
from benchmarks.speed.folding import Folded
from benchmarks.speed.lag import Lag
from benchmarks.speed.lagging import LAYOUTS, NOBODY, layouts
from benchmarks.speed.machine import machine
from benchmarks.speed.rounds import interleaved, median, ratio

EVENTS, QUICK_EVENTS = 100_000, 8_000
WANTED_PER_S, WANTED_LAG_S = 15_000, 1.0
MEMORY, SQLITE, POSTGRESQL = "in memory", "worker, SQLite", "worker, PostgreSQL"


@dataclass(frozen=True, slots=True)
class Results:
    """Rounds of folding a backlog, and of pre-checks with a fold beside them, by how."""

    folds: Mapping[str, Sequence[Folded]]
    lags: Mapping[str, Sequence[Lag]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    parser = command.parser("fold", __doc__ or "")
    parser.add_argument("--events", type=int, help=f"of the backlog [{EVENTS:,}]")
    parser.add_argument("--database", help="an empty PostgreSQL database to measure as well")
    parser.add_argument("--connections", type=int, default=64, help="that ask pre-checks [64]")
    parser.add_argument("--only", choices=("backlog", "lag"), help="only one of the two parts")
    given = command.parsed(parser, arguments)
    given.events = given.events or (QUICK_EVENTS if given.quick else EVENTS)
    return command.compared(given, compare, _report)


def compare(given: Namespace, directory: Path, tell: Callable[[str], None]) -> Results:
    """Both parts, one after the other. Raises ProgramError where something does not work."""
    folds: Mapping[str, Sequence[Folded]] = {}
    lags: Mapping[str, Sequence[Lag]] = {}
    if given.only != "lag":
        folds = _backlog(given, directory, tell)
    if given.only != "backlog":
        with layouts(directory, given.connections, given.warm_s, tell) as measured:
            lags = interleaved(
                {name: partial(measure, given.seconds) for name, measure in measured.items()},
                given.rounds,
                progress=tell,
            )
    return Results(folds, lags)


def _backlog(
    given: Namespace, directory: Path, tell: Callable[[str], None]
) -> dict[str, list[Folded]]:
    tell(f"appending a history, and a backlog of {given.events:,} events")
    with kept(directory / "sqlite", Backlog(given.events)) as sqlite:
        subjects = {
            MEMORY: partial(sqlite.folded, "memory"),
            SQLITE: partial(sqlite.folded, "worker"),
        }
        if given.database is None:
            return interleaved(subjects, given.rounds, progress=tell)
        with kept(directory / "postgresql", Backlog(given.events, given.database)) as postgresql:
            subjects[POSTGRESQL] = partial(postgresql.folded, "worker")
            return interleaved(subjects, given.rounds, progress=tell)


def _report(made: Results, out: Path | None, console: Console) -> None:
    measured, tables, notes = machine(), [], []
    if made.folds:
        tables.append(_folds_table(made.folds))
        notes.append(
            f"wanted: {WANTED_PER_S:,} events/s of CPU; JSON and all: with parsing what the stream "
            "holds; the worker's CPU is of all its threads, SQLite's among them"
        )
    if made.lags:
        tables.append(_lags_table(made.lags))
        notes.append(f"{asked_by()}; wanted: a lag below {WANTED_LAG_S:.0f} s at full speed")
        notes.append("caught up: seconds from the last pre-check until nothing was left to fold")
    report.present(tables, measured, notes, console=console)
    figures = {"driver": driver(), "folds": made.folds, "lags": made.lags}
    console.print(f"written to {report.write(out, 'fold', figures, measured)}")


def _folds_table(folds: Mapping[str, Sequence[Folded]]) -> Table:
    """Events a second of CPU; the first row is the fold alone, without reading JSON."""
    memory = [one.per_s for one in folds[MEMORY]]
    rows = [_fold_row("in memory, the fold alone", [f.fold_per_s for f in folds[MEMORY]], memory)]
    rows += [
        _fold_row(f"{name}, JSON and all", [one.per_s for one in some], memory)
        for name, some in folds.items()
    ]
    columns = ["folded", "events/s of CPU", "µs an event", f"÷ {MEMORY}"]
    return report.table("Folding a backlog", columns, rows)


def _fold_row(name: str, per_s: Sequence[float], memory: Sequence[float]) -> list[str]:
    each_us = f"{1e6 / median(per_s):.0f}"
    return [name, report.shown(per_s), each_us, report.shown_ratio(ratio(per_s, memory))]


def _lags_table(lags: Mapping[str, Sequence[Lag]]) -> Table:
    base = [one.drive.per_s for one in lags[NOBODY]]
    columns = ["who folds", "pre-checks/s", f"÷ {NOBODY}", "p50 ms", "p99 ms"]
    columns += ["lag p50 s", "lag p99 s", "lag max s", "caught up s"]
    rows = []
    for name in LAYOUTS:
        some = lags[name]
        per_s = [one.drive.per_s for one in some]
        row = [name, report.shown(per_s), report.shown_ratio(ratio(per_s, base))]
        row += [f"{median([one.drive.p50_ms for one in some]):.1f}"]
        row += [f"{median([one.drive.p99_ms for one in some]):.1f}"]
        rows.append(row + _lag_cells(some))
    return report.table("Pre-checks at full speed, and the fold beside them", columns, rows)


def _lag_cells(some: Sequence[Lag]) -> list[str]:
    caught_up = [one.caught_up_s for one in some if one.caught_up_s is not None]
    if not caught_up:
        return ["–"] * 4
    return [
        f"{median([one.p50_s for one in some]):.2f}",
        f"{median([one.p99_s for one in some]):.2f}",
        f"{max(one.max_s for one in some):.2f}",
        f"{median(caught_up):.2f}",
    ]


if __name__ == "__main__":
    sys.exit(main())

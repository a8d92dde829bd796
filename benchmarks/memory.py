"""Bytes of an active member, in Redis and in the record.

    python benchmarks/memory.py                     # 10k, 100k and 1M members, 8 minutes
    python benchmarks/memory.py --quick             # 1,000 members
    python benchmarks/memory.py --members 100000 --database postgresql://…   # an empty database

Each number of members, in enterprises of 50, is built by the real scripts on a Redis of its own:
every member makes --adds adds, all allowed; a tenth is answered by the contact, half of that by
deleting the member, which makes a cool-down. Up to --fold-most members a real worker folds the
events into the record; beyond, which takes it long, caps and cool-downs are published as it would
and only Redis is measured.

In Redis, bytes of a sort of key are what `used_memory` loses when all of the sort are deleted,
divided by how many were made; beside it MEMORY USAGE of a sample, which leaves out a key's place
in the table of keys that expire. SQLite is measured by pages, PostgreSQL by relations, each with
its indexes. Nothing here depends on the clock, so each number is built once.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.table import Table

from benchmarks.memory_built import SEATS, Built, Folded, build
from benchmarks.memory_redis import PATTERNS, RECORD, WAITING, Sort
from benchmarks.speed import report
from benchmarks.speed.command import progress, run
from benchmarks.speed.machine import machine

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (1_000,)
ON_DATABASE = 100_000
ADDS = 3
FOLD_MOST = 100_000
WANTED_COUNTERS, WANTED_RECORD = 1_536, 200
NOTES = (
    "a key's bytes: by used_memory | by MEMORY USAGE, of one of its sort",
    "the rest is the table of all keys, above all: it may shrink while members, the last, go",
    "a member in all: with its records, folded, nothing waits",
    "views and adds that wait for an answer are the record's: they cost Redis nothing",
    f"wanted: at most {WANTED_COUNTERS} B of counters a member, {WANTED_RECORD} B a record",
)


def _parser() -> ArgumentParser:
    made = ArgumentParser(
        prog="benchmarks/memory.py",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    many = "how many, one or more numbers [10000 100000 1000000]"
    made.add_argument("--members", type=_members, nargs="+", help=many)
    made.add_argument("--adds", type=int, default=ADDS, help=f"of each member [{ADDS}]")
    made.add_argument(
        "--fold-most", type=int, default=FOLD_MOST, help=f"members that are folded [{FOLD_MOST}]"
    )
    made.add_argument("--database", help="an empty database of PostgreSQL; one number of members")
    made.add_argument("--quick", action="store_true", help="a run of seconds, of few members")
    made.add_argument(
        "--out", type=Path, help="where the JSON goes [benchmarks-results/memory.json]"
    )
    return made


def _members(text: str) -> int:
    number = int(text)
    if number < SEATS or number % SEATS:
        raise ValueError(text)
    return number


def parsed(arguments: Sequence[str] | None) -> Namespace:
    """The arguments; ends the process with 2 where they do not go together."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.members is None:
        given.members = QUICK_SIZES if given.quick else SIZES
        if given.database and not given.quick:
            given.members = (ON_DATABASE,)
    if given.database and len(given.members) > 1:
        parser.error("a database holds one number of members: give --members one")
    return given


def measure(given: Namespace, told: Callable[[str], None]) -> list[Built]:
    """Builds and measures every number of members. Raises ProgramError."""
    built = []
    for members in given.members:
        with TemporaryDirectory(prefix="bench-memory-") as directory:
            built.append(build(members, given, Path(directory), told))
    return built


def redis_table(built: Sequence[Built]) -> Table:
    """Bytes in Redis by sort of key, and of a member."""
    columns = ["bytes in Redis of …", *(f"{one.members:,} members" for one in built)]
    rows = [
        [f"a {sort}" if sort[0] not in "aeiou" else f"an {sort}", *_sorts(built, sort)]
        for sort in (*reversed(PATTERNS), WAITING)
    ]
    rows += [
        ["the rest, a member", *(f"{one.rest / one.members:,.0f}" for one in built)],
        ["counters of a member, all shared", *(f"{one.counters:,.0f}" for one in built)],
        ["÷ wanted", *(f"{one.counters / WANTED_COUNTERS:.2f}" for one in built)],
        ["a decision record ÷ wanted", *(_record_ratio(one) for one in built)],
        ["a member in all", *(f"{one.total / one.members:,.0f}" for one in built)],
        ["before its events are folded", *(f"{one.waiting / one.members:,.0f}" for one in built)],
    ]
    adds = built[0].adds
    return report.table(f"Redis: active members with {adds} adds each", columns, rows)


def _sorts(built: Sequence[Built], sort: str) -> list[str]:
    return [_sort(one.sorts[sort]) for one in built]


def _sort(sort: Sort) -> str:
    cells = (sort.by_used, sort.by_usage)
    return " | ".join("–" if one is None else f"{one:,.0f}" for one in cells)


def _record_ratio(built: Built) -> str:
    return f"{(built.sorts[RECORD].by_used or 0) / WANTED_RECORD:.2f}"


def sql_table(built: Built, folded: Folded) -> Table:
    """Bytes of the record by table."""
    tables = folded.tables
    rows = [
        [
            name,
            f"{table.rows:,}",
            f"{table.bytes:,}",
            f"{table.bytes / table.rows:,.0f}",
            f"{table.bytes / built.members:,.0f}",
        ]
        for name, table in tables.items()
    ]
    whole = sum(table.bytes for table in tables.values())
    rows.append(["in all", "", f"{whole:,}", "", f"{whole / built.members:,.0f}"])
    columns = ["table, with its indexes", "rows", "bytes", "bytes a row", "bytes a member"]
    engine = "PostgreSQL" if folded.file_bytes is None else "SQLite"
    return report.table(f"{engine}: {built.members:,} members, folded", columns, rows)


def _notes(built: Sequence[Built]) -> list[str]:
    said = list(NOTES)
    for one in built:
        if one.folded is None:
            said.append(f"{one.members:,} members were not folded: --fold-most")
            continue
        size = one.folded.file_bytes
        file = "" if size is None else f"; the file has {size:,} bytes"
        said.append(f"{one.members:,} members: folded in {one.folded.seconds:.0f} s{file}")
    return said


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds, prints the tables, writes the JSON; returns the exit code."""
    given = parsed(arguments)
    console, here = report.console(), machine()

    def measuring() -> None:
        with progress(console) as told:
            built = measure(given, told)
        folded = [sql_table(one, one.folded) for one in built if one.folded is not None]
        report.present([redis_table(built), *folded], here, _notes(built), console=console)
        figures = {str(one.members): one for one in built}
        console.print(f"· {report.write(given.out, 'memory', figures, here)}", highlight=False)

    return run(measuring)


if __name__ == "__main__":
    sys.exit(main())

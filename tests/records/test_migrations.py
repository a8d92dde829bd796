"""A record of any earlier release comes along with all that is in it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, inspect, select

from server.records import cases, flags, keys, migrations
from server.records.cases import CaseFilter
from server.records.engine import Database, open_database
from server.records.flags import FlagFilter
from server.records.tables import days
from tests.interrupted import Interrupted
from tests.records.schema import bring_to, differences
from tests.stored import Stored

VERSIONS = Path(migrations.__file__).parent / "versions"
RELEASED = "0002"
EARLIER = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))[:-1]
NOON_MS = 1_795_320_000_000


@dataclass(frozen=True)
class Moved:
    """A table's rows are in `to` now; `renamed` are columns that have another name there."""

    to: str
    renamed: Mapping[str, str]
    also: Mapping[str, Any]
    """What every one of them is there, besides what it was."""


MOVED = {
    # 0003
    "restrictions": Moved(
        "penalties",
        {"penalty_id": "id"},
        {"type": "T1.MALICIOUS_ADD", "track": 1, "is_hold": True, "automated": True},
    ),
}
"""A revision that drops a table says here where its rows went."""

TEXTS = {
    "contributions": '{"hard_negatives": 6.5}',
    "data": '{"first_seen_ms": 1795320000000}',
    "enterprise_id": "acme",
    "events": '["e-1"]',
    "evidence": '["5 blocked — of 9"]',
    "flags": '["0-7-hard_negatives"]',
    "id": "0-7-member",
    "level": "enforce",
    "member_id": "李",
    "patterns": '["hard_negatives"]',
    "penalty_id": "0-7-member",
    "profile": '{"logo": true}',
    "scope": "active_adds",
    "scopes": '["gateway"]',
    "state": "open",
    "time_zone": "Asia/Tokyo",
}
"""What is in columns of that name; in others their name is."""


def _value(column: Column[Any], table: Table, n: int, unique: set[str]) -> Any:
    """What the n-th row has in a column: in the second one all that may be missing is."""
    first = next(iter(table.primary_key)) is column or column.name in unique
    if column.nullable and n == 2:
        return None
    kind = column.type.python_type
    if kind is str:
        text = TEXTS.get(column.name, column.name)
        return f"{text}-{n}" if first else text
    if kind is int:
        return n if first else (NOON_MS if column.name.endswith("_ms") else 7) + n
    return {bool: n == 1, float: 0.75, bytes: b"\x00\xff"}[kind]


def _fill(connection: Connection) -> dict[Table, Sequence[Any]]:
    """Two rows in every table that there is, and what they are."""
    metadata = MetaData()
    metadata.reflect(connection)
    filled: dict[Table, Sequence[Any]] = {}
    for table in metadata.sorted_tables:
        if table.name != "alembic_version":
            unique = {
                name
                for found in inspect(connection).get_unique_constraints(table.name)
                for name in found["column_names"]
            }
            rows = [{c.name: _value(c, table, n, unique) for c in table.c} for n in (1, 2)]
            connection.execute(table.insert(), rows)
            filled[table] = [tuple(row.values()) for row in rows]
    return filled


def _rows(connection: Connection, table: Table) -> Sequence[Any]:
    """The rows of a table as it was, wherever they are now."""
    moved = MOVED.get(table.name)
    gone = moved is not None and table.name not in inspect(connection).get_table_names()
    if moved is None or not gone:
        found = connection.execute(select(table).order_by(*table.primary_key))
        return [tuple(row) for row in found]
    there = Table(moved.to, MetaData(), autoload_with=connection)
    columns = [there.c[moved.renamed.get(column.name, column.name)] for column in table.c]
    for row in connection.execute(select(*(there.c[name] for name in moved.also))):
        assert tuple(row) == tuple(moved.also.values())
    return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]


@pytest.mark.parametrize("revision", EARLIER)
async def test_every_row_of_an_earlier_revision_is_there_after_the_newest(
    stored: Stored, revision: str
) -> None:
    old = await stored.empty("old")
    await bring_to(old, revision)
    async with old.write() as connection:
        before = await connection.run_sync(_fill)
    await migrations.upgrade(old)
    async with old.read() as connection:
        for table, rows in before.items():
            assert await connection.run_sync(_rows, table) == rows, table.name
        for day in await connection.execute(select(days)):
            assert day.negatives == day.deleted + day.blocked + day.complained
            assert day.resolved == day.negatives + day.accepted + day.declined
    assert await differences(old) == []
    if revision == RELEASED:
        await _read(old)
    await old.close()


async def _read(database: Database) -> None:
    """Today's code reads what a release wrote."""
    async with database.read() as connection:
        assert len(await flags.listed(connection, FlagFilter())) == 2
        assert len(await keys.listed(connection)) == 2
        assert len(await cases.listed(connection, CaseFilter())) == 2


async def test_an_interrupt_stays_one_wherever_it_comes(tmp_path: Path) -> None:
    at, whole = 3, False
    while not whole:
        database = open_database(str(tmp_path / f"{at}.sqlite"))
        upgrading = Interrupted(migrations.upgrade(database), {at})
        task = asyncio.create_task(upgrading.run())
        await asyncio.wait({task})
        whole = upgrading.waits < at
        assert task.cancelled() is not whole, f"at wait {at}"
        await database.close()
        at += 6

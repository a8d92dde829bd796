"""`INSERT … ON CONFLICT` and long key lists, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Table, case, delete, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]
T = TypeVar("T")
CHUNK = 400
"""Keys of one IN list: three columns each stay far below both engines' bound of 32,766."""


def row_of(record: Any) -> dict[str, Any]:
    """A frozen record as a row: like `asdict`, but without copying what cannot change."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def new_or_known(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves rows whose key exists as they are."""
    return _insert(connection, table).on_conflict_do_nothing()


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts rows; those whose key exists stay as they are."""
    if rows:
        await connection.execute(new_or_known(connection, table), list(rows))


async def upsert(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Row],
    *,
    keep: Collection[str] = (),
    add: Collection[str] = (),
    largest: Collection[str] = (),
) -> None:
    """Inserts rows or replaces them by primary key; all rows name the same columns.

    Columns in `keep` are written only by the insert; those in `add` are summed; of those in
    `largest` the larger of the old and the new value stays.
    """
    if not rows:
        return
    statement = _insert(connection, table)
    key = [column.name for column in table.primary_key]
    changed: dict[str, ColumnElement[Any]] = {}
    for name in rows[0]:
        if name not in key and name not in keep:
            old, new = table.c[name], statement.excluded[name]
            if name in largest:
                changed[name] = case((new > old, new), else_=old)
            else:
                changed[name] = old + new if name in add else new
    await connection.execute(
        statement.on_conflict_do_update(index_elements=key, set_=changed), list(rows)
    )


async def delete_some(
    connection: AsyncConnection,
    table: Table,
    where: ColumnElement[bool],
    by: Column[int],
    most: int,
) -> int:
    """Deletes up to `most` rows that match, smallest `by` first; returns how many."""
    key = list(table.primary_key)
    some = select(*key).where(where).order_by(by).limit(most)
    result = await connection.execute(delete(table).where(tuple_(*key).in_(some)))
    return result.rowcount


async def alone_in(connection: AsyncConnection, table: Table) -> None:
    """Nobody else writes to the table before this transaction ends; whoever reads goes on.

    For what reads before it writes, and would be wrong if another did so at once. On SQLite every
    transaction that writes is alone.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE'))


def chunks(values: Collection[T], size: int = CHUNK) -> Iterator[tuple[T, ...]]:
    """Values in runs of at most `size`."""
    source = iter(values)
    while run := tuple(islice(source, size)):
        yield run

"""`INSERT … ON CONFLICT` and long key lists, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Dialect, Table, case, delete, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]
T = TypeVar("T")
CHUNK = 400
"""Keys of one IN list: three columns each stay far below both engines' bound of 32,766."""
AT_ONCE = 256
"""Rows of one statement of SQLite: of 25 columns each they are 6,400 parameters."""
_VALUES = re.compile(r"(?<=VALUES )(\([?, ]+\))")
STATEMENTS = 128
"""How many inserts are remembered as the driver takes them."""


def row_of(record: Any) -> dict[str, Any]:
    """A frozen record as a row: like `asdict`, but without copying what cannot change."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _insert(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def new_or_known(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves rows whose key exists as they are."""
    return _insert(connection.dialect, table).on_conflict_do_nothing()


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts rows; those whose key exists stay as they are. All rows name the same columns."""
    if rows:
        written = _insert_new(connection.dialect, table, tuple(rows[0]))
        await _run(connection, written, map(written.of_row, rows))


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
    if rows:
        known = _Known(tuple(keep), tuple(add), tuple(largest))
        written = _upsert(connection.dialect, table, tuple(rows[0]), known)
        await _run(connection, written, map(written.of_row, rows))


async def insert_new_records(
    connection: AsyncConnection, table: Table, records: Sequence[Any]
) -> None:
    """`insert_new` of frozen dataclasses, all of one kind, whose fields are columns."""
    if records:
        names = tuple(records[0].__dataclass_fields__)
        written = _insert_new(connection.dialect, table, names)
        await _run(connection, written, map(written.of_record, records))


async def upsert_records(
    connection: AsyncConnection, table: Table, records: Sequence[Any], *, largest: str | None = None
) -> None:
    """`upsert` of frozen dataclasses, all of one kind, whose fields are columns."""
    if records:
        names = tuple(records[0].__dataclass_fields__)
        known = _Known((), (), (largest,) if largest else ())
        written = _upsert(connection.dialect, table, names, known)
        await _run(connection, written, map(written.of_record, records))


@dataclass(frozen=True, slots=True)
class _Known:
    """What an upsert does to columns of a row that is there; others are replaced."""

    keep: tuple[str, ...]
    add: tuple[str, ...]
    largest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement as the driver takes it, and its values in order: of a row, or of a record."""

    statement: str
    of_row: Callable[[Row], Any]
    of_record: Callable[[Any], Any]

    def of_many(self, rows: int) -> str:
        """The same of so many rows at once; their keys differ."""
        before, values, after = _VALUES.split(self.statement, maxsplit=1)
        return f"{before}{', '.join([values] * rows)}{after}"


@lru_cache(maxsize=STATEMENTS)
def _insert_new(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Written:
    return _written(_insert(dialect, table).on_conflict_do_nothing(), dialect, names)


@lru_cache(maxsize=STATEMENTS)
def _upsert(dialect: Dialect, table: Table, names: tuple[str, ...], known: _Known) -> _Written:
    statement = _insert(dialect, table)
    key = [column.name for column in table.primary_key]
    changed: dict[str, ColumnElement[Any]] = {}
    for name in names:
        if name not in key and name not in known.keep:
            old, new = table.c[name], statement.excluded[name]
            if name in known.largest:
                changed[name] = case((new > old, new), else_=old)
            else:
                changed[name] = old + new if name in known.add else new
    replacing = statement.on_conflict_do_update(index_elements=key, set_=changed)
    return _written(replacing, dialect, names)


def _written(
    statement: sqlite.Insert | postgresql.Insert, dialect: Dialect, names: tuple[str, ...]
) -> _Written:
    compiled = statement.inline().compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup
    if not order:
        raise TypeError(f"{dialect.name} has no numbered parameters")
    if len(order) == 1:
        name = order[0]
        return _Written(str(compiled), lambda r: (r[name],), lambda r: (getattr(r, name),))
    return _Written(str(compiled), itemgetter(*order), attrgetter(*order))


async def _run(connection: AsyncConnection, written: _Written, values: Iterable[Any]) -> None:
    """Without SQLAlchemy looking at each value: drivers take ours as they are.

    SQLite gets many rows a statement. Its driver lets go of the interpreter for each step and has
    to wait for it again: behind a thread that answers pre-checks that takes longer than the step.
    """
    rows = list(values)
    if connection.dialect.name != "sqlite":
        await connection.exec_driver_sql(written.statement, rows)
        return
    for some in chunks(rows, AT_ONCE):
        many = written.of_many(len(some))
        await connection.exec_driver_sql(many, tuple(chain.from_iterable(some)))


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

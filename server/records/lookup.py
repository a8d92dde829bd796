"""Rows by many keys at once: the keys are one parameter, so that a statement is prepared once."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, Column, Row, Select, String, Table, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.writing import chunks

Found: TypeAlias = Row[*tuple[Any, ...]]

AT_ONCE = 1_000
STATEMENTS = 64


async def rows_by_key(
    connection: AsyncConnection,
    columns: Sequence[Column[Any]],
    key: Sequence[str],
    ids: Collection[Sequence[str]],
) -> list[Found]:
    """The columns, all of one table, of those rows whose `key` is among `ids`; none twice.

    `key` names columns of text, `ids` has their values in the same order.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    query = (_sqlite if is_sqlite else _postgresql)(tuple(columns), tuple(key))
    found: list[Found] = []
    for some in chunks(set(ids), AT_ONCE):
        if is_sqlite:
            told: dict[str, Any] = {"ids": json.dumps(some)}
        else:
            told = dict(zip(key, zip(*some, strict=True), strict=True))
        found += (await connection.execute(query, told)).all()
    return found


@lru_cache(maxsize=STATEMENTS)
def _sqlite(columns: tuple[Column[Any], ...], key: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    table = _table(columns)
    given = func.json_each(bindparam("ids", type_=String)).table_valued("value", name="given")
    same = [
        table.c[name] == func.json_extract(given.c.value, f"$[{place}]")
        for place, name in enumerate(key)
    ]
    return select(*columns).select_from(given.join(table, and_(*same)))


@lru_cache(maxsize=STATEMENTS)
def _postgresql(columns: tuple[Column[Any], ...], key: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    table = _table(columns)
    arrays = [bindparam(name, type_=ARRAY(String)) for name in key]
    given = func.unnest(*arrays).table_valued(*key, name="given").render_derived()
    return select(*columns).select_from(
        given.join(table, and_(*(table.c[name] == given.c[name] for name in key)))
    )


def _table(columns: tuple[Column[Any], ...]) -> Table:
    table = columns[0].table
    if not isinstance(table, Table):
        raise TypeError(f"{columns[0]} is no column of a table")
    return table

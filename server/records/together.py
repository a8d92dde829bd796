"""Changes of several tables in one round trip where the engine can, in one transaction always."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Insert, Table, Update, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.writing import Row

Change: TypeAlias = Insert | Update


def new_rows(table: Table, rows: Sequence[Row]) -> list[Change]:
    """The insert of some rows; nothing where there are none."""
    return [insert(table).values([dict(row) for row in rows])] if rows else []


async def write_together(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    """Makes every change. Raises IntegrityError where a new row is there already.

    PostgreSQL takes them as one statement, the others as WITH clauses of the last: so none may
    depend on what another one of them did. SQLite knows no such clauses, and has no round trips to
    spare.
    """
    if not changes:
        return
    if connection.dialect.name != "postgresql":
        for change in changes:
            await connection.execute(change)
        return
    *others, last = changes
    statement: Any = last
    for number, other in enumerate(others):
        statement = statement.add_cte(other.cte(f"also_{number}"))
    await connection.execute(statement)

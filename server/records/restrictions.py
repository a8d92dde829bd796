"""Restrictions in force: what penalties took away, from whom, until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import restrictions
from server.records.writing import insert_new, row_of


@dataclass(frozen=True, slots=True)
class RestrictionRecord:
    """One scope of one penalty; `member_id` None: the enterprise; `ends_ms` None: for good."""

    penalty_id: str
    scope: str
    enterprise_id: str
    member_id: str | None
    starts_ms: int
    ends_ms: int | None
    may_apply: bool
    may_appeal: bool
    lifted_ms: int | None = None


async def record(connection: AsyncConnection, imposed: Sequence[RestrictionRecord]) -> None:
    """Keeps restrictions; those already on record stay as they are."""
    await insert_new(connection, restrictions, [row_of(one) for one in imposed])


async def lift(connection: AsyncConnection, penalty_id: str, now_ms: int) -> int:
    """Ends every scope of a penalty now; returns how many were in force."""
    result = await connection.execute(
        update(restrictions)
        .where(
            restrictions.c.penalty_id == penalty_id,
            restrictions.c.lifted_ms.is_(None),
            or_(restrictions.c.ends_ms.is_(None), restrictions.c.ends_ms > now_ms),
        )
        .values(lifted_ms=now_ms)
    )
    return result.rowcount


async def active(
    connection: AsyncConnection, now_ms: int, enterprise_ids: Collection[str] | None = None
) -> list[RestrictionRecord]:
    """What binds at `now_ms`, of all enterprises or of the named ones (a few hundred at most)."""
    where: list[ColumnElement[bool]] = [
        restrictions.c.lifted_ms.is_(None),
        restrictions.c.starts_ms <= now_ms,
        or_(restrictions.c.ends_ms.is_(None), restrictions.c.ends_ms > now_ms),
    ]
    if enterprise_ids is not None:
        where.append(restrictions.c.enterprise_id.in_(enterprise_ids))
    rows = await connection.execute(
        select(restrictions)
        .where(*where)
        .order_by(restrictions.c.enterprise_id, restrictions.c.starts_ms, restrictions.c.penalty_id)
    )
    return [RestrictionRecord(**row) for row in rows.mappings()]

"""Penalties on record: an account's history, what binds whom, and pages for people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, and_, not_, or_, select, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.penalty import PERSONAL, Penalty
from server.records.penalty_rows import (
    PenaltyRecord,
    not_over,
    record_of_penalty,
    row_of_penalty,
)
from server.records.tables import cases, penalties
from server.records.writing import chunks, insert_new


@dataclass(frozen=True, slots=True)
class PenaltyFilter:
    """Which penalties: None means any; `active`: they bind at `at_ms`, or not.

    `case_id`: those of that case, or of the violation that it is about.
    """

    enterprise_id: str | None = None
    member_id: str | None = None
    case_id: str | None = None
    at_ms: int = 0
    active: bool | None = None
    cursor: str | None = None
    limit: int = 50


async def add(connection: AsyncConnection, records: Sequence[PenaltyRecord]) -> None:
    """Keeps new penalties; those on record stay as they are."""
    await insert_new(connection, penalties, [row_of_penalty(record) for record in records])


async def get(
    connection: AsyncConnection, penalty_id: str, *, for_update: bool = False
) -> PenaltyRecord | None:
    """One penalty, None where there is none of that id; `for_update`: nobody changes it now."""
    query = select(penalties).where(penalties.c.id == penalty_id)
    rows = await connection.execute(query.with_for_update() if for_update else query)
    row = rows.mappings().one_or_none()
    return None if row is None else record_of_penalty(row)


async def by_ids(connection: AsyncConnection, ids: Collection[str]) -> list[PenaltyRecord]:
    """Those of these ids that there are."""
    found: list[PenaltyRecord] = []
    for some in chunks(set(ids)):
        found += await _all(connection, select(penalties).where(penalties.c.id.in_(some)))
    return found


async def of_violation(connection: AsyncConnection, violation_id: str) -> list[PenaltyRecord]:
    """Every penalty of one violation."""
    return await _all(connection, select(penalties).where(penalties.c.violation_id == violation_id))


async def beside(connection: AsyncConnection, one: Penalty) -> list[PenaltyRecord]:
    """A penalty with every other one of its violation and of its case."""
    same = [penalties.c.id == one.id]
    if one.violation_id is not None:
        same.append(penalties.c.violation_id == one.violation_id)
    if one.case_id is not None:
        same.append(penalties.c.case_id == one.case_id)
    return await _all(connection, select(penalties).where(or_(*same)).order_by(penalties.c.id))


async def of_case(connection: AsyncConnection, case_id: str) -> list[PenaltyRecord]:
    """Every penalty of one case, its holds among them."""
    return await _all(connection, select(penalties).where(penalties.c.case_id == case_id))


def change_of(penalty_id: str, **values: Any) -> Update:
    """The change of one penalty, of which Redis is to be told."""
    told = {"untold": True, **values}
    return update(penalties).where(penalties.c.id == penalty_id).values(told)


async def lift(connection: AsyncConnection, penalty_id: str, now_ms: int) -> int:
    """Ends a penalty now where it is in force; returns how many that were."""
    done = await connection.execute(
        update(penalties)
        .where(penalties.c.id == penalty_id, not_over(now_ms))
        .values(lifted_ms=now_ms, untold=True)
    )
    return done.rowcount


async def untold(connection: AsyncConnection, shard: int, limit: int) -> list[PenaltyRecord]:
    """A shard's penalties that Redis has still to be told of, oldest first."""
    query = select(penalties).where(penalties.c.shard == shard, penalties.c.untold)
    return await _all(connection, query.order_by(penalties.c.starts_ms).limit(limit))


async def told(connection: AsyncConnection, records: Sequence[PenaltyRecord]) -> None:
    """Redis knows how these stand; of those that changed since, more is to be told."""
    if not records:
        return
    ends = ("ends_ms", "lifted_ms", "overturned_ms")
    as_read = (
        and_(
            penalties.c.id == one.penalty.id,
            penalties.c.renamed == one.renamed,
            *(penalties.c[name].is_not_distinct_from(getattr(one.penalty, name)) for name in ends),
        )
        for one in records
    )
    # In the order in which everybody locks them: else two who do so at once wait for each other.
    some = select(penalties.c.id).where(or_(*as_read)).order_by(penalties.c.id).with_for_update()
    await connection.execute(update(penalties).where(penalties.c.id.in_(some)).values(untold=False))


async def tell_again(
    connection: AsyncConnection, enterprise_id: str, member_id: str, people: Collection[str]
) -> None:
    """Redis is to be told of what follows these people, and of what may now follow the member."""
    own = and_(penalties.c.enterprise_id == enterprise_id, penalties.c.member_id == member_id)
    theirs = or_(own, penalties.c.person_id.in_(people))
    scopes = penalties.c.scope.in_([str(scope) for scope in PERSONAL])
    some = select(penalties.c.id).where(theirs, scopes, penalties.c.lifted_ms.is_(None))
    some = some.order_by(penalties.c.id).with_for_update()
    again = {"untold": True, "renamed": penalties.c.renamed + 1}
    await connection.execute(update(penalties).where(penalties.c.id.in_(some)).values(again))


async def ended(
    connection: AsyncConnection, now_ms: int, limit: int, *, for_update: bool = False
) -> list[PenaltyRecord]:
    """Penalties that ended, by themselves or before their end, which was not noted yet.

    `for_update`: without those that somebody else changes right now; they come another time.
    """
    # Each finds its rows by an index; of both with OR every penalty in force would be looked at.
    unnoted = select(penalties.c.id).where(penalties.c.end_noted.is_(False))
    over = union(
        unnoted.where(penalties.c.ends_ms <= now_ms), unnoted.where(penalties.c.lifted_ms <= now_ms)
    )
    query = select(penalties).where(penalties.c.id.in_(over))
    query = query.order_by(penalties.c.ends_ms).limit(limit)
    return await _all(connection, query.with_for_update(skip_locked=True) if for_update else query)


async def note_ends(connection: AsyncConnection, penalty_ids: Collection[str]) -> None:
    """Whoever wants to know was told that these ended."""
    await connection.execute(
        update(penalties).where(penalties.c.id.in_(penalty_ids)).values(end_noted=True)
    )


async def listed(connection: AsyncConnection, which: PenaltyFilter) -> list[PenaltyRecord]:
    """Penalties, newest first. An unknown `cursor` gives an empty list."""
    where: list[ColumnElement[bool]] = []
    if which.enterprise_id is not None:
        where.append(penalties.c.enterprise_id == which.enterprise_id)
    if which.member_id is not None:
        where.append(penalties.c.member_id == which.member_id)
    if which.case_id is not None:
        where.append(_came_of(which.case_id))
    if which.active is not None:
        binds = and_(penalties.c.starts_ms <= which.at_ms, not_over(which.at_ms))
        where.append(binds if which.active else not_(binds))
    if which.cursor is not None:
        last = await get(connection, which.cursor)
        if last is None:
            return []
        place = tuple_(penalties.c.starts_ms, penalties.c.id)
        where.append(place < tuple_(last.penalty.starts_ms, which.cursor))
    query = select(penalties).where(*where)
    query = query.order_by(penalties.c.starts_ms.desc(), penalties.c.id.desc())
    return await _all(connection, query.limit(which.limit))


def _came_of(case_id: str) -> ColumnElement[bool]:
    # One value and not IN: else PostgreSQL would look at every penalty instead of at both indexes.
    violation = select(cases.c.violation_id).where(cases.c.id == case_id).scalar_subquery()
    return or_(penalties.c.case_id == case_id, penalties.c.violation_id == violation)


async def _all(connection: AsyncConnection, query: Select[Any]) -> list[PenaltyRecord]:
    return [record_of_penalty(row) for row in (await connection.execute(query)).mappings()]

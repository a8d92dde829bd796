"""Cases on record: opened and added to by the fold of their shard, decided by people.

Both change the same rows, so the fold reads a case for writing and a decision compares and sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Update, and_, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import MALICIOUS_ADD, UNDECIDED
from server.records.case_rows import CaseRecord, record_of, row_of_case
from server.records.tables import cases, settings
from server.records.writing import insert_new

_ENFORCING = "enforcing"
_IS_UNDECIDED = cases.c.state.in_(UNDECIDED)
_IS_OF_PATTERNS = and_(cases.c.type == MALICIOUS_ADD, cases.c.seq > 0)
"""Cases of reports are about what was reported, whatever patterns find beside it."""
_WAS_DECIDED = cases.c.decided_ms.is_not(None)
"""Also of a case that waits again for a second holder, who may add to what was decided."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: None means any; `cursor` is the last id seen."""

    state: str | None = None
    enterprise_id: str | None = None
    member_id: str | None = None
    cursor: str | None = None
    limit: int = 50


async def add(connection: AsyncConnection, record: CaseRecord) -> None:
    """Keeps a new case; one that is already there stays as it is."""
    await insert_new(connection, cases, [row_of_case(record)])


async def put(connection: AsyncConnection, record: CaseRecord) -> None:
    """Replaces an open case that this transaction read for writing."""
    await connection.execute(change_of(record))


async def get(
    connection: AsyncConnection, case_id: str, *, for_update: bool = False
) -> CaseRecord | None:
    """One case, None where there is none of that id; `for_update`: nobody else changes it now."""
    query = select(cases).where(cases.c.id == case_id)
    rows = await connection.execute(query.with_for_update() if for_update else query)
    row = rows.mappings().one_or_none()
    return None if row is None else record_of(row)


async def open_of(
    connection: AsyncConnection, enterprise_id: str, member_id: str | None
) -> CaseRecord | None:
    """The account's open case, which nobody else changes before this transaction ends."""
    query = select(cases).where(*_of(enterprise_id, member_id), _IS_UNDECIDED, _IS_OF_PATTERNS)
    row = (await connection.execute(query.with_for_update())).mappings().first()
    return None if row is None else record_of(row)


async def is_judged(connection: AsyncConnection, enterprise_id: str, member_id: str | None) -> bool:
    """Whether a case of the account was decided, and the fold has yet to meet the decision.

    What its patterns show until then was before whoever decided.
    """
    query = select(cases.c.id).where(*_of(enterprise_id, member_id), _WAS_DECIDED, cases.c.untold)
    return (await connection.execute(query.limit(1))).first() is not None


def change_of(record: CaseRecord) -> Update:
    """The change of a case that this transaction read for writing."""
    return update(cases).where(cases.c.id == record.case.id).values(row_of_case(record))


async def met(connection: AsyncConnection, case_id: str) -> None:
    """The fold came to the event of the decision: everybody knows of it now."""
    await _told(connection, case_id, _WAS_DECIDED)


async def told(connection: AsyncConnection, case_id: str) -> None:
    """Redis holds the member; where the case was decided meanwhile, there is more to be told."""
    await _told(connection, case_id, not_(_WAS_DECIDED))


async def _told(connection: AsyncConnection, case_id: str, where: ColumnElement[bool]) -> None:
    await connection.execute(update(cases).where(cases.c.id == case_id, where).values(untold=False))


async def untold_holds(connection: AsyncConnection, shard: int, limit: int) -> list[CaseRecord]:
    """A shard's open cases that Redis has still to be told of, oldest change first."""
    return await _untold(connection, limit, cases.c.shard == shard, not_(_WAS_DECIDED))


async def unmet(connection: AsyncConnection, shard: int, limit: int) -> list[CaseRecord]:
    """A shard's decided cases that the fold has still to be told of, oldest decision first."""
    return await _untold(connection, limit, cases.c.shard == shard, _WAS_DECIDED)


async def deferred(connection: AsyncConnection, shard: int) -> dict[str, int]:
    """Enterprises of a shard with open cases that were put off, and the first day of it."""
    rows = await connection.execute(
        select(cases.c.enterprise_id, func.min(cases.c.deferred_day).label("day"))
        .where(cases.c.shard == shard, cases.c.deferred_day.is_not(None), _IS_UNDECIDED)
        .group_by(cases.c.enterprise_id)
        .order_by(cases.c.enterprise_id)
    )
    return {row.enterprise_id: row.day for row in rows}


async def deferred_before(
    connection: AsyncConnection, enterprise_id: str, day: int
) -> list[CaseRecord]:
    """An enterprise's open cases that an earlier day put off, for writing, in order of opening."""
    rows = await connection.execute(
        select(cases)
        .where(
            cases.c.enterprise_id == enterprise_id,
            _IS_UNDECIDED,
            cases.c.deferred_day < day,
        )
        .order_by(cases.c.opened_ms, cases.c.seq)
        .with_for_update()
    )
    return [record_of(row) for row in rows.mappings()]


async def was_deferred_on(connection: AsyncConnection, enterprise_id: str, day: int) -> bool:
    """Whether the circuit breaker put a case of the enterprise off on that local day."""
    query = select(cases.c.id).where(
        cases.c.enterprise_id == enterprise_id, cases.c.deferred_day == day
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def enforced_on(connection: AsyncConnection, enterprise_id: str, day: int) -> tuple[int, int]:
    """Cases enforced on that local day: of the enterprise, and of all.

    Whoever is about to enforce one waits here for others who are, so that none counts too few.
    """
    await insert_new(connection, settings, [{"name": _ENFORCING, "value": ""}])
    turn = select(settings.c.name).where(settings.c.name == _ENFORCING).with_for_update()
    await connection.execute(turn)
    here = func.count().filter(cases.c.enterprise_id == enterprise_id)
    query = select(here, func.count()).select_from(cases).where(cases.c.enforced_day == day)
    enforced_here, in_all = (await connection.execute(query)).one()
    return enforced_here, in_all


async def listed(connection: AsyncConnection, which: CaseFilter) -> list[CaseRecord]:
    """Cases, newest first. An unknown `cursor` gives an empty list."""
    where: list[ColumnElement[bool]] = []
    for column in ("state", "enterprise_id", "member_id"):
        value = getattr(which, column)
        if value is not None:
            where.append(cases.c[column] == value)
    if which.cursor is not None:
        last = await get(connection, which.cursor)
        if last is None:
            return []
        opened_ms = last.case.opened_ms
        same = and_(cases.c.opened_ms == opened_ms, cases.c.id < which.cursor)
        where.append(or_(cases.c.opened_ms < opened_ms, same))
    newest = select(cases).where(*where).order_by(cases.c.opened_ms.desc(), cases.c.id.desc())
    rows = await connection.execute(newest.limit(which.limit))
    return [record_of(row) for row in rows.mappings()]


async def _untold(
    connection: AsyncConnection, limit: int, *where: ColumnElement[bool]
) -> list[CaseRecord]:
    query = select(cases).where(cases.c.untold, *where)
    rows = await connection.execute(query.order_by(cases.c.changed_ms, cases.c.id).limit(limit))
    return [record_of(row) for row in rows.mappings()]


def _of(enterprise_id: str, member_id: str | None) -> Sequence[ColumnElement[bool]]:
    member = cases.c.member_id
    whose = member.is_(None) if member_id is None else member == member_id
    return cases.c.enterprise_id == enterprise_id, whose

"""Penalties on record: an account's history, what binds whom, and pages for people."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.catalogue import Track
from penalties.penalty import Penalty, subject_of
from penalties.restrictions import Scope
from server.records.tables import members, penalties
from server.records.writing import Row, insert_new

_AS_THEY_ARE = (
    "id",
    "violation_id",
    "case_id",
    "type",
    "step",
    "is_hold",
    "severity",
    "enterprise_id",
    "member_id",
    "person_id",
    "starts_ms",
    "ends_ms",
    "may_apply",
    "may_appeal",
    "source",
    "automated",
    "policy_version",
    "ordinal",
    "linked_account_id",
    "lifted_ms",
    "overturned_ms",
)


@dataclass(frozen=True, slots=True)
class PenaltyRecord:
    """A penalty with its shard. `untold`: Redis has still to be told how it stands."""

    penalty: Penalty
    shard: int
    untold: bool = False


@dataclass(frozen=True, slots=True)
class PenaltyFilter:
    """Which penalties: None means any; `active_ms`: those that bind then; `cursor`: last id."""

    enterprise_id: str | None = None
    member_id: str | None = None
    active_ms: int | None = None
    cursor: str | None = None
    limit: int = 50


def row_of_penalty(record: PenaltyRecord) -> Row:
    """The row of a new penalty."""
    penalty = record.penalty
    return {
        **{name: getattr(penalty, name) for name in _AS_THEY_ARE},
        "track": int(penalty.track),
        "scope": str(penalty.scope),
        "subject": subject_of(penalty.enterprise_id, penalty.member_id, penalty.person_id),
        "decided_by": json.dumps(penalty.decided_by),
        "statement": json.dumps(dict(penalty.statement), ensure_ascii=False),
        "shard": record.shard,
        "untold": record.untold,
        "end_noted": False,
    }


def record_of_penalty(row: RowMapping) -> PenaltyRecord:
    """The record that `row_of_penalty` wrote."""
    plain: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    penalty = Penalty(
        **plain,
        track=Track(row["track"]),
        scope=Scope(row["scope"]),
        decided_by=tuple(json.loads(row["decided_by"])),
        statement=json.loads(row["statement"]),
    )
    return PenaltyRecord(penalty, row["shard"], row["untold"])


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


async def history(
    connection: AsyncConnection, enterprise_id: str, member_id: str | None
) -> list[PenaltyRecord]:
    """Every penalty of an account and of the person behind it, oldest first.

    A person's are those of all accounts that name it now, and those imposed when they did.
    """
    query = select(penalties).where(_of(enterprise_id, member_id))
    rows = await connection.execute(query.order_by(penalties.c.starts_ms, penalties.c.id))
    return [record_of_penalty(row) for row in rows.mappings()]


async def of_violation(connection: AsyncConnection, violation_id: str) -> list[PenaltyRecord]:
    """Every penalty of one violation."""
    return await _all(connection, select(penalties).where(penalties.c.violation_id == violation_id))


async def of_case(connection: AsyncConnection, case_id: str) -> list[PenaltyRecord]:
    """Every penalty of one case, its holds among them."""
    return await _all(connection, select(penalties).where(penalties.c.case_id == case_id))


async def change(connection: AsyncConnection, penalty_id: str, **values: Any) -> None:
    """Writes columns of one penalty."""
    await connection.execute(update(penalties).where(penalties.c.id == penalty_id).values(**values))


async def lift(connection: AsyncConnection, penalty_id: str, now_ms: int) -> int:
    """Ends a penalty now where it is in force; returns how many that were."""
    done = await connection.execute(
        update(penalties)
        .where(penalties.c.id == penalty_id, _not_over(now_ms))
        .values(lifted_ms=now_ms, untold=True)
    )
    return done.rowcount


async def untold(connection: AsyncConnection, shard: int, limit: int) -> list[PenaltyRecord]:
    """A shard's penalties that Redis has still to be told of, oldest first."""
    query = select(penalties).where(penalties.c.shard == shard, penalties.c.untold)
    return await _all(connection, query.order_by(penalties.c.starts_ms).limit(limit))


async def told(connection: AsyncConnection, penalty_ids: Collection[str]) -> None:
    """Redis knows how these stand."""
    await connection.execute(
        update(penalties).where(penalties.c.id.in_(penalty_ids)).values(untold=False)
    )


async def listed(connection: AsyncConnection, which: PenaltyFilter) -> list[PenaltyRecord]:
    """Penalties, newest first. An unknown `cursor` gives an empty list."""
    where: list[ColumnElement[bool]] = []
    if which.enterprise_id is not None:
        where.append(penalties.c.enterprise_id == which.enterprise_id)
    if which.member_id is not None:
        where.append(penalties.c.member_id == which.member_id)
    if which.active_ms is not None:
        where += [penalties.c.starts_ms <= which.active_ms, _not_over(which.active_ms)]
    if which.cursor is not None:
        last = await get(connection, which.cursor)
        if last is None:
            return []
        place = tuple_(penalties.c.starts_ms, penalties.c.id)
        where.append(place < tuple_(last.penalty.starts_ms, which.cursor))
    query = select(penalties).where(*where)
    query = query.order_by(penalties.c.starts_ms.desc(), penalties.c.id.desc())
    return await _all(connection, query.limit(which.limit))


async def binding(
    connection: AsyncConnection, now_ms: int, enterprise_ids: Collection[str] | None = None
) -> Mapping[tuple[str, str | None], list[Penalty]]:
    """What binds whom at `now_ms`, by account; of all enterprises or of a few hundred named ones.

    `interop` follows a person to each of their accounts.
    """
    mine = select(penalties, penalties.c.enterprise_id.label("e"), penalties.c.member_id.label("m"))
    same_person = and_(
        members.c.person_id == penalties.c.person_id, penalties.c.scope == str(Scope.INTEROP)
    )
    theirs = select(penalties, members.c.enterprise_id.label("e"), members.c.member_id.label("m"))
    theirs = theirs.join(members, same_person)
    found: dict[tuple[str, str | None], dict[str, Penalty]] = {}
    for query, enterprise in ((mine, penalties.c.enterprise_id), (theirs, members.c.enterprise_id)):
        query = query.where(penalties.c.starts_ms <= now_ms, _not_over(now_ms))  # noqa: PLW2901
        if enterprise_ids is not None:
            query = query.where(enterprise.in_(enterprise_ids))  # noqa: PLW2901
        ordered = query.order_by(penalties.c.starts_ms, penalties.c.id)
        for row in (await connection.execute(ordered)).mappings():
            penalty = record_of_penalty(row).penalty
            found.setdefault((row["e"], row["m"]), {}).setdefault(penalty.id, penalty)
    return {account: list(some.values()) for account, some in found.items()}


async def _all(connection: AsyncConnection, query: Select[Any]) -> list[PenaltyRecord]:
    return [record_of_penalty(row) for row in (await connection.execute(query)).mappings()]


def _of(enterprise_id: str, member_id: str | None) -> ColumnElement[bool]:
    own = penalties.c.enterprise_id == enterprise_id
    if member_id is None:
        return and_(own, penalties.c.member_id.is_(None))
    account = and_(members.c.enterprise_id == enterprise_id, members.c.member_id == member_id)
    person = select(members.c.person_id).where(account).scalar_subquery()
    accounts = select(members.c.enterprise_id, members.c.member_id)
    of_person = tuple_(penalties.c.enterprise_id, penalties.c.member_id).in_(
        accounts.where(members.c.person_id == person)
    )
    return or_(
        and_(own, penalties.c.member_id == member_id),
        penalties.c.person_id == person,
        of_person,
    )


def _not_over(now_ms: int) -> ColumnElement[bool]:
    return and_(
        penalties.c.lifted_ms.is_(None),
        penalties.c.overturned_ms.is_(None),
        or_(penalties.c.ends_ms.is_(None), penalties.c.ends_ms > now_ms),
    )

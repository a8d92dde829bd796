"""How accounts stand: their history with the person behind them, and what binds whom now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import UNDECIDED
from penalties.penalty import PERSONAL, Penalty
from server.records.penalty_rows import PenaltyRecord, not_over, record_of_penalty
from server.records.tables import cases, members, penalties, relations, violations
from server.records.writing import chunks

MOST_CONTACTS = 500


@dataclass(frozen=True, slots=True)
class Situation:
    """How an account stands: the person behind it, their penalties, oldest first.

    `contacts` are hashes of those whose feedback what is decided now rests on.
    """

    person_id: str | None
    history: tuple[PenaltyRecord, ...]
    contacts: tuple[str, ...] = ()

    @property
    def penalties(self) -> tuple[Penalty, ...]:
        """The penalties alone."""
        return tuple(record.penalty for record in self.history)


async def situation(
    connection: AsyncConnection,
    enterprise_id: str,
    member_id: str | None,
    outcomes: Collection[str] = (),
) -> Situation:
    """How an account stands, in one round trip; nobody else changes its penalties now.

    A person's penalties are those of all accounts that name it now, and those imposed when they
    did. `contacts` are at most `MOST_CONTACTS` whose outcome towards the member is one of
    `outcomes` and came after the last decision about it.
    """
    account = and_(members.c.enterprise_id == enterprise_id, members.c.member_id == member_id)
    mine = select(penalties).where(_of(enterprise_id, member_id)).order_by(penalties.c.id)
    # Whoever overturns one of these waits until what is decided here is committed, and the other
    # way round: else a step would be counted from a strike that was just taken back.
    locked = mine.with_for_update().cte("locked")
    query = (
        select(
            select(members.c.person_id).where(account).scalar_subquery().label("person"),
            _contacts(enterprise_id, member_id, outcomes).label("contacts"),
            locked,
        )
        .select_from(select(literal(1).label("one")).subquery().outerjoin(locked, true()))
        .order_by(locked.c.starts_ms, locked.c.id)
    )
    rows = (await connection.execute(query)).mappings().all()
    contacts = rows[0]["contacts"]
    return Situation(
        person_id=rows[0]["person"],
        history=tuple(record_of_penalty(row) for row in rows if row["id"] is not None),
        contacts=tuple(contacts.split(",")) if contacts else (),
    )


async def at_stake(connection: AsyncConnection, penalty_id: str) -> PenaltyRecord | None:
    """A penalty that may change now: until then nobody else decides about its case or its account.

    None where there is none of that id. Whoever decides takes hold of the case first, then of the
    penalties of the account and its person, then of requests: in another order two of them could
    wait for each other.
    """
    query = select(penalties).where(penalties.c.id == penalty_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    known = record_of_penalty(row).penalty
    if known.case_id is not None:
        case = select(cases.c.id).where(cases.c.id == known.case_id)
        await connection.execute(case.with_for_update())
    now = await situation(connection, known.enterprise_id, known.member_id)
    return next((record for record in now.history if record.penalty.id == penalty_id), None)


async def has_work(connection: AsyncConnection, shard: int) -> bool:
    """Whether a shard has something to be told of, or a case that was put off."""
    put_off = and_(cases.c.state.in_(UNDECIDED), cases.c.deferred_day.is_not(None))
    query = select(
        or_(
            exists().where(cases.c.shard == shard, or_(cases.c.untold, put_off)),
            exists().where(penalties.c.shard == shard, penalties.c.untold),
            exists().where(violations.c.shard == shard, violations.c.untold),
        )
    )
    return bool((await connection.execute(query)).scalar_one())


async def of_linked_account(
    connection: AsyncConnection, linked_account_id: str, now_ms: int
) -> list[PenaltyRecord]:
    """What a linked account's block withholds now, of all its members; nobody changes it now."""
    query = select(penalties).where(
        penalties.c.linked_account_id == linked_account_id, not_over(now_ms)
    )
    rows = await connection.execute(query.order_by(penalties.c.id).with_for_update())
    return [record_of_penalty(row) for row in rows.mappings()]


async def accounts_of(
    connection: AsyncConnection, records: Sequence[PenaltyRecord]
) -> list[tuple[str, str | None]]:
    """Every account that penalties bind: their own, and of `interop` all of the person's.

    That is whoever has the person who was named at the imposition, or whom the account names now.
    """
    accounts = {(one.penalty.enterprise_id, one.penalty.member_id) for one in records}
    personal = [one.penalty for one in records if one.penalty.scope in PERSONAL]
    for some in chunks(personal):
        people = {one.person_id for one in some if one.person_id is not None}
        owners = {(one.enterprise_id, one.member_id) for one in some}
        owner, theirs = members.alias("owner"), (members.c.enterprise_id, members.c.member_id)
        by_name = select(*theirs).where(members.c.person_id.in_(people))
        by_owner = (
            select(*theirs)
            .join(owner, members.c.person_id == owner.c.person_id)
            .where(tuple_(owner.c.enterprise_id, owner.c.member_id).in_(owners))
        )
        query = by_name.union(by_owner)
        accounts |= {(row.enterprise_id, row.member_id) for row in await connection.execute(query)}
    return sorted(accounts, key=lambda account: (account[0], account[1] or ""))


async def accounts_with(
    connection: AsyncConnection, people: Collection[str]
) -> list[tuple[str, str]]:
    """Every account that names one of these people now."""
    query = select(members.c.enterprise_id, members.c.member_id)
    query = query.where(members.c.person_id.in_(people))
    rows = await connection.execute(query.order_by(members.c.enterprise_id, members.c.member_id))
    return [(row.enterprise_id, row.member_id) for row in rows]


async def binding_of(
    connection: AsyncConnection, now_ms: int, enterprise_id: str, member_id: str | None
) -> list[Penalty]:
    """What binds one account at `now_ms`, oldest first: its own, and `interop` of its person.

    Nothing is imposed for later, so whatever is not over binds: a clock that is behind must not
    take away what somebody else imposed a moment ago.
    """
    own = and_(penalties.c.enterprise_id == enterprise_id, penalties.c.member_id == member_id)
    personal = penalties.c.scope.in_([str(scope) for scope in PERSONAL])
    where = [_of(enterprise_id, member_id), not_over(now_ms)]
    if member_id is not None:
        where.append(or_(own, personal))
    query = select(penalties).where(*where).order_by(penalties.c.starts_ms, penalties.c.id)
    rows = await connection.execute(query)
    return [record_of_penalty(row).penalty for row in rows.mappings()]


async def binding(
    connection: AsyncConnection, now_ms: int, *, shard: int | None = None
) -> Mapping[tuple[str, str | None], list[Penalty]]:
    """What binds whom at `now_ms`, by account.

    `shard`: what was imposed in other shards is left out, but where it follows a person: `interop`
    binds each of their accounts, in whatever shard: those that name who was named when it was
    imposed, and those that name whom its account names now.
    """
    personal = penalties.c.scope.in_([str(scope) for scope in PERSONAL])
    owner, own = members.alias("owner"), (penalties.c.enterprise_id, penalties.c.member_id)
    is_owner = and_(owner.c.enterprise_id == own[0], owner.c.member_id == own[1], personal)
    was_named = and_(members.c.person_id == penalties.c.person_id, personal)
    is_named = members.c.person_id == owner.c.person_id
    theirs = members.c.enterprise_id, members.c.member_id
    parts = []
    for (enterprise, member), source in (
        (own, penalties),
        (theirs, penalties.join(members, was_named)),
        (theirs, penalties.join(owner, is_owner).join(members, is_named)),
    ):
        part = select(penalties, enterprise.label("e"), member.label("m")).select_from(source)
        part = part.where(not_over(now_ms))
        if shard is not None and source is penalties:
            part = part.where(penalties.c.shard == shard)
        parts.append(part)
    rows = await connection.execute(union_all(*parts).order_by("starts_ms", "id"))
    found: dict[tuple[str, str | None], dict[str, Penalty]] = {}
    for row in rows.mappings():
        penalty = record_of_penalty(row).penalty
        found.setdefault((row["e"], row["m"]), {}).setdefault(penalty.id, penalty)
    return {account: list(some.values()) for account, some in found.items()}


def _contacts(
    enterprise_id: str, member_id: str | None, outcomes: Collection[str]
) -> ColumnElement[Any]:
    if member_id is None or not outcomes:
        return null()
    mine = relations.c.enterprise_id == enterprise_id, relations.c.member_id == member_id
    last = select(func.max(cases.c.decided_ms)).where(
        cases.c.enterprise_id == enterprise_id, cases.c.member_id == member_id
    )
    given = or_(*(relations.c.data.contains(f'"outcome":"{outcome}"') for outcome in outcomes))
    since = relations.c.changed_ms > func.coalesce(last.scalar_subquery(), 0)
    newest = relations.c.changed_ms.desc(), relations.c.contact
    some = select(relations.c.contact).where(*mine, since, given).order_by(*newest)
    found = some.limit(MOST_CONTACTS).subquery()
    return select(func.aggregate_strings(found.c.contact, ",")).scalar_subquery()


def _of(enterprise_id: str, member_id: str | None) -> ColumnElement[bool]:
    own = penalties.c.enterprise_id == enterprise_id
    if member_id is None:
        return and_(own, penalties.c.member_id.is_(None))
    account = and_(members.c.enterprise_id == enterprise_id, members.c.member_id == member_id)
    person = select(members.c.person_id).where(account).scalar_subquery()
    theirs = and_(
        members.c.enterprise_id == penalties.c.enterprise_id,
        members.c.member_id == penalties.c.member_id,
        members.c.person_id == person,
    )
    # Each finds its rows by an index; of one condition with OR every penalty would be looked at.
    ids = union(
        select(penalties.c.id).where(own, penalties.c.member_id == member_id),
        select(penalties.c.id).where(penalties.c.person_id == person),
        select(penalties.c.id).select_from(penalties.join(members, theirs)),
    )
    return penalties.c.id.in_(ids)

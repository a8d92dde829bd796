"""A reviewer answers an appeal or an application: somebody else than who decided the penalty."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import (
    DECISIONS,
    TRANSITIONS,
    Kind,
    missing_documents,
    sort_of,
    why_not_decide,
)
from penalties.penalty import Penalty
from penalties.tracks import DAY_MS
from server.enforcement.changes import Actor, Changes, Terms
from server.enforcement.overturning import overturn
from server.enforcement.requesting import NoRequest, NotNow, keep
from server.records import penalties, requests, standing
from server.records.engine import Database
from server.records.penalty_rows import PenaltyRecord
from server.records.requests import Message, Request
from server.records.tables import documents
from server.records.violations import ViolationRecord


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer decides; `ends_ms` is where a modified penalty ends, None: now."""

    kind: Kind
    outcome: str
    reason: str
    ends_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A request after its answer, and what that changed."""

    request: Request
    penalties: tuple[PenaltyRecord, ...] = ()
    violations: tuple[ViolationRecord, ...] = ()


async def answer(
    database: Database, request_id: str, made: Answer, actor: Actor, terms: Terms
) -> Answered:
    """Decides a request; the same by the same holder again changes nothing.

    Raises NoRequest, NotNow (which says why), RecordsUnavailable.
    """
    async with database.write() as connection:
        asked = await requests.get(connection, request_id)
        if asked is None or asked.kind != made.kind:
            raise NoRequest
        record = await standing.at_stake(connection, asked.penalty_id)
        request = await requests.get(connection, request_id, for_update=True)
        if record is None or request is None:
            raise NoRequest
        if _was_made(request, made, actor):
            now = await penalties.get(connection, request.penalty_id)
            changed = made.outcome in {"overturned", "modified", "approved"}
            return Answered(request, (now,) if changed and now is not None else ())
        step = DECISIONS[made.outcome]
        state = TRANSITIONS[made.kind].get((request.state, step))
        if state is None:
            who = f", by {request.decided_by}" if request.decided_by else ""
            raise NotNow(
                f"The {made.kind} is {request.state}{who}: it cannot be {made.outcome} now."
            )
        missing = await _missing(connection, record.penalty, request.id, actor)
        obstacle = why_not_decide(record.penalty, request.filed_by, actor.holder, step, missing)
        if obstacle is not None:
            raise NotNow(obstacle)
        changes = Changes(actor, replace(terms, shard=record.shard), made.reason)
        after = _answered(replace(request, state=state), made, actor, terms)
        await keep(connection, changes, request, after)
        await _carry_out(connection, changes, record, made, request.id)
        await changes.write(connection)
    return Answered(after, tuple(changes.penalties), tuple(changes.violations))


async def _carry_out(
    connection: AsyncConnection,
    changes: Changes,
    record: PenaltyRecord,
    made: Answer,
    request_id: str,
) -> None:
    one, now_ms = record.penalty, changes.terms.now_ms
    if made.outcome == "overturned":
        if one.overturned_ms is not None:
            raise NotNow("The penalty was overturned already.")
        if one.is_hold and not one.binds_at(now_ms):
            raise NotNow("The hold is over: what came of it is appealed by itself, if it can be.")
        await overturn(connection, changes, record, request_id)
    elif made.outcome in {"modified", "approved"}:
        if not one.binds_at(now_ms):
            raise NotNow("The penalty is over: there is nothing left to shorten.")
        if made.ends_ms is not None:
            _check_milder(one, made.ends_ms)
        changes.lift(one, ends_ms=made.ends_ms)


def _check_milder(one: Penalty, ends_ms: int) -> None:
    """Raises NotNow where an appeal would make it worse."""
    if one.ends_ms is not None and ends_ms >= one.ends_ms:
        raise NotNow("A modified penalty ends earlier than it would have.")
    if sort_of(one) == "linked":
        raise NotNow("What a linked account withholds ends with its unblocking, or now.")


def _answered(request: Request, made: Answer, actor: Actor, terms: Terms) -> Request:
    changed_ms = max(terms.now_ms, request.changed_ms + 1)
    if made.outcome == "need_information":
        return replace(
            request,
            thread=(*request.thread, Message(terms.now_ms, "reviewer", made.reason)),
            changed_ms=changed_ms,
            due_ms=terms.now_ms + terms.policy.redress.information_days * DAY_MS,
        )
    return replace(
        request,
        changed_ms=changed_ms,
        decided_ms=terms.now_ms,
        decided_by=actor.holder,
        reason=made.reason,
    )


def _was_made(request: Request, made: Answer, actor: Actor) -> bool:
    if made.outcome == "need_information":
        return any(one.by == "reviewer" and one.text == made.reason for one in request.thread)
    mine = (request.state, request.decided_by, request.reason)
    return mine == (made.outcome, actor.holder, made.reason)


async def _missing(
    connection: AsyncConnection, one: Penalty, request_id: str, actor: Actor
) -> tuple[str, ...]:
    """What was not brought yet, by anybody but who decides."""
    if one.member_id is not None:
        return ()
    query = select(documents.c.kind).where(
        documents.c.request_id == request_id, documents.c.uploaded_by != actor.holder
    )
    return missing_documents(one, [row.kind for row in await connection.execute(query)])

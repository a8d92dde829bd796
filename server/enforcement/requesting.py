"""Unblock applications and appeals are filed, added to and withdrawn."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import (
    OPEN,
    TRANSITIONS,
    Filed,
    Filing,
    Kind,
    Role,
    Step,
    why_no_appeal,
    why_no_application,
    why_not_decide,
)
from penalties.penalty import Penalty
from penalties.tracks import DAY_MS, HOUR_MS
from server.enforcement.changes import Actor, Changes, Terms
from server.records import penalties, requests
from server.records.engine import Database, RecordsUnavailable
from server.records.requests import Message, Request, row_of_request
from server.records.tables import requests as requests_table

_ATTEMPTS = 3


class NoRequest(Exception):  # noqa: N818  somebody asked for what is not there
    """No request, or no penalty, has this id."""


class NotNow(Exception):  # noqa: N818  the rules say no
    """What was asked for is not allowed now; the message says why."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody files: as whom, on which grounds, in which words."""

    kind: Kind
    penalty_id: str
    role: Role
    grounds: str
    text: str


async def file(database: Database, asking: Asking, actor: Actor, terms: Terms) -> Request:
    """Files a request; the same by the same holder again gives the one that is open.

    Raises NoRequest, NotNow, RecordsUnavailable.
    """
    for _ in range(_ATTEMPTS):
        try:
            async with database.write() as connection:
                return await _file(connection, asking, actor, terms)
        except IntegrityError:
            continue  # somebody else's came between: whether this one may be filed is asked anew
    raise RecordsUnavailable(f"the requests about {asking.penalty_id} keep changing")


async def _file(connection: AsyncConnection, asking: Asking, actor: Actor, terms: Terms) -> Request:
    record = await penalties.get(connection, asking.penalty_id, for_update=True)
    if record is None:
        raise NoRequest
    one = record.penalty
    before = await requests.of_penalty(connection, one.id)
    for known in before:
        if known.state in OPEN and _is_same(known, asking, actor):
            return known
    obstacle = _obstacle(one, await _filing(connection, one, asking, before, terms), asking, terms)
    if obstacle is not None:
        raise NotNow(obstacle)
    number = 1 + max((other.number for other in before if other.kind == asking.kind), default=0)
    request = _request(one, asking, number, actor, terms)
    changes = Changes(actor, replace(terms, shard=record.shard), asking.text)
    changes.row(requests_table, row_of_request(request))
    changes.request(request)
    await changes.write(connection)
    return request


async def _filing(
    connection: AsyncConnection, one: Penalty, asking: Asking, before: list[Request], terms: Terms
) -> Filing:
    of_enterprise = 0
    if asking.kind == "application":
        await requests.alone_in(connection, one.enterprise_id)
        since_ms = terms.now_ms - terms.policy.redress.applications_days * DAY_MS
        of_enterprise = await requests.applications_since(connection, one.enterprise_id, since_ms)
    return Filing(
        role=asking.role,
        grounds=asking.grounds,
        text=asking.text,
        at_ms=terms.now_ms,
        before=tuple(Filed(other.kind, other.state, other.text) for other in before),
        of_enterprise=of_enterprise,
    )


def _obstacle(one: Penalty, filing: Filing, asking: Asking, terms: Terms) -> str | None:
    obstacle = why_no_appeal if asking.kind == "appeal" else why_no_application
    return obstacle(one, filing, terms.policy)


def _request(one: Penalty, asking: Asking, number: int, actor: Actor, terms: Terms) -> Request:
    return Request(
        id=f"{'a' if asking.kind == 'appeal' else 'u'}-{secrets.token_hex(12)}",
        kind=asking.kind,
        penalty_id=one.id,
        number=number,
        enterprise_id=one.enterprise_id,
        member_id=one.member_id,
        state="submitted",
        grounds=asking.grounds,
        text=asking.text,
        thread=(),
        filed_by=actor.holder,
        key_id=actor.key_id,
        created_ms=terms.now_ms,
        changed_ms=terms.now_ms,
        due_ms=terms.now_ms + terms.policy.redress.appeal_target_h * HOUR_MS,
    )


async def move(
    database: Database, request_id: str, step: Step, actor: Actor, terms: Terms, *, text: str = ""
) -> Request:
    """Takes a request under review, answers what was asked, or withdraws it.

    Where it stands there already, nothing changes. Raises NoRequest, NotNow, RecordsUnavailable.
    """
    async with database.write() as connection:
        request = await requests.get(connection, request_id, for_update=True)
        if request is None:
            raise NoRequest
        state = TRANSITIONS[request.kind].get((request.state, step))
        if state is None:
            if _stands_there(request, step, text):
                return request
            raise NotNow(f"The {request.kind} is {request.state}: nobody can {step} it now.")
        if step == "review":
            await _check_may_decide(connection, request, actor)
        said = (Message(terms.now_ms, "appellant", text),) if step == "answer" else ()
        after = replace(
            request,
            state=state,
            thread=(*request.thread, *said),
            changed_ms=max(terms.now_ms, request.changed_ms + 1),
            due_ms=_due_ms(request, step, terms),
        )
        changes = Changes(actor, terms, text or f"{step} by {actor.holder}")
        await keep(connection, changes, request, after)
        await changes.write(connection)
    return after


async def _check_may_decide(connection: AsyncConnection, request: Request, actor: Actor) -> None:
    """Raises NotNow for a reviewer who could look into it, but not decide."""
    record = await penalties.get(connection, request.penalty_id)
    obstacle = record and why_not_decide(
        record.penalty, request.filed_by, actor.holder, "review", ()
    )
    if obstacle:
        raise NotNow(obstacle)


async def keep(
    connection: AsyncConnection, changes: Changes, before: Request, after: Request
) -> None:
    """Writes a request that this transaction read for writing. Raises NotNow."""
    if not await requests.change(connection, before, after):
        raise NotNow(f"Somebody else changed the {before.kind} right now.")
    changes.request(after, before)


def _due_ms(request: Request, step: Step, terms: Terms) -> int:
    if step != "answer":
        return request.due_ms
    return terms.now_ms + terms.policy.redress.appeal_target_h * HOUR_MS


def _stands_there(request: Request, step: Step, text: str) -> bool:
    """Whether the step was made already, by a call whose answer was lost."""
    if step == "answer":
        return bool(request.thread) and request.thread[-1].text == text
    done = {"review": "under_review", "withdraw": "withdrawn"}
    return done.get(step) == request.state


def _is_same(known: Request, asking: Asking, actor: Actor) -> bool:
    mine = (known.kind, known.filed_by, known.grounds, known.text)
    return mine == (asking.kind, actor.holder, asking.grounds, asking.text)

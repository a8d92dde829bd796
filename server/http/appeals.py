"""Unblock applications and appeals: filed, read, added to, withdrawn; reviewers decide them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal, NotRequired

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from penalties.appeals import Kind, Role, Step
from server.enforcement.answering import Answer, Answered, answer
from server.enforcement.requesting import Asking, NoRequest, NotNow, file, move
from server.enforcement.shapes import PenaltyShape, RequestShape, request_shape
from server.http.enforcing import actor_of, is_told, shown, terms_of
from server.http.fields import Body, Cursor, Identifier, InstantMs, Line, Query, Words
from server.http.named import put_names
from server.http.ownership import own, whose
from server.http.penalties import UNKNOWN as UNKNOWN_PENALTY
from server.http.problems import Problem, invalid_at
from server.http.routing import Call, reply
from server.http.scopes import Scope
from server.records import penalties, requests
from server.records.engine import RecordsUnavailable
from server.records.penalty_rows import PenaltyRecord
from server.records.requests import Request, RequestFilter
from server.worker.telling import Told

UNKNOWN = {"appeal": "No appeal has this id.", "application": "No application has this id."}
_ROLES: dict[Scope | None, Role] = {Scope.ENTERPRISE: "administrator", Scope.MEMBER: "member"}


class ApplicationBody(Body):
    """Why leniency is asked for."""

    text: Words


class AppealBody(Body):
    """Why the penalty is a mistake; of a linked account `wrong_link` or `stale_state`."""

    grounds: Annotated[Line, Field(min_length=1)]
    text: Words


class InformationBody(Body):
    """The answer to what a reviewer asked."""

    text: Words


class ApplicationDecisionBody(Body):
    """Approved: the restriction ends, the strike stays."""

    outcome: Literal["approved", "rejected"]
    reason: Words


class AppealDecisionBody(Body):
    """Overturned: it never was. Modified: it ends at `ends_at`, by default now. Else it stands."""

    outcome: Literal["overturned", "modified", "rejected", "need_information"]
    reason: Words
    ends_at: InstantMs | None = None


class RequestsQuery(Query):
    """Which requests, oldest first; an account's own key needs to name none."""

    state: (
        Literal[
            "submitted",
            "under_review",
            "need_information",
            "overturned",
            "modified",
            "approved",
            "rejected",
            "withdrawn",
            "expired",
        ]
        | None
    ) = None
    enterprise: Identifier | None = None
    member: Identifier | None = None
    penalty: Identifier | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class RequestsShape(TypedDict):
    """A page of requests; `next_cursor` null at the end."""

    items: list[RequestShape]
    next_cursor: str | None


class AnsweredShape(RequestShape):
    """A decided request, and the penalties that this changed.

    `queued`: it is on record, Redis is away and will be told when it is back.
    """

    penalties: list[PenaltyShape]
    queued: NotRequired[bool]


async def apply_for_unblocking(call: Call[ApplicationBody, None]) -> web.Response:
    """The administrator asks for leniency, once, about a first step of the ladder."""
    return await _file(call, "application", "leniency", call.body.text)


async def appeal(call: Call[AppealBody, None]) -> web.Response:
    """Member or administrator say that the penalty is a mistake; filing lifts nothing."""
    return await _file(call, "appeal", call.body.grounds, call.body.text)


async def list_appeals(call: Call[None, RequestsQuery]) -> web.Response:
    """Appeals, oldest first."""
    return await _list(call, "appeal")


async def list_applications(call: Call[None, RequestsQuery]) -> web.Response:
    """Unblock applications, oldest first."""
    return await _list(call, "application")


async def get_appeal(call: Call[None, None]) -> web.Response:
    """An appeal."""
    return await _read(call, "appeal")


async def get_application(call: Call[None, None]) -> web.Response:
    """An unblock application."""
    return await _read(call, "application")


async def review_appeal(call: Call[None, None]) -> web.Response:
    """A reviewer begins to look into it."""
    return await _move(call, "review", "")


async def inform_appeal(call: Call[InformationBody, None]) -> web.Response:
    """The information that a reviewer asked for; documents may be added before."""
    return await _move(call, "answer", call.body.text)


async def withdraw_appeal(call: Call[None, None]) -> web.Response:
    """Whoever is concerned takes the appeal back."""
    return await _move(call, "withdraw", "")


async def decide_appeal(call: Call[AppealDecisionBody, None]) -> web.Response:
    """A reviewer other than who decided the penalty decides about it, or asks for more."""
    body, now_ms = call.body, call.services.clock_ms()
    if body.ends_at is not None and body.outcome != "modified":
        raise invalid_at(["body", "ends_at"], "is for the outcome modified only")
    if body.ends_at is not None and body.ends_at < now_ms:
        raise invalid_at(["body", "ends_at"], "is over already; leave it out to end it now")
    made = Answer("appeal", body.outcome, body.reason, body.ends_at)
    return await _answer(call, call.path["appeal_id"], made)


async def decide_application(call: Call[ApplicationDecisionBody, None]) -> web.Response:
    """A reviewer other than who decided the penalty grants leniency, or does not."""
    made = Answer("application", call.body.outcome, call.body.reason)
    return await _answer(call, call.path["application_id"], made)


async def _read(call: Call[None, None], kind: Kind) -> web.Response:
    return reply(await _shape(call, await _own(call, kind, f"{kind}_id")))


async def _shape(call: Call[Any, Any], request: Request) -> RequestShape:
    return (await _shapes(call, [request]))[0]


async def _shapes(call: Call[Any, Any], found: Sequence[Request]) -> list[RequestShape]:
    """As the caller sees them: reviewers see who filed, and whether they decided the penalty."""
    reviewed = {
        one.id
        for one in found
        if call.seen_as(one.enterprise_id, one.member_id) in {Scope.REVIEWER, Scope.ADMIN}
    }
    about = {one.penalty_id for one in found if one.id in reviewed}
    decided = await _decided_by(call, about)
    shapes = []
    for one in found:
        shape = request_shape(one, names=one.id in reviewed)
        if one.id in reviewed and one.penalty_id in decided:
            shape["decided_by_you"] = decided[one.penalty_id]
        shapes.append(shape)
    await put_names(call.services.database, shapes)
    return shapes


async def _decided_by(call: Call[Any, Any], penalty_ids: Collection[str]) -> dict[str, bool]:
    """Whether the caller decided them; of none with the record away: what was done is answered."""
    holder, found = actor_of(call).holder, list[PenaltyRecord]()
    if penalty_ids:
        with suppress(RecordsUnavailable):
            async with call.services.database.read() as connection:
                found = await penalties.by_ids(connection, penalty_ids)
    return {one.penalty.id: holder in one.penalty.decided_by for one in found}


async def _file(
    call: Call[ApplicationBody, None] | Call[AppealBody, None], kind: Kind, grounds: str, text: str
) -> web.Response:
    services, penalty_id = call.services, call.path["penalty_id"]
    async with services.database.read() as connection:
        record = await penalties.get(connection, penalty_id)
    record = own(call, record, UNKNOWN_PENALTY)
    seen_as = call.seen_as(record.enterprise_id, record.member_id)
    asking = Asking(kind, penalty_id, _ROLES.get(seen_as, "platform"), grounds, text)
    terms = terms_of(services, record.enterprise_id)
    try:
        made = await file(services.database, asking, actor_of(call), terms)
    except NotNow as why:
        raise Problem(409, str(why)) from None
    return reply(await _shape(call, made), 201)


async def _list(call: Call[None, RequestsQuery], kind: Kind) -> web.Response:
    query = call.query
    enterprise_id, member_id = whose(call, query.enterprise, query.member)
    which = RequestFilter(
        kind=kind,
        state=query.state,
        enterprise_id=enterprise_id,
        member_id=member_id,
        penalty_id=query.penalty,
        cursor=query.cursor,
        limit=query.limit + 1,
    )
    async with call.services.database.read() as connection:
        found = await requests.listed(connection, which)
    page = found[: query.limit]
    shape: RequestsShape = {
        "items": await _shapes(call, page),
        "next_cursor": page[-1].id if len(found) > query.limit else None,
    }
    return reply(shape)


async def _own(call: Call[Any, Any], kind: Kind, name: str) -> Request:
    async with call.services.database.read() as connection:
        request = await requests.get(connection, call.path[name])
    return own(call, request if request and request.kind == kind else None, UNKNOWN[kind])


async def withdraw_application(call: Call[None, None]) -> web.Response:
    """The administrator takes the application back."""
    return await _move(call, "withdraw", "", "application")


async def _move(
    call: Call[Any, None], step: Step, text: str, kind: Kind = "appeal"
) -> web.Response:
    request = await _own(call, kind, f"{kind}_id")
    terms = terms_of(call.services, request.enterprise_id)
    try:
        after = await move(
            call.services.database, request.id, step, actor_of(call), terms, text=text
        )
    except NotNow as why:
        raise Problem(409, str(why)) from None
    return reply(await _shape(call, after))


async def _answer(
    call: Call[AppealDecisionBody, None] | Call[ApplicationDecisionBody, None],
    request_id: str,
    made: Answer,
) -> web.Response:
    services, terms = call.services, terms_of(call.services, "")
    try:
        done = await answer(services.database, request_id, made, actor_of(call), terms)
    except NoRequest:
        raise Problem(404, UNKNOWN[made.kind]) from None
    except NotNow as why:
        raise Problem(409, str(why)) from None
    return reply(await _answered(call, done, terms.now_ms))


async def _answered(call: Call[Any, None], done: Answered, now_ms: int) -> AnsweredShape:
    told = await is_told(call.services, Told(done.penalties, done.violations))
    penalties_shown = await shown(call.services, done.penalties, now_ms, told=told)
    shape: Any = {**await _shape(call, done.request), "penalties": penalties_shown}
    if not told:
        shape["queued"] = True
    answered: AnsweredShape = shape
    return answered

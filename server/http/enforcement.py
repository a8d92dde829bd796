"""Our own mistakes: many penalties overturned at once, enforcement paused and resumed."""

from __future__ import annotations

from typing import Annotated, NotRequired

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from server.enforcement import batches
from server.enforcement.batches import Batch, Selection
from server.enforcement.pausing import Pause, pause, paused, resume
from server.http.enforcing import actor_of, is_told, terms_of
from server.http.fields import Body, Identifier, InstantMs, Words, instant
from server.http.problems import invalid_at
from server.http.routing import Call, reply
from server.worker.telling import Told

MOST_ROUNDS = 5
"""How much of a batch one request waits for; a worker goes on with the rest."""


class OverturnBatchBody(Body):
    """Which penalties and holds, and why all of them were mistakes.

    `from` and `to` are when they were imposed, `to` excluded and in the past.
    """

    policy_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    pattern: Identifier | None = None
    since: Annotated[InstantMs, Field(alias="from")]
    to: InstantMs
    reason: Words


class PauseBody(Body):
    """Why."""

    reason: Words


class CountsShape(TypedDict):
    """How many it was when it was asked for; `accounts` are members and enterprises."""

    penalties: int
    holds: int
    accounts: int
    enterprises: int


class OverturnBatchShape(TypedDict):
    """A batch: awaiting_second until another holder asks for the same, then running, then done.

    `queued`: on record, Redis is away and will be told when it is back.
    """

    batch_id: str
    state: str
    asked_by: str
    asked_at: str
    confirmed_by: str | None
    counts: CountsShape
    remaining: int
    queued: NotRequired[bool]


class EnforcementShape(TypedDict):
    """Whether patterns hold members; `since`, `by` and `reason` are of a pause."""

    paused: bool
    since: str | None
    by: str | None
    reason: str | None


async def overturn_batch(call: Call[OverturnBatchBody, None]) -> web.Response:
    """First a dry run with counts; the same asked for by another holder overturns each of them."""
    services, body = call.services, call.body
    terms = terms_of(services, "")
    if body.since >= body.to:
        raise invalid_at(["body", "from"], "must lie before `to`")
    if body.to > terms.now_ms:
        raise invalid_at(["body", "to"], "must lie in the past: what comes later was not counted")
    selection = Selection(body.since, body.to, body.policy_version, body.pattern)
    batch = await batches.ask(
        services.database, selection, body.reason, actor_of(call), terms.now_ms
    )
    told = True
    for _ in range(MOST_ROUNDS):
        if batch.state != "running":
            break
        done = await batches.go_on(services.database, batch, terms)
        told &= await is_told(services, Told(done.penalties, done.violations))
        batch = await batches.stands(services.database, batch.id)
    shape = _shape(batch)
    if not told:
        shape["queued"] = True
    return reply(shape)


async def pause_enforcement(call: Call[PauseBody, None]) -> web.Response:
    """From now on patterns hold nobody and no step comes by itself; people's decisions bind."""
    now_ms = call.services.clock_ms()
    async with call.services.database.write() as connection:
        made = await pause(connection, actor_of(call), call.body.reason, now_ms)
    return reply(_pause_shape(made))


async def resume_enforcement(call: Call[PauseBody, None]) -> web.Response:
    """Cases that were to be enforced meanwhile are, where they are still open."""
    now_ms = call.services.clock_ms()
    async with call.services.database.write() as connection:
        await resume(connection, actor_of(call), call.body.reason, now_ms)
    return reply(_pause_shape(None))


async def get_enforcement(call: Call[None, None]) -> web.Response:
    """Whether enforcement is paused."""
    async with call.services.database.read() as connection:
        made = await paused(connection)
    return reply(_pause_shape(made))


def _shape(batch: Batch) -> OverturnBatchShape:
    counts = batch.counts
    return {
        "batch_id": batch.id,
        "state": batch.state,
        "asked_by": batch.asked_by,
        "asked_at": instant(batch.asked_ms),
        "confirmed_by": batch.confirmed_by,
        "counts": {
            "penalties": counts.get("penalties", 0),
            "holds": counts.get("holds", 0),
            "accounts": counts.get("accounts", 0),
            "enterprises": counts.get("enterprises", 0),
        },
        "remaining": batch.remaining,
    }


def _pause_shape(made: Pause | None) -> EnforcementShape:
    return {
        "paused": made is not None,
        "since": None if made is None else instant(made.at_ms),
        "by": None if made is None else made.holder,
        "reason": None if made is None else made.reason,
    }

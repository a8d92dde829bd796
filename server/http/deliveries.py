"""Deliveries of webhooks: what became of notices, and sending them again."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from server.http.fields import Query, instant
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.http.webhooks import deed_of, known
from server.records import audit, deliveries
from server.records.deliveries import Delivery, DeliveryFilter, State

UNKNOWN = "This webhook has no delivery with this number."

_Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]


class DeliveriesQuery(Query):
    """Which deliveries, newest first."""

    state: State | None = None
    cursor: _Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class DeliveryShape(TypedDict):
    """A notice on its way; `id` is the notice's, the receiver's idempotency id.

    `next_attempt_at` is null unless it waits; `error` is why the last attempt failed.
    """

    seq: int
    id: str
    type: str
    enterprise_id: str
    member_id: str | None
    state: State
    attempts: int
    created_at: str
    changed_at: str
    next_attempt_at: str | None
    error: str | None


class DeliveriesShape(TypedDict):
    """A page of deliveries; `next_cursor` null at the end."""

    items: list[DeliveryShape]
    next_cursor: str | None


class ReplayedShape(TypedDict):
    """How many deliveries wait again."""

    replayed: int


async def list_deliveries(call: Call[None, DeliveriesQuery]) -> web.Response:
    """Notices on their way to a webhook, newest first; with `state=dead` the dead letters."""
    query, webhook_id = call.query, call.path["webhook_id"]
    before_seq = None if query.cursor is None else int(query.cursor)
    which = DeliveryFilter(webhook_id, query.state, before_seq, query.limit + 1)
    async with call.services.database.read() as connection:
        await known(connection, webhook_id)
        found = await deliveries.listed(connection, which)
    shown = found[: query.limit]
    shape: DeliveriesShape = {
        "items": [_shape(delivery) for delivery in shown],
        "next_cursor": str(shown[-1].seq) if len(found) > query.limit else None,
    }
    return reply(shape)


async def replay_delivery(call: Call[None, None]) -> web.Response:
    """Sends a dead or delivered notice again, under the same id; 409 while it waits anyway."""
    services, now_ms = call.services, call.services.clock_ms()
    text = call.path["seq"]
    seq = int(text) if text.isdecimal() else -1
    async with services.database.write() as connection:
        webhook = await known(connection, call.path["webhook_id"], for_update=True)
        old = await deliveries.get(connection, webhook.id, seq)
        if old is None:
            raise Problem(404, UNKNOWN)
        if not await deliveries.replay(connection, webhook.id, now_ms, seq):
            raise Problem(409, "This notice still waits to be delivered.")
        before = {"seq": seq, "notice_id": old.notice_id, "state": old.state}
        deed = deed_of(call, "replayed", now_ms, before, {"state": "waiting"})
        await audit.record(connection, deed)
        again = await deliveries.get(connection, webhook.id, seq)
    return reply(_shape(again or old))


async def replay_dead(call: Call[None, None]) -> web.Response:
    """Sends every dead letter of a webhook again, in order; returns how many that are."""
    services, now_ms = call.services, call.services.clock_ms()
    async with services.database.write() as connection:
        webhook = await known(connection, call.path["webhook_id"], for_update=True)
        count = await deliveries.replay(connection, webhook.id, now_ms)
        deed = deed_of(call, "replayed", now_ms, None, {"replayed": count})
        await audit.record(connection, deed)
    shape: ReplayedShape = {"replayed": count}
    return reply(shape)


def _shape(delivery: Delivery) -> DeliveryShape:
    waits = delivery.state == "waiting"
    return {
        "seq": delivery.seq,
        "id": delivery.notice_id,
        "type": delivery.type,
        "enterprise_id": delivery.enterprise_id,
        "member_id": delivery.member_id,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "created_at": instant(delivery.noted_ms),
        "changed_at": instant(delivery.changed_ms),
        "next_attempt_at": instant(delivery.next_ms) if waits else None,
        "error": delivery.error,
    }

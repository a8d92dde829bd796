"""Events in: hashed here, appended to their shards' streams, each once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from aiohttp import web
from typing_extensions import TypedDict

from quota.calls import Event
from server.contacts import ContactHasher
from server.http.metrics import EVENT_BATCH_SIZE, EVENTS
from server.http.reported import (
    AnyReported,
    ContactEvent,
    EventsBody,
    MissedSearch,
    plain_fields,
)
from server.http.routing import Call, reply


class AcceptedShape(TypedDict):
    """How many events were new, and how many an earlier `event_id` already stood for."""

    accepted: int
    duplicates: int


async def report(call: Call[EventsBody, None]) -> web.Response:
    """Takes all events or none; those taken survive the service."""
    services = call.services
    exempt = services.policy.now.policy.exempt_blocks
    events = [journaled(event, services.contacts, exempt) for event in call.body.events]
    zone = services.policy.rules().policy.default_time_zone
    appended = await services.ledger.append(events, zone)
    EVENT_BATCH_SIZE.observe(len(events))
    EVENTS.labels("accepted").inc(appended.accepted)
    EVENTS.labels("duplicate").inc(appended.duplicates)
    shape: AcceptedShape = {"accepted": appended.accepted, "duplicates": appended.duplicates}
    return reply(shape, 202)


def journaled(event: AnyReported, contacts: ContactHasher, exempt: Collection[str] = ()) -> Event:
    """The event as the journal keeps it: contacts and numbers only hashed, none of `exempt`."""
    body: dict[str, Any] = plain_fields(event)
    if isinstance(event, ContactEvent):
        body["target"] = contacts.contact(event.target_id)
        aliases = contacts.aliases(event.target_id)
        if aliases:
            body["aliases"] = aliases
    elif isinstance(event, MissedSearch):
        number = contacts.number(event.target_phone, exempt)
        if number is not None:
            body |= {"number_block": number.block, "number_tail": number.tail}
    return Event(event.enterprise_id, event.event_id, body)

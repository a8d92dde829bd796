"""Webhooks: where notices are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from aiohttp import web
from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import TypedDict

from server.http.fields import Body, instant
from server.http.problems import Problem, invalid_at
from server.http.routing import Call, reply
from server.records import audit, deliveries, webhooks
from server.records.audit import Deed, Document
from server.records.outbox import TYPES
from server.records.webhooks import Webhook
from server.sealing import SealBroken, Sealer
from server.webhooks import signing
from server.webhooks.addresses import LONGEST_URL, check_url, refused_host
from server.webhooks.delivering import CLAIM_MS
from server.webhooks.subscriptions import EVERYTHING, FAMILIES, check_event

MOST_WEBHOOKS = 100
UNKNOWN = "No webhook has this id."

Url = Annotated[
    str,
    AfterValidator(check_url),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": LONGEST_URL}),
]
Secret = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,256}$")]
EventText = Annotated[
    str,
    AfterValidator(check_event),
    WithJsonSchema({"type": "string", "enum": [EVERYTHING, *FAMILIES, *TYPES]}),
]


class WebhookBody(Body):
    """Where notices go: `events` are types, families such as `appeal.*`, or `*`.

    `secret` signs deliveries: 16–256 visible ASCII characters, never shown again.
    """

    url: Url
    secret: Secret
    events: Annotated[list[EventText], Field(min_length=1, max_length=50)]


class WebhookShape(TypedDict):
    """A webhook without its secret; it is told of what is noted from `created_at` on."""

    id: str
    url: str
    events: list[str]
    created_at: str
    changed_at: str
    made_by: str


class WebhooksShape(TypedDict):
    """All webhooks, by id."""

    items: list[WebhookShape]


async def put_webhook(call: Call[WebhookBody, None]) -> web.Response:
    """Makes a webhook (201), or replaces all of one (200).

    What failed before is tried again at once, at the new place. A private address is refused unless
    the deployment allows it; what a name leads to is looked at whenever something is sent.
    """
    services, body, now_ms = call.services, call.body, call.services.clock_ms()
    host = None if services.webhook_private else refused_host(body.url)
    if host is not None:
        msg = f"{host} is no public address; CONTACT_QUOTA_WEBHOOK_PRIVATE=true allows such"
        raise invalid_at(["body", "url"], msg)
    wanted = _wanted(call, now_ms)
    async with services.database.write() as connection:
        old = await webhooks.get(connection, wanted.id, for_update=True)
        if old is None:
            made = await _create(connection, wanted)
            deed = deed_of(call, "created", now_ms, None, _told(made))
        else:
            made = replace(wanted, created_ms=old.created_ms, made_by=old.made_by)
            await webhooks.put(connection, made)
            await deliveries.hurry(connection, made.id, now_ms, CLAIM_MS)
            changed = _secret_differs(services.sealer, old, body.secret)
            after = {**_told(made), "secret_changed": changed}
            deed = deed_of(call, "changed", now_ms, _told(old), after)
        await audit.record(connection, deed)
    return reply(_shape(made), 201 if old is None else 200)


async def list_webhooks(call: Call[None, None]) -> web.Response:
    """All webhooks, without their secrets."""
    async with call.services.database.read() as connection:
        found = await webhooks.live(connection)
    shape: WebhooksShape = {"items": [_shape(webhook) for webhook in found]}
    return reply(shape)


async def get_webhook(call: Call[None, None]) -> web.Response:
    """One webhook, without its secret."""
    async with call.services.database.read() as connection:
        found = await known(connection, call.path["webhook_id"])
    return reply(_shape(found))


async def delete_webhook(call: Call[None, None]) -> web.Response:
    """Ends a webhook; what waits for it is not sent, and its dead letters are forgotten."""
    services, now_ms = call.services, call.services.clock_ms()
    async with services.database.write() as connection:
        old = await known(connection, call.path["webhook_id"], for_update=True)
        await webhooks.end(connection, old.id, now_ms)
        after = {"deliveries_dropped": await deliveries.drop(connection, old.id)}
        await audit.record(connection, deed_of(call, "deleted", now_ms, _told(old), after))
    return web.Response(status=204)


async def known(
    connection: AsyncConnection, webhook_id: str, *, for_update: bool = False
) -> Webhook:
    """A live webhook. Raises Problem 404."""
    found = await webhooks.get(connection, webhook_id, for_update=for_update)
    if found is None:
        raise Problem(404, UNKNOWN)
    return found


def deed_of(
    call: Call[Any, Any], verb: str, now_ms: int, before: Document | None, after: Document | None
) -> Deed:
    """What the caller did to the webhook of the path; a secret stands in no deed."""
    return Deed(
        at_ms=now_ms,
        holder=call.caller.holder,
        key_id=call.caller.key_id,
        action=f"webhook.{verb}",
        subject_kind="webhook",
        subject_id=call.path["webhook_id"],
        before=before,
        after=after,
    )


def _wanted(call: Call[WebhookBody, None], now_ms: int) -> Webhook:
    webhook_id, body = call.path["webhook_id"], call.body
    return Webhook(
        id=webhook_id,
        url=body.url,
        secret=signing.sealed(call.services.sealer, webhook_id, body.secret),
        events=tuple(dict.fromkeys(body.events)),
        created_ms=now_ms,
        changed_ms=now_ms,
        made_by=call.caller.holder,
    )


async def _create(connection: AsyncConnection, wanted: Webhook) -> Webhook:
    if len(await webhooks.live(connection)) >= MOST_WEBHOOKS:
        raise Problem(409, f"There are {MOST_WEBHOOKS} webhooks already: delete one first.")
    await webhooks.put(connection, wanted)
    return wanted


def _secret_differs(sealer: Sealer, old: Webhook, secret: str) -> bool:
    try:
        return signing.opened(sealer, old.id, old.secret) != secret.encode()
    except SealBroken:
        return True


def _told(webhook: Webhook) -> Mapping[str, object]:
    return {"url": webhook.url, "events": webhook.events}


def _shape(webhook: Webhook) -> WebhookShape:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "created_at": instant(webhook.created_ms),
        "changed_at": instant(webhook.changed_ms),
        "made_by": webhook.made_by,
    }

"""Webhooks on record: where notices go, and what is wanted there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import webhooks
from server.records.writing import upsert


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook; `secret` is sealed. It is told of what was noted from `created_ms` on."""

    id: str
    url: str
    secret: str = field(repr=False)
    events: tuple[str, ...]
    created_ms: int
    changed_ms: int
    made_by: str


async def live(connection: AsyncConnection) -> list[Webhook]:
    """Those that were not ended, by id."""
    query = select(webhooks).where(webhooks.c.ended_ms.is_(None)).order_by(webhooks.c.id)
    return [_webhook(row) for row in (await connection.execute(query)).mappings()]


async def get(
    connection: AsyncConnection, webhook_id: str, *, for_update: bool = False
) -> Webhook | None:
    """A live webhook; `for_update`: nobody else changes it until the transaction ends."""
    query = select(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.ended_ms.is_(None))
    query = query.with_for_update() if for_update else query
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _webhook(row)


async def put(connection: AsyncConnection, webhook: Webhook) -> None:
    """Keeps a webhook, as a live one, in place of any that had its id."""
    row = {
        "id": webhook.id,
        "url": webhook.url,
        "secret": webhook.secret,
        "events": json.dumps(webhook.events),
        "created_ms": webhook.created_ms,
        "changed_ms": webhook.changed_ms,
        "made_by": webhook.made_by,
        "ended_ms": None,
    }
    await upsert(connection, webhooks, [row])


async def end(connection: AsyncConnection, webhook_id: str, now_ms: int) -> None:
    """Ends a webhook; its secret goes at once."""
    await connection.execute(
        update(webhooks).where(webhooks.c.id == webhook_id).values(ended_ms=now_ms, secret="")
    )


def _webhook(row: RowMapping) -> Webhook:
    return Webhook(
        id=row["id"],
        url=row["url"],
        secret=row["secret"],
        events=tuple(json.loads(row["events"])),
        created_ms=row["created_ms"],
        changed_ms=row["changed_ms"],
        made_by=row["made_by"],
    )

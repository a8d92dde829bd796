"""From the outbox to webhooks: a delivery for each one that wants a notice."""

from __future__ import annotations

from server.records import dispatch, webhooks
from server.records.engine import Database
from server.webhooks.subscriptions import wants

SPREAD_MOST = 200
"""Notices spread in one transaction."""


async def spread(database: Database, now_ms: int) -> int:
    """Spreads the next notices; returns how many. Raises RecordsUnavailable.

    A webhook is told of what was noted since it was made. What nobody wants is done with.
    """
    async with database.read() as connection:
        if not await dispatch.unspread(connection, 1):
            return 0  # so that looking every moment takes no writer's lock
    async with database.write() as connection:
        noted = await dispatch.unspread(connection, SPREAD_MOST)
        live = await webhooks.live(connection)
        pairs = [
            (webhook.id, notice)
            for notice in noted
            for webhook in live
            if webhook.created_ms <= notice.at_ms and wants(webhook.events, notice.type)
        ]
        await dispatch.spread(connection, noted, pairs, now_ms)
    return len(noted)

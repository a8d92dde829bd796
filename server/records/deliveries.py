"""Deliveries as people look at them: listed, sent again, forgotten in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import deliveries, outbox, webhooks
from server.records.writing import delete_some

State = Literal["waiting", "delivered", "dead"]
DAY_MS = 86_400_000
KEEP_MS = 30 * DAY_MS
"""How long notices are kept, and deliveries that arrived."""
KEEP_DEAD_MS = 90 * DAY_MS
_SEQ_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on its way to one webhook; `next_ms` is when a waiting one is tried next."""

    seq: int
    notice_id: str
    type: str
    enterprise_id: str
    member_id: str | None
    state: State
    attempts: int
    noted_ms: int
    changed_ms: int
    next_ms: int
    error: str | None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries of a webhook, newest first; `before_seq` is the last one seen."""

    webhook_id: str
    state: State | None = None
    before_seq: int | None = None
    limit: int = 50


_COLUMNS = (
    deliveries.c.seq,
    outbox.c.id,
    outbox.c.type,
    outbox.c.enterprise_id,
    outbox.c.member_id,
    deliveries.c.state,
    deliveries.c.attempts,
    outbox.c.at_ms,
    deliveries.c.changed_ms,
    deliveries.c.next_ms,
    deliveries.c.error,
)


async def listed(connection: AsyncConnection, which: DeliveryFilter) -> list[Delivery]:
    """Deliveries, newest first."""
    where: list[ColumnElement[bool]] = [deliveries.c.webhook_id == which.webhook_id]
    if which.state is not None:
        where.append(deliveries.c.state == which.state)
    if which.before_seq is not None:
        where.append(deliveries.c.seq < min(which.before_seq, _SEQ_MOST))
    query = select(*_COLUMNS).join(outbox, outbox.c.seq == deliveries.c.seq).where(*where)
    query = query.order_by(deliveries.c.seq.desc()).limit(which.limit)
    return [Delivery(*row) for row in await connection.execute(query)]


async def get(connection: AsyncConnection, webhook_id: str, seq: int) -> Delivery | None:
    """One delivery."""
    if seq > _SEQ_MOST:
        return None
    which = DeliveryFilter(webhook_id, before_seq=seq + 1, limit=1)
    found = await listed(connection, which)
    return found[0] if found and found[0].seq == seq else None


async def replay(
    connection: AsyncConnection, webhook_id: str, now_ms: int, seq: int | None = None
) -> int:
    """Lets every dead delivery of a webhook wait again, or the dead or delivered one `seq`.

    Returns how many that were.
    """
    where = [deliveries.c.webhook_id == webhook_id, deliveries.c.state == "dead"]
    if seq is not None:
        where = [
            deliveries.c.webhook_id == webhook_id,
            deliveries.c.seq == seq,
            deliveries.c.state != "waiting",
        ]
    again = {"state": "waiting", "attempts": 0, "next_ms": now_ms, "changed_ms": now_ms}
    result = await connection.execute(update(deliveries).where(*where).values(**again, error=None))
    return result.rowcount


async def hurry(connection: AsyncConnection, webhook_id: str, now_ms: int, claim_ms: int) -> None:
    """What failed, and waits for longer than any claim lasts, is tried at once."""
    await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.webhook_id == webhook_id,
            deliveries.c.state == "waiting",
            deliveries.c.next_ms > now_ms + claim_ms,
        )
        .values(next_ms=now_ms)
    )


async def drop(connection: AsyncConnection, webhook_id: str) -> int:
    """Forgets the deliveries of a webhook that ends; returns how many."""
    gone = await connection.execute(delete(deliveries).where(deliveries.c.webhook_id == webhook_id))
    return gone.rowcount


async def prune(connection: AsyncConnection, now_ms: int, most: int) -> int:
    """Deletes up to `most` of each sort of what is too old; returns the largest count.

    Arrived deliveries and notices after 30 days, dead ones after 90; a notice stays as long as a
    delivery of it does. What was made for a webhook while it ended goes, too.
    """
    d = deliveries.c
    live = exists().where(webhooks.c.id == d.webhook_id, webhooks.c.ended_ms.is_(None))
    named = exists().where(d.webhook_id == webhooks.c.id, d.seq == outbox.c.seq)
    counts = [
        await delete_some(connection, deliveries, where, d.changed_ms, most)
        for where in (
            (d.state == "delivered") & (d.changed_ms < now_ms - KEEP_MS),
            (d.state == "dead") & (d.changed_ms < now_ms - KEEP_DEAD_MS),
            ~live,
        )
    ]
    old = outbox.c.spread & (outbox.c.at_ms < now_ms - KEEP_MS) & ~named
    return max(*counts, await delete_some(connection, outbox, old, outbox.c.seq, most))

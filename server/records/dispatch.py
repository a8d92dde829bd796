"""Notices on their way out of the outbox: deliveries made, due, claimed, settled.

Deliveries of one webhook about one account are sent in the order of the outbox: one is due only
when no earlier one waits. `member_id` is `''` here for the enterprise as a whole.

A claim moves `next_ms` into the future; whoever settles a delivery names the time it claimed it
until. So a holder that was overtaken changes nothing, and one that crashed is repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import deliveries, outbox
from server.records.writing import chunks, insert_new


@dataclass(frozen=True, slots=True)
class Noted:
    """A notice of the outbox, with its place there; `body` is JSON text."""

    seq: int
    id: str
    type: str
    enterprise_id: str
    member_id: str | None
    at_ms: int
    body: str


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery to be sent; `attempts` were made before. A claimed one is held until `next_ms`."""

    webhook_id: str
    noted: Noted
    attempts: int
    next_ms: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an attempt: `state` is delivered, dead, or waiting until `next_ms`."""

    state: str
    at_ms: int
    next_ms: int
    error: str | None = None


_NOTED = (
    outbox.c.seq,
    outbox.c.id,
    outbox.c.type,
    outbox.c.enterprise_id,
    outbox.c.member_id,
    outbox.c.at_ms,
    outbox.c.body,
)


async def unspread(connection: AsyncConnection, most: int) -> list[Noted]:
    """The first notices of which no deliveries were made yet."""
    query = select(*_NOTED).where(~outbox.c.spread).order_by(outbox.c.seq).limit(most)
    return [Noted(*row) for row in await connection.execute(query)]


async def spread(
    connection: AsyncConnection,
    noted: Sequence[Noted],
    pairs: Iterable[tuple[str, Noted]],
    now_ms: int,
) -> None:
    """Makes a delivery for each webhook id and notice; all of `noted` is done with."""
    rows = [
        {
            "webhook_id": webhook_id,
            "seq": notice.seq,
            "enterprise_id": notice.enterprise_id,
            "member_id": notice.member_id or "",
            "state": "waiting",
            "attempts": 0,
            "next_ms": now_ms,
            "changed_ms": now_ms,
            "error": None,
        }
        for webhook_id, notice in pairs
    ]
    await insert_new(connection, deliveries, rows)
    for seqs in chunks([notice.seq for notice in noted]):
        await connection.execute(update(outbox).where(outbox.c.seq.in_(seqs)).values(spread=True))


async def next_due_ms(connection: AsyncConnection) -> int | None:
    """When the first waiting delivery may be sent, if nothing is before it; None: none waits."""
    query = select(func.min(deliveries.c.next_ms)).where(deliveries.c.state == "waiting")
    found: int | None = (await connection.execute(query)).scalar_one()
    return found


async def due(connection: AsyncConnection, webhook_id: str, now_ms: int, most: int) -> list[Due]:
    """Deliveries of a webhook that may be sent now, those that waited longest first."""
    earlier = deliveries.alias()
    is_first = ~exists().where(
        earlier.c.webhook_id == deliveries.c.webhook_id,
        earlier.c.enterprise_id == deliveries.c.enterprise_id,
        earlier.c.member_id == deliveries.c.member_id,
        earlier.c.state == "waiting",
        earlier.c.seq < deliveries.c.seq,
    )
    query = (
        select(deliveries.c.attempts, deliveries.c.next_ms, *_NOTED)
        .join(outbox, outbox.c.seq == deliveries.c.seq)
        .where(
            deliveries.c.webhook_id == webhook_id,
            deliveries.c.state == "waiting",
            deliveries.c.next_ms <= now_ms,
            is_first,
        )
        .order_by(deliveries.c.next_ms, deliveries.c.seq)
        .limit(most)
    )
    rows = await connection.execute(query)
    return [Due(webhook_id, Noted(*noted), made, next_ms) for made, next_ms, *noted in rows]


async def claim(connection: AsyncConnection, found: Iterable[Due], until_ms: int) -> list[Due]:
    """Takes deliveries that nobody took since they were found; returns those."""
    taken = []
    for one in found:
        result = await connection.execute(
            update(deliveries)
            .where(
                deliveries.c.webhook_id == one.webhook_id,
                deliveries.c.seq == one.noted.seq,
                deliveries.c.state == "waiting",
                deliveries.c.next_ms == one.next_ms,
            )
            .values(next_ms=until_ms)
        )
        if result.rowcount == 1:
            taken.append(replace(one, next_ms=until_ms))
    return taken


async def settle(connection: AsyncConnection, claimed: Due, made: Settled) -> bool:
    """Notes what became of an attempt; False where the claim was lost, and nothing was noted."""
    result = await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.webhook_id == claimed.webhook_id,
            deliveries.c.seq == claimed.noted.seq,
            deliveries.c.state == "waiting",
            deliveries.c.next_ms == claimed.next_ms,
        )
        .values(
            state=made.state,
            attempts=claimed.attempts + 1,
            next_ms=made.next_ms,
            changed_ms=made.at_ms,
            error=made.error,
        )
    )
    if result.rowcount == 1 and made.state == "waiting":
        await _let_wait(connection, claimed, made)
    return result.rowcount == 1


async def _let_wait(connection: AsyncConnection, claimed: Due, made: Settled) -> None:
    """What waits behind a failed delivery is not looked at before that is due again.

    It could not be sent anyway; but a long queue would be gone through in vain at each look.
    """
    await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.webhook_id == claimed.webhook_id,
            deliveries.c.enterprise_id == claimed.noted.enterprise_id,
            deliveries.c.member_id == (claimed.noted.member_id or ""),
            deliveries.c.state == "waiting",
            deliveries.c.seq > claimed.noted.seq,
            deliveries.c.next_ms <= made.at_ms,
        )
        .values(next_ms=made.next_ms)
    )


async def oldest_waiting_ms(
    connection: AsyncConnection, webhook_ids: Collection[str]
) -> int | None:
    """When the oldest notice was noted that waits for one of these webhooks; None: none does."""
    first = [
        select(func.min(deliveries.c.seq))
        .where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == "waiting")
        .scalar_subquery()
        for webhook_id in webhook_ids
    ]
    if not first:
        return None
    query = select(func.min(outbox.c.at_ms)).where(outbox.c.seq.in_(first))
    found: int | None = (await connection.execute(query)).scalar_one()
    return found

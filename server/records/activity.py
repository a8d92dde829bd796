"""Activity: what the platform did in ten minutes of the service's clock, written by the fold.

Local days differ from zone to zone; these slots do not, so that the last 24 hours can be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import COUNTS, activity
from server.records.writing import delete_some, upsert

SLOT_MS = 600_000
KEEP_MS = 8 * 86_400_000

Slots = Mapping[int, Mapping[str, int]]
"""Counts by the start of their slot, in epoch ms; of the names of `tables.COUNTS`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Ten minutes from `at_ms` on; `counts` has every name of `tables.COUNTS` that is not zero."""

    at_ms: int
    counts: Mapping[str, int]


def slot_of(at_ms: int) -> int:
    """The start of the slot that an instant lies in."""
    return at_ms - at_ms % SLOT_MS


async def add(connection: AsyncConnection, shard: int, slots: Slots) -> None:
    """Adds what a batch of a shard counted: a row for each slot, and no other shard writes it."""
    rows = [
        {"slot_ms": at_ms, "shard": shard, **{name: counts.get(name, 0) for name in COUNTS}}
        for at_ms, counts in slots.items()
    ]
    await upsert(connection, activity, rows, add=COUNTS)


async def read(connection: AsyncConnection, from_ms: int) -> list[Slot]:
    """Slots that start at `from_ms` or later, oldest first; those without an event are absent."""
    sums = [func.sum(activity.c[name]).label(name) for name in COUNTS]
    rows = await connection.execute(
        select(activity.c.slot_ms, *sums)
        .where(activity.c.slot_ms >= from_ms)
        .group_by(activity.c.slot_ms)
        .order_by(activity.c.slot_ms)
    )
    return [
        Slot(row["slot_ms"], {name: int(row[name]) for name in COUNTS if row[name]})
        for row in rows.mappings()
    ]


async def prune(connection: AsyncConnection, now_ms: int, most: int) -> int:
    """Deletes up to `most` rows older than `KEEP_MS`; returns how many."""
    over = activity.c.slot_ms < now_ms - KEEP_MS
    return await delete_some(connection, activity, over, activity.c.slot_ms, most)

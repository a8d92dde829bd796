"""The event journal: every event of a shard in the order of its `seq`, kept 190 days."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.engine import Database
from server.records.tables import journal
from server.records.writing import chunks, insert_new_records

KEEP_MS = 190 * 86_400_000
PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the ledger wrote it: `payload` is its JSON, `received_ms` the fold's clock."""

    shard: int
    seq: int
    type: str
    received_ms: int
    enterprise_id: str | None
    member_id: str | None
    payload: str


async def append(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Writes entries; those already there stay as they are."""
    await insert_new_records(connection, journal, entries)


async def last_seqs(connection: AsyncConnection, shards: Sequence[int]) -> dict[int, int]:
    """The highest `seq` journaled, by shard; 0 where there is none."""
    rows = await connection.execute(
        select(journal.c.shard, func.max(journal.c.seq).label("last"))
        .where(journal.c.shard.in_(shards))
        .group_by(journal.c.shard)
    )
    return dict.fromkeys(shards, 0) | {row.shard: row.last for row in rows}


async def after(
    connection: AsyncConnection, shard: int, seq: int, count: int, through: int | None = None
) -> list[Entry]:
    """The next `count` entries of a shard behind `seq`, none behind `through`."""
    query = select(journal).where(journal.c.shard == shard, journal.c.seq > seq)
    if through is not None:
        query = query.where(journal.c.seq <= through)
    rows = await connection.execute(query.order_by(journal.c.seq).limit(count))
    return [Entry(**row) for row in rows.mappings()]


async def received_at(
    connection: AsyncConnection, shard: int, times_ms: Collection[int]
) -> set[tuple[int, str]]:
    """(received_ms, payload) of a shard's entries received at these times."""
    found: set[tuple[int, str]] = set()
    for some in chunks(times_ms):
        rows = await connection.execute(
            select(journal.c.received_ms, journal.c.payload).where(
                journal.c.shard == shard, journal.c.received_ms.in_(some)
            )
        )
        found |= {(row.received_ms, row.payload) for row in rows}
    return found


async def received_between(
    database: Database, shard: int, from_ms: int, to_ms: int
) -> AsyncIterator[Entry]:
    """A shard's entries received in `[from_ms, to_ms)`, in order, a page in memory at a time."""
    within = (
        journal.c.shard == shard,
        journal.c.received_ms >= from_ms,
        journal.c.received_ms < to_ms,
    )
    async with database.read(deadline_s=None) as connection:
        bounds = select(func.min(journal.c.seq), func.max(journal.c.seq)).where(*within)
        first, last = (await connection.execute(bounds)).one()
    seq = None if first is None else first - 1
    while seq is not None and seq < last:
        async with database.read() as connection:
            page = await after(connection, shard, seq, PAGE, last)
        seq = page[-1].seq if page else None
        for entry in page:
            if from_ms <= entry.received_ms < to_ms:
                yield entry


async def count_received(connection: AsyncConnection, from_ms: int, to_ms: int) -> int:
    """How many entries were received in `[from_ms, to_ms)`."""
    within = (journal.c.received_ms >= from_ms, journal.c.received_ms < to_ms)
    return (await connection.execute(select(func.count()).where(*within))).scalar_one()


async def prune(
    connection: AsyncConnection, shard: int, before_ms: int, folded_seq: int, count: int = PAGE
) -> int:
    """Deletes up to `count` folded entries received before `before_ms`; returns how many."""
    oldest = (
        select(journal.c.seq)
        .where(
            journal.c.shard == shard,
            journal.c.received_ms < before_ms,
            journal.c.seq <= folded_seq,
        )
        .order_by(journal.c.received_ms, journal.c.seq)
        .limit(count)
    )
    result = await connection.execute(
        delete(journal).where(journal.c.shard == shard, journal.c.seq.in_(oldest))
    )
    return result.rowcount

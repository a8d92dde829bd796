"""Who folds a shard: leases with a fencing token, beside the state they guard.

The fence grows with every acquisition, so whoever held the lease before is told apart from whoever
holds it now, whatever their clocks say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import shards
from server.records.writing import insert_new


class LeaseLost(Exception):
    """Another worker took the shard over, or folded what this one was about to fold."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to fold a shard from `folded_seq` on, under `policy_version` (0: none yet)."""

    shard: int
    owner: str
    fence: int
    folded_seq: int
    policy_version: int


async def create_shards(connection: AsyncConnection, count: int) -> None:
    """Makes the rows of shards 0 to count − 1 where they are missing."""
    new = {"owner": None, "fence": 0, "lease_until_ms": 0, "folded_seq": 0, "policy_version": 0}
    await insert_new(connection, shards, [{"shard": shard} | new for shard in range(count)])


async def acquire(
    connection: AsyncConnection, shard: int, owner: str, now_ms: int, ttl_ms: int
) -> Lease | None:
    """Takes a shard that nobody holds, whose lease ran out, or that `owner` held; else None."""
    taken = await connection.execute(
        update(shards)
        .where(
            shards.c.shard == shard,
            or_(
                shards.c.owner.is_(None),
                shards.c.owner == owner,
                shards.c.lease_until_ms <= now_ms,
            ),
        )
        .values(owner=owner, fence=shards.c.fence + 1, lease_until_ms=now_ms + ttl_ms)
    )
    if taken.rowcount != 1:
        return None
    columns = (shards.c.fence, shards.c.folded_seq, shards.c.policy_version)
    row = (await connection.execute(select(*columns).where(shards.c.shard == shard))).one()
    return Lease(shard, owner, row.fence, row.folded_seq, row.policy_version)


async def renew(
    connection: AsyncConnection, held: Sequence[Lease], now_ms: int, ttl_ms: int
) -> set[int]:
    """Extends leases; returns the shards that are still held."""
    kept = set()
    for lease in held:
        result = await connection.execute(
            update(shards)
            .where(shards.c.shard == lease.shard, shards.c.fence == lease.fence)
            .values(lease_until_ms=now_ms + ttl_ms)
        )
        if result.rowcount == 1:
            kept.add(lease.shard)
    return kept


async def release(connection: AsyncConnection, lease: Lease) -> None:
    """Gives a shard back at once; nothing happens where it is no longer held."""
    await connection.execute(
        update(shards)
        .where(shards.c.shard == lease.shard, shards.c.fence == lease.fence)
        .values(owner=None, lease_until_ms=0)
    )


async def advance(
    connection: AsyncConnection, lease: Lease, folded_seq: int, policy_version: int
) -> None:
    """Moves the fold's place; the guard of a batch's transaction.

    Raises `LeaseLost` where the fence or the place is no longer the one the lease names.
    """
    moved = await connection.execute(
        update(shards)
        .where(
            shards.c.shard == lease.shard,
            shards.c.fence == lease.fence,
            shards.c.folded_seq == lease.folded_seq,
        )
        .values(folded_seq=folded_seq, policy_version=policy_version)
    )
    if moved.rowcount != 1:
        raise LeaseLost(f"shard {lease.shard}: fence {lease.fence} is no longer the newest")


async def folded_seqs(connection: AsyncConnection) -> dict[int, int]:
    """The fold's place, by shard."""
    rows = await connection.execute(select(shards.c.shard, shards.c.folded_seq))
    return {row.shard: row.folded_seq for row in rows}


async def owners(connection: AsyncConnection, now_ms: int) -> dict[str, int]:
    """How many shards each owner holds now."""
    rows = await connection.execute(
        select(shards.c.owner, func.count().label("held"))
        .where(shards.c.owner.is_not(None), shards.c.lease_until_ms > now_ms)
        .group_by(shards.c.owner)
    )
    return {row.owner: row.held for row in rows}

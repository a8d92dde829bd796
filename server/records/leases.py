"""Who folds a shard: leases with a fencing token, beside the state they guard.

The fence grows with every acquisition, so whoever held the lease before is told apart from whoever
holds it now, whatever their clocks say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import shards, workers
from server.records.writing import insert_new, upsert


class LeaseLost(Exception):  # noqa: N818  what happened to the shard, no fault
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
    numbers = ("fence", "lease_until_ms", "folded_seq", "numbered_from", "policy_version")
    new = {"owner": None} | dict.fromkeys(numbers, 0)
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


async def check(connection: AsyncConnection, lease: Lease) -> None:
    """Raises `LeaseLost` unless the fence and the fold's place are those that the lease names."""
    query = select(shards.c.fence, shards.c.folded_seq).where(shards.c.shard == lease.shard)
    row = (await connection.execute(query)).one()
    if (row.fence, row.folded_seq) != (lease.fence, lease.folded_seq):
        raise LeaseLost(f"shard {lease.shard}: fence {lease.fence} is no longer the newest")


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


async def number_from(connection: AsyncConnection, lease: Lease, least: int, apart: int) -> int:
    """Fixes the seq behind which a refilled shard numbers on; returns it.

    After the first time it lies `apart` above `least`, what is known to be numbered, and above the
    one fixed before: what was numbered since may have left no trace here, but somebody saw it.
    Raises `LeaseLost`.
    """
    query = select(shards.c.numbered_from).where(shards.c.shard == lease.shard)
    before = (await connection.execute(query)).scalar_one()
    seq = max(least, before) + apart if before else least
    fixed = await connection.execute(
        update(shards)
        .where(shards.c.shard == lease.shard, shards.c.fence == lease.fence)
        .values(numbered_from=max(seq, 1))
    )
    if fixed.rowcount != 1:
        raise LeaseLost(f"shard {lease.shard}: fence {lease.fence} is no longer the newest")
    return seq


async def folded_seqs(connection: AsyncConnection) -> dict[int, int]:
    """The fold's place, by shard."""
    rows = await connection.execute(select(shards.c.shard, shards.c.folded_seq))
    return {row.shard: row.folded_seq for row in rows}


async def free(connection: AsyncConnection, now_ms: int) -> list[int]:
    """Shards that nobody holds, or whose lease ran out."""
    rows = await connection.execute(
        select(shards.c.shard)
        .where(or_(shards.c.owner.is_(None), shards.c.lease_until_ms <= now_ms))
        .order_by(shards.c.shard)
    )
    return list(rows.scalars())


async def owned(connection: AsyncConnection, owner: str) -> list[int]:
    """Shards whose last lease was `owner`'s and was not given back."""
    rows = await connection.execute(
        select(shards.c.shard).where(shards.c.owner == owner).order_by(shards.c.shard)
    )
    return list(rows.scalars())


async def report(
    connection: AsyncConnection, owner: str, now_ms: int, ttl_ms: int
) -> dict[str, int]:
    """Notes that a worker is alive; returns all that are, with the ms until when."""
    await upsert(connection, workers, [{"owner": owner, "alive_until_ms": now_ms + ttl_ms}])
    # Others that come back now write rows of their own: who waited for them might do so for ever.
    silent = select(workers.c.owner).where(workers.c.alive_until_ms <= now_ms)
    silent = silent.with_for_update(skip_locked=True)
    await connection.execute(delete(workers).where(workers.c.owner.in_(silent)))
    rows = await connection.execute(select(workers.c.owner, workers.c.alive_until_ms))
    return {row.owner: row.alive_until_ms for row in rows}


async def leave(connection: AsyncConnection, owner: str) -> None:
    """Notes that a worker has stopped."""
    await connection.execute(delete(workers).where(workers.c.owner == owner))


async def policy_versions(connection: AsyncConnection) -> dict[int, int]:
    """The version of the policy that each shard's fold has come to (0: none yet)."""
    rows = await connection.execute(select(shards.c.shard, shards.c.policy_version))
    return {row.shard: row.policy_version for row in rows}

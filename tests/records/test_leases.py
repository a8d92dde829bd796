"""Leases: one holder a shard, told apart by a fence that only grows."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import leases
from server.records.engine import Database
from server.records.leases import Lease, LeaseLost

TTL_MS = 1_000


@pytest.fixture(autouse=True)
async def _shards(database: Database) -> None:
    async with database.write() as connection:
        await leases.create_shards(connection, 2)
        await leases.create_shards(connection, 2)


async def _acquire(database: Database, owner: str, now_ms: int, shard: int = 0) -> Lease | None:
    async with database.write() as connection:
        return await leases.acquire(connection, shard, owner, now_ms, TTL_MS)


async def test_a_lease_excludes_others_until_it_ends(database: Database) -> None:
    first = await _acquire(database, "a", 0)
    assert first == Lease(0, "a", fence=1, folded_seq=0, policy_version=0)
    assert await _acquire(database, "b", TTL_MS - 1) is None
    second = await _acquire(database, "b", TTL_MS)
    assert second is not None
    assert second.fence == 2


async def test_a_renewed_lease_lasts_longer_and_a_lost_one_is_not_renewed(
    database: Database,
) -> None:
    first = await _acquire(database, "a", 0)
    assert first is not None
    async with database.write() as connection:
        assert await leases.renew(connection, [first], 900, TTL_MS) == {0}
    assert await _acquire(database, "b", TTL_MS) is None
    assert await _acquire(database, "b", 1900) is not None
    async with database.write() as connection:
        assert await leases.renew(connection, [first], 1900, TTL_MS) == set()


async def test_a_released_shard_is_free_at_once(database: Database) -> None:
    lease = await _acquire(database, "a", 0)
    assert lease is not None
    async with database.write() as connection:
        assert await leases.free(connection, 0) == [1]
        assert await leases.owned(connection, "a") == [0]
        await leases.release(connection, lease)
        assert await leases.free(connection, 0) == [0, 1]
    assert await _acquire(database, "b", 0) is not None


async def test_releasing_a_lost_lease_leaves_the_new_holder_alone(database: Database) -> None:
    stale = await _acquire(database, "a", 0)
    assert stale is not None
    await _acquire(database, "b", TTL_MS)
    async with database.write() as connection:
        await leases.release(connection, stale)
        assert await leases.owned(connection, "b") == [0]


async def test_the_place_moves_once_and_only_for_the_holder(database: Database) -> None:
    lease = await _acquire(database, "a", 0)
    assert lease is not None
    async with database.write() as connection:
        await leases.check(connection, lease)
        await leases.advance(connection, lease, 7, 3)
        assert await leases.folded_seqs(connection) == {0: 7, 1: 0}
        assert await leases.policy_versions(connection) == {0: 3, 1: 0}
    for attempt in (leases.check, _advance):
        with pytest.raises(LeaseLost):
            async with database.write() as connection:
                await attempt(connection, lease)


async def _advance(connection: AsyncConnection, lease: Lease) -> None:
    await leases.advance(connection, lease, 9, 3)


async def test_numbers_after_a_refill_keep_their_distance(database: Database) -> None:
    lease = await _acquire(database, "a", 0)
    assert lease is not None
    async with database.write() as connection:
        assert await leases.number_from(connection, lease, 0, 100) == 0
        assert await leases.number_from(connection, lease, 5, 100) == 105
        assert await leases.number_from(connection, lease, 5, 100) == 205
        assert await leases.number_from(connection, lease, 500, 100) == 600
    await _acquire(database, "b", TTL_MS)
    with pytest.raises(LeaseLost):
        async with database.write() as connection:
            await leases.number_from(connection, lease, 0, 100)


async def test_workers_that_report_are_alive_for_a_while(database: Database) -> None:
    async with database.write() as connection:
        assert await leases.report(connection, "a", 0, TTL_MS) == {"a": TTL_MS}
        assert await leases.report(connection, "b", 500, TTL_MS) == {"a": TTL_MS, "b": 1500}
        assert await leases.report(connection, "b", TTL_MS, TTL_MS) == {"b": 2 * TTL_MS}
        await leases.leave(connection, "b")
        assert await leases.report(connection, "c", TTL_MS, TTL_MS) == {"c": 2 * TTL_MS}


async def test_workers_that_come_back_at_once_do_not_wait_for_each_other(
    database: Database,
) -> None:
    async def come_back(owner: str, now_ms: int) -> None:
        async with database.write() as connection:
            await leases.report(connection, owner, now_ms, TTL_MS)

    for round_ in range(1, 9):
        await asyncio.gather(*(come_back(f"w{n}", round_ * 2 * TTL_MS) for n in range(6)))
    async with database.write() as connection:
        alive = await leases.report(connection, "w0", 8 * 2 * TTL_MS, TTL_MS)
    assert len(alive) == 6

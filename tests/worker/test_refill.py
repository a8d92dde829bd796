"""A Redis that lost some, or all, is refilled from the record, restrictions first."""

from collections.abc import Awaitable
from typing import Any

import pytest

from penalties.restrictions import Scope
from quota import keys
from quota.adds import Decision, StoreUnavailable
from quota.ledger import Ledger
from quota.scripts import Scripts
from server.records import accounts, penalties
from server.records.accounts import Enterprise
from server.records.penalty_rows import PenaltyRecord
from server.worker.refill import closed_shards, push_restrictions, report_rolled_back
from tests.penalties.build import penalty
from tests.worker.scene import Scene, drain, hashes, restored, saved

STARTED_MS = 1_795_310_000_000


async def _restrict(scene: Scene, member: str | None, penalty_id: str = "p1") -> None:
    scope = Scope.ENTERPRISE_ACCOUNT if member is None else Scope.INTEROP
    held = penalty(penalty_id, scope=scope, member_id=member, starts_ms=STARTED_MS, ends_ms=None)
    async with scene.database.write() as connection:
        await penalties.add(connection, [PenaltyRecord(held, 0)])
    await push_restrictions(scene.ledger, scene.database, "acme", member)


async def _busy_day(scene: Scene) -> Decision:
    """Adds in both directions, a hold, a cancel, a cool-down, a restriction; returns the hold."""
    await scene.add("c20")
    described = Enterprise("acme", scene.clock(), scene.clock(), time_zone="Asia/Tokyo")
    async with scene.database.write() as connection:
        await accounts.put_enterprise(connection, described)
    await scene.ledger.accounts.change_zone("acme", "Asia/Tokyo")
    await scene.event("enterprise.updated", member=None, time_zone="Asia/Tokyo", profile={})
    for n in range(3):
        await scene.add(f"c{n}", request_id=f"r-{n}")
    await scene.add("c7", initiated_by="contact")
    await scene.add("c8", way="admin_assigned")
    cancelled = await scene.add("c9")
    await scene.ledger.settle(cancelled.decision_id, "cancel", scene.rules)
    held = await scene.add("c10", member="wu", mode="hold", hold_s=600)
    await scene.event("contact.accepted", "c0")
    await scene.event("contact.declined", "c1")
    await scene.event("contact.blocked", "c2")
    await _restrict(scene, "zhao")
    return held


async def test_an_empty_redis_comes_back_as_it_was(scene: Scene) -> None:
    worker = await scene.up()
    held = await _busy_day(scene)
    await drain(worker)
    before = await hashes(scene.redis)
    await scene.redis.flushall()
    assert await closed_shards(scene.ledger) == [0]
    await drain(worker)
    assert await hashes(scene.redis) == before
    again = await scene.add("c0", request_id="r-0")
    assert again.replayed
    assert (await scene.ledger.settle(held.decision_id, "commit", scene.rules)).state == "committed"
    assert (await scene.add("x", member="zhao")).reason == "member_restricted"
    assert (await scene.add("c2", member="wu")).reason == "contact_cooldown"


async def test_a_redis_that_went_back_is_refilled(scene: Scene) -> None:
    worker = await scene.up()
    await scene.add("c0")
    await drain(worker)
    copy = await saved(scene.redis)
    await _busy_day(scene)
    await drain(worker)
    before = await hashes(scene.redis)
    await restored(scene.redis, copy)
    await drain(worker)
    assert await hashes(scene.redis) == before


async def test_events_that_reused_lost_numbers_are_kept(scene: Scene) -> None:
    worker = await scene.up()
    await scene.add("c0")
    await drain(worker)
    copy = await saved(scene.redis)
    for n in range(1, 4):
        await scene.add(f"c{n}")
    await drain(worker)
    await restored(scene.redis, copy)
    for n in range(11, 16):  # by a process that had seen none of the lost events
        other = Scene(scene.redis, scene.database, scene.clock)
        await other.add(f"c{n}", member="wu")
    await drain(worker)
    state = await scene.ledger.accounts.enterprise("acme", scene.rules)
    assert state.limit("enterprise_daily_active").used == 9


async def test_events_of_an_unfinished_refill_are_kept(scene: Scene) -> None:
    worker = await scene.up()
    await scene.add("c0")
    await scene.ledger.log.close(0)
    assert await drain(worker) == 1
    state = await scene.ledger.accounts.member("acme", "li", scene.rules)
    assert state.limit("member_daily_active").used == 1


async def test_what_only_a_server_saw_closes_the_shard_until_it_is_refilled(scene: Scene) -> None:
    worker = await scene.up(scene.worker())
    copy = await saved(scene.redis)
    server = Ledger(scene.redis, shards=1, clock_ms=scene.clock)
    scene.ledger, workers_own = server, scene.ledger
    await scene.add("c0")
    await restored(scene.redis, copy)
    with pytest.raises(AssertionError, match="unavailable"):
        await scene.add("c1")
    assert await report_rolled_back(server) == [0]
    scene.ledger = workers_own
    await drain(worker)
    scene.ledger = server
    assert (await scene.add("c1")).allowed
    assert await report_rolled_back(server) == []


async def test_a_redis_lost_again_and_again_never_locks_a_server_out(scene: Scene) -> None:
    worker = await scene.up()
    server = Scene(scene.redis, scene.database, scene.clock)
    for n in range(3):
        for k in range(3):
            assert (await server.add(f"c{n}-{k}", member=f"m{n}")).allowed
        if n == 1:
            await drain(worker)
        await scene.redis.flushall()
        await drain(worker)
        assert await report_rolled_back(server.ledger) == []
    assert (await server.add("c9")).allowed


class _Meddling(Scripts):
    """Lets somebody try something at every step of a refill."""

    def __init__(self, scripts: Scripts, meddle: Any) -> None:
        self.__dict__ = scripts.__dict__
        self._meddle = meddle

    async def guard(self, name: str, call: Awaitable[Any], items: int = 1) -> Any:
        result = await super().guard(name, call, items)
        await self._meddle(name)
        return result


async def test_no_spend_escapes_a_restriction_during_a_refill(scene: Scene) -> None:
    worker = await scene.up()
    await _restrict(scene, "li")
    await scene.redis.flushall()
    seen: list[str] = []
    server = Scene(scene.redis, scene.database, scene.clock)

    async def try_to_spend(_: str) -> None:
        if "member_restricted" in seen:
            return
        try:
            seen.append((await server.add("c1")).reason)
        except AssertionError:
            seen.append("unavailable")

    scene.ledger.scripts = _Meddling(scene.ledger.scripts, try_to_spend)
    await drain(worker)
    assert set(seen) == {"unavailable", "member_restricted"}


async def test_a_restriction_imposed_during_a_refill_holds_when_it_opens(scene: Scene) -> None:
    worker = await scene.up()
    await scene.redis.flushall()
    server = Scene(scene.redis, scene.database, scene.clock)
    reasons: list[str] = []
    imposed: list[str] = []

    async def impose(name: str) -> None:
        if name == "close" and not imposed:
            imposed.append(name)
        elif name == "refill" and len(imposed) == 1:
            imposed.append(name)
            await _restrict(server, "li")
        elif len(imposed) == 2 and not reasons and not await closed_shards(server.ledger):
            reasons.append((await server.add("c1")).reason)

    scene.ledger.scripts = _Meddling(scene.ledger.scripts, impose)
    await drain(worker)
    assert set(reasons) == {"member_restricted"}


async def test_two_changes_at_once_leave_the_newer_restrictions(scene: Scene) -> None:
    await scene.up()
    await _restrict(scene, "li", "p1")
    lifted: list[str] = []

    async def lift_behind_its_back(name: str) -> None:
        if name == "restrict" and not lifted:
            lifted.append(name)
            async with scene.database.write() as connection:
                assert await penalties.lift(connection, "p1", scene.clock()) == 1

    scene.ledger.scripts = _Meddling(scene.ledger.scripts, lift_behind_its_back)
    await push_restrictions(scene.ledger, scene.database, "acme", "li")
    assert (await scene.add("c1")).allowed


async def test_a_foreign_fence_keeps_a_stale_worker_from_refilling(scene: Scene) -> None:
    worker = await scene.up()
    await scene.redis.hset(keys.meta(0), "fence", "99")
    await scene.ledger.log.close(0)
    await worker.turn()
    assert await closed_shards(scene.ledger) == [0]


async def test_a_closed_shard_refuses(scene: Scene) -> None:
    with pytest.raises(StoreUnavailable):
        await scene.event("contact.accepted", "c0")

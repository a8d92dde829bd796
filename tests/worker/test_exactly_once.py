"""Whatever ends the worker when, each event takes effect once: record and Redis come out equal."""

from pathlib import Path
from typing import Any

from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from quota.ledger import Ledger
from server.policy import policy_from_object
from server.records.engine import Database
from server.worker.stores import AWAY
from tests.conftest import Clock
from tests.worker.faults import Faults, FaultyDatabase, FaultyScripts, Killed
from tests.worker.scene import Scene, hashes, new_database, rows
from tests.worker.scene import drain as drained

NOON_MS = 1_795_320_000_000
BATCH = 10


QUICK = {"scoring": {"patterns": {"hard_negatives": {"threshold": 0.9}}}}
"""A policy under which the first block raises a flag."""


async def _a_day(scene: Scene) -> None:
    """Adds, answers, refunds, cool-downs, usage, a hold, a denial, descriptions, another policy."""
    await scene.event("enterprise.updated", member=None, verification="verified", profile={})
    for n in range(6):
        await scene.add(f"c{n}", mode="hold" if n == 4 else "spend", hold_s=60 if n == 4 else None)
    held = await scene.add("c9", member="wu", request_id="r-9")
    await scene.event("contact.accepted", "c0")
    await scene.event("contact.failed", "c1")
    await scene.event("contact.failed", "c9", "wu", decision_id=held.decision_id)
    await scene.event("contact.declined", "c2")
    await scene.put_policy(policy_from_object(QUICK))
    await scene.announce()
    await scene.event("contact.blocked", "c3")
    await scene.event("contact.complained", "c5")
    await scene.event("contact.deleted", "c0")
    await scene.event("usage.reported", stat_date="2026-11-22", chat_cnt=3, reply_percentage=90)
    scene.clock.forward(minutes=2)


async def _folded(redis: Redis, database: Database, faults: Faults) -> tuple[Any, Any]:
    """The record and Redis after a day that met one fault; what it ended began again."""
    await redis.flushall()
    scene = Scene(redis, database, Clock(NOON_MS))
    await scene.begin()
    await scene.up(scene.worker("first"))
    await _a_day(scene)
    steady = scene.ledger, scene.database
    scene.ledger = Ledger(redis, shards=1, clock_ms=scene.clock)
    scene.ledger.scripts = FaultyScripts(scene.ledger.scripts, faults)
    scene.database = FaultyDatabase(database, faults)
    worker = scene.worker("first", BATCH)
    for _ in range(200):
        try:
            await worker.keep()
            await drained(worker)
            break
        except Killed:
            scene.ledger, scene.database = steady
            worker = scene.worker("second", BATCH)
            scene.leases.forward(minutes=1)
        except AWAY:
            continue
    else:
        raise AssertionError("the worker never recovers")
    return await rows(database), await hashes(redis)


async def _run_into_faults(
    redis: Redis, template: Path, directory: Path, *, killed: bool, stride: int
) -> None:
    """One run for each step of the undisturbed one, with a fault there."""

    async def run(at: int) -> tuple[Any, Any, Faults]:
        faults = Faults(at, killed=killed)
        database = await new_database(template, directory / f"{at}.sqlite")
        try:
            return *await _folded(redis, database, faults), faults
        finally:
            await database.close()

    expected_rows, expected_hashes, undisturbed = await run(0)
    assert len(expected_rows["flags"]) == 1
    assert undisturbed.steps > 50
    for at in range(1, undisturbed.steps + 1, stride):
        found_rows, found_hashes, faults = await run(at)
        assert faults.happened
        assert found_rows == expected_rows, f"the record differs after a fault at step {at}"
        assert found_hashes == expected_hashes, f"Redis differs after a fault at step {at}"


async def test_killed_at_any_step_it_comes_out_equal(template: Path, tmp_path: Path) -> None:
    redis = FakeAsyncRedis()
    await _run_into_faults(redis, template, tmp_path, killed=True, stride=1)
    await redis.aclose()


async def test_a_store_away_at_some_step_comes_out_equal(
    redis_backend: Redis, template: Path, tmp_path: Path
) -> None:
    await _run_into_faults(redis_backend, template, tmp_path, killed=False, stride=5)

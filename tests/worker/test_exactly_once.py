"""Whatever ends the worker when, each event takes effect once: record and Redis come out equal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from server.records import tables
from server.worker.stores import AWAY
from tests.conftest import Clock
from tests.stored import Stored, StoredInFiles
from tests.worker.faults import Faults, FaultyDatabase, FaultyScripts, Killed
from tests.worker.scene import Scene, hashes, restored, rows, saved
from tests.worker.scene import drain as drained
from tests.worker.suspicion import decide, listed, touchy

NOON_MS = 1_795_320_000_000
BATCH = 10


QUICK = touchy(enterprise_floor=1, enterprise_seat_share=0)
"""Under it a first block opens a case, and each day holds one member."""


async def _a_day(scene: Scene) -> None:
    """Adds, answers, refunds, cool-downs, usage, holds, descriptions, another policy, cases."""
    await scene.event("enterprise.updated", member=None, verification="verified", profile={})
    for n in range(6):
        await scene.add(f"c{n}", mode="hold" if n == 4 else "spend", hold_s=60 if n == 4 else None)
    await scene.add("c7", member="wu")
    await scene.add("c8", member="zhao")
    held = await scene.add("c9", member="wu", request_id="r-9")
    await scene.event("contact.accepted", "c0")
    await scene.event("contact.failed", "c1")
    await scene.event("contact.failed", "c9", "wu", decision_id=held.decision_id)
    await scene.event("contact.declined", "c2")
    await scene.put_policy(QUICK)
    await scene.announce()
    await scene.event("contact.blocked", "c3")
    await scene.event("contact.complained", "c5")
    await scene.event("contact.deleted", "c0")
    await scene.event("contact.blocked", "c7", "wu")
    await scene.event("contact.blocked", "c8", "zhao")
    await scene.event("usage.reported", stat_date="2026-11-22", chat_cnt=3, reply_percentage=90)
    scene.clock.forward(minutes=2)


@dataclass(frozen=True, slots=True)
class _Day:
    """Both stores after a day that `begin` left for the worker; each run begins from a copy."""

    redis: dict[bytes, tuple[bytes, int]]
    stored: Stored
    now_ms: int

    @classmethod
    async def lived(
        cls, redis: Redis, stored: Stored, then: Callable[[Scene], Awaitable[None]]
    ) -> "_Day":
        await redis.flushall()
        database = await stored.new("day")
        scene = Scene(redis, database, Clock(NOON_MS))
        await scene.begin()
        await scene.up(scene.worker("w"))
        await _a_day(scene)
        await then(scene)
        await database.close()
        return cls(await saved(redis), stored, scene.clock())


async def _nothing(_: Scene) -> None:
    return None


async def _folded_and_closed(scene: Scene) -> None:
    await drained(await scene.up(scene.worker("w")))
    await scene.add("c77", member="wu")  # not folded, and only in the stream
    await scene.ledger.log.close(0)


async def _decided_and_the_next_day(scene: Scene) -> None:
    await drained(await scene.up(scene.worker("w")))
    held, _ = await listed(scene.database)
    await decide(scene, held, tell=False)
    scene.clock.forward(days=1)


async def _run(redis: Redis, day: _Day, faults: Faults) -> tuple[Any, Any]:
    """The record and Redis after the worker met one fault; what it ended began again."""
    await restored(redis, day.redis)
    database = await day.stored.new("run", of="day")
    scene = Scene(redis, database, Clock(day.now_ms))
    steady = scene.ledger.scripts, database
    scene.ledger.scripts = FaultyScripts(scene.ledger.scripts, faults)
    scene.database = FaultyDatabase(database, faults)
    worker = scene.worker("w", BATCH)
    done = False
    while not done:
        try:
            await worker.keep()
            await drained(worker)
            done = True
        except Killed:
            scene.ledger.scripts, scene.database = steady
            scene.leases.forward(minutes=1)
            worker = scene.worker("another", BATCH)
        except AWAY:
            continue
    found = await rows(database), await hashes(redis)
    await database.close()
    return found


async def _run_into_faults(redis: Redis, day: _Day, *, killed: bool, stride: int) -> Any:
    """One run for each step of the undisturbed one, with a fault there; returns the record."""
    undisturbed = Faults(0, killed=killed)
    expected_rows, expected_hashes = await _run(redis, day, undisturbed)
    assert undisturbed.steps > 25
    if not isinstance(day.stored, StoredInFiles):
        stride *= 3  # a run takes three times as long there, and SQLite's are all of them
    for at in range(1, undisturbed.steps + 1, stride):
        faults = Faults(at, killed=killed)
        found_rows, found_hashes = await _run(redis, day, faults)
        assert faults.happened
        assert found_rows == expected_rows, f"the record differs after a fault at step {at}"
        assert found_hashes == expected_hashes, f"Redis differs after a fault at step {at}"
    return expected_rows


def _cases(record: dict[str, Any]) -> list[dict[str, Any]]:
    names = [column.name for column in tables.cases.c]
    return [dict(zip(names, row, strict=True)) for row in record["cases"]]


async def test_killed_at_any_step_it_comes_out_equal(stored: Stored) -> None:
    redis = FakeAsyncRedis()
    day = await _Day.lived(redis, stored, _nothing)
    record = await _run_into_faults(redis, day, killed=True, stride=1)
    assert {flag[0].rpartition("-")[2] for flag in record["flags"]} == {"hard_negatives"}
    assert [case["deferred_day"] is None for case in _cases(record)] == [True, False]
    assert [row[0] for row in record["penalties"]] == [_cases(record)[0]["id"]]
    assert not any(case["untold"] for case in _cases(record))
    await redis.aclose()


async def test_killed_at_any_step_decisions_and_what_was_put_off_come_out_equal(
    stored: Stored,
) -> None:
    redis = FakeAsyncRedis()
    day = await _Day.lived(redis, stored, _decided_and_the_next_day)
    record = await _run_into_faults(redis, day, killed=True, stride=1)
    assert [(case["state"], case["untold"]) for case in _cases(record)] == [
        ("dismissed", False),
        ("open", False),
    ]
    assert len(record["penalties"]) == 2
    assert record["journal"][-1][2] == "case.dismissed"
    await redis.aclose()


async def test_killed_at_any_step_of_a_refill_the_next_one_gives_the_same(stored: Stored) -> None:
    redis = FakeAsyncRedis()
    day = await _Day.lived(redis, stored, _folded_and_closed)
    record = await _run_into_faults(redis, day, killed=True, stride=1)
    assert '"c77"' in record["journal"][-1][-1]
    await redis.aclose()


async def test_a_store_away_at_some_step_comes_out_equal(
    redis_backend: Redis, stored: Stored
) -> None:
    day = await _Day.lived(redis_backend, stored, _nothing)
    record = await _run_into_faults(redis_backend, day, killed=False, stride=3)
    assert record["cooldowns"]

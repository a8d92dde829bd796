"""With `automatic_steps` 1 an enforced case imposes the ladder's first step by itself."""

from dataclasses import dataclass
from typing import Any

from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from penalties.penalty import Penalty
from server.enforcement import pausing
from server.enforcement.changes import Actor
from server.records import overview, tables
from server.records.engine import Database
from tests.conftest import Clock
from tests.stored import ON_SQLITE, Stored
from tests.worker.enforcing import (
    HOUR_MS,
    automatic,
    bound,
    deeds,
    imposed,
    overturned,
    points,
    reason,
    report,
)
from tests.worker.faults import Faults, FaultyDatabase, FaultyScripts, Killed
from tests.worker.scene import Scene, drain, hashes, restored, rows, saved
from tests.worker.suspicion import blocked, listed, suspicious

PAUSER = Actor("ann", "k")


async def _steps(scene: Scene) -> list[Penalty]:
    return [one for one in await imposed(scene) if not one.is_hold]


async def test_an_enforced_case_imposes_the_first_step_with_its_reasons(scene: Scene) -> None:
    worker = await suspicious(scene, automatic())
    await blocked(scene)
    await drain(worker)
    (one,) = await imposed(scene)
    assert (one.step, one.is_strike, one.is_hold, one.decided_by) == (1, True, False, ())
    assert one.ends_ms == one.starts_ms + 72 * HOUR_MS
    assert (one.may_apply, one.may_appeal, one.automated) == (True, True, True)
    statement = one.statement
    assert (statement["automated_detection"], statement["automated_decision"]) == (True, True)
    assert statement["decided_by"] == "The service, by its published rules."
    assert await bound(scene) == ["interop"]
    (record,) = await listed(scene.database)
    assert (record.case.state, record.case.violation_id) == ("confirmed", one.violation_id)
    assert record.case.hold is None
    assert await points(scene) == 3


async def test_it_never_imposes_a_second_or_third_step(scene: Scene) -> None:
    worker = await suspicious(scene, automatic())
    await report(scene)
    scene.clock.forward(hours=100)
    await blocked(scene)
    await drain(worker)
    assert [one.step for one in await _steps(scene)] == [1]
    assert await bound(scene) == ["active_adds"]  # a person decides
    (record,) = await listed(scene.database)
    assert (record.case.state, record.case.verdict) == ("open", "enforce")


async def test_conduct_of_an_incident_that_was_punished_only_holds(scene: Scene) -> None:
    worker = await suspicious(scene, automatic())
    await scene.add("li-0")
    await report(scene)
    await scene.event("contact.blocked", "li-0")
    await drain(worker)
    assert [one.step for one in await _steps(scene)] == [1]


async def test_the_breaker_lets_the_excess_wait_for_a_person(scene: Scene) -> None:
    worker = await suspicious(scene, automatic(enterprise_floor=1, enterprise_seat_share=0))
    await blocked(scene, "li")
    await blocked(scene, "wu")
    await drain(worker)
    assert [one.member_id for one in await _steps(scene)] == ["li"]
    assert await reason(scene, "wu") == "ok"
    scene.clock.forward(days=1)
    await drain(worker)
    assert [one.member_id for one in await _steps(scene)] == ["li", "wu"]
    assert await bound(scene, "wu") == ["interop"]


async def _pause(database: Database, now_ms: int, *, on: bool) -> None:
    change = pausing.pause if on else pausing.resume
    async with database.write() as connection:
        await change(connection, PAUSER, "a wrong threshold", now_ms)


async def _put_off(scene: Scene) -> int:
    """As the dashboard's overview counts them."""
    async with scene.database.read() as connection:
        return (await overview.undecided(connection, scene.clock())).put_off


async def test_while_paused_nobody_is_held_and_resuming_does(scene: Scene) -> None:
    worker = await suspicious(scene, automatic())
    await _pause(scene.database, scene.clock(), on=True)
    await blocked(scene)
    await drain(worker)
    assert (await imposed(scene), await reason(scene)) == ([], "ok")
    assert await _put_off(scene) == 1
    scene.clock.forward(days=2)
    await drain(worker)
    assert await imposed(scene) == []
    await _pause(scene.database, scene.clock(), on=False)
    await drain(worker)
    (one,) = await imposed(scene)
    assert await _put_off(scene) == 0
    assert (one.step, one.starts_ms) == (1, scene.clock())
    assert await bound(scene) == ["interop"]


async def test_what_a_person_decided_while_paused_is_not_imposed_again(scene: Scene) -> None:
    worker = await suspicious(scene, automatic())
    await _pause(scene.database, scene.clock(), on=True)
    await blocked(scene)
    await drain(worker)
    await report(scene)
    await _pause(scene.database, scene.clock(), on=False)
    await drain(worker)
    assert [one.step for one in await _steps(scene)] == [1]


async def test_overturned_it_never_was_and_the_ladder_begins_anew(scene: Scene) -> None:
    worker = await suspicious(scene, automatic())
    await blocked(scene)
    await drain(worker)
    (first,) = await imposed(scene)
    scene.clock.forward(hours=1)
    await overturned(scene, first.id)
    await drain(worker)
    assert (await bound(scene), await points(scene)) == ([], 0)
    scene.clock.forward(hours=1)
    await blocked(scene, n=1)
    await drain(worker)
    assert [one.step for one in await _steps(scene) if one.is_strike] == [1]


@dataclass(frozen=True, slots=True)
class _Due:
    """Both stores before the worker met the blocks of two members; each run begins from a copy."""

    redis: dict[bytes, tuple[bytes, int]]
    stored: Stored
    now_ms: int

    @classmethod
    async def now(cls, redis: Redis, stored: Stored) -> "_Due":
        database = await stored.new("due")
        scene = Scene(redis, database, Clock(1_795_320_000_000))
        await scene.begin()
        await suspicious(scene, automatic(enterprise_floor=1, enterprise_seat_share=0))
        await blocked(scene, "li")
        await blocked(scene, "wu")
        await database.close()
        return cls(await saved(redis), stored, scene.clock())


async def _run(redis: Redis, due: _Due, faults: Faults) -> tuple[Any, Any, list[str]]:
    """The record, Redis and the deeds after the worker met one fault, and another one went on."""
    await restored(redis, due.redis)
    database = await due.stored.new("run", of="due")
    scene = Scene(redis, database, Clock(due.now_ms))
    steady = scene.ledger.scripts, database
    scene.ledger.scripts = FaultyScripts(scene.ledger.scripts, faults)
    scene.database = FaultyDatabase(database, faults)
    for owner in ("first", "second"):
        scene.leases.forward(minutes=1)
        worker = scene.worker(owner)
        try:
            await worker.keep()
            await drain(worker)
        except Killed:
            scene.ledger.scripts, scene.database = steady
    scene.database = database
    found = await rows(database), await hashes(redis), await deeds(scene, "penalty.imposed")
    await database.close()
    return found


@ON_SQLITE
async def test_killed_at_any_step_it_imposes_once(stored: Stored) -> None:
    redis = FakeAsyncRedis()
    due = await _Due.now(redis, stored)
    undisturbed = Faults(0, killed=True)
    expected = await _run(redis, due, undisturbed)
    assert len(expected[0]["penalties"]) == len(expected[2]) == 1
    names = [column.name for column in tables.penalties.c]
    assert dict(zip(names, expected[0]["penalties"][0], strict=True))["untold"] == 0
    for at in range(1, undisturbed.steps // 2 + 1):  # the second worker only looks
        faults = Faults(at, killed=True)
        found = await _run(redis, due, faults)
        assert faults.happened
        for was, now in zip(expected, found, strict=True):
            assert now == was, f"it differs after a fault at step {at}"
    await redis.aclose()

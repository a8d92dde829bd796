"""The overview through the real service: what happened and what waits is on it."""

import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.http.platform_days import PlatformDays
from server.records import days
from server.records.days import DayRecord
from server.records.engine import Database
from tests.http.enforcing import appeal, report
from tests.http.service import Service, serving, until
from tests.postgres_server import PostgresServer
from tests.redis_server import RedisServer, require_redis_server
from tests.stored import StoredOnServer

EMPTY = {"requested": 0, "allowed": 0, "denied": {}, "accepted": 0}


async def overview(service: Service, key: str | None = None) -> Any:
    answer = await (
        service.get("/v1/overview") if key is None else service.get("/v1/overview", key)
    )
    assert answer.status == 200, answer.raw
    return answer.body


async def test_nothing_happened_yet(service: Service) -> None:
    shape = await overview(service)
    assert shape["today"] == EMPTY
    assert (shape["activity"], shape["days"], shape["near_caps"]) == ([], [], [])
    assert shape["cases"] == {
        "open": 0,
        "awaiting_second": 0,
        "enforced": 0,
        "oldest_opened_at": None,
    }
    assert shape["requests"] == {"appeals": 0, "applications": 0, "overdue": 0}
    assert shape["penalties"] == [{"track": n, "penalties": 0, "holds": 0} for n in (1, 2, 3)]
    assert shape["stores"] == {"redis": "up", "record": "up", "closed_shards": 0}
    assert shape["policy_version"] == 1
    await until(lambda: _is_idle(service))


async def _is_idle(service: Service) -> bool:
    """Whether all is folded, the event of the first policy among it."""
    return bool((await overview(service))["worker"] == {"backlog": 0, "lag_s": 0.0})


async def test_adds_outcomes_and_who_is_near_its_cap_show(service: Service) -> None:
    await service.put("/v1/enterprises/acme", {"name": "Acme"})
    cap = (await service.get("/v1/enterprises/acme/quota")).body["limits"][0]["cap"]
    members = [f"m-{n}" for n in range(cap)]
    for member in members:
        await service.precheck(f"wm-{member}", member_id=member)
    denied = await service.precheck("wm-more", member_id="li")
    event = {
        "event_id": "v-1",
        "type": "contact.accepted",
        "at": datetime.now(UTC).isoformat(),
        "enterprise_id": "acme",
        "member_id": members[0],
        "target_id": f"wm-{members[0]}",
    }
    assert (await service.post("/v1/events", {"events": [event]})).status == 202

    async def shows() -> bool:
        shape = await overview(service)
        near = shape["near_caps"]
        return shape["today"]["accepted"] == 1 and bool(near) and bool(shape["days"])

    await until(shows)
    await until(lambda: _settled(service, cap))
    shape = await overview(service)
    counts = {"requested": cap + 1, "allowed": cap, "denied": {denied["reason"]: 1}}
    assert shape["today"] == {**counts, "accepted": 1}
    assert sum(slot["requested"] for slot in shape["activity"]) == cap + 1
    slot = datetime.fromisoformat(shape["activity"][0]["at"])
    assert (slot.minute % 10, slot.second, slot.microsecond) == (0, 0, 0)
    (day,) = shape["days"]
    rest = {"accepted": 1, "deleted": 0, "blocked": 0, "complained": 0}
    assert {**day, "day": ""} == {"day": "", **counts, **rest}
    (near,) = shape["near_caps"]
    assert (near["enterprise_id"], near["name"], near["used"]) == ("acme", "Acme", cap)
    assert near["share"] == round(cap / near["cap"], 4) >= 0.8


async def _settled(service: Service, cap: int) -> bool:
    """Whether what is looked at now and then has caught up."""
    shape = await overview(service)
    near = shape["near_caps"]
    return bool(near) and near[0]["used"] == cap and shape["days"][-1]["accepted"] == 1


async def test_what_waits_and_what_binds_shows(service: Service, ann: str, acme: str) -> None:
    await report(service, ann)
    penalty_id = (await service.get("/v1/penalties", ann)).body["items"][0]["id"]
    assert (await appeal(service, penalty_id, acme)).status == 201
    await service.post("/v1/enforcement/pause", {"reason": "it may be wrong"}, ann)
    shape = await overview(service, ann)
    assert shape["requests"] == {"appeals": 1, "applications": 0, "overdue": 0}
    assert shape["penalties"][0] == {"track": 1, "penalties": 1, "holds": 0}
    paused = shape["enforcement"]
    assert (paused["paused"], paused["by"], paused["reason"]) == (True, "ann", "it may be wrong")
    assert (paused["since"] is not None, paused["put_off"]) == (True, 0)


async def test_events_that_nobody_folds_are_the_backlog(tmp_path: Path) -> None:
    require_redis_server()
    redis = RedisServer(tmp_path)
    settings: dict[str, Any] = {"redis": redis.url, "redis_deadline_ms": 5_000}
    try:
        async with serving(tmp_path / "data", **settings) as service:
            await service.precheck()
            await until(lambda: _has_folded(service))
        async with serving(tmp_path / "data", worker=False, **settings) as service:
            await service.precheck("wm-1")
            await service.precheck("wm-2")

            async def waits() -> bool:
                worker = (await overview(service))["worker"]
                # A start tells every shard of its policy: that waits, too.
                return bool((worker["backlog"] or 0) >= 2 and worker["lag_s"] > 0)

            await until(waits)
    finally:
        redis.kill()


async def _has_folded(service: Service) -> bool:
    return bool((await overview(service))["today"]["requested"])


async def test_it_answers_while_redis_is_away(redis: RedisServer, tmp_path: Path) -> None:
    async with serving(tmp_path / "data", redis=redis.url) as service:
        redis.signal(signal.SIGSTOP)

        async def is_away() -> bool:
            return bool((await overview(service))["stores"]["redis"] == "away")

        await until(is_away)
        shape = await overview(service)
        assert shape["stores"] == {"redis": "away", "record": "up", "closed_shards": None}
        assert shape["worker"] == {"backlog": None, "lag_s": None}


async def test_it_is_the_same_on_postgresql(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    stored = StoredOnServer(postgres_server)
    await (await stored.empty("record")).close()
    async with serving(tmp_path, database=stored.url(), redis_deadline_ms=5_000) as service:
        await service.precheck()
        await until(lambda: _has_folded(service))
        shape = await overview(service)
    assert shape["today"] == {"requested": 1, "allowed": 1, "denied": {}, "accepted": 0}
    await stored.remove()


async def test_days_that_are_over_are_summed_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    platform = PlatformDays(database)
    sum_of = platform._sum

    async def noted(day: int) -> Any:
        read.append(day)
        return await sum_of(day)

    monkeypatch.setattr(platform, "_sum", noted)
    rows = [DayRecord("acme", "", day, {"requested": day}, 5, 0.0, 0) for day in range(60, 101)]
    async with database.write() as connection:
        await days.add(connection, rows)
    found = await platform.until(100)
    assert [(day, counts["requested"]) for day, counts in found] == [(n, n) for n in range(71, 101)]
    read.clear()
    assert await platform.until(100) == found
    assert set(read) <= {100}
    await platform.until(101)
    assert 101 in read

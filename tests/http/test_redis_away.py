"""A real Redis that stops, dies or comes back empty: 503 in time, and back by itself."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest

from quota.adds import Add, StoreUnavailable
from server.http.edge import as_problem
from server.records.engine import Database, RecordsUnavailable
from server.worker.refill import report_rolled_back
from tests.http.service import Answer, Service, serving, until
from tests.patience import Stopwatch, stopwatch
from tests.redis_server import RedisServer

MOST_S = 1.0
"""The service promises 0.1 s; the rest is for a test machine that is busy."""
PATIENT: dict[str, Any] = {"redis_deadline_ms": 5_000}
ADD = {"enterprise_id": "acme", "member_id": "li", "target_id": "wm-77"}


@pytest.fixture
async def running(redis: RedisServer, tmp_path: Path) -> AsyncIterator[Service]:
    async with serving(tmp_path / "data", redis=redis.url) as service:
        yield service


@pytest.fixture
async def patient(redis: RedisServer, tmp_path: Path) -> AsyncIterator[Service]:
    """One that does not take Redis for away where a busy machine only makes it late."""
    async with serving(tmp_path / "data", redis=redis.url, **PATIENT) as service:
        yield service


async def timed(service: Service, n: int = 0) -> tuple[Answer, Stopwatch]:
    with stopwatch() as took:
        answer = await service.post("/v1/precheck", {**ADD, "target_id": f"wm-{n}"})
    return answer, took


async def decided(service: Service) -> Any:
    """The decision about `ADD`, once Redis answers in time."""
    told: list[Answer] = []

    async def is_told() -> bool:
        told.append(await service.post("/v1/precheck", ADD))
        return told[-1].status == 200

    await until(is_told)
    return told[-1].body


async def test_a_redis_that_hangs_gives_503_in_time(running: Service, redis: RedisServer) -> None:
    await decided(running)
    redis.signal(signal.SIGSTOP)
    answers = [await timed(running) for _ in range(3)]
    answers += await asyncio.gather(*(timed(running, n) for n in range(40)))
    for answer, took in answers:
        assert (answer.status, answer.is_problem) == (503, True)
        assert int(answer.headers["Retry-After"]) >= 1
        assert took.awake_s < MOST_S
    assert (await running.get("/readyz", key=None)).status == 503
    assert (await running.get("/healthz", key=None)).status == 200
    assert (await running.get("/v1/policy")).status == 200
    redis.signal(signal.SIGCONT)
    repeat = await decided(running)
    assert repeat["limits"][0]["used"] == 1, "the first decision again"


@pytest.mark.parametrize("path", ["/v1/events", "/v1/restrictions/acme/li", "/v1/forward-auth"])
async def test_every_path_to_redis_gives_503_in_time(
    running: Service, redis: RedisServer, path: str
) -> None:
    redis.kill()
    headers = {"X-Enterprise-Id": "acme", "X-Member-Id": "li", "X-Target-Id": "wm-77"}
    event = {
        "event_id": "v-1",
        "type": "contact.accepted",
        "at": "2026-11-22T16:00:00Z",
        "enterprise_id": "acme",
        "member_id": "li",
        "target_id": "wm-77",
    }
    event["at"] = _now()
    method, body = ("POST", {"events": [event]}) if "events" in path else ("GET", None)
    with stopwatch() as took:
        answer = await running.call(method, path, body, headers=headers)
    assert took.awake_s < MOST_S
    assert (answer.status, answer.is_problem) == (503, True)
    assert answer.headers["Retry-After"]


async def test_history_is_told_without_redis(patient: Service, redis: RedisServer) -> None:
    await patient.precheck(enterprise_id="acme", member_id="li")
    path = "/v1/enterprises/acme/members/li/history"

    async def folded() -> bool:
        return bool((await patient.get(path)).body.get("days"))

    await until(folded)
    before = (await patient.get(path)).body
    redis.kill()
    assert (await patient.get("/v1/enterprises/acme/quota")).status == 503
    assert (await patient.get(path)).body == before


def _now() -> str:
    return datetime.now(UTC).isoformat()


async def test_a_redis_that_comes_back_empty_is_refilled(
    patient: Service, redis: RedisServer
) -> None:
    before = await patient.precheck(request_id="r-1")

    async def journaled() -> bool:
        days = (await patient.get("/v1/enterprises/acme/history")).body["days"]
        return bool(days)

    await until(journaled)
    redis.kill()
    assert (await patient.post("/v1/precheck", ADD)).status == 503
    redis.restart()

    async def ready() -> bool:
        return (await patient.get("/readyz", key=None)).status == 200

    await until(ready)
    again = await patient.precheck(request_id="r-1")
    assert again == before | {"replayed": True}


async def test_prechecks_go_on_without_sql(
    patient: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await patient.key("gateway")
    assert (await patient.get("/v1/restrictions/acme/li", key)).status == 200

    def away(*_: object) -> NoReturn:
        raise RecordsUnavailable("SQL is away")

    monkeypatch.setattr(Database, "read", away)
    monkeypatch.setattr(Database, "write", away)
    answers = [await timed(patient, n) for n in range(3)]
    assert [answer.status for answer, _ in answers] == [200, 200, 200]
    headers = {"X-Enterprise-Id": "acme", "X-Member-Id": "li", "X-Target-Id": "wm-9"}
    asked = await patient.call("GET", "/v1/forward-auth", key=key, headers=headers)
    assert asked.status == 200
    listed = await patient.get("/v1/keys")
    assert (listed.status, listed.is_problem, bool(listed.headers["Retry-After"])) == (
        503,
        True,
        True,
    )


async def test_a_busy_shard_is_not_taken_for_rolled_back(patient: Service) -> None:
    """Redis goes on counting between its answer and the comparison."""
    ledger, added = patient.services.ledger, 0

    async def keep_adding() -> None:
        nonlocal added
        for n in count():
            with suppress(StoreUnavailable):  # a busy machine may miss a deadline
                await patient.services.group.decide(Add("acme", "li", f"c-{n}"))
                added += 1

    adding = asyncio.create_task(keep_adding())
    for _ in range(20):
        before = added
        while added == before:
            assert await report_rolled_back(ledger) == []
    adding.cancel()
    await asyncio.wait({adding})
    assert adding.cancelled()


async def test_two_processes_agree_within_seconds(
    patient: Service, redis: RedisServer, tmp_path: Path
) -> None:
    async with serving(tmp_path / "data", redis=redis.url, **PATIENT) as other:
        made = (await patient.post("/v1/keys", {"scopes": ["gateway"], "note": "n"})).body
        key = made["key"]
        assert (await other.get("/v1/restrictions/acme/li", key)).status == 200
        await patient.put("/v1/policy", {"quota": {"handover_daily": 3}})
        await patient.call("DELETE", f"/v1/keys/{made['id']}")

        async def agreed() -> bool:
            version = (await other.get("/v1/policy")).body["version"]
            ended = (await other.get("/v1/restrictions/acme/li", key)).status == 401
            return bool(version == 2 and ended)

        await until(agreed, deadline_s=5)


@pytest.mark.parametrize("away", [StoreUnavailable("away"), RecordsUnavailable("away")])
def test_a_store_that_is_away_is_no_line_a_request(
    away: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert as_problem(away, "POST /v1/precheck", "r-1").status == 503
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


@pytest.mark.parametrize(
    ("asked", "detail"),
    [
        ("GET /v1/enterprises/acme/quota", "The quota store is out of reach."),
        ("POST /v1/precheck", "The quota store is out of reach; nothing was decided."),
        ("GET /v1/forward-auth/add", "The quota store is out of reach; nothing was decided."),
    ],
)
def test_who_only_reads_is_told_of_no_decision(asked: str, detail: str) -> None:
    assert as_problem(StoreUnavailable("away"), asked, "r-1").detail == detail

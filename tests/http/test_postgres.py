"""The whole service with `--database postgresql://…`: a story from an add to a lifted hold."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.records import policies
from tests.http.service import Service, serving, until
from tests.postgres_server import PostgresServer
from tests.redis_server import RedisServer
from tests.stored import Stored
from tests.worker.suspicion import touchy

LONGEST = "m" * 64
PATIENT: dict[str, Any] = {"redis_deadline_ms": 5_000}
"""For a machine that is starting PostgreSQL meanwhile."""


@pytest.fixture(params=["embedded", "redis-server"])
def redis_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "embedded":
        return None
    server: RedisServer = request.getfixturevalue("redis_server")
    server.restart()
    return server.url


@pytest.fixture
def record_kind() -> str:
    return "postgresql"


@pytest.fixture
async def record(stored: Stored) -> str:
    """The address of an empty database, as an operator makes one."""
    await (await stored.empty("record")).close()
    return stored.url()


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """The server of `record`, which a test may stop."""
    yield postgres_server
    postgres_server.start()


async def _reason(service: Service, member: str) -> str:
    asked = await service.precheck("wm-peek", member_id=member, mode="peek")
    return str(asked["reason"])


async def _blocked(service: Service, member: str) -> str:
    """The member's contact blocks it; the id of the case that this opens."""
    contact = {"enterprise_id": "acme", "member_id": member, "target_id": "wm-1"}
    assert (await service.precheck(**contact))["allowed"]
    now = datetime.now(UTC).isoformat()
    event = {"event_id": "e-1", "type": "contact.blocked", "at": now, **contact}
    assert (await service.post("/v1/events", {"events": [event]})).status == 202

    async def held() -> bool:
        return await _reason(service, member) == "member_restricted"

    await until(held)
    (case,) = (await service.get("/v1/cases?status=open")).body["items"]
    return str(case["id"])


async def test_from_an_add_to_a_case_and_its_dismissal_and_over_a_restart(
    tmp_path: Path, record: str, redis_url: str | None
) -> None:
    described = {"name": "王五 — “Five”", "verification": "verified", "profile": {}}
    async with serving(tmp_path, database=record, redis=redis_url, **PATIENT) as service:
        await service.services.policy.activate(touchy(), "test")
        assert (await service.put("/v1/enterprises/acme", described)).status == 200
        case_id = await _blocked(service, LONGEST)
        dismissed = await service.post(f"/v1/cases/{case_id}/dismiss", {"note": "wrong"})
        assert dismissed.status == 200, dismissed.raw
        assert await _reason(service, LONGEST) == "ok"
        assert (await service.precheck("wm-2", request_id="r-2"))["allowed"]
    async with serving(tmp_path, database=record, redis=redis_url, **PATIENT) as service:
        assert (await service.precheck("wm-2", request_id="r-2"))["replayed"]
        (case,) = (await service.get(f"/v1/cases?member={LONGEST}")).body["items"]
        assert (case["id"], case["state"]) == (case_id, "dismissed")
        assert (await service.get("/v1/enterprises/acme")).body["name"] == described["name"]


async def test_prechecks_do_not_wait_for_a_record_that_is_away_and_all_comes_back(
    tmp_path: Path, record: str, redis_server: RedisServer, server: PostgresServer
) -> None:
    redis_server.restart()
    async with serving(tmp_path, database=record, redis=redis_server.url, **PATIENT) as service:
        await service.services.policy.activate(touchy(), "test")
        assert (await service.get("/v1/enterprises")).status == 200
        server.stop()
        assert (await service.precheck("wm-1"))["allowed"]
        away = await service.get("/v1/enterprises")
        assert (away.status, away.is_problem, "Retry-After" in away.headers) == (503, True, True)
        server.start()
        await _blocked(service, "li")


async def test_of_processes_that_start_at_once_on_an_empty_record_all_serve(
    tmp_path: Path, record: str, redis_server: RedisServer
) -> None:
    redis_server.restart()
    keys: dict[str, Any] = dict.fromkeys(("contact_keys", "document_keys"), "k1:" + "5" * 64)

    async def started(stack: AsyncExitStack, n: int) -> Service:
        return await stack.enter_async_context(
            serving(tmp_path / str(n), database=record, redis=redis_server.url, **keys, **PATIENT)
        )

    async with AsyncExitStack() as stack:
        services = await asyncio.gather(*(started(stack, n) for n in range(3)))
        assert [await _reason(service, "li") for service in services] == ["ok"] * 3
        async with services[0].services.database.read() as connection:
            assert await policies.active(connection) is not None

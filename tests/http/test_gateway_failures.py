"""Nothing was decided, through the real nginx and the real Envoy: the add waits, in time."""

import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from time import time

import pytest
import pytest_asyncio

from benchmarks.speed.programs import free_port
from tests.http.gateways import Caller, Messenger, asking, calling, in_front, messenger
from tests.http.process import ServeProcess
from tests.http.service import Answer, Service, serving, until
from tests.patience import Stopwatch, stopwatch
from tests.redis_server import RedisServer, require_redis_server

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("name", ["nginx", "envoy"]),
]

MOST_S = 1.5
"""The files give a check 0.5 s; the rest is for a test machine that is busy."""
PATIENT_S = 10
"""For a check where it is not the time that is tested."""


@pytest_asyncio.fixture(loop_scope="module")
async def behind() -> AsyncIterator[Messenger]:
    async with messenger() as made:
        yield made


def waits(answer: Answer) -> bool:
    """Whether a caller is told to come back, and nothing else."""
    assert "WWW-Authenticate" not in answer.headers
    assert "X-Quota-Reason" not in answer.headers
    assert int(answer.headers["Retry-After"]) >= 1
    return (answer.status, answer.body) == (503, {"reason": "unavailable"})


async def timed(caller: Caller, enterprise_id: str = "acme") -> tuple[Answer, Stopwatch]:
    with stopwatch() as took:
        answer = await caller.add(asking(enterprise_id))
    return answer, took


async def until_added(caller: Caller) -> None:
    """The first add that the gateway lets through."""

    async def is_added() -> bool:
        return (await caller.add(asking("acme", "wm-1"))).status == 200

    await until(is_added)


@pytest.mark.parametrize("scope", [None, "reviewer"])
async def test_a_gateway_without_its_key_makes_nobody_log_in(
    shared: Service, behind: Messenger, tmp_path: Path, name: str, scope: str | None
) -> None:
    key = "nobodys-key" if scope is None else await shared.key(scope)
    good = {"Authorization": f"Bearer {await shared.key('gateway')}"}
    with in_front(name, tmp_path, shared, behind, key) as gateway:
        async with calling(gateway) as caller:
            assert waits(await caller.add(asking("acme")))
            assert waits(await caller.add({**asking("acme"), **good})), "a caller's key opens it"
    assert not behind.arrived


async def test_a_dead_contact_quota_is_503_at_once(
    behind: Messenger, tmp_path: Path, name: str
) -> None:
    with in_front(name, tmp_path, free_port(), behind, "a-key") as gateway:
        async with calling(gateway) as caller:
            for _ in range(3):
                answer, took = await timed(caller)
                assert waits(answer)
                assert took.awake_s < MOST_S
    assert not behind.arrived


async def test_a_contact_quota_that_hangs_is_503_in_time(
    behind: Messenger, tmp_path: Path, name: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = int(silent.getsockname()[1])
        with in_front(name, tmp_path, port, behind, "a-key") as gateway:
            async with calling(gateway) as caller:
                answer, took = await timed(caller)
    assert waits(answer)
    assert took.whole_s > 0.4
    assert took.awake_s < MOST_S
    assert not behind.arrived


async def test_a_dead_redis_is_503_in_time(behind: Messenger, tmp_path: Path, name: str) -> None:
    require_redis_server()
    redis = RedisServer(tmp_path)
    try:
        async with serving(tmp_path / "data", redis=redis.url) as service:
            key = await service.key("gateway")
            with in_front(name, tmp_path, service, behind, key) as gateway:
                async with calling(gateway) as caller:
                    # On a busy machine Redis may be late the first time.
                    await until_added(caller)
                    redis.kill()
                    answer, took = await timed(caller)
    finally:
        redis.process.kill()
        redis.process.wait()
    assert waits(answer)
    assert took.awake_s < MOST_S
    assert len(behind.arrived) == 1


async def test_a_contact_quota_that_is_back_is_asked_again(
    behind: Messenger, tmp_path: Path, name: str
) -> None:
    port, where = free_port(), tmp_path / "gateway"
    where.mkdir()
    first = ServeProcess(tmp_path / "data", "--port", str(port))
    with first, in_front(name, where, port, behind, first.key, PATIENT_S) as gateway:
        async with calling(gateway) as caller:
            assert (await caller.add(asking("acme", "wm-1"))).status == 200
            assert first.end(signal.SIGTERM) == 0
            assert waits(await caller.add(asking("acme", "wm-2")))
            with ServeProcess(tmp_path / "data", "--port", str(port)):
                assert (await caller.add(asking("acme", "wm-2"))).status == 200
    assert [one.headers["X-Target-Id"] for one in behind.arrived] == ["wm-1", "wm-2"]


async def test_nginx_passes_on_how_long_contact_quota_says_it_takes(
    behind: Messenger, tmp_path: Path, name: str
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[quota.unknown_accounts]\nnew_per_minute = 2\n")
    async with serving(tmp_path / "data", policy=policy) as service:
        key = await service.key("gateway")
        with in_front(name, tmp_path, service, behind, key, PATIENT_S) as gateway:
            async with calling(gateway) as caller:
                said, answer = await both_refused(service, caller)
    assert waits(answer)
    wanted = int(said.headers["Retry-After"])
    told = int(answer.headers["Retry-After"])
    # Envoy keeps no header of a 5xx.
    assert told == 1 if name == "envoy" else wanted - MOST_S <= told <= wanted


async def both_refused(service: Service, caller: Caller) -> tuple[Answer, Answer]:
    """What Contact Quota says of one newcomer too many, and what the gateway makes of it.

    Both of one minute by the clock: with the next one newcomers are let in again.
    """
    while True:
        minute = time() // 60
        first, second, newcomer = (asking(f"{minute}-{nth}") for nth in range(3))
        for let_in in (first, second):
            await service.call("GET", "/v1/forward-auth", headers=let_in)
        said = await service.call("GET", "/v1/forward-auth", headers=newcomer)
        answer = await caller.add(newcomer)
        if time() // 60 == minute:
            return said, answer


async def test_an_add_that_failed_behind_the_gateway_can_be_cancelled(
    shared: Service, tmp_path: Path, name: str
) -> None:
    company, key = f"e-{name}", await shared.key("gateway")
    with in_front(name, tmp_path, shared, free_port(), key, PATIENT_S) as gateway:
        async with calling(gateway) as caller:
            answer = await caller.add(asking(company))
    assert answer.status in {502, 503}
    decision = answer.headers["X-Quota-Decision-Id"]
    cancelled = await shared.post(f"/v1/decisions/{decision}/cancel")
    assert cancelled.body == {"decision_id": decision, "state": "cancelled"}
    peek = await shared.precheck("wm-2", enterprise_id=company, mode="peek")
    assert peek["limits"][0]["used"] == 0

"""Fixtures of the HTTP tests: one service a test, on stores of its own."""

import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from server import wiring
from server.policy import Policy, default_policy
from tests.http.enforcing import reviewers
from tests.http.service import Service, serving
from tests.redis_server import RedisServer, require_redis_server


@pytest.fixture(scope="package", autouse=True)
def _noon() -> Iterator[None]:
    """Services begin with the shipped policy in a time zone where it is about noon.

    So nothing that counts by local days comes upon a midnight, whenever the tests run.
    """
    offset = 12 - datetime.now(UTC).hour
    zone = f"Etc/GMT{-offset:+}" if offset else "Etc/GMT"

    def shipped() -> Policy:
        policy = default_policy()
        quota = policy.quota.model_copy(update={"default_time_zone": zone})
        return policy.model_copy(update={"quota": quota})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "default_policy", shipped)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """One service for all tests of a module that leave nothing behind, or each its own account."""
    async with serving(tmp_path_factory.mktemp("shared")) as running:
        yield running


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The embedded service with its worker, empty."""
    async with serving(tmp_path) as running:
        yield running


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, which it may stop, freeze or empty."""
    require_redis_server()
    server = RedisServer(tmp_path)
    yield server
    server.signal(signal.SIGCONT)
    server.kill()


@pytest.fixture
async def ann(service: Service) -> str:
    """A reviewer's key."""
    (key,) = await reviewers(service, "ann")
    return key


@pytest.fixture
async def bob(service: Service) -> str:
    """Another reviewer's key."""
    (key,) = await reviewers(service, "bob")
    return key


@pytest.fixture
async def acme(service: Service) -> str:
    """The key of an enterprise."""
    return await service.key("enterprise:acme", holder="acme's administrator")

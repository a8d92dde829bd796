"""Fixtures of the ledger's tests: an open ledger, and fresh backends inside other event loops."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from quota.ledger import Ledger
from quota.policy import Rules
from tests.conftest import Clock
from tests.quota.opening import open_shards
from tests.quota.rules import make_rules
from tests.redis_server import RedisServer, client_of

NewRedis = Callable[[], Coroutine[Any, Any, Redis]]


@pytest.fixture
async def ledger(redis_backend: Redis, clock: Clock) -> Ledger:
    """A ledger of four open shards whose time is the test's clock."""
    ledger = Ledger(redis_backend, shards=4, clock_ms=clock)
    await open_shards(ledger)
    return ledger


@pytest.fixture
def rules() -> Rules:
    """The published defaults."""
    return make_rules()


@pytest.fixture(params=["fakeredis", "redis-server"])
def new_redis(request: pytest.FixtureRequest) -> NewRedis:
    """Makes an empty Redis in the running loop, for tests that bring their own loop."""
    if request.param == "fakeredis":

        async def fake() -> Redis:
            return FakeAsyncRedis()

        return fake
    server: RedisServer = request.getfixturevalue("redis_server")

    async def real() -> Redis:
        redis = client_of(server.url)
        await redis.flushall()
        return redis

    return real

"""Fixtures of the worker's tests: an installation on each backend, its shards still closed."""

from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from server.records.engine import Database
from tests.conftest import Clock
from tests.worker.scene import Scene


@pytest.fixture(params=[("fakeredis", "sqlite"), ("redis-server", "postgresql")], ids="-".join)
def kinds(request: pytest.FixtureRequest) -> tuple[str, str]:
    """What an installation keeps Redis and the record in; other pairs would show nothing new."""
    redis_kind, record_kind = request.param
    return redis_kind, record_kind


@pytest.fixture
def redis_kind(kinds: tuple[str, str]) -> str:
    return kinds[0]


@pytest.fixture
def record_kind(kinds: tuple[str, str]) -> str:
    return kinds[1]


@pytest.fixture
async def scene(redis_backend: Redis, database: Database, clock: Clock) -> Scene:
    """One shard, the shipped policy as version 1."""
    scene = Scene(redis_backend, database, clock)
    await scene.begin()
    return scene


@pytest.fixture
async def scenes(redis_backend: Redis, database: Database, clock: Clock) -> Callable[[int], Scene]:
    """The same with as many shards as asked for; `begin` is the caller's."""
    return lambda shards: Scene(redis_backend, database, clock, shards)

"""Fixtures that every package's tests share: both Redis backends and an injected clock."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from tests.redis_server import RedisServer, require_redis_server


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real redis-server for the whole session; `redis_backend` empties it for each test."""
    require_redis_server()
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture(params=["fakeredis", "redis-server"])
async def redis_backend(request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    """An empty Redis, once in process and once real: one suite for both."""
    if request.param == "fakeredis":
        redis: Redis = FakeAsyncRedis()
    else:
        server: RedisServer = request.getfixturevalue("redis_server")
        redis = Redis.from_url(server.url)
        await redis.flushall()
    yield redis
    await redis.aclose()


class Clock:
    """A clock that moves only when told to; calling it gives epoch ms."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def forward(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, ms: int = 0
    ) -> None:
        self.now_ms += int(((days * 24 + hours) * 60 + minutes) * 60_000) + ms


@pytest.fixture
def clock() -> Clock:
    """Noon of 2026-11-22 in Shanghai."""
    return Clock(1_795_320_000_000)

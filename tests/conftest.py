"""Fixtures that every package's tests share: both Redis backends, both records, a clock."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fakeredis import FakeAsyncRedis
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from server.records.engine import Database
from tests.postgres_server import PostgresServer, require_postgres
from tests.redis_server import RedisServer, client_of, require_redis_server
from tests.stored import Stored, StoredInFiles, StoredOnServer

# An example is as long as the machine makes it, which may stand still amid one: that is no failure.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real redis-server for the whole session; `redis_backend` empties it for each test."""
    require_redis_server()
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture(params=["fakeredis", "redis-server"])
def redis_kind(request: pytest.FixtureRequest) -> str:
    """Redis once in process and once real: one suite for both."""
    return str(request.param)


@pytest.fixture
async def redis_backend(redis_kind: str, request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    """An empty Redis."""
    if redis_kind == "fakeredis":
        redis: Redis = FakeAsyncRedis()
    else:
        server: RedisServer = request.getfixturevalue("redis_server")
        redis = client_of(server.url)
        await redis.flushall()
    yield redis
    await redis.aclose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL for the whole session; each test has databases of its own on it."""
    require_postgres()
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def record_kind(request: pytest.FixtureRequest) -> str:
    """The record once in SQLite and once in PostgreSQL: one suite for both."""
    return str(request.param)


@pytest.fixture
async def stored(record_kind: str, request: pytest.FixtureRequest) -> AsyncIterator[Stored]:
    """Where a test keeps its records."""
    if record_kind == "sqlite":
        files: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        migrated = files.getbasetemp() / "migrated.sqlite"
        stored: Stored = StoredInFiles(request.getfixturevalue("tmp_path"), migrated)
    else:
        stored = StoredOnServer(request.getfixturevalue("postgres_server"))
    yield stored
    await stored.remove()


@pytest.fixture
async def database(stored: Stored) -> AsyncIterator[Database]:
    """A migrated, empty record."""
    database = await stored.new()
    yield database
    await database.close()


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

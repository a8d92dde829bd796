"""Fixtures of the worker's tests: an installation on each backend, its shards still closed."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from server.records import migrations
from server.records.engine import Database, open_database
from tests.conftest import Clock
from tests.worker.scene import Scene, new_database


@pytest.fixture
async def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy, made once."""
    path = tmp_path_factory.getbasetemp() / "migrated.sqlite"
    if not path.exists():
        draft = tmp_path_factory.mktemp("migrated") / "draft.sqlite"
        database = open_database(str(draft))
        await migrations.upgrade(database)
        await database.close()
        draft.rename(path)
    return path


@pytest.fixture
async def database(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    database = await new_database(template, tmp_path / "record.sqlite")
    yield database
    await database.close()


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

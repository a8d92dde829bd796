"""A worker that runs: stores that go away and come back, and a clean end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from quota.adds import StoreUnavailable
from server.records import leases
from server.records.engine import Database, RecordsUnavailable
from server.worker.loop import Worker, working
from server.worker.turns import Pace
from tests.conftest import Clock
from tests.patience import HANGS_S
from tests.postgres_server import PostgresServer
from tests.redis_server import RedisServer, client_of
from tests.stored import ON_POSTGRESQL
from tests.worker.scene import Scene

QUICK = Pace(ttl_ms=300, poll_ms=1, upkeep_ms=0, prune_ms=0)


class Unplugged(Database):
    """A database out of reach while `away`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self.away = False
        self.refused = 0

    def _check(self) -> None:
        if self.away:
            self.refused += 1
            raise RecordsUnavailable("unplugged")

    @asynccontextmanager
    async def read(self, deadline_s: float | None = None) -> AsyncIterator[AsyncConnection]:
        self._check()
        async with super().read(deadline_s) as connection:
            yield connection

    @asynccontextmanager
    async def write(self, deadline_s: float | None = None) -> AsyncIterator[AsyncConnection]:
        self._check()
        async with super().write(deadline_s) as connection:
            yield connection


async def _until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(HANGS_S):
        reached = await done()
        while not reached:
            await asyncio.sleep(0)
            reached = await done()


async def _folded(scene: Scene) -> int:
    async with Database(scene.database.engine).read() as connection:
        return (await leases.folded_seqs(connection))[0]


async def _open(scene: Scene) -> bool:
    return (await scene.ledger.log.meta([0]))[0].epoch is not None


async def test_sql_away_and_back(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "server.worker.outage")
    database = Unplugged(scene.database)
    async with working(Worker(scene.ledger, database, pace=QUICK)):
        await _until(lambda: _open(scene))
        database.away = True
        await scene.add("c1")

        async def is_told() -> bool:
            return any(r.message.startswith("folding") for r in caplog.records)

        await _until(is_told)
        assert database.refused > 0
        before = await _folded(scene)
        database.away = False

        async def folded() -> bool:
            return await _folded(scene) > before

        await _until(folded)
    said = [r.message for r in caplog.records if r.message.startswith("folding")]
    assert len(said) == 2
    assert "stopped" in said[0]
    assert "goes on" in said[1]


@ON_POSTGRESQL
async def test_a_restarted_postgres_is_waited_for_and_no_event_is_lost(
    postgres_server: PostgresServer,
    redis_backend: Redis,
    database: Database,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "server.worker.outage")
    scene = Scene(redis_backend, database, clock)
    await scene.begin()
    async with working(Worker(scene.ledger, database, pace=QUICK)):
        await _until(lambda: _open(scene))
        postgres_server.stop()
        try:
            await scene.add("c1")

            async def noticed() -> bool:
                return "folding stopped" in caplog.text

            await _until(noticed)
        finally:
            postgres_server.start()
        seq = (await scene.ledger.log.meta([0]))[0].seq

        async def folded() -> bool:
            return await _folded(scene) == seq

        await _until(folded)
    assert "folding goes on" in caplog.text


async def test_redis_gone_and_back_empty(
    redis_server: RedisServer, database: Database, clock: Clock
) -> None:
    redis = client_of(redis_server.url)
    await redis.flushall()
    scene = Scene(redis, database, clock)
    await scene.begin()
    async with working(Worker(scene.ledger, database, pace=QUICK)):
        await _until(lambda: _open(scene))
        await scene.add("c1")

        async def folded() -> bool:
            return await _folded(scene) > 0

        await _until(folded)
        redis_server.restart()

        async def reopened() -> bool:
            try:
                return await _open(scene)
            except StoreUnavailable:
                return False

        await _until(reopened)
        state = await scene.ledger.accounts.member("acme", "li", scene.rules)
    assert state.limit("member_daily_active").used == 1
    await redis.aclose()


async def test_a_stopped_worker_leaves_its_shards_free(scene: Scene) -> None:
    async with working(Worker(scene.ledger, scene.database, pace=QUICK)) as worker:
        await _until(lambda: _open(scene))
        assert worker.leasing.held
    async with scene.database.read() as connection:
        assert await leases.free(connection, 0) == [0]


async def test_a_worker_that_is_woken_folds_at_once(scene: Scene) -> None:
    slow = Pace(poll_ms=3_600_000)
    worker = Worker(scene.ledger, scene.database, pace=slow)
    async with working(worker):
        await _until(lambda: _open(scene))
        before = await _folded(scene)
        await scene.add("c1")

        async def folded() -> bool:
            worker.wake()
            return await _folded(scene) > before

        await _until(folded)
    assert await _folded(scene) > before


async def test_an_event_that_cannot_be_folded_stops_its_shard_only(
    scenes: Callable[[int], Scene], caplog: pytest.LogCaptureFixture
) -> None:
    scene = scenes(4)
    await scene.begin()
    worker = await scene.up()
    await scene.event("no.such_event", "c1")
    await scene.add("c1", enterprise="beta")
    assert await worker.turn() == 1
    assert "cannot be folded" in caplog.text
    async with scene.database.read() as connection:
        folded = await leases.folded_seqs(connection)
    assert sorted(folded.values())[:3] == [0, 0, 0]

"""A worker in a process of its own: opens both stores, folds until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack

from redis.asyncio import Redis

from quota.ledger import Ledger
from server.records import leases, migrations, settings
from server.records.engine import Database, RecordsUnusable, open_database
from server.sealing import Sealer
from server.webhooks.delivering import dispatching
from server.worker import install
from server.worker.exposing import exposing
from server.worker.gauging import gauging
from server.worker.interpreter import set_up_interpreter
from server.worker.loop import Worker, wall_clock_ms
from server.worker.outage import Outage
from server.worker.reaching import open_redis, reach
from server.worker.stores import AWAY

log = logging.getLogger(__name__)
DEADLINE_MS = 2_000.0
"""For one call to Redis: nobody waits for an answer here, but a hung Redis must not hang us."""


async def run_worker(
    redis_url: str,
    database_url: str,
    sealer: Sealer,
    started: Callable[[int], None],
    *,
    webhook_private: bool = False,
    metrics: tuple[str, int | None] = ("127.0.0.1", None),
) -> None:
    """Works until SIGINT or SIGTERM; `started` gets the number of shards there are.

    `metrics`: host and port of `/metrics`; without a port there is none. A store that is away is
    waited for. Raises PortTaken, ForeignRedis, RedisUnusable, RecordsUnusable, and
    SettingsConflict where `sealer` cannot open what those that serve have sealed.
    """
    set_up_interpreter()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    redis = open_redis(redis_url)
    database = open_database(database_url)
    exposed = AsyncExitStack()
    try:
        await exposed.enter_async_context(exposing(*metrics))
        ledger = await _until(_until_reached(redis, database, sealer), stop)
        if ledger is not None:
            started(ledger.shards)
            worker = Worker(ledger, database)
            holds = worker.leasing.holds_first
            clock_ms, private = wall_clock_ms, webhook_private
            async with (
                dispatching(database, sealer, clock_ms, holds=holds, private=private),
                gauging(ledger, database, holds),
            ):
                await _work(worker, stop)
    finally:
        await exposed.aclose()
        await redis.aclose()
        await database.close()


async def _until(reached: Coroutine[None, None, Ledger], stop: asyncio.Event) -> Ledger | None:
    """The ledger, or None where it is told to stop before."""
    reaching, stopping = asyncio.create_task(reached), asyncio.create_task(stop.wait())
    await asyncio.wait({reaching, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if reaching.done():
        stopping.cancel()
        return reaching.result()
    reaching.cancel()
    await asyncio.wait({reaching})
    return None


async def _until_reached(redis: Redis, database: Database, sealer: Sealer) -> Ledger:
    outage = Outage("starting", 0.25, wall_clock_ms)
    while True:
        try:
            return await _open(redis, database, sealer)
        except RecordsUnusable:
            raise
        except AWAY as error:
            wait_s = outage.failed(error)
        await asyncio.sleep(wait_s)


async def _open(redis: Redis, database: Database, sealer: Sealer) -> Ledger:
    await migrations.upgrade(database)
    async with database.write() as connection:
        shards = await settings.fixed_shards(connection, None)
        await settings.check_document_keys(connection, sealer.checks)
        await leases.create_shards(connection, shards)
        install_id = await settings.install_id(connection)
    ledger = Ledger(redis, shards=shards, deadline_ms=DEADLINE_MS)
    await reach(redis)
    await install.claim(ledger, install_id)
    return ledger


async def _work(worker: Worker, stop: asyncio.Event) -> None:
    running = asyncio.create_task(worker.run())
    await stop.wait()
    log.info("stopping: the turn under way is finished, then the shards are given back")
    worker.stop()
    await running

"""The worker as it runs: leases on one hand, turns on the other, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from quota.ledger import Ledger
from server.records.engine import Database
from server.worker.leasing import Leasing, own_name
from server.worker.outage import Outage
from server.worker.stores import AWAY, Stores
from server.worker.turns import Pace, Turns

log = logging.getLogger(__name__)
DEFAULT_PACE = Pace()
STOP_DEADLINE_S = 10.0


def wall_clock_ms() -> int:
    """The machine's clock; leases are compared by it, the fence forgives where it is wrong."""
    return int(time.time() * 1000)


class Worker:
    """Folds the shards it holds. `run` works until `stop`; `keep` and `turn` are its single steps.

    `owner` None is a new name; the embedded store gives a fixed one, so that a restart need not
    wait for its own old leases to run out. `watched`: the process itself tells of stores that go
    away, so this does not.
    """

    def __init__(
        self,
        ledger: Ledger,
        database: Database,
        *,
        owner: str | None = None,
        pace: Pace = DEFAULT_PACE,
        clock_ms: Callable[[], int] = wall_clock_ms,
        watched: bool = False,
    ) -> None:
        self.stores = Stores.of(ledger, database)
        self.leasing = Leasing(database, owner or own_name(), ledger.shards, pace.ttl_ms, clock_ms)
        self._turns = Turns(self.stores, self.leasing, pace, clock_ms)
        self._pace = pace
        self._clock_ms = clock_ms
        self._watched = watched
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something is new: the next turn begins at once."""
        self._wake.set()

    def stop(self) -> None:
        """Lets `run` end after the present turn."""
        self._stopping = True
        self._wake.set()

    async def keep(self) -> int:
        """Renews leases and takes what is free; returns how many shards are held.

        Raises RecordsUnavailable.
        """
        before = set(self.leasing.held)
        await self.leasing.keep()
        if self.leasing.held.keys() - before:
            self.wake()
        return len(self.leasing.held)

    async def turn(self) -> int:
        """Folds at most one batch of each shard held; returns how many events that were.

        Raises what `AWAY` names.
        """
        return await self._turns.turn()

    async def run(self) -> None:
        """Works until `stop`. What goes wrong is logged once, and tried again."""
        keeper = asyncio.create_task(self._keep_leases())
        poll_s = self._pace.poll_ms / 1000
        outage = self._outage("folding")
        try:
            while not self._stopping:
                folded, wait_s = await _attempt(self.turn, outage)
                await self._pause(wait_s or (0 if folded else poll_s))
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
            await self._give_back()

    async def _keep_leases(self) -> None:
        outage = self._outage("keeping shards")
        while True:
            _, wait_s = await _attempt(self.keep, outage)
            await asyncio.sleep(wait_s or self._pace.ttl_ms / 3000)

    def _outage(self, what: str) -> Outage:
        least_s = self._pace.poll_ms / 1000
        return Outage(what, least_s, self._clock_ms, told_elsewhere=self._watched)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()

    async def _give_back(self) -> None:
        """Others may take the shards at once; where SQL is away they wait for the leases' end."""
        try:
            async with asyncio.timeout(STOP_DEADLINE_S):
                await self.leasing.give_back()
        except (*AWAY, TimeoutError) as error:
            log.warning("the shards could not be given back, their leases will run out: %s", error)


async def _attempt(step: Callable[[], Awaitable[int]], outage: Outage) -> tuple[int, float]:
    """What the step returned and 0, or 0 and the seconds to wait before the next attempt."""
    try:
        done = await step()
    except AWAY as error:
        return 0, outage.failed(error)
    except Exception as error:
        log.debug("a mistake of ours", exc_info=True)
        return 0, outage.failed(error)
    outage.worked()
    return done, 0.0


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    """The worker runs while the block does; at the end it finishes its turn and gives back."""
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await task

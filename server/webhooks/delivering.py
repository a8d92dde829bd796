"""The dispatcher: spreads notices, delivers them, a bounded number at a time, and tidies up.

It runs beside the worker that holds shard 0, so that one process does this. Where two believe to be
that one for a moment, claims (see `records.dispatch`) let only one send each delivery; what was
claimed by a process that died is sent again when the claim has run out.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from server.records import deliveries, dispatch, webhooks
from server.records.dispatch import Due, Settled
from server.records.engine import Database, RecordsUnavailable
from server.records.webhooks import Webhook
from server.sealing import Sealer
from server.webhooks import retrying
from server.webhooks.metrics import ATTEMPT_SECONDS, ATTEMPTS, OLDEST_SECONDS
from server.webhooks.sending import Sender, open_session
from server.webhooks.spreading import spread
from server.worker.outage import Outage

log = logging.getLogger(__name__)

CLAIM_MS = 60_000
"""How long a delivery is ours: well above an attempt's deadline and the time to note its end."""
PRUNE_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is under way at a time, and how often things are looked at.

    One webhook gets at most `each` of the `total`. One whose last attempt failed gets one, and all
    such webhooks together at most `failing`: receivers that hang leave room for those that do not.
    """

    total: int = 16
    each: int = 4
    failing: int = 8
    poll_ms: int = 500
    tidy_ms: int = 60_000
    gauge_ms: int = 5_000
    stop_s: float = 5.0


DEFAULT_LIMITS = Limits()


class Dispatcher:
    """Delivers while `holds` says that it is ours to do. `run` works until `stop`.

    `turn` is its single step, `settled` waits for what that has started. `watched`: the process
    itself tells of a record that goes away, so this does not.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        clock_ms: Callable[[], int],
        *,
        holds: Callable[[], bool],
        limits: Limits = DEFAULT_LIMITS,
        chance: Callable[[], float] = random.random,
        watched: bool = False,
    ) -> None:
        self._database = database
        self._sender = sender
        self._clock_ms = clock_ms
        self._holds = holds
        self._limits = limits
        self._chance = chance
        self._watched = watched
        self._under_way: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._failing: set[str] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._turns = 0
        self._tidy_at_ms = 0
        self._gauge_at_ms = 0

    async def turn(self) -> int:
        """Spreads, and starts what there is room for; returns how many notices that concerned.

        Raises RecordsUnavailable.
        """
        if not self._holds():
            OLDEST_SECONDS.set(0)
            return 0
        now_ms = self._clock_ms()
        done = await spread(self._database, now_ms) + await self._start(now_ms)
        if not done:
            await self._tidy(now_ms)
        return done

    async def settled(self) -> None:
        """Waits until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())

    def stop(self) -> None:
        """Lets `run` end; what is under way gets `stop_s` to end, too."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Works until `stop`. What goes wrong is logged once, and tried again."""
        poll_s = self._limits.poll_ms / 1000
        told, clock_ms = self._watched, self._clock_ms
        outage = Outage("delivering to webhooks", poll_s, clock_ms, told_elsewhere=told)
        try:
            while not self._stopping:
                await self._pause(await self._attempt(outage, poll_s))
        finally:
            await self._end()

    async def _attempt(self, outage: Outage, poll_s: float) -> float:
        """One turn; the seconds to wait before the next one."""
        try:
            done = await self.turn()
        except RecordsUnavailable as error:
            return outage.failed(error)
        except Exception as error:
            log.debug("a mistake of ours", exc_info=True)
            return outage.failed(error)
        outage.worked()
        return 0 if done else poll_s

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()

    async def _end(self) -> None:
        """Attempts that do not end in time are made again once their claim has run out."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.stop_s):
                await self.settled()
        for task in self._under_way.values():
            task.cancel()
        await self.settled()

    async def _start(self, now_ms: int) -> int:
        """Claims what is due, as far as there is room, and begins to send it."""
        free = self._limits.total - len(self._under_way)
        if free <= 0:
            return 0
        async with self._database.read() as connection:
            next_ms = await dispatch.next_due_ms(connection)
            if next_ms is None or next_ms > now_ms:
                return 0
            live = await webhooks.live(connection)
            found: list[Due] = []
            for webhook_id, most in self._rooms([webhook.id for webhook in live]).items():
                room = min(most, free - len(found))
                if room > 0:
                    found += await dispatch.due(connection, webhook_id, now_ms, room)
        found = [one for one in found if (one.webhook_id, one.noted.seq) not in self._under_way]
        if not found or self._stopping:  # told to stop while this looked: nothing new is begun
            return 0
        async with self._database.write() as connection:
            claimed = await dispatch.claim(connection, found, now_ms + CLAIM_MS)
        by_id = {webhook.id: webhook for webhook in live}
        for one in claimed:
            task = asyncio.create_task(self._deliver(by_id[one.webhook_id], one))
            key = (one.webhook_id, one.noted.seq)
            self._under_way[key] = task
            # Not in the task itself: one that is cancelled before it began runs nothing of it.
            task.add_done_callback(partial(self._ended, key))
        return len(claimed)

    def _ended(self, key: tuple[str, int], _: asyncio.Task[None]) -> None:
        del self._under_way[key]
        self._wake.set()

    def _rooms(self, webhook_ids: Sequence[str]) -> Mapping[str, int]:
        """How many more deliveries each webhook may have; another one comes first each time."""
        self._turns += 1
        first = self._turns % max(len(webhook_ids), 1)
        self._failing &= set(webhook_ids)
        busy = Counter(webhook_id for webhook_id, _ in self._under_way)
        left = self._limits.failing - sum(busy[webhook_id] for webhook_id in self._failing)
        rooms: dict[str, int] = {}
        for webhook_id in (*webhook_ids[first:], *webhook_ids[:first]):
            room = self._limits.each - busy[webhook_id]
            if webhook_id in self._failing:
                room = min(1 - busy[webhook_id], left)
                left -= max(room, 0)
            rooms[webhook_id] = room
        return rooms

    async def _deliver(self, webhook: Webhook, claimed: Due) -> None:
        try:
            with ATTEMPT_SECONDS.time():
                error = await self._sender.send(webhook, claimed.noted)
            if error is None:
                self._failing.discard(webhook.id)
            else:
                self._failing.add(webhook.id)
            await self._note(claimed, error)
        except RecordsUnavailable as away:
            # Nobody knows that it was sent; the claim runs out, and it is sent again.
            log.warning("the end of a delivery could not be noted: %s", away)
        except Exception:
            log.exception("a delivery ended by a mistake of ours; it is made again")

    async def _note(self, claimed: Due, error: str | None) -> None:
        made = self._outcome(claimed, error)
        async with self._database.write() as connection:
            is_ours = await dispatch.settle(connection, claimed, made)
        if is_ours:
            ATTEMPTS.labels("failed" if made.state == "waiting" else made.state).inc()

    def _outcome(self, claimed: Due, error: str | None) -> Settled:
        now_ms, attempts = self._clock_ms(), claimed.attempts + 1
        if error is None:
            return Settled("delivered", now_ms, now_ms)
        if retrying.is_dead(attempts, now_ms - claimed.noted.at_ms):
            return Settled("dead", now_ms, now_ms, error)
        next_ms = now_ms + retrying.delay_ms(attempts, self._chance())
        return Settled("waiting", now_ms, next_ms, error)

    async def _tidy(self, now_ms: int) -> None:
        """Looks how old what waits is, and forgets what is too old, now and then."""
        if now_ms >= self._gauge_at_ms:
            async with self._database.read() as connection:
                live = [webhook.id for webhook in await webhooks.live(connection)]
                oldest_ms = await dispatch.oldest_waiting_ms(connection, live)
            OLDEST_SECONDS.set(0 if oldest_ms is None else max(0, now_ms - oldest_ms) / 1000)
            self._gauge_at_ms = now_ms + self._limits.gauge_ms
        if now_ms >= self._tidy_at_ms:
            async with self._database.write() as connection:
                gone = await deliveries.prune(connection, now_ms, PRUNE_MOST)
            self._tidy_at_ms = now_ms + (0 if gone >= PRUNE_MOST else self._limits.tidy_ms)


@asynccontextmanager
async def dispatching(
    database: Database,
    sealer: Sealer,
    clock_ms: Callable[[], int],
    *,
    holds: Callable[[], bool],
    private: bool,
    watched: bool = False,
) -> AsyncIterator[None]:
    """Delivers while the block runs; at its end what is under way gets to end.

    `private`: receivers may have addresses that are not public.
    """
    async with open_session(private=private) as session:
        sender = Sender(session, sealer, clock_ms)
        dispatcher = Dispatcher(database, sender, clock_ms, holds=holds, watched=watched)
        task = asyncio.create_task(dispatcher.run())
        try:
            yield
        finally:
            dispatcher.stop()
            await task

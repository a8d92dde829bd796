"""Who watches what: each topic is looked at once a second, however many watch it.

Nothing is looked at while nobody watches. What changed is encoded once and handed to each viewer,
who sends it at its own pace: of a topic it keeps the newest value only, so that one who does not
read holds nobody up and costs no more than that.

A key has so many streams and no more (`KEY_MOST`, `BOUND_KEY_MOST`), so that none takes them all.
A topic that cannot be looked at for a reason nobody thought of ends its streams, and one that was
not looked at for long is not called alive: who watches shall know that a value is old.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from time import monotonic, perf_counter

import pydantic_core

from server.http.metrics import LIVE_STREAMS, LIVE_STREAMS_LIMIT
from server.http.problems import TOO_MANY_STREAMS, Problem
from server.http.rounding import HIDDEN_FROM
from server.http.scopes import Caller
from server.http.topics import Seen, Topic, lasting

log = logging.getLogger(__name__)

ROUND_S = 1.0
RESTS, REST_MOST_S = 4, 2.0
"""A round that took longer than a fifth of a second is rested from for so many times as long, but
not for ever: behind pre-checks at full speed most of what it takes is waiting."""
LOOKS_AT_ONCE = 8
WOKEN_AT_ONCE = 10
"""Others have a turn before more viewers send: no pre-check is to wait for all of them."""
STREAMS_MOST = 1_000
KEY_MOST, BOUND_KEY_MOST = 200, 20
"""Streams of one key, its sessions with it; of one whose grants are all bound to accounts."""
FRESH_S = 6.0
"""A topic that was not looked at for longer is not alive."""
RETRY_AFTER_S = 10

Look = Callable[[Topic], Awaitable[Seen]]
Prepare = Callable[[Collection[Topic]], Awaitable[None]]
"""Told before each round which topics it will look at, so that much is read at once."""


class Viewer:
    """One stream: what it has still to send."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        self.watching: list[_Watched] = []
        self.is_over = False
        self.sending: asyncio.Transport | None = None
        """Where it is sending just now, and waits until somebody reads."""
        self._pending: dict[str, bytes] = {}
        self._woken = asyncio.Event()

    def is_fresh(self) -> bool:
        """Whether each of its topics was looked at within `FRESH_S`."""
        return all(watched.is_fresh() for watched in self.watching)

    def take(self, topic: Topic, frame: bytes) -> None:
        """The newest of a topic, in the place of what was not sent yet."""
        self._pending[topic.name] = frame

    def taken(self) -> list[bytes]:
        """All that waits to be sent; none of it waits any more."""
        self._woken.clear()
        frames, self._pending = self._pending, {}
        return [*frames.values()]

    def wake(self) -> None:
        """Ends `wait`."""
        self._woken.set()

    async def wait(self, until_s: float) -> None:
        """Returns when there is something to send, or at that time of the loop's clock."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until_s):
                await self._woken.wait()

    def end(self) -> None:
        """Ends the stream; one whose viewer does not read is cut off."""
        self.is_over = True
        if self.sending is not None:
            self.sending.abort()
        self.wake()


class _Watched:
    """A topic that somebody watches, what was seen last, and the event that tells it."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.viewers: set[Viewer] = set()
        self.frame = b""
        self.looking = asyncio.Lock()
        self._looked_s = -math.inf
        self._known: tuple[bytes | None, str | None] | None = None

    def is_fresh(self) -> bool:
        """Whether it was looked at within `FRESH_S`, and that told something."""
        return monotonic() - self._looked_s <= FRESH_S

    async def look(self, look: Look) -> set[Viewer]:
        """Looks once, and hands what is new, but for the time, to all viewers; returns those.

        Raises what `look` does.
        """
        seen = await look(self.topic)
        self._looked_s = monotonic()
        value, away = seen.value, seen.away
        known = (None if value is None else pydantic_core.to_json(lasting(value)), away)
        if known == self._known:
            return set()
        self._known, self.frame = known, b""
        if value is not None:
            self.frame += event(self.topic.name, value)
        if away is not None:
            self.frame += event("away", {"store": away})
        for viewer in self.viewers:
            viewer.take(self.topic, self.frame)
        return set(self.viewers)


class Broadcast:
    """The streams of one process."""

    def __init__(
        self, look: Look, prepare: Prepare | None = None, most: int = STREAMS_MOST
    ) -> None:
        self._look = look
        self._prepare = prepare
        self._most = most
        LIVE_STREAMS_LIMIT.set(most)
        self._watched: dict[Topic, _Watched] = {}
        self._viewers: set[Viewer] = set()
        self._rounds: asyncio.Task[None] | None = None
        self._is_over = False

    async def join(self, topics: Sequence[Topic], caller: Caller) -> Viewer:
        """A viewer that has each topic's present value to send; `leave` ends it.

        Raises Problem 503 where there are too many, 429 where the key has too many of them, or
        what looking raises.
        """
        self._admit(caller)
        viewer = Viewer(caller.key_id)
        self._viewers.add(viewer)
        LIVE_STREAMS.inc()
        try:
            for topic in topics:
                await self._begin(topic, viewer)
        except BaseException:
            self.leave(viewer)
            raise
        self._begin_rounds()
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Ends a viewer; what only it watched is looked at no more."""
        self._viewers.discard(viewer)
        LIVE_STREAMS.dec()
        for watched in viewer.watching:
            watched.viewers.discard(viewer)
            if not watched.viewers and self._watched.get(watched.topic) is watched:
                del self._watched[watched.topic]

    async def close(self) -> None:
        """Ends every viewer, and the rounds with them; nobody joins any more."""
        self._is_over = True
        for viewer in self._viewers:
            viewer.end()
        if self._rounds is not None:
            self._rounds.cancel()
            with suppress(asyncio.CancelledError):
                await self._rounds

    def _admit(self, caller: Caller) -> None:
        headers = {"Retry-After": str(RETRY_AFTER_S)}
        if self._is_over or len(self._viewers) >= self._most:
            detail = f"This process has {self._most} live streams already, or is about to end."
            raise Problem(503, detail, kind=TOO_MANY_STREAMS, headers=headers)
        bound = all(grant.scope in HIDDEN_FROM for grant in caller.grants)
        most = BOUND_KEY_MOST if bound else KEY_MOST
        if sum(viewer.key_id == caller.key_id for viewer in self._viewers) >= most:
            detail = f"This key has {most} live streams of this process already."
            raise Problem(429, detail, headers=headers)

    async def _begin(self, topic: Topic, viewer: Viewer) -> None:
        watched = self._watched.setdefault(topic, _Watched(topic))
        watched.viewers.add(viewer)
        viewer.watching.append(watched)
        async with watched.looking:
            if not watched.is_fresh():  # else a value of long ago would be told as a new one
                for other in await watched.look(self._look):
                    other.wake()
        viewer.take(topic, watched.frame)

    def _begin_rounds(self) -> None:
        if not self._is_over and (self._rounds is None or self._rounds.done()):
            self._rounds = asyncio.create_task(self._go_round())

    async def _go_round(self) -> None:
        while self._watched:
            began = perf_counter()
            await self._round()
            took_s = perf_counter() - began
            await asyncio.sleep(max(ROUND_S - took_s, min(RESTS * took_s, REST_MOST_S)))

    async def _round(self) -> None:
        """Looks at each topic, then lets those who watch one that changed send it."""
        at_once = asyncio.Semaphore(LOOKS_AT_ONCE)

        async def look(watched: _Watched) -> None:
            async with at_once, watched.looking:
                try:
                    touched.update(await watched.look(self._look))
                except Exception:
                    # Somebody else's topic is no worse for it.
                    log.exception("the topic %s cannot be looked at", watched.topic.name)
                    self._give_up(watched)

        touched: set[Viewer] = set()
        if self._prepare is not None:
            try:
                await self._prepare(tuple(self._watched))
            except Exception:
                # Each look reads for itself what was not read for all.
                log.exception("nothing can be read for all topics")
        await asyncio.gather(*map(look, self._watched.values()))
        for number, viewer in enumerate(touched, start=1):
            viewer.wake()
            if number % WOKEN_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _give_up(self, watched: _Watched) -> None:
        """Ends all who watch it, so that they ask again: what they have is old, and stays so."""
        if self._watched.get(watched.topic) is watched:
            del self._watched[watched.topic]
        for viewer in watched.viewers:
            viewer.end()


def event(name: str, value: object) -> bytes:
    """A server-sent event."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), pydantic_core.to_json(value))

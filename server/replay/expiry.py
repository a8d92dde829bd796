"""Removes what the ledger wrote with an expiry, by the clock of the files.

The Redis of a replay counts lifetimes by this machine's clock, on which a year of events passes in
minutes; left to it, everything would stay.
"""

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Any

from redis.asyncio import Redis

from quota import keys
from quota.calls import REMEMBERED_MS
from quota.shard_log import Cooldown

_AT_ONCE = 500


class Expiry:
    """Keys by the time at which they end, in ms of the files' clock."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._ends_ms: dict[str, int] = {}
        self._queue: list[tuple[int, str]] = []
        self._over: set[str] = set()

    def note(self, shard: int, body: Mapping[str, Any]) -> None:
        """What the ledger keeps of an event of its stream: a decision's record, an event id."""
        if "record" in body:
            expires_ms = int(body["record"].split("|", 5)[4])
            self._push(keys.record(shard, body["decision_id"]), expires_ms)
        elif "event_id" in body:
            name = keys.seen_event(shard, body["enterprise_id"], body["event_id"])
            self._push(name, body["received_ms"] + REMEMBERED_MS)

    def note_cooldown(self, shard: int, cooldown: Cooldown) -> None:
        """A cool-down that was published."""
        name = keys.cooldown(shard, cooldown.enterprise_id, cooldown.contact, cooldown.member_id)
        self._push(name, cooldown.until_ms)

    async def remove(self, now_ms: int) -> None:
        """Removes what has ended, once there is enough of it."""
        while self._queue and self._queue[0][0] <= now_ms:
            ends_ms, name = heappop(self._queue)
            if self._ends_ms.get(name) == ends_ms:
                del self._ends_ms[name]
                self._over.add(name)
        if len(self._over) >= _AT_ONCE:
            await self._redis.unlink(*self._over)
            self._over.clear()

    def _push(self, name: str, ends_ms: int) -> None:
        """A key that is written again ends at the later of its times."""
        self._over.discard(name)
        if ends_ms > self._ends_ms.get(name, 0):
            self._ends_ms[name] = ends_ms
            heappush(self._queue, (ends_ms, name))

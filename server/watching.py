"""What a serving process looks at every second; it tells once that a store went away."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from quota.ledger import Ledger
from server.http.active_policy import ActivePolicy
from server.http.freshness import REFRESH_S, Refresh
from server.worker import install
from server.worker.metrics import SHARDS, SHARDS_CLOSED
from server.worker.outage import Outage
from server.worker.refill import closed_shards, report_rolled_back
from server.worker.stores import AWAY

log = logging.getLogger(__name__)


class RedisWatch:
    """Marks a Redis that came back empty, closes shards that were rolled back, tells the fold."""

    def __init__(self, ledger: Ledger, install_id: str, policy: ActivePolicy) -> None:
        self._ledger = ledger
        self._install_id = install_id
        self._policy = policy
        self._behind: set[int] = set()

    async def look(self) -> None:
        """Raises ForeignRedis, or what `AWAY` names."""
        await install.claim(self._ledger, self._install_id)
        behind = set(await report_rolled_back(self._ledger))
        if new := sorted(behind - self._behind):
            log.warning("Redis was rolled back; shards %s are refilled", new)
        self._behind = behind
        closed = await closed_shards(self._ledger)
        SHARDS.set(self._ledger.shards)
        SHARDS_CLOSED.set(len(closed))
        if not closed:
            await self._policy.announce()


def patient(what: str, look: Callable[[], Awaitable[None]], clock_ms: Callable[[], int]) -> Refresh:
    """A refresh that outlives what is away, with a line at its beginning and one at its end."""
    outage = Outage(what, REFRESH_S, clock_ms)

    async def attempt() -> None:
        try:
            await look()
        except (*AWAY, install.ForeignRedis) as error:
            outage.failed(error)
        else:
            outage.worked()

    return attempt

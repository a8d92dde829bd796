"""The service's own request throttle, per key, in this process's memory.

Off for `gateway` and `admin`: it protects the service from a script, it is no part of the quota.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from server.http.problems import Problem
from server.http.scopes import Caller


class Throttle:
    """A moving window per key. `rate` reads like `600/minute`."""

    def __init__(self, rate: str, clock_s: Callable[[], float] = time.time) -> None:
        self._item: RateLimitItem = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._clock_s = clock_s

    async def admit(self, caller: Caller) -> None:
        """Counts one request. Raises Problem 429 with `Retry-After` where it is one too many."""
        if not caller.throttled or await self._limiter.hit(self._item, caller.key_id):
            return
        stats = await self._limiter.get_window_stats(self._item, caller.key_id)
        wait_s = max(1, math.ceil(stats.reset_time - self._clock_s()))
        raise Problem(
            429, f"This key may ask {self._item} times.", headers={"Retry-After": str(wait_s)}
        )

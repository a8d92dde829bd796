"""The Lua scripts as package data, each behind what they share, run under a deadline."""

import logging
from collections.abc import Awaitable, Sequence
from importlib.resources import files
from typing import Any

from prometheus_client import Counter
from redis import exceptions
from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from quota.adds import StoreUnavailable
from quota.deadlines import deadline

SHARED = ("state", "windows", "records")
"""What stands before every script, in this order."""
NAMES = ("spend", "settle", "append", "publish", "expire", "restrict", "zone")
PER_ITEM_MS = 0.5

log = logging.getLogger(__name__)
CALLS = (*NAMES, "read", "meta", "stream", "close", "refill", "install")
"""What is asked of Redis, by the names under which failures count."""
UNAVAILABLE = Counter(
    "contact_quota_redis_unavailable_total", "Calls to Redis that failed", ["script"]
)
for _call in CALLS:
    UNAVAILABLE.labels(_call)


def source(name: str) -> str:
    """The text of a script as it is loaded."""
    package = files("quota")
    return "".join((package / f"{part}.lua").read_text() for part in (*SHARED, name))


class Scripts:
    """Runs scripts by name; `deadline_ms` None means no deadline (the embedded store)."""

    def __init__(self, redis: Redis, deadline_ms: float | None) -> None:
        self._deadline_ms = deadline_ms
        self._scripts: dict[str, AsyncScript] = {
            name: redis.register_script(source(name)) for name in NAMES
        }

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Any], items: int = 1) -> Any:
        """The script's reply. Raises StoreUnavailable when Redis is away or late.

        A connection that broke is tried once more at once: it may be a pooled one whose server was
        restarted, and every script is safe to repeat. A call that timed out is not repeated here:
        the caller's own retry meets the decision's record.
        """
        script = self._scripts[name]

        async def call() -> Any:
            try:
                return await script(keys=keys, args=args)
            except exceptions.TimeoutError:
                raise
            except exceptions.ConnectionError:
                return await script(keys=keys, args=args)

        return await self.guard(name, call(), items)

    async def guard(self, name: str, call: Awaitable[Any], items: int = 1) -> Any:
        """The result of any call to Redis, under the deadline. Raises StoreUnavailable."""
        try:
            async with deadline(self._seconds(items)):
                return await call
        except (exceptions.RedisError, OSError) as error:
            UNAVAILABLE.labels(name).inc()
            log.debug("Redis did not answer %s: %r", name, error)
            raise StoreUnavailable("the counters cannot be reached") from error

    def _seconds(self, items: int) -> float | None:
        if self._deadline_ms is None:
            return None
        return (self._deadline_ms + PER_ITEM_MS * items) / 1000

"""What the parts of the ledger share: the connection, its scripts, its shards and its clock."""

from typing import Protocol

from redis.asyncio import Redis

from quota.scripts import Scripts


class Store(Protocol):
    """One Redis as the ledger uses it; `quota.ledger.Ledger` is the one there is."""

    redis: Redis
    shards: int
    scripts: Scripts

    def now(self) -> int | str:
        """What scripts take as now: an injected clock's ms, or '' for Redis TIME."""

    def now_ms(self) -> int:
        """The clock in ms."""

    def seen(self, shard: int) -> int:
        """The highest seq of the shard that this process knows."""

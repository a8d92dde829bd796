"""Which shards a worker holds: its fair share, renewed in time, given back when it stops."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

from server.records import leases
from server.records.engine import Database
from server.records.leases import Lease
from server.worker.metrics import LEASES_LOST, SHARDS_HELD
from server.worker.refill import Standing


@dataclass(slots=True)
class Shard:
    """A shard held: `standing` is None until it was brought up, and after anything went wrong.

    `rest_until_ms`: nothing is tried before, after a mistake of ours at `failed_seq`.
    `upkeep_at_ms`: when its holds and midnights are next looked at.
    """

    lease: Lease
    standing: Standing | None = None
    rest_until_ms: int = 0
    failed_seq: int = -1
    upkeep_at_ms: int = 0


def own_name() -> str:
    """A name that no other worker has, and that tells a person which one it is."""
    return f"{socket.gethostname()[:64]}:{os.getpid()}:{secrets.token_hex(4)}"


class Leasing:
    """The leases of one worker; `held` loses those that others took.

    A worker that comes back under the same `owner` takes its shards over at once.
    """

    def __init__(
        self, database: Database, owner: str, shards: int, ttl_ms: int, clock_ms: Callable[[], int]
    ) -> None:
        self.held: dict[int, Shard] = {}
        self.surplus = 0
        self.has_lost = False
        self._database = database
        self._owner = owner
        self._shards = shards
        self._ttl_ms = ttl_ms
        self._clock_ms = clock_ms

    async def keep(self) -> None:
        """Renews, and takes free shards up to a fair share. Raises RecordsUnavailable."""
        now_ms, ttl_ms = self._clock_ms(), self._ttl_ms
        held = [shard.lease for shard in self.held.values()]
        async with self._database.write() as connection:
            alive = await leases.report(connection, self._owner, now_ms, ttl_ms)
            kept = await leases.renew(connection, held, now_ms, ttl_ms)
            share = -(-self._shards // len(alive))
            mine = await leases.owned(connection, self._owner)
            free = [*mine, *await leases.free(connection, now_ms)]
            taken: list[Lease] = []
            for shard in dict.fromkeys(free):
                if len(kept) + len(taken) < share and shard not in kept:
                    lease = await leases.acquire(connection, shard, self._owner, now_ms, ttl_ms)
                    taken += [lease] if lease else []
        for lease in held:
            if lease.shard not in kept:
                self.lose(lease)
        self.has_lost = False
        self.held |= {lease.shard: Shard(lease) for lease in taken}
        self.surplus = len(self.held) - share
        SHARDS_HELD.set(len(self.held))

    def holds_first(self) -> bool:
        """Whether what belongs to no shard is this worker's to do."""
        return 0 in self.held

    def lose(self, lease: Lease) -> None:
        """Forgets a lease that another worker has, or that is no longer what we think.

        The latter is ours again with the next `keep`: a commit whose answer was lost moved it.
        """
        held = self.held.get(lease.shard)
        if held is not None and held.lease.fence == lease.fence:
            del self.held[lease.shard]
            self.has_lost = True
            LEASES_LOST.inc()

    async def give_back(self, count: int | None = None) -> None:
        """Releases `count` shards (None: all), so that others need not wait for the leases' end.

        Not while one of them is being folded. Raises RecordsUnavailable.
        """
        shards = list(self.held)[-count:] if count is not None else list(self.held)
        going = [self.held[shard].lease for shard in shards]
        async with self._database.write() as connection:
            for lease in going:
                await leases.release(connection, lease)
            if count is None:
                await leases.leave(connection, self._owner)
        for lease in going:
            self.held.pop(lease.shard, None)
        self.surplus = 0
        SHARDS_HELD.set(len(self.held))

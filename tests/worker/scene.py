"""An installation as the worker's tests use it: both stores, a policy, what happens in it."""

import itertools
from dataclasses import replace
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import Column, select

from quota import keys
from quota.adds import Add, Decision
from quota.calls import Event
from quota.counters import Counters
from quota.ledger import Ledger
from quota.policy import Rules
from server.policy import Policy, default_policy
from server.policy.rules import rules_of
from server.records import leases, policies, tables
from server.records.engine import Database
from server.worker.loop import Worker
from server.worker.policies import announce
from server.worker.stores import Stores
from server.worker.turns import Pace
from tests.conftest import Clock


class Scene:
    """Stores with `shards` shards under the shipped policy. `ledger` and `database` may be wrapped.

    Lease times come from `leases`, everything else from `clock`: a lease that runs out changes no
    event's time.
    """

    def __init__(self, redis: Redis, database: Database, clock: Clock, shards: int = 1) -> None:
        self.redis = redis
        self.database = database
        self.clock = clock
        self.leases = Clock(1_000_000)
        self.shards = shards
        self.ledger = Ledger(redis, shards=shards, clock_ms=clock)
        self.rules: Rules = rules_of(default_policy(), 1)
        self._numbers = itertools.count(1)

    async def begin(self) -> None:
        """What the first start of a server does before its worker runs."""
        async with self.database.write() as connection:
            await leases.create_shards(connection, self.shards)
        await self.put_policy(default_policy())

    async def put_policy(self, policy: Policy) -> int:
        """Records and activates a policy, without telling the shards."""
        async with self.database.write() as connection:
            body = policy.model_dump_json()
            version = await policies.add(connection, body, "test", self.clock())
            await policies.activate(connection, version, self.clock())
        return version

    async def announce(self) -> None:
        """Tells the shards of the policy that was put last."""
        await announce(self.ledger, self.database)

    def worker(self, owner: str = "w1", batch: int = 500) -> Worker:
        """A worker that holds nothing yet; it prunes only where the leases' clock goes on."""
        pace = Pace(batch=batch, upkeep_ms=0)
        return Worker(self.ledger, self.database, owner=owner, pace=pace, clock_ms=self.leases)

    def stores(self) -> Stores:
        """Both stores as the worker's functions take them."""
        return Stores.of(self.ledger, self.database)

    async def up(self, worker: Worker | None = None) -> Worker:
        """A worker that holds every free shard, all of them open."""
        worker = worker or self.worker()
        await worker.keep()
        await drain(worker)
        return worker

    async def add(
        self, contact: str, member: str = "li", enterprise: str = "acme", **more: Any
    ) -> Decision:
        """Decides one add; a refusal fails the test."""
        (answer,) = await self.ledger.spend([Add(enterprise, member, contact, **more)], self.rules)
        assert isinstance(answer, Decision), answer
        return answer

    async def event(
        self, type_: str, contact: str | None = None, member: str | None = "li", **more: Any
    ) -> None:
        """Appends one event of the enterprise `acme`, or of the one in `more`."""
        body: dict[str, Any] = {"type": type_, "at": self.clock(), "enterprise_id": "acme"} | more
        if member is not None:
            body["member_id"] = member
        if contact is not None:
            body["target"] = contact
        name = f"e{next(self._numbers)}"
        await self.ledger.append([Event(body["enterprise_id"], name, body)], "Asia/Shanghai")


async def drain(worker: Worker) -> int:
    """Turns until nothing is left; returns how many events were folded.

    A turn may leave events of its own behind (a hold expired), so two have to find none.
    """
    total = idle = 0
    for _ in range(500):
        folded = await worker.turn()
        total += folded
        leasing = worker.leasing
        standing = all(shard.standing for shard in leasing.held.values()) and not leasing.has_lost
        idle = 0 if folded or not standing else idle + 1
        if idle == 2:
            return total
    raise AssertionError("the worker never comes to rest")


_OF_THE_WORKER = ("owner", "fence", "lease_until_ms", "numbered_from")


async def rows(database: Database, without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Everything on record but who holds which lease."""
    found: dict[str, list[Any]] = {}
    async with database.read() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name in ("workers", *without):
                continue
            columns = [column for column in table.c if _is_compared(column)]
            result = await connection.execute(select(*columns).order_by(*table.primary_key))
            found[table.name] = [tuple(row) for row in result]
    return found


def _is_compared(column: Column[Any]) -> bool:
    """Who holds a lease is not; nor are numbers that PostgreSQL does not give out twice."""
    numbered = column.primary_key and column.autoincrement is True
    return column.name not in _OF_THE_WORKER and not numbered


async def hashes(redis: Redis, shards: int = 1) -> dict[str, Any]:
    """Everything Redis holds of the shards but meta, streams, and which event set a cap."""
    found: dict[str, Any] = {}
    for shard in range(shards):
        async for name in redis.scan_iter(match=keys.prefix(shard) + "*", count=1000):
            kind = await redis.type(name)
            if kind == b"string":
                value: Any = await redis.get(name)
                is_account = name.removeprefix(keys.prefix(shard).encode())[:2] in {b"e/", b"m/"}
                found[name.decode()] = (
                    replace(Counters.unpack(value), caps_seq=0) if is_account else value
                )
            elif kind == b"zset":
                found[name.decode()] = await redis.zrange(name, 0, -1, withscores=True)
    return found


async def saved(redis: Redis) -> dict[bytes, tuple[bytes, int]]:
    """Everything Redis holds, for `restored`."""
    found = {}
    for name in [name async for name in redis.scan_iter(count=1000)]:
        dumped = await redis.dump(name)
        assert dumped is not None
        found[name] = (dumped, max(0, await redis.pttl(name)))
    return found


async def restored(redis: Redis, copy: dict[bytes, tuple[bytes, int]]) -> None:
    """Redis as it was then."""
    await redis.flushall()
    for name, (dumped, ttl_ms) in copy.items():
        await redis.restore(name, ttl_ms, dumped)

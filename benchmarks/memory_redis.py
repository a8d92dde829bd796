"""Bytes in Redis by sort of key: what goes when all of a sort are deleted, and MEMORY USAGE."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from benchmarks.speed.programs import ProgramError
from quota import keys
from quota.ledger import Ledger

SAMPLES = 500
AT_ONCE = 5_000
POKES = 100_000
TRIES = 1_000
_POKE = "for i = 1, tonumber(ARGV[1]) do redis.call('EXISTS', KEYS[1]) end"

COOLDOWN, EVENT_ID, RECORD = "cool-down", "event id", "decision record"
ENTERPRISE, MEMBER, WAITING = "enterprise", "member", "event that waits to be folded"
PATTERNS = {
    COOLDOWN: keys.cooldown(0, "", ""),
    EVENT_ID: keys.seen_event(0, "", ""),
    RECORD: keys.record(0, ""),
    ENTERPRISE: keys.enterprise(0, ""),
    MEMBER: keys.member(0, "", ""),
}
"""A key of each sort with nothing in it, in the order in which the sorts are deleted: members last,
because the table of all keys shrinks when few are left."""


@dataclass(frozen=True, slots=True)
class Sort:
    """Bytes of one of a sort: by `used_memory`, and by MEMORY USAGE; None where not measured.

    `count` is how many were made, whatever number of keys they are in.
    """

    count: int
    by_used: float | None
    by_usage: float | None


async def keep_no_latencies(redis: Redis) -> None:
    """Keeps Redis from making room for the latencies of each command at its first call.

    That is a fixed amount, but would count as bytes of whatever is deleted meanwhile. So would an
    entry of the log of slow commands, kilobytes on a slow machine, that makes room for another.
    """
    await redis.config_set("latency-tracking", "no")
    await redis.config_set("slowlog-log-slower-than", -1)
    await redis.slowlog_reset()


async def used_bytes(redis: Redis) -> int:
    """What Redis holds while a new connection is all it has: buffers of others are given back.

    Raises ProgramError where somebody else stays connected.
    """
    await redis.connection_pool.disconnect()
    for _ in range(TRIES):
        told = await redis.info()
        if told["connected_clients"] == 1:
            return int(told["used_memory"])
    raise ProgramError("somebody else uses the Redis that is measured")


async def settle(redis: Redis) -> None:
    """Lets the table of keys finish growing: until then there are two of it.

    Redis moves a part with each look at a key, and little by itself.
    """
    name = await redis.randomkey()
    if name is None:
        return
    for _ in range(2 * await redis.dbsize() // POKES + 1):
        await redis.eval(_POKE, 1, name, POKES)


async def waiting_event(ledger: Ledger) -> float:
    """Bytes of one event that waits to be folded, the average of all streams."""
    shards = range(ledger.shards)
    sizes = [await ledger.redis.memory_usage(keys.stream(n), samples=0) or 0 for n in shards]
    waiting = [meta.seq - meta.published_seq for meta in await ledger.log.meta(shards)]
    return sum(sizes) / sum(waiting)


async def by_sort(
    redis: Redis, counts: Mapping[str, int], told: Callable[[str], None]
) -> dict[str, Sort]:
    """Deletes all keys, sort by sort. Raises ProgramError where a sort has none."""
    found: dict[str, Sort] = {}
    for sort, empty in PATTERNS.items():
        told(f"deleting every {sort}")
        usage = await _usage(redis, _pattern(empty))
        before = await used_bytes(redis)
        if not await _delete(redis, _pattern(empty)):
            raise ProgramError(f"there is no key of a {sort}: {_pattern(empty)}")
        went = before - await used_bytes(redis)
        found[sort] = Sort(counts[sort], went / counts[sort], usage)
    return found


def _pattern(empty: str) -> str:
    """What SCAN finds a sort by: its first part, in all shards."""
    shard, _, name = empty.partition("}:")
    return f"{shard.rstrip('0')}*}}:{name.partition('/')[0]}/*"


async def _usage(redis: Redis, pattern: str) -> float | None:
    """MEMORY USAGE of a key of a sort, the average of some by chance."""
    names: list[bytes] = []
    async for name in redis.scan_iter(match=pattern, count=AT_ONCE):
        names.append(name)
        if len(names) == SAMPLES:
            break
    pipe = redis.pipeline(transaction=False)
    for name in names:
        pipe.memory_usage(name, samples=0)
    sizes: list[Any] = await pipe.execute()
    return sum(sizes) / len(sizes) if sizes else None


async def _delete(redis: Redis, pattern: str) -> int:
    cursor, deleted = 0, 0
    while True:
        cursor, names = await redis.scan(cursor, match=pattern, count=AT_ONCE)
        if names:
            deleted += await redis.delete(*names)
        if cursor == 0:
            return deleted

"""Opening shards, reading what they hold, and publishing caps, as the worker would."""

import json
from typing import Any

from redis.asyncio import Redis

from quota import keys
from quota.adds import Add, Decision
from quota.counters import Counters
from quota.ledger import Ledger
from quota.policy import Rules
from quota.rebuild import ShardState
from quota.shard_log import Caps, Cooldown

EPOCH = "epoch-1"


async def open_shards(ledger: Ledger) -> None:
    """The first start: every shard is refilled from an empty journal."""
    for shard in range(ledger.shards):
        await ledger.log.refill(shard, ShardState(), EPOCH, fence=1)


async def decide(ledger: Ledger, add: Add, rules: Rules) -> Decision:
    """The decision on one add; a refusal fails the test."""
    (answer,) = await ledger.spend([add], rules)
    assert isinstance(answer, Decision), answer
    return answer


async def counters_of(ledger: Ledger, name: str) -> Counters:
    """What Redis holds of the account with that key."""
    packed: Any = await ledger.redis.get(name)
    return Counters.unpack(packed)


async def set_caps(
    ledger: Ledger,
    active: int,
    passive: int = 1000,
    member: str | None = "li",
    enterprise: str = "acme",
) -> None:
    """Publishes caps without trimming the stream."""
    shard = keys.shard_of(enterprise, ledger.shards)
    caps = [Caps(enterprise, member, active, passive, seq=0)]
    assert await ledger.log.publish(shard, fence=1, seq=0, caps=caps, cooldowns=[])


async def set_cooldown(
    ledger: Ledger,
    contact: str,
    until_ms: int,
    member: str | None = None,
    enterprise: str = "acme",
) -> None:
    """Publishes one cool-down without trimming the stream."""
    shard = keys.shard_of(enterprise, ledger.shards)
    cooldowns = [Cooldown(enterprise, contact, member, until_ms)]
    assert await ledger.log.publish(shard, fence=1, seq=0, caps=[], cooldowns=cooldowns)


async def events_of(ledger: Ledger, enterprise: str = "acme") -> list[dict[str, Any]]:
    """The events in the stream of the enterprise's shard, oldest first, each with its seq."""
    shard = keys.shard_of(enterprise, ledger.shards)
    read = await ledger.log.read({shard: 0}, 100_000)
    return [{**json.loads(event.body), "seq": event.seq} for event in read[shard]]


async def used(ledger: Ledger, rules: Rules, name: str, member: str = "li") -> int:
    """What is used now of a limit of acme or of its member."""
    if name.startswith("member"):
        return (await ledger.accounts.member("acme", member, rules)).limit(name).used
    return (await ledger.accounts.enterprise("acme", rules)).limit(name).used


async def snapshot(redis: Redis) -> dict[str, object]:
    """Everything Redis holds, but for the remaining lives of keys."""
    found: dict[str, object] = {}
    async for name in redis.scan_iter(count=1000):
        kind = await redis.type(name)
        match kind:
            case b"hash":
                found[name.decode()] = await redis.hgetall(name)
            case b"string":
                found[name.decode()] = await redis.get(name)
            case b"zset":
                found[name.decode()] = await redis.zrange(name, 0, -1, withscores=True)
            case _:
                found[name.decode()] = await redis.xlen(name)
    return found

"""What a worker finds to fold: adds, what contacts did, usage, appended through the real ledger.

Members draw as in `traffic`, a tenth of the adds from members whose cap is used up. Contacts answer
when a quarter of the time that the mix spans has gone by.
"""

import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from benchmarks.speed.traffic import Traffic
from quota.adds import Add, Decision
from quota.calls import Event
from quota.ledger import Ledger
from server.policy import Policy
from server.policy.rules import rules_of
from server.records import leases, migrations, policies
from server.records.engine import Database, open_database
from server.worker.loop import Worker
from server.worker.policies import announce
from server.worker.reaching import open_redis

SHARDS = 16
GROUP = 100
"""Adds of one call, and events of one."""
ANSWERS_AFTER = 4
"""A contact answers after one in so many parts of the mix's time."""
USAGE_SHARE = 0.06
"""Of all events, reports of a member's chats."""
ANSWERED = {"accepted": 45.0, "declined": 8.0, "deleted": 3.0, "blocked": 1.5, "complained": 0.5}
"""Percent of allowed adds by what the contact does; the others never answer."""
WAYS = ("phone_search", "group_chat", "qr_code", "card_share", "wechat_contact")


@dataclass(frozen=True, slots=True)
class Mix:
    """`events` of `traffic`'s members, drawn by `seed`, from `from_ms` to `to_ms`."""

    events: int
    from_ms: int
    to_ms: int
    traffic: Traffic
    seed: int


@asynccontextmanager
async def stores(
    redis_url: str, database_url: str, clock_ms: Callable[[], int] | None = None
) -> AsyncIterator[tuple[Ledger, Database]]:
    """The ledger and the record of an installation. Raises what opening them does."""
    redis, database = open_redis(redis_url), open_database(database_url)
    try:
        yield Ledger(redis, shards=SHARDS, clock_ms=clock_ms), database
    finally:
        await redis.aclose()
        await database.close()


async def install(ledger: Ledger, database: Database, policy: Policy) -> None:
    """What a first start does: tables, shards and the policy on record, every shard opened."""
    await migrations.upgrade(database)
    now_ms = ledger.now_ms()
    async with database.write() as connection:
        await leases.create_shards(connection, SHARDS)
        version = await policies.add(connection, policy.model_dump_json(), "benchmark", now_ms)
        await policies.activate(connection, version, now_ms)
    await drain(ledger, database)
    await announce(ledger, database)


async def drain(ledger: Ledger, database: Database) -> int:
    """Folds, as a worker of its own, all that waits; returns how many events that were."""
    worker = Worker(ledger, database)
    await worker.keep()
    total = folded = await worker.turn()
    while folded:
        folded = await worker.turn()
        total += folded
    await worker.leasing.give_back()
    return total


async def fill(redis_url: str, database_url: str, mix: Mix, policy: Policy) -> int:
    """Appends the mix, at its own times; returns how many of its adds were allowed."""
    now_ms = mix.from_ms
    rules, allowed = rules_of(policy, 1), 0
    async with stores(redis_url, database_url, lambda: now_ms) as (ledger, _):
        told = _told(mix)
        while group := list(islice(told, GROUP)):
            now_ms = group[-1].at_ms
            adds = [each.what for each in group if isinstance(each.what, Add)]
            events = [each.what for each in group if isinstance(each.what, Event)]
            answers = await ledger.spend(adds, rules)
            allowed += sum(isinstance(one, Decision) and one.allowed for one in answers)
            if events:
                await ledger.append(events, rules.policy.default_time_zone)
    return allowed


@dataclass(frozen=True, slots=True)
class _Told:
    at_ms: int
    what: Add | Event


def _told(mix: Mix) -> Iterator[_Told]:
    """`mix.events` in order of time."""
    return islice(_endless(mix), mix.events)


def _endless(mix: Mix) -> Iterator[_Told]:
    draw = random.Random(mix.seed)
    waiting: deque[tuple[int, Add]] = deque()
    for number in range(mix.events):
        at_ms = mix.from_ms + (mix.to_ms - mix.from_ms) * number // mix.events
        while waiting and waiting[0][0] <= at_ms:
            yield from _answered(draw, at_ms, waiting.popleft()[1], mix.seed)
        enterprise_id, member_id = mix.traffic.account(draw)
        if draw.random() < USAGE_SHARE:
            yield _Told(at_ms, _usage(draw, at_ms, enterprise_id, member_id))
            continue
        add = _add(draw, enterprise_id, member_id)
        waiting.append((at_ms + (mix.to_ms - mix.from_ms) // ANSWERS_AFTER, add))
        yield _Told(at_ms, add)


def _add(draw: random.Random, enterprise_id: str, member_id: str) -> Add:
    way = draw.choice(WAYS)
    searched = way == "phone_search"
    return Add(
        enterprise_id,
        member_id,
        f"c.k1.{draw.getrandbits(128):032x}",
        way,
        "contact" if way == "qr_code" else "member",
        request_id=f"r-{draw.getrandbits(64):016x}",
        number_block=f"n.k1.{draw.getrandbits(64):016x}" if searched else None,
        number_tail=f"{draw.randrange(10_000):04d}" if searched else None,
        greeting_hash=f"g.k1.{draw.randrange(20_000):032x}",
    )


def _answered(draw: random.Random, at_ms: int, add: Add, seed: int) -> Iterator[_Told]:
    silent = 100.0 - sum(ANSWERED.values())
    (outcome,) = draw.choices((*ANSWERED, None), (*ANSWERED.values(), silent))
    if outcome is None:
        return
    body = {
        "type": f"contact.{outcome}",
        "at": at_ms,
        "enterprise_id": add.enterprise_id,
        "member_id": add.member_id,
        "target": add.contact,
    }
    yield _Told(at_ms, Event(add.enterprise_id, f"o-{seed}-{add.request_id}", body))


def _usage(draw: random.Random, at_ms: int, enterprise_id: str, member_id: str) -> Event:
    body = {
        "type": "usage.reported",
        "at": at_ms,
        "enterprise_id": enterprise_id,
        "member_id": member_id,
        "stat_date": datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d"),
        "chat_cnt": draw.randrange(20),
        "reply_percentage": draw.randrange(101),
    }
    return Event(enterprise_id, f"u-{draw.getrandbits(64):016x}", body)

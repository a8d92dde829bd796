"""The ledger without HTTP: opened on a Redis, and asked the adds that the service is asked."""

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.speed.loops import Loop
from benchmarks.speed.policy import MEMBER_CAP, write_policy
from benchmarks.speed.programs import ProgramError
from benchmarks.speed.traffic import USED_UP, WAY, Traffic, run_id, used_up
from quota.adds import Add, Mode, Refusal
from quota.keys import shard_of
from quota.ledger import Ledger
from quota.policy import Rules
from quota.rebuild import ShardState
from quota.shard_log import Caps, Cooldown
from server.policy import load_policy
from server.policy.rules import rules_of
from server.worker.reaching import open_redis

DEADLINE_MS = 10_000.0
"""So long that a busy machine spoils no run; that there is one costs what it costs the service."""
LARGEST_GROUP = 256
QUICK_CAP = 100
AT_ONCE = 1_024
"""Adds made up at a time, a multiple of every size of group."""
HELD_S = 3_600
"""Holds outlive a run: what returning them costs would be counted with whatever came by."""


def measured_rules(directory: Path, *, quick: bool = False) -> Rules:
    """What the ledger takes of the measured policy; `quick`: with caps that are soon used up."""
    cap = QUICK_CAP if quick else MEMBER_CAP
    return rules_of(load_policy(write_policy(directory / "policy.toml", member_cap=cap)), 1)


def traffic_of(*, quick: bool, denied_share: float = 0.1) -> Traffic:
    """The measured traffic; `quick`: of a tenth of the members, who are soon begun."""
    if quick:
        return Traffic(members=2_000, enterprises=40, denied_share=denied_share)
    return Traffic(denied_share=denied_share)


@contextmanager
def ledger_on(url: str, loop: Loop) -> Iterator[Ledger]:
    """The ledger as the service opens it, on a Redis whose shards may or may not be open."""
    redis = open_redis(url)
    try:
        yield Ledger(redis, deadline_ms=DEADLINE_MS)
    finally:
        loop.run(redis.aclose())


async def open_shards(ledger: Ledger) -> None:
    """Opens all shards of an empty Redis, as a worker does with an empty journal."""
    for shard in range(ledger.shards):
        await ledger.log.refill(shard, ShardState(), "measured", fence=1)


async def publish(
    ledger: Ledger, caps: Sequence[Caps] = (), cooldowns: Sequence[Cooldown] = ()
) -> None:
    """What a worker publishes that has folded everything: the streams are trimmed to nothing."""
    shards = range(ledger.shards)
    caps_of: dict[int, list[Caps]] = {shard: [] for shard in shards}
    cooldowns_of: dict[int, list[Cooldown]] = {shard: [] for shard in shards}
    for cap in caps:
        caps_of[shard_of(cap.enterprise_id, ledger.shards)].append(cap)
    for cooldown in cooldowns:
        cooldowns_of[shard_of(cooldown.enterprise_id, ledger.shards)].append(cooldown)
    for shard, meta in zip(shards, await ledger.log.meta(shards), strict=True):
        ours = await ledger.log.publish(
            shard,
            fence=meta.fence,
            seq=meta.seq,
            caps=caps_of[shard],
            cooldowns=cooldowns_of[shard],
        )
        if not ours:
            raise ProgramError(f"a worker took shard {shard} meanwhile")


class Adds:
    """Adds by chance out of a traffic; none is like another, in this run or in others."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._run = run_id()
        self._draw = random.Random(self._run)
        self._number = 0

    def take(self, count: int, mode: Mode = Mode.SPEND) -> list[Add]:
        """The next `count` adds, each with a request_id of its own."""
        accounts = [self._traffic.account(self._draw) for _ in range(count)]
        return self.of(accounts, mode)

    def of(self, accounts: Sequence[tuple[str, str]], mode: Mode = Mode.SPEND) -> list[Add]:
        """An add of each of these (enterprise, member)."""
        return [self._one(account, mode) for account in accounts]

    def _one(self, account: tuple[str, str], mode: Mode) -> Add:
        self._number += 1
        return Add(
            *account,
            contact_of(f"{self._run}{self._number:014d}"),
            way=WAY,
            mode=mode,
            hold_s=HELD_S if mode is Mode.HOLD else None,
            request_id=f"r-{self._run}-{self._number}",
        )


def account(traffic: Traffic, number: int) -> tuple[str, str]:
    """The enterprise and the id of a member that `Traffic.account` draws by that number."""
    return f"e{number % traffic.enterprises}", f"m{number}"


def contact_of(mark: str) -> str:
    """Something of the form and length of a contact's hash; `mark` has 22 characters."""
    return f"h.k1.{mark}"


async def spend(ledger: Ledger, adds: Sequence[Add], rules: Rules, group: int) -> int:
    """Decides the adds in groups, one after another; how many were allowed.

    Raises ProgramError where one was refused: then not what should be was measured.
    """
    allowed = 0
    for start in range(0, len(adds), group):
        for answer in await ledger.spend(adds[start : start + group], rules):
            if isinstance(answer, Refusal):
                raise ProgramError(f"the ledger refused: {answer.detail}")
            allowed += answer.allowed
    return allowed


async def use_up(ledger: Ledger, rules: Rules) -> None:
    """Uses up the daily caps of the members whose denials are part of every traffic."""
    cap, run = rules.starting.member_active, run_id()
    for number in range(USED_UP):
        account = used_up(number)
        adds = [Add(*account, contact_of(f"{run}{n:014d}"), way=WAY) for n in range(cap)]
        if await spend(ledger, adds, rules, LARGEST_GROUP) != cap:
            raise ProgramError(f"{account[1]} was denied before the cap of {cap}")


async def begin(ledger: Ledger, rules: Rules, traffic: Traffic) -> None:
    """Opens an empty Redis and begins every account of the traffic with one add.

    So that no account begins in what is measured.
    """
    await open_shards(ledger)
    await use_up(ledger, rules)
    mark = run_id()
    adds = [
        Add(*account(traffic, n), contact_of(f"{mark}{n:014d}"), way=WAY)
        for n in range(traffic.members)
    ]
    await spend(ledger, adds, rules, LARGEST_GROUP)
    await publish(ledger)


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Keeps this process, and what it starts meanwhile, on one core where the machine has it."""
    allowed = os.sched_getaffinity(0)
    try:
        if core in allowed:
            os.sched_setaffinity(0, {core})
        yield
    finally:
        os.sched_setaffinity(0, allowed)

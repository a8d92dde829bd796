"""How long events wait for the fold while pre-checks run: looked at from outside, every 20 ms."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.speed.backlog import SHARDS
from benchmarks.speed.driving import REFUSED, Drive, drive
from benchmarks.speed.programs import ProgramError
from benchmarks.speed.rounds import percentile
from benchmarks.speed.traffic import Traffic
from quota.ledger import Ledger
from server.worker.reaching import open_redis

LOOK_S = 0.02
CATCH_UP_S = 120.0
"""How long folding may go on after the last pre-check before it counts as hanging."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Pre-checks, and the age in seconds of the oldest event not folded and published meanwhile.

    `caught_up_s`: from the last pre-check until nothing was left; None: nobody folds.
    """

    drive: Drive
    p50_s: float
    p99_s: float
    max_s: float
    caught_up_s: float | None

    @property
    def failed(self) -> float:
        """The share of pre-checks answered with an error, such as 503."""
        return self.drive.statuses[REFUSED] / self.drive.requests


@dataclass(frozen=True, slots=True)
class Asked:
    """A service at `url` on a Redis, and what it is asked."""

    url: str
    redis_url: str
    traffic: Traffic
    connections: int
    core: int
    is_folding: bool


async def watched(asked: Asked, seconds: float) -> Lag:
    """Asks at full speed for `seconds` and looks how far the fold is behind.

    Raises ProgramError where nothing is answered, or the fold does not catch up.
    """
    redis = open_redis(asked.redis_url)
    try:
        ledger = Ledger(redis, shards=SHARDS)
        driving = asyncio.create_task(asyncio.to_thread(_drive, asked, seconds))
        ages = []
        while not driving.done():
            ages.append(await oldest_s(ledger))
            await asyncio.sleep(LOOK_S)
        driven = await driving
        caught_up_s = await _caught_up(ledger) if asked.is_folding else None
    finally:
        await redis.aclose()
    return _lag(driven, sorted(ages), caught_up_s)


def _lag(driven: Drive, ages: Sequence[float], caught_up_s: float | None) -> Lag:
    return Lag(driven, percentile(ages, 0.5), percentile(ages, 0.99), ages[-1], caught_up_s)


def _drive(asked: Asked, seconds: float) -> Drive:
    return drive(
        asked.url,
        asked.traffic,
        seconds=seconds,
        connections=asked.connections,
        core=asked.core,
    )


async def oldest_s(ledger: Ledger) -> float:
    """Seconds since the oldest event that is not folded and published was received; 0: none."""
    shards = range(ledger.shards)
    metas = await ledger.log.meta(shards)
    behind = {
        shard: meta.published_seq
        for shard, meta in zip(shards, metas, strict=True)
        if meta.seq > meta.published_seq
    }
    if not behind:
        return 0.0
    now_ms = time.time() * 1000
    read = (await ledger.log.read(behind, 1)).values()
    received = [json.loads(events[0].body)["received_ms"] for events in read if events]
    return max(0.0, now_ms - min(received)) / 1000 if received else 0.0


async def _caught_up(ledger: Ledger) -> float:
    started = time.monotonic()
    while await oldest_s(ledger):
        if time.monotonic() - started > CATCH_UP_S:
            raise ProgramError(f"events still wait {CATCH_UP_S:.0f} s after the last pre-check")
        await asyncio.sleep(LOOK_S)
    return time.monotonic() - started

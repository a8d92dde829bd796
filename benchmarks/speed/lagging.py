"""Services that are asked at full speed, by who folds beside them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.speed.lag import Asked, Lag, watched
from benchmarks.speed.measuring import LOAD_CORE, prepare
from benchmarks.speed.policy import write_policy
from benchmarks.speed.programs import folding, redis_server, service
from benchmarks.speed.subjects import QUICK_DEADLINE_MS, REDIS_CORE, SERVER_CORE, Subject
from benchmarks.speed.traffic import Traffic

NOBODY, WITHIN, BESIDE = "nobody", "the serving process", "a worker of its own"
LAYOUTS = (NOBODY, WITHIN, BESIDE)
MEMBER_CAP = 100

Measure = Callable[[float], Lag]
"""Asks for so many seconds."""


@contextmanager
def layouts(
    directory: Path, connections: int, warm_s: float, tell: Callable[[str], None]
) -> Iterator[dict[str, Measure]]:
    """The three of them, each with stores of its own, warmed up. Raises ProgramError."""
    with ExitStack() as running:
        asked = {}
        for name in LAYOUTS:
            tell(f"starting a service; who folds: {name}")
            asked[name] = running.enter_context(_layout(directory, name, connections, warm_s))
        yield {name: partial(_measure, each) for name, each in asked.items()}


@contextmanager
def _layout(directory: Path, who: str, connections: int, warm_s: float) -> Iterator[Asked]:
    place = directory / who.replace(" ", "-")
    place.mkdir()
    policy = write_policy(place / "policy.toml", member_cap=MEMBER_CAP)
    with ExitStack() as running:
        redis = running.enter_context(redis_server(place, core=REDIS_CORE))
        served = running.enter_context(
            service(
                place,
                policy=policy,
                redis_url=redis.url,
                core=SERVER_CORE,
                worker=who == WITHIN,
                # The lag is asked for: an answer of Redis that is late for a gateway is one here.
                env={"CONTACT_QUOTA_REDIS_DEADLINE_MS": str(QUICK_DEADLINE_MS)},
            )
        )
        if who == BESIDE:
            beside = folding(place, redis_url=redis.url, database=served.database, core=LOAD_CORE)
            running.enter_context(beside)
        traffic = Traffic(headers={"Authorization": f"Bearer {served.key}"})
        asked = Asked(served.url, redis.url, traffic, connections, LOAD_CORE, who != NOBODY)
        prepare(Subject(served.url, traffic, served.pid), 0, connections)
        if warm_s:
            _measure(asked, warm_s)  # members begin, and all of that is folded
        yield asked


def _measure(asked: Asked, seconds: float) -> Lag:
    return asyncio.run(watched(asked, seconds))

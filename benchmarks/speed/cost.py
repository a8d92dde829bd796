"""What decisions cost: time, and the CPU of this process and of redis-server."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

from redis.asyncio import Redis

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What `count` decisions (or bare commands) took, in seconds of time and of CPU.

    `allowed` of them were. `python_s` is 0 where another process asked.
    """

    count: int
    allowed: int
    seconds: float
    python_s: float
    redis_s: float

    @property
    def per_s(self) -> float:
        """Decisions a second."""
        return self.count / self.seconds

    @property
    def per_python_s(self) -> float:
        """Decisions a second of CPU of this process."""
        return self.count / self.python_s

    @property
    def per_redis_s(self) -> float:
        """Decisions a second of CPU of redis-server."""
        return self.count / self.redis_s

    @property
    def redis_us(self) -> float:
        """Microseconds of CPU of redis-server for each."""
        return self.redis_s / self.count * 1e6

    @property
    def python_us(self) -> float:
        """Microseconds of CPU of this process for each."""
        return self.python_s / self.count * 1e6


async def redis_cpu_s(redis: Redis) -> float:
    """Seconds of CPU, user and system, that redis-server has used."""
    told = await redis.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


Prepare = Callable[[], Awaitable[list[T]]]
Ask = Callable[[list[T]], Awaitable[int]]


async def metered(
    redis: Redis,
    seconds: float,
    prepare: Prepare[T],
    ask: Ask[T],
    *,
    beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
) -> Cost:
    """Asks for about `seconds`; what `prepare` does is not counted.

    `ask` says how many were allowed. Redis does nothing else meanwhile but its own upkeep.
    `beside` is entered around each asking; that is not counted either.
    """
    count = allowed = 0
    taken_s = python_s = redis_s = 0.0
    while taken_s < seconds:
        prepared = await prepare()
        async with beside():
            redis_before = await redis_cpu_s(redis)
            python_before, before = time.process_time(), time.perf_counter()
            allowed += await ask(prepared)
            taken_s += time.perf_counter() - before
            python_s += time.process_time() - python_before
            redis_s += await redis_cpu_s(redis) - redis_before
        count += len(prepared)
    return Cost(count, allowed, taken_s, python_s, redis_s)

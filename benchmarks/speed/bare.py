"""What Redis does with bare counters: the measure of what a decision costs over that."""

import asyncio
import csv
import io
import itertools
import subprocess
from collections.abc import Sequence
from typing import Literal

from redis.asyncio import Redis

from benchmarks.speed.cost import Cost, metered, redis_cpu_s
from benchmarks.speed.programs import LOOPBACK, ProgramError, needed, on_core
from benchmarks.speed.programs import Redis as Server
from server.worker.reaching import open_redis

COUNTER = "return redis.call('INCR', KEYS[1])"
TWO_COUNTERS = """\
local member = redis.call('INCR', KEYS[1])
local enterprise = redis.call('INCR', 'e' .. KEYS[1])
return {member, enterprise}"""
"""As the smallest check of a member and its enterprise would."""
KEYS = 20_000
PIPELINE = 64
AT_ONCE = 2_048
GUESSED_PER_S = 150_000
"""redis-benchmark is told how many to ask; this many a second are fewer than it manages."""
CONNECTIONS = 50
"""Of redis-benchmark, by default."""
LONGEST_S = 120

Bare = Literal["INCR", "EVALSHA"]


async def by_pipelines(redis: Redis, what: Bare, seconds: float, size: int = PIPELINE) -> Cost:
    """The bare command from redis-py, `size` a pipeline, one pipeline after another."""
    digest = await redis.script_load(COUNTER)
    numbers = itertools.count()

    async def prepare() -> list[str]:
        return [f"bare:{next(numbers) % KEYS:012d}" for _ in range(AT_ONCE)]

    async def ask(names: list[str]) -> int:
        for start in range(0, len(names), size):
            pipe = redis.pipeline(transaction=False)
            for name in names[start : start + size]:
                if what == "INCR":
                    pipe.incr(name)
                else:
                    pipe.evalsha(digest, 1, name)
            await pipe.execute()
        return len(names)

    return await metered(redis, seconds, prepare, ask)


async def by_benchmark(redis: Redis, server: Server, what: Bare, seconds: float) -> Cost:
    """The bare command from `redis-benchmark -P 64` with its 50 connections.

    Raises MissingError where redis-benchmark is not installed, ProgramError where it fails.
    """
    if what == "INCR":
        return await _benchmarked(redis, server, ["INCR"], seconds)
    return await _called(redis, server, COUNTER, seconds)


def called(server: Server, script: str, seconds: float, core: int | None = None) -> Cost:
    """A script of one key from redis-benchmark, as `by_benchmark`, on a core."""

    async def call() -> Cost:
        async with open_redis(server.url) as redis:
            return await _called(redis, server, script, seconds, core)

    return asyncio.run(call())


async def _called(
    redis: Redis, server: Server, script: str, seconds: float, core: int | None = None
) -> Cost:
    digest = str(await redis.script_load(script))
    return await _benchmarked(redis, server, ["EVALSHA", digest, "1"], seconds, core)


async def _benchmarked(
    redis: Redis, server: Server, asked: Sequence[str], seconds: float, core: int | None = None
) -> Cost:
    count = max(PIPELINE * CONNECTIONS, int(seconds * GUESSED_PER_S))
    command = ["redis-benchmark", "-h", LOOPBACK, "-p", str(server.port), "-P", str(PIPELINE)]
    command += ["-n", str(count), "-r", str(KEYS), "--csv", *asked, "bare:__rand_int__"]
    before = await redis_cpu_s(redis)
    per_s = _per_s(command, core)  # nothing else is to go on meanwhile
    return Cost(count, count, count / per_s, 0.0, await redis_cpu_s(redis) - before)


def _per_s(command: Sequence[str], core: int | None) -> float:
    pinned = on_core([needed(command[0]), *command[1:]], core)
    try:
        done = subprocess.run(pinned, capture_output=True, text=True, check=True, timeout=LONGEST_S)
    except subprocess.SubprocessError as error:
        raise ProgramError(f"redis-benchmark: {error}") from error
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    return float(row["rps"])

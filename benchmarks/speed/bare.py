"""What Redis does with one bare counter: the measure of what a decision costs over that."""

import csv
import io
import itertools
import shutil
import subprocess
from typing import Literal

from redis.asyncio import Redis

from benchmarks.speed.cost import Cost, metered, redis_cpu_s
from benchmarks.speed.programs import LOOPBACK, ProgramError
from benchmarks.speed.programs import Redis as Server

COUNTER = "return redis.call('INCR', KEYS[1])"
KEYS = 20_000
PIPELINE = 64
AT_ONCE = 2_048
GUESSED_PER_S = 150_000
"""redis-benchmark is told how many to ask; this many a second are fewer than it manages."""
LONGEST_S = 60

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
    """The bare command from `redis-benchmark -P 64` with its 50 connections."""
    digest = await redis.script_load(COUNTER)
    asked = ["INCR"] if what == "INCR" else ["EVALSHA", str(digest), "1"]
    count = max(PIPELINE * 50, int(seconds * GUESSED_PER_S))
    command = ["redis-benchmark", "-h", LOOPBACK, "-p", str(server.port), "-P", str(PIPELINE)]
    command += ["-n", str(count), "-r", str(KEYS), "--csv", *asked, "bare:__rand_int__"]
    before = await redis_cpu_s(redis)
    per_s = _per_s(command)  # nothing else is to go on meanwhile
    return Cost(count, count, count / per_s, 0.0, await redis_cpu_s(redis) - before)


def _per_s(command: list[str]) -> float:
    if shutil.which(command[0]) is None:
        raise ProgramError("redis-benchmark is not installed; it comes with redis-server")
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=LONGEST_S
        )
        (row,) = csv.DictReader(io.StringIO(done.stdout))
        return float(row["rps"])
    except subprocess.SubprocessError as error:
        raise ProgramError(f"redis-benchmark: {error}") from error

"""Bare scripts in Redis, called by redis-benchmark in pipelines: no decision can be faster."""

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass

from benchmarks.speed.programs import (
    LOOPBACK,
    MissingError,
    ProgramError,
    Redis,
    cpu_s,
    on_core,
)

INCR = "return redis.call('INCR', KEYS[1])"
TWO_COUNTERS = """\
local member = redis.call('INCR', KEYS[1])
local enterprise = redis.call('INCR', 'e' .. KEYS[1])
return {member, enterprise}"""
PIPELINE = 64
KEYS = 20_000
AT_LEAST_PER_S = 100_000
"""redis-benchmark is told how many to ask, not how long."""
LONGEST_S = 120


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of a script: how many a second, and CPU of redis-server in µs each."""

    per_s: float
    redis_us: float


def call(redis: Redis, script: str, seconds: float, core: int | None = None) -> Calls:
    """Calls a script of one key for about `seconds`, redis-benchmark on `core`.

    Raises MissingError without redis-benchmark, ProgramError where it fails.
    """
    count = max(PIPELINE, round(seconds * AT_LEAST_PER_S))
    digest = _asked(["redis-cli", *_at(redis), "SCRIPT", "LOAD", script]).strip()
    command = ["redis-benchmark", *_at(redis), "-P", str(PIPELINE), "-n", str(count)]
    command += ["-r", str(KEYS), "--csv", "EVALSHA", digest, "1", "bare:__rand_int__"]
    before = cpu_s(redis.pid)
    (row,) = csv.DictReader(io.StringIO(_asked(on_core(command, core))))
    return Calls(float(row["rps"]), (cpu_s(redis.pid) - before) * 1e6 / count)


def _at(redis: Redis) -> list[str]:
    return ["-h", LOOPBACK, "-p", str(redis.port)]


def _asked(command: list[str]) -> str:
    """What a program prints."""
    if shutil.which(command[0]) is None:
        raise MissingError(f"{command[0]} is not installed; it comes with redis-server")
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=LONGEST_S
        )
    except subprocess.SubprocessError as error:
        raise ProgramError(f"{command[0]}: {error}") from error
    return done.stdout

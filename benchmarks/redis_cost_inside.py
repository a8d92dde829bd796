"""Where the time of a script goes: what Redis counts of each command, those in scripts as well."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from redis.asyncio import Redis

SCRIPTS = frozenset({"evalsha", "eval", "fcall"})
"""Their time has that of the commands they call in it."""
OUTSIDE, LUA = "outside of the script", "the script itself"


@dataclass(frozen=True, slots=True)
class Used:
    """Of one sort, for each decision: how many, and how many µs."""

    calls: float
    us: float


@dataclass(slots=True)
class Inside:
    """Adds up what commands did while it was looking."""

    calls: dict[str, int] = field(default_factory=dict)
    us: dict[str, int] = field(default_factory=dict)

    @asynccontextmanager
    async def watching(self, redis: Redis) -> AsyncIterator[None]:
        """Counts what is done meanwhile, but for looking at Redis itself."""
        before = await redis.info("commandstats")
        yield
        for name, told in (await redis.info("commandstats")).items():
            command, was = name.removeprefix("cmdstat_"), before.get(name, {"calls": 0, "usec": 0})
            if command != "info" and told["calls"] > was["calls"]:
                self.calls[command] = self.calls.get(command, 0) + told["calls"] - was["calls"]
                self.us[command] = self.us.get(command, 0) + told["usec"] - was["usec"]

    def of_each(self, decisions: int, redis_us: float) -> dict[str, Used]:
        """Per decision: the inner commands, the script's own time, and what is in no command.

        `redis_us` is the CPU of redis-server for each decision. The times are of the clock, so on
        a machine that is busy otherwise they may exceed it.
        """
        used = {
            name: Used(calls / decisions, self.us[name] / decisions)
            for name, calls in self.calls.items()
        }
        scripts = [used.pop(name) for name in SCRIPTS & used.keys()]
        whole_us = sum(one.us for one in scripts)
        return {
            OUTSIDE: Used(0, redis_us - whole_us),
            LUA: Used(sum(one.calls for one in scripts), whole_us - inner_us(used)),
        } | dict(sorted(used.items(), key=lambda item: -item[1].us))


def inner_us(used: Mapping[str, Used]) -> float:
    """µs of all commands, a decision."""
    return sum(one.us for one in used.values())

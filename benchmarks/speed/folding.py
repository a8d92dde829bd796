"""Folds a backlog in a process of its own, and says what CPU that took.

    python -m benchmarks.speed.folding worker REDIS_URL DATABASE
    python -m benchmarks.speed.folding memory REDIS_URL DATABASE

`worker` is the worker itself, until nothing is left. `memory` folds the same events over views that
are nowhere kept, as a replay does, and leaves them in the stream. Prints a line of JSON.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import uvloop

from benchmarks.speed.backlog import drain, stores
from quota.ledger import Ledger
from quota.shard_log import StreamEvent
from scoring.events import Event
from scoring.fold import first_needs, fold, needs_of_contacts
from scoring.policy import ScoringPolicy
from scoring.working import Effects, Working
from server.records.engine import Database
from server.worker import translate
from server.worker.interpreter import set_up_interpreter
from server.worker.policies import PolicyBook

BATCH = 500
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Folded:
    """What was folded: CPU seconds of the whole process, and of `parse_s` of them no fold."""

    events: int
    cpu_s: float
    seconds: float
    parse_s: float = 0.0

    @property
    def per_s(self) -> float:
        """Events a second of CPU."""
        return self.events / self.cpu_s

    @property
    def fold_per_s(self) -> float:
        """Events a second of the CPU that the fold took, without reading their JSON."""
        return self.events / (self.cpu_s - self.parse_s)


async def by_worker(ledger: Ledger, database: Database) -> Folded:
    """Drains what waits, as a worker of its own does."""
    used, started = time.process_time(), time.perf_counter()
    events = await drain(ledger, database)
    return Folded(events, time.process_time() - used, time.perf_counter() - started)


async def in_memory(ledger: Ledger, database: Database) -> Folded:
    """Folds what waits over views that begin with it."""
    shards = range(ledger.shards)
    metas = await ledger.log.meta(shards)
    after = {shard: meta.published_seq for shard, meta in zip(shards, metas, strict=True)}
    streams = await ledger.log.read(after, ALL)
    policy = (await PolicyBook(database).at(1)).scoring
    used, started, parse_s = time.process_time(), time.perf_counter(), 0.0
    working, events = Working(), 0
    for shard, stream in streams.items():
        for first in range(0, len(stream), BATCH):
            begun = time.process_time()
            batch = _parsed(shard, stream[first : first + BATCH])
            parse_s += time.process_time() - begun
            _fold(batch, working, policy)
            events += len(batch)
    return Folded(events, time.process_time() - used, time.perf_counter() - started, parse_s)


def _parsed(shard: int, stream: Sequence[StreamEvent]) -> list[Event]:
    read = [translate.journaled(shard, event) for event in stream]
    return [each.event for each in read if each.event is not None]


def _fold(batch: Sequence[Event], working: Working, policy: ScoringPolicy) -> None:
    needs_of_contacts(first_needs(batch).contacts, working)
    for event in batch:
        fold(event, working, policy, Effects())
    working.changed.clear()


async def _measured(how: str, redis_url: str, database_url: str) -> Folded:
    async with stores(redis_url, database_url) as (ledger, database):
        if how == "worker":
            return await by_worker(ledger, database)
        return await in_memory(ledger, database)


def main() -> None:
    """Prints what was folded."""
    how, redis_url, database_url = sys.argv[1:]
    set_up_interpreter()
    print(json.dumps(asdict(uvloop.run(_measured(how, redis_url, database_url)))))


if __name__ == "__main__":
    main()

"""One number of members, built as a day's work would build it, and what it holds then."""

import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks import memory_redis, memory_sql
from benchmarks.memory_redis import COOLDOWN, ENTERPRISE, EVENT_ID, MEMBER, RECORD, WAITING, Sort
from benchmarks.memory_sql import Table
from benchmarks.speed.ledgers import ledger_on, publish
from benchmarks.speed.loading import Load, load
from benchmarks.speed.loops import Loop, loop
from benchmarks.speed.policy import MEMBER_CAP, write_policy
from benchmarks.speed.programs import ProgramError, folding, redis_server, service, until
from benchmarks.speed.traffic import run_id
from quota.ledger import Ledger
from quota.shard_log import Caps, Cooldown

SEATS = 50
COOLDOWN_MS = int(timedelta(days=30) / timedelta(milliseconds=1))
LOOK_S = 0.5
STALLED_S = 60
TOLD = 20
"""About so often it is told how far folding is."""
AT_ONCE = 5_000
"""Caps and cool-downs of one publishing."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What the record holds, how long a worker took, and SQLite's file where it is that."""

    tables: dict[str, Table]
    seconds: float
    file_bytes: int | None


@dataclass(frozen=True, slots=True)
class Built:
    """What `members` of enterprises of `SEATS` hold after `adds` each; `folded` up to a number.

    Bytes of Redis: `waiting` before events were folded, `total` after, `rest` what is left when all
    sorts of keys are deleted: the table of all keys, above all.
    """

    members: int
    adds: int
    waiting: int
    total: int
    rest: int
    sorts: dict[str, Sort]
    folded: Folded | None

    @property
    def counters(self) -> float:
        """Bytes of an active member in Redis: its own, its share of its enterprise, of the rest."""
        shared = (self.sorts[ENTERPRISE].by_used or 0) / SEATS
        return (self.sorts[MEMBER].by_used or 0) + shared + self.rest / self.members


Told = Callable[[str], None]


def build(members: int, given: Namespace, directory: Path, told: Told) -> Built:
    """Builds them on a Redis of their own, measures, deletes. Raises ProgramError."""
    companies = max(1, members // SEATS)
    what = Load(members, companies, run_id(), adds=given.adds, answered=True)
    policy = write_policy(directory / "policy.toml")
    database = given.database or str(directory / "contact-quota.sqlite")
    with redis_server(directory) as server, loop() as runner:
        told(f"{members:,} members: opening")
        _begin(directory, policy, server.url, database, runner)
        with ledger_on(server.url, runner) as ledger:
            building = _Building(ledger, runner, what, told)
            empty = building.empty()
            load(server.url, policy, what, runner, building.tell)
            waiting, event = building.settled() - empty, building.waiting_event()
            folded = None
            if members <= given.fold_most:
                with folding(directory, redis_url=server.url, database=database):
                    seconds = building.folded()
                folded = _folded(database, seconds, runner)
            else:
                building.published()
            total, sorts = building.settled() - empty, building.sorts()
            sorts |= {WAITING: Sort(what.events(), None, event)}
            rest = building.used() - empty
    return Built(members, given.adds, waiting, total, rest, sorts, folded)


def _begin(directory: Path, policy: Path, url: str, database: str, runner: Loop) -> None:
    """A first start: a worker opens the shards, the service tells each of the policy in force."""

    def told_all() -> bool:
        metas = runner.run(ledger.log.meta(range(ledger.shards)))
        return all(meta.seq for meta in metas)

    with (
        ledger_on(url, runner) as ledger,
        service(directory, policy=policy, redis_url=url, database=database),
    ):
        until(told_all, "contact-quota serve", lambda: True)


def _folded(database: str, seconds: float, runner: Loop) -> Folded:
    file = Path(database)
    tables = runner.run(memory_sql.by_table(database))
    return Folded(tables, seconds, file.stat().st_size if file.is_file() else None)


@dataclass(frozen=True, slots=True)
class _Building:
    ledger: Ledger
    runner: Loop
    what: Load
    told: Told

    def tell(self, text: str) -> None:
        self.told(f"{self.what.members:,} members: {text}")

    def empty(self) -> int:
        self.runner.run(memory_redis.keep_no_latencies(self.ledger.redis))
        return self.used()

    def used(self) -> int:
        return self.runner.run(memory_redis.used_bytes(self.ledger.redis))

    def settled(self) -> int:
        self.runner.run(memory_redis.settle(self.ledger.redis))
        return self.used()

    def waiting_event(self) -> float:
        return self.runner.run(memory_redis.waiting_event(self.ledger))

    def folded(self) -> float:
        """Waits until a worker has folded everything and published it; how long that took."""
        began = moved = time.monotonic()
        before = told = self._left() + 1
        while left := self._left():
            if left < before:
                before, moved = left, time.monotonic()
            if time.monotonic() - moved > STALLED_S:
                raise ProgramError(
                    f"nothing was folded for {STALLED_S} s, {left:,} events are left"
                )
            if told - left > self.what.count / TOLD:
                told = left
                self.tell(f"{left:,} events to fold")
            time.sleep(LOOK_S)
        return time.monotonic() - began

    def _left(self) -> int:
        """How many events the worker has not yet folded and published."""
        metas = self.runner.run(self.ledger.log.meta(range(self.ledger.shards)))
        return sum(meta.seq - meta.published_seq for meta in metas)

    def published(self) -> None:
        """Publishes what a worker would: every account's caps, a cool-down of every deletion."""
        self.tell("publishing caps and cool-downs")
        until_ms = self.ledger.now_ms() + COOLDOWN_MS
        what = self.what
        cap, seats = MEMBER_CAP, range(what.members)
        companies = [Caps(f"e{n}", None, cap, cap, 0) for n in range(what.enterprises)]
        caps = companies + [Caps(*what.account(n), cap, cap, 0) for n in seats]
        cooldowns = [
            Cooldown(what.account(n)[0], what.add(n).contact, None, until_ms)
            for n in range(what.count)
            if what.answer(n) == "contact.deleted"
        ]
        for start in range(0, len(caps), AT_ONCE):
            self.runner.run(publish(self.ledger, caps[start : start + AT_ONCE]))
        for start in range(0, len(cooldowns), AT_ONCE):
            some = cooldowns[start : start + AT_ONCE]
            self.runner.run(publish(self.ledger, cooldowns=some))

    def sorts(self) -> dict[str, Sort]:
        what, redis = self.what, self.ledger.redis
        answers = [what.answer(n) for n in range(what.count)]
        counts = {
            COOLDOWN: answers.count("contact.deleted"),
            EVENT_ID: len(answers) - answers.count(None),
            RECORD: what.count,
            ENTERPRISE: what.enterprises,
            MEMBER: what.members,
        }
        return self.runner.run(memory_redis.by_sort(redis, counts, self.tell))

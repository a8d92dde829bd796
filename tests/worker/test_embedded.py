"""The embedded store: what was answered is in the journal, whatever becomes of the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fakeredis import FakeAsyncRedis
from sqlalchemy.ext.asyncio import AsyncConnection

from quota.adds import Add, StoreUnavailable
from quota.ledger import Ledger
from server.records import journal
from server.records.engine import Database, RecordsUnavailable
from server.worker.embedded import journal_after_write
from server.worker.refill import closed_shards
from tests.conftest import Clock
from tests.worker.scene import Scene, drain


class Counting(Database):
    """Counts its transactions, and takes none while `away`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self.away = False
        self.written = 0

    @asynccontextmanager
    async def write(self, deadline_s: float | None = None) -> AsyncIterator[AsyncConnection]:
        if self.away:
            raise RecordsUnavailable("unplugged")
        self.written += 1
        async with super().write(deadline_s) as connection:
            yield connection


async def _process(database: Database, clock: Clock) -> Scene:
    """A process with a Redis of its own, whose first worker has begun."""
    scene = Scene(FakeAsyncRedis(), database, clock, shards=2)
    journaled = journal_after_write(scene.ledger, database)
    scene.ledger = Ledger(scene.redis, shards=2, clock_ms=clock, after_write=journaled)
    return scene


@pytest.fixture
def counting(database: Database) -> Counting:
    return Counting(database)


@pytest.fixture
async def embedded(counting: Counting, clock: Clock) -> Scene:
    scene = await _process(counting, clock)
    await scene.begin()
    await scene.up(scene.worker("embedded"))
    return scene


async def _journaled(database: Database) -> int:
    async with database.read() as connection:
        return len([e for s in (0, 1) for e in await journal.after(connection, s, 0, 1000)])


async def test_concurrent_callers_share_a_transaction(embedded: Scene, counting: Counting) -> None:
    before = counting.written
    adds = [embedded.add(f"c{n}", member=f"m{n}", enterprise=f"e{n % 7}") for n in range(60)]
    decisions = await asyncio.gather(*adds)
    assert await _journaled(counting) == 60
    assert len({d.decision_id for d in decisions}) == 60
    assert counting.written - before < 20


async def test_a_killed_process_keeps_what_it_acknowledged(
    embedded: Scene, counting: Counting, clock: Clock
) -> None:
    for n in range(4):
        await embedded.add(f"c{n}", request_id=f"r-{n}")
    held = await embedded.add("c9", mode="hold", hold_s=600)
    await embedded.event("contact.accepted", "c0")

    following = await _process(counting, clock)
    worker = following.worker("embedded")
    assert await worker.keep() == 2
    assert await drain(worker) == 6
    assert await closed_shards(following.ledger) == []
    state = await following.ledger.accounts.member("acme", "li", following.rules)
    assert state.limit("member_daily_active").used == 5
    assert (await following.add("c1", request_id="r-1")).replayed
    settled = await following.ledger.settle(held.decision_id, "commit", following.rules)
    assert settled.state == "committed"


async def test_no_answer_before_the_journal_has_it(embedded: Scene, counting: Counting) -> None:
    counting.away = True
    add = Add("acme", "li", "c1", request_id="r-1")
    for _ in range(2):  # the repeat of an answer nobody got rests on the same event
        with pytest.raises(StoreUnavailable):
            await embedded.ledger.spend([add], embedded.rules)
    counting.away = False
    (answer,) = await embedded.ledger.spend([add], embedded.rules)
    assert getattr(answer, "replayed", None) is True
    assert await _journaled(counting) == 1


async def test_a_caller_that_gives_up_takes_nobody_along(
    embedded: Scene, counting: Counting
) -> None:
    writer = Scene(embedded.redis, counting, embedded.clock, shards=2)
    await writer.add("c1")
    journaled = journal_after_write(writer.ledger, counting)
    impatient = asyncio.ensure_future(journaled([0, 1]))
    patient = asyncio.ensure_future(journaled([0, 1]))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert impatient.cancelled()
    assert await _journaled(counting) == 1

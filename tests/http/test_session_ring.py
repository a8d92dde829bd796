"""The sessions a process knows: two rings on one record are two processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from server.http import session_ring
from server.http.keyring import KeyRing
from server.http.scopes import Caller
from server.http.session_ring import FRESH_MS, SessionRing
from server.records import keys
from server.records.engine import Database, RecordsUnavailable
from server.records.keys import ApiKey
from server.records.sessions import LASTS_S
from tests.conftest import Clock

COOKIE = "c" * 43
ANN = Caller("k-1", "ann", ())


class Process:
    """What one process knows of keys and of sessions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.keys = KeyRing(database, clock)
        self.running = Clock(0)
        """As the clock of the machine runs that nobody sets."""
        self.ring = SessionRing(database, self.keys, clock, self.running)

    def later(self, ms: int = FRESH_MS) -> None:
        self.running.forward(ms=ms)

    async def knows(self, cookie: str = COOKIE) -> bool:
        return await self.ring.find(cookie) is not None


@pytest.fixture
async def here(database: Database, clock: Clock) -> Process:
    """A process with a key and a session of it."""
    process = Process(database, clock)
    async with database.write() as connection:
        record = ApiKey("k-1", ("reviewer",), "test", "ann", clock())
        await keys.create(connection, record, "cq_secret")
    await process.ring.begin(COOKIE, ANN)
    return process


@pytest.fixture
def elsewhere(database: Database, clock: Clock) -> Process:
    return Process(database, clock)


def _away(*_: object) -> NoReturn:
    raise RecordsUnavailable("SQL is away")


async def test_a_session_opens_every_process_though_its_key_is_not_known_there_yet(
    here: Process, elsewhere: Process, clock: Clock
) -> None:
    for process in (here, elsewhere):
        found = await process.ring.find(COOKIE)
        assert found is not None
        assert (found.caller.key_id, found.caller.holder) == ("k-1", "ann")
        assert found.expires_ms == clock() + LASTS_S * 1000
        assert not await process.knows("d" * 43)


async def test_who_signs_out_is_out_here_at_once_and_elsewhere_in_time(
    here: Process, elsewhere: Process
) -> None:
    assert await here.knows()
    assert await elsewhere.knows()
    await here.ring.end(COOKIE)
    assert not await here.knows()
    elsewhere.later()
    assert not any(await asyncio.gather(*(elsewhere.knows() for _ in range(3))))


async def test_who_has_no_session_ends_none_and_writes_nothing(
    here: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "write", _away)
    await here.ring.end("d" * 43)
    assert await here.knows()
    with pytest.raises(RecordsUnavailable):
        await here.ring.end(COOKIE)


async def test_a_clock_that_is_set_back_keeps_no_session_open(
    here: Process, elsewhere: Process, clock: Clock
) -> None:
    assert await elsewhere.knows()
    clock.forward(hours=-1)
    await here.ring.end(COOKIE)
    elsewhere.later()
    assert not await elsewhere.knows()


async def test_a_revoked_key_ends_its_session_here_at_once_and_elsewhere_with_the_refresh(
    here: Process, elsewhere: Process, database: Database, clock: Clock
) -> None:
    assert await here.knows()
    assert await elsewhere.knows()
    clock.forward(ms=1)
    async with database.write() as connection:
        assert await keys.revoke(connection, "k-1", clock())
    here.keys.forget("k-1")
    assert not await here.knows()
    await elsewhere.keys.refresh()
    assert not await elsewhere.knows()


@pytest.mark.usefixtures("here")
async def test_a_session_ends_with_its_time_though_it_is_known(
    elsewhere: Process, clock: Clock
) -> None:
    assert await elsewhere.knows()
    clock.forward(hours=12, ms=-1)
    assert await elsewhere.knows()
    clock.forward(ms=1)  # and the record is not asked: it was just now
    assert not await elsewhere.knows()


async def test_a_record_that_is_away_ends_no_session_that_is_known(
    here: Process, elsewhere: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await here.knows()
    here.later()
    monkeypatch.setattr(Database, "read", _away)
    assert await here.knows()
    with pytest.raises(RecordsUnavailable):
        await elsewhere.knows()
    monkeypatch.undo()
    assert await elsewhere.knows()


async def test_many_who_look_on_cost_one_look_at_the_record(
    here: Process, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookies = [f"{n:043}" for n in range(20)]
    for cookie in cookies:
        await here.ring.begin(cookie, ANN)
        assert await here.knows(cookie)
    here.later()
    looks, read = [], database.read

    @asynccontextmanager
    async def counted(deadline_s: float | None) -> AsyncIterator[AsyncConnection]:
        looks.append(deadline_s)
        async with read(deadline_s) as connection:
            yield connection

    monkeypatch.setattr(database, "read", counted)
    assert all(await asyncio.gather(*map(here.knows, cookies * 5)))
    assert len(looks) == 1


async def test_a_session_that_ends_while_it_is_read_stays_ended(
    here: Process, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_read, may_go, read = asyncio.Event(), asyncio.Event(), database.read

    @asynccontextmanager
    async def slowly() -> AsyncIterator[AsyncConnection]:
        async with read() as connection:
            yield connection
        was_read.set()
        await may_go.wait()

    monkeypatch.setattr(database, "read", slowly)
    looking = asyncio.ensure_future(here.ring.find(COOKIE))
    await was_read.wait()
    monkeypatch.undo()
    await here.ring.end(COOKIE)
    may_go.set()
    assert await looking is None
    assert not await here.knows()


async def test_what_is_known_is_bounded(here: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_ring, "KNOWN_MOST", 2)
    assert await here.knows()
    for cookie in (f"{n:043}" for n in range(3)):
        await here.ring.begin(cookie, ANN)
        assert await here.knows(cookie)
    assert len(here.ring._known) == 2
    assert await here.knows()

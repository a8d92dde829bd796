"""The keys a process knows: one that ended here does not come back by what was read before."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from server.http.keyring import KeyRing
from server.records import keys
from server.records.engine import Database
from server.records.keys import ApiKey
from tests.conftest import Clock

SECRET = "cq_secret"


@pytest.fixture
async def ring(database: Database, clock: Clock) -> KeyRing:
    async with database.write() as connection:
        record = ApiKey("k-1", ("gateway",), "test", "k-1", clock())
        await keys.create(connection, record, SECRET)
    return KeyRing(database, clock)


@pytest.mark.parametrize("look", [KeyRing.refresh, lambda ring: ring.find(SECRET)])
async def test_a_key_that_ends_while_it_is_read_stays_ended(
    ring: KeyRing,
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    look: Callable[[KeyRing], Awaitable[object]],
) -> None:
    was_read, may_go, read = asyncio.Event(), asyncio.Event(), database.read

    @asynccontextmanager
    async def slowly() -> AsyncIterator[AsyncConnection]:
        async with read() as connection:
            yield connection
            was_read.set()
            await may_go.wait()

    monkeypatch.setattr(database, "read", slowly)
    looking = asyncio.ensure_future(look(ring))
    await was_read.wait()
    monkeypatch.undo()
    may_go.set()  # what was read is taken in at the next turn of the loop
    ring.forget("k-1")
    await looking
    async with database.write() as connection:
        await keys.revoke(connection, "k-1", clock())
    assert await ring.find(SECRET) is None

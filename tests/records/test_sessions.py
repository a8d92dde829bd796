"""Sessions on record: live until they are ended, expire, or their key is revoked."""

import pytest
from sqlalchemy import func, select

from server.records import keys, sessions
from server.records.engine import Database
from server.records.keys import ApiKey
from server.records.sessions import LASTS_S, Session, hash_of
from server.records.tables import sessions as table
from tests.conftest import Clock

COOKIE = "c" * 43
HASHED = hash_of(COOKIE)


@pytest.fixture
async def expires_ms(database: Database, clock: Clock) -> int:
    """When the session of `COOKIE` ends."""
    async with database.write() as connection:
        record = ApiKey("k-1", ("reviewer",), "test", "ann", clock())
        await keys.create(connection, record, "cq_secret")
        return await sessions.begin(connection, COOKIE, "k-1", clock())


async def _is_live(database: Database, now_ms: int) -> bool:
    async with database.read() as connection:
        return HASHED in await sessions.live(connection, [HASHED, "another"], now_ms)


async def test_a_session_lasts_twelve_hours(
    database: Database, clock: Clock, expires_ms: int
) -> None:
    assert expires_ms == clock() + LASTS_S * 1000 == clock() + 12 * 3_600_000
    async with database.read() as connection:
        found = await sessions.live(connection, [HASHED, "another"], expires_ms - 1)
        assert await sessions.live(connection, [], clock()) == {}
    assert found == {HASHED: Session("k-1", keys.hash_of("cq_secret"), expires_ms)}
    assert not await _is_live(database, expires_ms)


async def test_the_cookie_itself_is_not_kept(database: Database, expires_ms: int) -> None:
    async with database.read() as connection:
        (row,) = (await connection.execute(select(table))).all()
    assert tuple(row) == (HASHED, "k-1", expires_ms - LASTS_S * 1000, expires_ms)


async def test_a_revoked_key_ends_its_sessions(
    database: Database, clock: Clock, expires_ms: int
) -> None:
    assert await _is_live(database, expires_ms - 1)
    async with database.write() as connection:
        assert await keys.revoke(connection, "k-1", clock())
    assert not await _is_live(database, clock())


@pytest.mark.usefixtures("expires_ms")
async def test_a_session_that_was_ended_is_over(database: Database, clock: Clock) -> None:
    for _ in range(2):
        async with database.write() as connection:
            await sessions.end(connection, HASHED)
        assert not await _is_live(database, clock())


async def test_only_expired_sessions_are_pruned(
    database: Database, clock: Clock, expires_ms: int
) -> None:
    async with database.write() as connection:
        for n in range(3):
            await sessions.begin(connection, f"old-{n}", "k-1", clock() - 1)
        assert await sessions.prune(connection, expires_ms - 1, 2) == 2
        assert await sessions.prune(connection, expires_ms - 1, 2) == 1
        left = await connection.execute(select(func.count()).select_from(table))
        assert left.scalar_one() == 1
        assert await sessions.prune(connection, expires_ms, 2) == 1

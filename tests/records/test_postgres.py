"""PostgreSQL away, stopping, hung or not letting us in: an outage, or the end of waiting."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.records import settings
from server.records.engine import (
    Database,
    RecordsUnavailable,
    RecordsUnusable,
    open_database,
)
from tests.postgres_server import PostgresServer
from tests.stored import ON_POSTGRESQL, Stored

pytestmark = ON_POSTGRESQL
STOPS = pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    yield postgres_server
    postgres_server.start()


async def _value(database: Database, name: str = "a") -> str | None:
    async with database.read() as connection:
        return await settings.get(connection, name)


async def _looked_into(database: Database) -> None:
    """A look at it, and no more of it."""
    try:
        await _value(database)
    finally:
        await database.close()


async def _backend(database: Database, number: signal.Signals) -> None:
    """Sends the signal to the process behind a statement that runs."""
    # Not by its text: that is there before the statement runs, when it ends nothing yet.
    busy = text("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    pid = None
    while pid is None:
        async with database.read() as connection:
            pid = (await connection.execute(busy)).scalar()
    os.kill(pid, number)


@STOPS
async def test_a_server_that_stops_amid_a_transaction_keeps_nothing_of_it_and_comes_back(
    database: Database, server: PostgresServer, how: signal.Signals
) -> None:
    async def interrupted() -> None:
        async with database.write() as connection:
            await settings.put(connection, "a", "1")
            server.stop(how)

    with pytest.raises(RecordsUnavailable):
        await interrupted()
    for transaction in (database.read, database.write):
        with pytest.raises(RecordsUnavailable):
            async with transaction():
                raise AssertionError("got in")
    server.start()
    assert await _value(database) is None


async def test_a_restart_between_transactions_is_not_noticed(
    database: Database, server: PostgresServer
) -> None:
    await asyncio.gather(*(_value(database) for _ in range(9)))
    server.stop()
    server.start()
    assert await asyncio.gather(*(_value(database) for _ in range(9))) == [None] * 9


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_statement_that_the_server_ends_is_an_outage(
    database: Database, number: signal.Signals
) -> None:
    async def slow() -> None:
        async with database.write() as connection:
            await connection.execute(text("SELECT pg_sleep(60)"))

    ended = asyncio.gather(slow(), _backend(database, number), return_exceptions=True)
    error, _ = await ended
    assert isinstance(error, RecordsUnavailable)
    assert await _value(database) is None


async def test_a_server_that_hangs_is_an_outage_after_the_deadline(database: Database) -> None:
    pids: list[int] = []

    async def hung() -> None:
        async with database.write(deadline_s=1) as connection:
            pids.extend((await connection.execute(text("SELECT pg_backend_pid()"))).scalars())
            os.kill(pids[0], signal.SIGSTOP)
            await settings.put(connection, "a", "1")

    with pytest.raises(RecordsUnavailable):
        await hung()
    os.kill(pids[0], signal.SIGCONT)
    assert await _value(database) is None


async def test_a_server_that_is_stopping_lets_nobody_in_for_now(
    database: Database, server: PostgresServer, stored: Stored
) -> None:
    async def until_refused() -> None:
        while True:
            await _looked_into(open_database(stored.url()))

    async with database.read() as connection:
        assert await settings.get(connection, "a") is None
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(RecordsUnavailable, match="shutting down") as told:
            await until_refused()
    assert not isinstance(told.value, RecordsUnusable)


async def test_of_two_that_wait_for_each_other_one_gives_way(database: Database) -> None:
    async with database.write() as connection:
        await settings.put(connection, "a", "0")
        await settings.put(connection, "b", "0")
    both_began = asyncio.Barrier(2)

    async def put(first: str, second: str) -> None:
        async with database.write() as connection:
            await settings.put(connection, first, first)
            await both_began.wait()
            await settings.put(connection, second, first)

    results = await asyncio.gather(put("a", "b"), put("b", "a"), return_exceptions=True)
    (gave_way,) = [result for result in results if result is not None]
    assert isinstance(gave_way, RecordsUnavailable)
    assert await _value(database, "a") == await _value(database, "b") != "0"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("08006", RecordsUnavailable),
        ("25006", RecordsUnavailable),
        ("40001", RecordsUnavailable),
        ("53100", RecordsUnavailable),
        ("53300", RecordsUnavailable),
        ("55P03", RecordsUnavailable),
        ("57P03", RecordsUnavailable),
        ("58030", RecordsUnavailable),
        ("28P01", RecordsUnusable),
        ("42501", RecordsUnusable),
        ("XX001", RecordsUnusable),
        ("22003", DBAPIError),
        ("42601", DBAPIError),
    ],
)
async def test_what_passes_is_told_from_what_stays_and_from_mistakes(
    database: Database, state: str, told: type[Exception]
) -> None:
    async def refused() -> None:
        async with database.write() as connection:
            said = f"DO $$ BEGIN RAISE 'no luck' USING ERRCODE = '{state}'; END $$"
            await connection.execute(text(said))

    with pytest.raises(told) as caught:
        await refused()
    assert caught.type is told or told is DBAPIError
    assert "no luck" in str(caught.value)


async def test_a_server_that_does_not_let_us_in_is_not_waited_for(stored: Stored) -> None:
    await (await stored.empty("bare")).close()
    right = stored.url("bare")
    secret = right.split(":")[2].partition("@")[0]
    for url, said in (
        (right, 'is none of Contact Quota (relation "settings" does not exist)'),
        (right.replace(secret, "s3cret"), "refuses us (password authentication failed"),
        (stored.url("none"), 'is not there (database "none" does not exist)'),
    ):
        with pytest.raises(RecordsUnusable, match="--database") as told:
            await _looked_into(open_database(url))
        assert f"the record {said}" in str(told.value)
        assert secret not in str(told.value)
        assert "s3cret" not in str(told.value)

"""Transactions: all or nothing, one writer at a time, never for ever."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.records import engine, settings
from server.records.engine import (
    DATABASE_SCHEMES,
    Database,
    RecordsUnavailable,
    open_database,
    sqlite_file,
)
from tests.interrupted import Interrupted
from tests.patience import pending_after
from tests.stored import ON_SQLITE, Stored


async def _value(database: Database, name: str) -> str | None:
    async with database.read() as connection:
        return await settings.get(connection, name)


async def test_an_exception_rolls_back(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await settings.put(connection, "a", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _value(database, "a") is None


@ON_SQLITE
async def test_writers_take_turns(database: Database) -> None:
    async def count_up() -> None:
        async with database.write() as connection:
            seen = int(await settings.get(connection, "n") or "0")
            await asyncio.sleep(0)
            await settings.put(connection, "n", str(seen + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))
    assert await _value(database, "n") == "20"


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as connection:
        await settings.put(connection, "a", "1")
        assert await _value(database, "a") is None
    assert await _value(database, "a") == "1"


async def test_a_reader_sees_one_state(database: Database) -> None:
    async with database.read() as connection:
        assert await settings.get(connection, "a") is None
        async with database.write() as other:
            await settings.put(other, "a", "1")
        assert await settings.get(connection, "a") is None
    assert await _value(database, "a") == "1"


@ON_SQLITE
async def test_a_second_process_that_holds_the_lock_is_an_outage(
    database: Database, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 20)
    other = open_database(stored.url())
    async with database.write():
        with pytest.raises(RecordsUnavailable, match="locked"):
            async with other.write():
                raise AssertionError("got in")
    async with other.write() as connection:
        await settings.put(connection, "a", "1")
    await other.close()
    assert await _value(database, "a") == "1"


async def test_a_deadline_ends_a_transaction(database: Database) -> None:
    with pytest.raises(RecordsUnavailable):
        async with database.read(deadline_s=0.02):
            await asyncio.Event().wait()
    assert await _value(database, "a") is None


@ON_SQLITE
@pytest.mark.parametrize("at", range(1, 20))
async def test_an_interrupt_and_the_end_of_the_loop_leave_nothing_waiting(
    database: Database, at: int
) -> None:
    async def write() -> None:
        async with database.write() as connection:
            await settings.put(connection, "a", "1")

    earlier = asyncio.all_tasks()
    await asyncio.wait({asyncio.create_task(Interrupted(write(), {at, at + 1}).run())})
    left = asyncio.all_tasks() - earlier
    for task in left:
        task.cancel()  # as `asyncio.run` does before it ends
    assert not await pending_after(left, 5)
    assert await _value(database, "a") in {None, "1"}


async def test_a_mistake_is_not_an_outage(database: Database) -> None:
    twice = text("INSERT INTO settings VALUES ('a', '1'), ('a', '2')")
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(twice)


async def test_a_server_that_does_not_answer_is_an_outage() -> None:
    database = open_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(RecordsUnavailable):
        async with database.read():
            raise AssertionError("got in")
    await database.close()


@ON_SQLITE
async def test_sqlite_keeps_what_was_committed_and_lets_readers_be(database: Database) -> None:
    async with database.read() as connection:
        mode = (await connection.execute(text("PRAGMA journal_mode"))).scalar_one()
        synchronous = (await connection.execute(text("PRAGMA synchronous"))).scalar_one()
    assert (mode, synchronous) == ("wal", 1)


def test_where_a_record_is(tmp_path: Path) -> None:
    assert sqlite_file(str(tmp_path / "a.sqlite")) == tmp_path / "a.sqlite"
    assert sqlite_file(f"sqlite:///{tmp_path}/a.sqlite") == tmp_path / "a.sqlite"
    assert sqlite_file("sqlite://") is None
    assert sqlite_file("postgresql://db/quota") is None
    assert {"sqlite", "postgresql", "postgres"} <= set(DATABASE_SCHEMES)

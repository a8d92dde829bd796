"""Opening the record: one engine per process, transactions with deadlines, SQLite's pragmas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

READ_DEADLINE_S = 5.0
WRITE_DEADLINE_S = 30.0
BUSY_TIMEOUT_MS = 10_000
RETRY_AFTER_S = 2

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
DATABASE_SCHEMES = (*_DRIVERS, *sorted(set(_DRIVERS.values())))
"""What the address of a record may begin with, before `://`; a plain path is SQLite, too."""


class RecordsUnavailable(Exception):  # noqa: N818  a state of the store, no fault of a caller
    """SQL is out of reach, locked for too long or over its deadline; ask again later.

    `retry_after_s`: whole seconds after which another attempt makes sense.
    """

    def __init__(self, detail: str, retry_after_s: int = RETRY_AFTER_S) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Database:
    """Transactions on the record; commit at the end of the block, roll back on any exception.

    SQLite has one writer: a lock in this process queues ours, so that they wait here, in order,
    instead of polling the file. On PostgreSQL transactions run side by side.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._one_writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @asynccontextmanager
    async def read(
        self, deadline_s: float | None = READ_DEADLINE_S
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads. Raises `RecordsUnavailable`, also after `deadline_s`."""
        with _told_as_unavailable():
            async with asyncio.timeout(deadline_s), AsyncExitStack() as stack:
                yield await _enter(stack, self.engine)

    @asynccontextmanager
    async def write(
        self, deadline_s: float | None = WRITE_DEADLINE_S
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction that may write. Raises `RecordsUnavailable`, also after `deadline_s`."""
        with _told_as_unavailable():
            async with asyncio.timeout(deadline_s), AsyncExitStack() as stack:
                if self._one_writer is not None:
                    await stack.enter_async_context(self._one_writer)
                writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
                yield await _enter(stack, writing)

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()


def open_database(url: str | URL) -> Database:
    """The record at `url`: `sqlite:///path`, `postgresql://…`; a plain path means SQLite there."""
    target = _with_async_driver(url)
    if target.get_backend_name() != "sqlite":
        return Database(create_async_engine(target, pool_pre_ping=True, pool_size=8))
    file = sqlite_file(target)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(target)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return Database(engine)


def sqlite_file(url: str | URL) -> Path | None:
    """The file of a record in SQLite, None for any other kind of record."""
    target = _with_async_driver(url)
    kept = target.get_backend_name() == "sqlite" and target.database not in (None, "", ":memory:")
    return Path(str(target.database)) if kept else None


def _with_async_driver(url: str | URL) -> URL:
    if isinstance(url, str) and "://" not in url:
        return URL.create("sqlite+aiosqlite", database=url)
    parsed = make_url(url)
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: it does so late, at the first write, and a
    # transaction that began as a reader then fails at once instead of waiting for its turn.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


async def _enter(stack: AsyncExitStack, engine: AsyncEngine) -> AsyncConnection:
    try:
        return await stack.enter_async_context(engine.begin())
    except OSError as error:  # what asyncpg raises where nobody listens
        raise RecordsUnavailable(f"the record is out of reach: {error}") from error


@contextmanager
def _told_as_unavailable() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise RecordsUnavailable(f"the record is out of reach: {error.orig}") from error
        raise
    except (PoolTimeout, TimeoutError) as error:
        raise RecordsUnavailable(f"the record is out of reach: {error!r}") from error

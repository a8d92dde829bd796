"""Opening the record: one engine per process, transactions with deadlines, SQLite's pragmas."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from pathlib import Path
from types import MappingProxyType
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, FromClause, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from typing_extensions import override

from quota.deadlines import deadline
from server.records import sqlstates

READ_DEADLINE_S = 5.0
WRITE_DEADLINE_S = 30.0
BUSY_TIMEOUT_MS = 10_000
RETRY_AFTER_S = 2

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
_WRONG = MappingProxyType(
    {
        sqlite3.SQLITE_NOTADB: "is no SQLite database",
        sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a backup",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened: it, and the directory it is in, must be there "
        "and writable",
        sqlite3.SQLITE_READONLY: "cannot be written: it, and the directory it is in, must be "
        "writable",
    }
)
_ELSEWHERE = "--database or --data names another place"
_NO_ADDRESS = (
    "the address given with --database cannot be used: it is a path, or "
    "postgresql://USER:PASSWORD@HOST/NAME, and / # ? @ % in a password are written "
    "%2F %23 %3F %40 %25"
)
DATABASE_SCHEMES = (*_DRIVERS, *sorted(set(_DRIVERS.values())))
"""What the address of a record may begin with, before `://`; a plain path is SQLite, too."""


class RecordsUnavailable(Exception):  # noqa: N818  a state of the store, no fault of a caller
    """SQL is out of reach, locked for too long or over its deadline; ask again later.

    `retry_after_s`: whole seconds after which another attempt makes sense.
    """

    def __init__(self, detail: str, retry_after_s: int = RETRY_AFTER_S) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class RecordsUnusable(RecordsUnavailable):
    """Asking again later does not help: a damaged file, a server that does not let us in."""


class Database:
    """Transactions on the record; commit at the end of the block, roll back on any exception.

    SQLite has one writer: a lock in this process queues ours, so that they wait here, in order,
    instead of polling the file. On PostgreSQL transactions run side by side. Whoever reads sees one
    state of the record on both.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._file = sqlite_file(engine.url)
        self._one_writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._reading = engine
        if self._one_writer is None:
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ")

    @asynccontextmanager
    async def read(
        self, deadline_s: float | None = READ_DEADLINE_S
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads. Raises `RecordsUnavailable`, also after `deadline_s`."""
        with _told_as_unavailable(self._file):
            async with _timely(deadline_s), AsyncExitStack() as stack:
                yield await _enter(stack, self._reading)

    @asynccontextmanager
    async def write(
        self, deadline_s: float | None = WRITE_DEADLINE_S
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction that may write. Raises `RecordsUnavailable`, also after `deadline_s`."""
        with _told_as_unavailable(self._file):
            async with _timely(deadline_s), AsyncExitStack() as stack:
                if self._one_writer is not None:
                    await stack.enter_async_context(self._one_writer)
                writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
                yield await _enter(stack, writing)

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()


def open_database(url: str | URL) -> Database:
    """The record at `url`: `sqlite:///path`, `postgresql://…`; a plain path means SQLite there.

    Raises `RecordsUnusable`.
    """
    try:
        target = _with_async_driver(url)
        if target.get_backend_name() != "sqlite":
            return Database(create_async_engine(target, pool_pre_ping=True, pool_size=8))
        # The connection that wrote last has its pages at hand; any other reads all of them anew.
        engine = create_async_engine(target, pool_use_lifo=True)
        # A connection is closed by whoever used it. The dialect's other way, a task of its own that
        # is stopped when it is cancelled, waits for ever where a loop that ends cancels both: the
        # thread that would answer has ended by then.
        engine.dialect.do_terminate = engine.dialect.do_close  # type: ignore[method-assign]
        engine.dialect.statement_compiler = _HintCompiler
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise RecordsUnusable(_NO_ADDRESS) from error
    file = sqlite_file(target)
    if file is not None:
        _make_directory(file)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return Database(engine)


def sqlite_file(url: str | URL) -> Path | None:
    """The file of a record in SQLite, None for any other kind of record."""
    target = _with_async_driver(url)
    kept = target.get_backend_name() == "sqlite" and target.database not in (None, "", ":memory:")
    return Path(str(target.database)) if kept else None


class _HintCompiler(SQLiteCompiler):
    """SQLite's compiler, and `with_hint`, which it leaves out: `INDEXED BY` an index."""

    @override
    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """What stands behind a table's name."""
        return text


def _make_directory(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        a_file = isinstance(error, FileExistsError)
        reason = f"{file.parent} is a file" if a_file else (error.strerror or str(error)).lower()
        raise RecordsUnusable(f"no record can be kept at {file}: {reason}; {_ELSEWHERE}") from error


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


def _timely(deadline_s: float | None) -> AbstractAsyncContextManager[None]:
    """The deadline of a transaction; what the process stood still does not count, up to as long."""
    return deadline(deadline_s, grace_s=deadline_s or 0.0)


async def _enter(stack: AsyncExitStack, engine: AsyncEngine) -> AsyncConnection:
    try:
        return await stack.enter_async_context(engine.begin())
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # Nobody listens, or whoever does refuses us: what comes before there is a connection.
        raise RecordsUnavailable(f"the record is out of reach: {error}") from error


@contextmanager
def _told_as_unavailable(file: Path | None) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        if (reason := _unusable(error)) is not None:
            raise RecordsUnusable(f"the record at {file} {reason}; {_ELSEWHERE}") from error
        if (reason := sqlstates.stays(error)) is not None:
            raise RecordsUnusable(f"the record {reason} ({error.orig}); {_ELSEWHERE}") from error
        if not (
            isinstance(error, OperationalError)
            or error.connection_invalidated
            or sqlstates.passes(error)
        ):
            raise
        where = "" if file is None else f" at {file}"
        raise RecordsUnavailable(f"the record{where} is out of reach: {error.orig}") from error
    except (PoolTimeout, TimeoutError) as error:
        raise RecordsUnavailable(f"the record is out of reach: {error!r}") from error


def _unusable(error: DBAPIError) -> str | None:
    """What is wrong with SQLite's file where it does not pass by itself."""
    cause: BaseException | None = error.orig
    while cause is not None and not isinstance(cause, sqlite3.Error):
        cause = cause.__cause__
    if cause is None:
        return None
    if str(cause).startswith("no such table"):
        return f"is none of Contact Quota ({cause})"
    return _WRONG.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)

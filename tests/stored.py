"""Where tests keep a record: a file, or a database of a PostgreSQL server. New ones are copies."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg  # type: ignore[import-untyped]
import pytest

from server.records import migrations
from server.records.engine import Database, open_database
from tests.postgres_server import PostgresServer

MIGRATED = "migrated"
ON_SQLITE = pytest.mark.parametrize("record_kind", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("record_kind", ["postgresql"])
"""For what only one of the engines does."""


class Stored(Protocol):
    """The records of one test, by name."""

    def url(self, name: str = "record") -> str:
        """What `open_database` and `--database` take."""
        ...

    async def empty(self, name: str) -> Database:
        """A record without any table."""
        ...

    async def new(self, name: str = "record", of: str = MIGRATED) -> Database:
        """A copy of a record that nobody has open, by default of a migrated, empty one.

        It takes the place of what had that name before.
        """
        ...

    async def remove(self) -> None: ...


class StoredInFiles:
    """SQLite files in `directory`; `migrated` is shared by all tests."""

    def __init__(self, directory: Path, migrated: Path) -> None:
        self._directory = directory
        self._migrated = migrated

    def url(self, name: str = "record") -> str:
        return str(self._file(name))

    async def empty(self, name: str) -> Database:
        return open_database(self.url(name))

    async def new(self, name: str = "record", of: str = MIGRATED) -> Database:
        if not self._migrated.exists():
            await migrated(await self.empty("draft"))
            self._file("draft").rename(self._migrated)
        shutil.copy(self._file(of), self._file(name))
        return open_database(self.url(name))

    async def remove(self) -> None:
        """The directory is pytest's."""

    def _file(self, name: str) -> Path:
        return self._migrated if name == MIGRATED else self._directory / f"{name}.sqlite"


class StoredOnServer:
    """Databases of `server`; `MIGRATED` is shared by all tests."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._names: set[str] = set()

    def url(self, name: str = "record") -> str:
        return self._server.url(name)

    async def empty(self, name: str) -> Database:
        await self._create(name, "template0")
        return open_database(self.url(name))

    async def new(self, name: str = "record", of: str = MIGRATED) -> Database:
        if not self._server.migrated:
            await migrated(await self.empty(MIGRATED))
            self._names.remove(MIGRATED)
            self._server.migrated = True
        await self._create(name, of)
        return open_database(self.url(name))

    async def remove(self) -> None:
        async with self._connected() as connection:
            for name in self._names:
                await connection.execute(_drop(name))

    async def _create(self, name: str, of: str) -> None:
        self._names.add(name)
        async with self._connected() as connection:
            await connection.execute(_drop(name))
            # Twice as fast as writing every page to the log; before 15 there is nothing else.
            how = "STRATEGY FILE_COPY" if connection.get_server_version().major >= 15 else ""
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}" {how}')

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self._server.url("postgres"))
        yield connection
        await connection.close()


def _drop(name: str) -> str:
    return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


async def migrated(database: Database) -> None:
    """Brings it to the newest revision, and closes it: only then can it be copied."""
    await migrations.upgrade(database)
    await database.close()

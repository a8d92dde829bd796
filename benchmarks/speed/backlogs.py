"""A backlog that is prepared once and folded again and again, each time from a copy."""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
from redis import Redis
from redis.exceptions import BusyLoadingError

from benchmarks.speed.backlog import Mix, drain, fill, install, stores
from benchmarks.speed.folding import Folded
from benchmarks.speed.policy import write_policy
from benchmarks.speed.programs import ProgramError, on_core, redis_server, until
from benchmarks.speed.subjects import REDIS_CORE, SERVER_CORE
from benchmarks.speed.traffic import Traffic
from server.policy import Policy, load_policy

HOUR_MS = 3_600_000
EVENTS_OF_A_MEMBER = 8
SEATS = 50
MEMBER_CAP = 100
"""Small enough that members meant to use theirs up do so within a history."""
LONGEST_S = 1_200


@dataclass(frozen=True, slots=True)
class Backlog:
    """`events` that wait, after as many that were folded. `database` None: SQLite."""

    events: int
    database: str | None = None

    @property
    def traffic(self) -> Traffic:
        """As many members as have some eight events each."""
        members = max(SEATS, self.events // EVENTS_OF_A_MEMBER)
        return Traffic(members=members, enterprises=max(1, members // SEATS))


@dataclass(frozen=True, slots=True)
class Kept:
    """Redis's file in `directory`, the record in there or in PostgreSQL, with a backlog to fold."""

    directory: Path
    database: str | None

    def folded(self, how: str) -> Folded:
        """Folds a copy of it, "memory" or "worker". Raises ProgramError where that fails."""
        with self._copy() as (copy, database), redis_server(copy, core=REDIS_CORE) as redis:
            until(lambda: _is_loaded(redis.url), "redis-server", lambda: True)
            command = [sys.executable, "-m", "benchmarks.speed.folding", how, redis.url, database]
            try:
                done = subprocess.run(
                    on_core(command, SERVER_CORE),
                    capture_output=True,
                    text=True,
                    check=True,
                    timeout=LONGEST_S,
                )
            except subprocess.CalledProcessError as error:
                raise ProgramError(f"folding: {error.stderr}") from error
        return Folded(**json.loads(done.stdout.splitlines()[-1]))

    @contextmanager
    def _copy(self) -> Iterator[tuple[Path, str]]:
        copy = self.directory.with_name(f"{self.directory.name}-copy")
        shutil.copytree(self.directory, copy)
        try:
            if self.database is None:
                yield copy, str(copy / "record.sqlite")
            else:
                asyncio.run(_copy_database(self.database))
                yield copy, _round_of(self.database)
        finally:
            shutil.rmtree(copy)


@contextmanager
def kept(directory: Path, backlog: Backlog) -> Iterator[Kept]:
    """Appends and folds a history, appends the backlog, and keeps all of it to be copied.

    A given PostgreSQL database has to be empty, and its user may make others; the copy is dropped
    at the end. Raises ProgramError, or what the stores raise.
    """
    directory.mkdir()
    policy = load_policy(write_policy(directory / "policy.toml", member_cap=MEMBER_CAP))
    database = backlog.database or str(directory / "record.sqlite")
    with redis_server(directory, core=REDIS_CORE) as redis:
        asyncio.run(_prepare(redis.url, database, backlog, policy))
    try:
        yield Kept(directory, backlog.database)
    finally:
        if backlog.database is not None:
            asyncio.run(_drop_copy(backlog.database))


async def _prepare(redis_url: str, database_url: str, backlog: Backlog, policy: Policy) -> None:
    now_ms, traffic = int(time.time() * 1000), backlog.traffic
    history = Mix(backlog.events, now_ms - 27 * HOUR_MS, now_ms - 3 * HOUR_MS, traffic, 1)
    waiting = Mix(backlog.events, now_ms - HOUR_MS // 2, now_ms, traffic, 2)
    async with stores(redis_url, database_url) as (ledger, database):
        await install(ledger, database, policy)
        await fill(redis_url, database_url, history, policy)
        await drain(ledger, database)
        await fill(redis_url, database_url, waiting, policy)
        await ledger.redis.save()


def _is_loaded(redis_url: str) -> bool:
    """Whether a Redis that began from a file has read all of it."""
    with Redis.from_url(redis_url) as redis:
        try:
            redis.dbsize()
        except BusyLoadingError:
            return False
    return True


def _round_of(database: str) -> str:
    return f"{database}_copy"


async def _copy_database(database: str) -> None:
    name = database.rpartition("/")[2]
    connection = await _server_of(database)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}_copy"')
        await connection.execute(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
    finally:
        await connection.close()


async def _drop_copy(database: str) -> None:
    connection = await _server_of(database)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{database.rpartition("/")[2]}_copy"')
    finally:
        await connection.close()


async def _server_of(database: str) -> asyncpg.Connection:
    """A connection to another database of the server: one in use cannot be copied."""
    return await asyncpg.connect(f"{database.rpartition('/')[0]}/postgres")

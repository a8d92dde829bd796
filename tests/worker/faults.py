"""Stores that fail at the n-th step of whoever uses them: before it happens, or just after."""

import inspect
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from quota.adds import StoreUnavailable
from quota.scripts import Scripts
from server.records.engine import Database, RecordsUnavailable


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Faults:
    """Counts steps and fails once, at step `at`; 0 never does. `killed`: or the store is away."""

    def __init__(self, at: int, *, killed: bool) -> None:
        self.at = at
        self.steps = 0
        self.killed = killed

    @property
    def happened(self) -> bool:
        return 0 < self.at <= self.steps

    def step(self, away: type[Exception]) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise Killed if self.killed else away("injected")


READS = ("meta", "stream")


class FaultyScripts(Scripts):
    """A call that writes is two steps: the request may not arrive, the answer may be lost."""

    def __init__(self, scripts: Scripts, faults: Faults) -> None:
        self.__dict__ = scripts.__dict__
        self._faults = faults

    async def guard(self, name: str, call: Awaitable[Any], items: int = 1) -> Any:
        try:
            self._faults.step(StoreUnavailable)
        except BaseException:
            if inspect.iscoroutine(call):
                call.close()
            raise
        result = await super().guard(name, call, items)
        if name not in READS:
            self._faults.step(StoreUnavailable)
        return result


class FaultyDatabase(Database):
    """Every transaction is three steps: its begin, the moment before its commit, and after it."""

    def __init__(self, database: Database, faults: Faults) -> None:
        super().__init__(database.engine)
        self._faults = faults

    @asynccontextmanager
    async def read(self, deadline_s: float | None = None) -> AsyncIterator[AsyncConnection]:
        self._faults.step(RecordsUnavailable)
        async with super().read(deadline_s) as connection:
            yield connection

    @asynccontextmanager
    async def write(self, deadline_s: float | None = None) -> AsyncIterator[AsyncConnection]:
        self._faults.step(RecordsUnavailable)
        async with super().write(deadline_s) as connection:
            yield connection
            self._faults.step(RecordsUnavailable)
        self._faults.step(RecordsUnavailable)

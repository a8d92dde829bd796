"""The embedded store's group commit: events are in the SQL journal before anyone gets an answer.

The Redis in this process dies with it; what was acknowledged must not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from quota.adds import StoreUnavailable
from quota.ledger import Ledger
from server.records import journal
from server.records.engine import Database, RecordsUnavailable
from server.worker import translate

PAGE = 1_000

AfterWrite = Callable[[Sequence[int]], Coroutine[None, None, None]]


def journal_after_write(ledger: Ledger, database: Database) -> AfterWrite:
    """What `Ledger` awaits with the shards that got events, before it answers.

    Callers that come while a transaction is under way share the next one. Raises StoreUnavailable
    where SQL does not take the events; they are tried again with the next call.
    """
    return _GroupJournal(ledger, database)


class _GroupJournal:
    """`_unsure` are the shards that may hold events not journaled yet."""

    def __init__(self, ledger: Ledger, database: Database) -> None:
        self._ledger = ledger
        self._database = database
        self._journaled: dict[int, int] = {}
        self._unsure: set[int] = set()
        self._next: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, shards: Sequence[int]) -> None:
        """Returns once all that these shards held at the call is journaled.

        A call without shards waits, too, where another's events are on their way: its answer may
        be the repeat of one that rests on them.
        """
        self._unsure.update(shards)
        running = self._task is not None and not self._task.done()
        if not self._unsure and not running:
            return
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        future = self._next
        if not running:
            self._task = asyncio.create_task(self._commit_groups())
        await asyncio.shield(future)

    async def _commit_groups(self) -> None:
        await asyncio.sleep(0)  # callers of the same tick come along
        while self._next is not None:
            future, self._next = self._next, None
            shards, self._unsure = self._unsure, set()
            try:
                await self._commit(shards)
            except BaseException as error:
                self._unsure |= shards
                _fail(future, error)
                if not isinstance(error, Exception):
                    raise
            else:
                future.set_result(None)

    async def _commit(self, shards: set[int]) -> None:
        unread = {shard: await self._place(shard) for shard in sorted(shards)}
        while unread:
            read = await self._ledger.log.read(unread, PAGE)
            entries = [
                translate.journaled(shard, event).entry
                for shard, events in read.items()
                for event in events
            ]
            if entries:
                async with self._database.write() as connection:
                    await journal.append(connection, entries)
            for shard, events in read.items():
                if events:
                    self._journaled[shard] = events[-1].seq
            unread = {s: events[-1].seq for s, events in read.items() if len(events) == PAGE}

    async def _place(self, shard: int) -> int:
        if shard not in self._journaled:
            async with self._database.read() as connection:
                self._journaled |= await journal.last_seqs(connection, [shard])
        return self._journaled[shard]


def _fail(future: asyncio.Future[None], error: BaseException) -> None:
    if isinstance(error, RecordsUnavailable):
        unavailable = StoreUnavailable("the record cannot be written", error.retry_after_s)
        unavailable.__cause__ = error
        error = unavailable
    future.set_exception(error)
    future.exception()  # callers that went away leave nobody to look at it

"""Cancellation at a wait that is named by its number: an interrupt that comes just then."""

import asyncio
from collections.abc import Collection, Generator
from typing import Any


class Interrupted:
    """A coroutine whose task is cancelled when it comes to each of these of its waits, from 1."""

    def __init__(self, coroutine: Any, at: Collection[int]) -> None:
        self._coroutine = coroutine
        self._at = at
        self.waits = 0

    async def run(self) -> None:
        """To be made a task."""
        await self

    def __await__(self) -> Generator[Any, Any, None]:
        value: Any = None
        error: BaseException | None = None
        while True:
            step, given = self._coroutine.send, value
            if error is not None:
                step, given = self._coroutine.throw, error
            try:
                waited = step(given)
            except StopIteration:
                return
            self.waits += 1
            if self.waits in self._at:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            value = error = None
            try:
                value = yield waited
            except BaseException as raised:  # noqa: BLE001  it goes to the coroutine
                error = raised

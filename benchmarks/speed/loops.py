"""An event loop for benchmarks that are not async themselves, which signals end in order."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")
ENDING = (signal.SIGINT, signal.SIGTERM)


class Loop:
    """Runs one coroutine after another, in a loop as the service has it.

    A signal that ends is a KeyboardInterrupt out of `run`, after the coroutine was cancelled: an
    exception out of the handler itself could leave the loop in the middle of a turn.
    """

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._task: asyncio.Task[Any] | None = None
        self._ended = False

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns. Raises what it does, and KeyboardInterrupt."""
        task = self._task = self._loop.create_task(asked)
        try:
            result: T = self._loop.run_until_complete(task)
            return result
        finally:
            self._task = None
            self._raise_ended()

    def end(self, _number: int, _frame: FrameType | None) -> None:
        """Takes a signal."""
        self._ended = True
        if self._task is None:
            self._raise_ended()
        else:
            self._loop.call_soon_threadsafe(self._task.cancel)

    def _raise_ended(self) -> None:
        ended, self._ended = self._ended, False
        if ended:
            raise KeyboardInterrupt

    def close(self) -> None:
        """Ends what asynchronous generators are left, and the loop."""
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


@contextmanager
def loop() -> Iterator[Loop]:
    """A loop; meanwhile SIGINT and SIGTERM end what runs in it, or else what runs."""
    made = Loop()
    before = {number: signal.signal(number, made.end) for number in ENDING}
    try:
        yield made
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        made.close()

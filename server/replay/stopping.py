"""Ends a replay on a signal: at once while it waits for input, else where nothing is half done.

An exception out of a signal handler may come up in any task of the event loop, where it is reported
as nobody's. So a handler only raises where the replay may be held up for long by somebody else, and
it raises an ordinary exception, which lets go of everything on its way.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

ItemT = TypeVar("ItemT")

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StoppedError(Exception):
    """The replay was asked to end; `exit_code` is what a shell expects of that signal."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.strsignal(number))
        self.exit_code = 128 + number


class Stop:
    """Whether a signal asked for the end; a second one changes nothing."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._is_waiting = False

    def request(self, number: int, _frame: FrameType | None = None) -> None:
        """A signal's handler."""
        self._number = self._number or number
        if self._is_waiting:
            self.check()

    def check(self) -> None:
        """Raises StoppedError where the end was asked for."""
        if self._number is not None:
            self._is_waiting = False
            raise StoppedError(self._number)

    def each(self, items: Iterable[ItemT]) -> Iterator[ItemT]:
        """The items; a signal while the next is waited for, or before it, raises StoppedError."""
        iterator = iter(items)
        while True:
            try:
                self._is_waiting = True
                self.check()
                item = next(iterator)
            except StopIteration:
                return
            finally:
                self._is_waiting = False
            yield item

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Takes over SIGINT (Ctrl-C) and SIGTERM meanwhile; in the main thread only."""
        before = {number: signal.signal(number, self.request) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

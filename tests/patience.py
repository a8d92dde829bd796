"""Time that counts where the machine is slow, or stands still for seconds: nobody's delay."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter
from typing import Any

PASS_S = 0.01
TICK_S = 0.02
TICK_MOST_S = 0.1
"""A tick that took longer says that the machine stood still; so much of it counts."""
LOOK_MOST_S = 1.0
HANGS_S = 120.0
"""What has not come by then never does, though a process had to start and the machine halted."""


async def pending_after(tasks: Iterable[asyncio.Future[Any]], seconds: float) -> set[Any]:
    """The tasks that have not ended after the event loop had that time for them.

    It is counted in short waits: one amid which the machine stood still for long is one like any
    other, while a clock would say that all of the time was up.
    """
    pending = set(tasks)
    for _ in range(round(seconds / PASS_S)):
        if pending:
            _, pending = await asyncio.wait(pending, timeout=PASS_S)
    return pending


class Stopwatch:
    """`whole_s` passed by the clock, `awake_s` of it while the machine did something.

    A thread counts, so whoever holds up the event loop is counted, too.
    """

    def __init__(self) -> None:
        self.whole_s = self.awake_s = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._count)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _count(self) -> None:
        last_s, is_over = perf_counter(), False
        while not is_over:
            is_over = self._ended.wait(TICK_S)
            now_s = perf_counter()
            self.whole_s += now_s - last_s
            self.awake_s += min(now_s - last_s, TICK_MOST_S)
            last_s = now_s


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """What the block took, once it is over."""
    watch = Stopwatch()
    try:
        yield watch
    finally:
        watch.stop()


class Patience:
    """Seconds in which something has to become true, by looks of which none counts for long."""

    def __init__(self, seconds: float) -> None:
        self._left_s = seconds
        self._last_s = monotonic()

    def look(self) -> None:
        """After a look that was in vain. Raises AssertionError where it was the last."""
        now_s = monotonic()
        self._left_s -= min(now_s - self._last_s, LOOK_MOST_S)
        self._last_s = now_s
        assert self._left_s > 0, "it did not become true in time"

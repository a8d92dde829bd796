"""Deadlines of calls to stores, which do not count what this process itself was late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PASSES, PASS_S = 3, 0.001
"""How often the event loop goes round again after a deadline, and for how long each time."""
PARTS = 10
"""In so many parts a time with grace is counted; each is one part however late its end comes."""


@asynccontextmanager
async def deadline(seconds: float | None, *, grace_s: float = 0.0) -> AsyncIterator[None]:
    """Cancels the block with TimeoutError when a store has had its time; None: it has all.

    What this process itself was busy with meanwhile is not the store's fault: timers come before
    what has arrived, so once time is up the loop makes some more passes, to read a reply that
    waits. Where it stood still, loop or machine, a block of several calls gets that time again, at
    most `grace_s`.
    """
    loop = asyncio.get_running_loop()
    handle: asyncio.TimerHandle | None = None

    def count(parts: int, part_s: float, latest_s: float) -> None:
        nonlocal handle
        now_s = loop.time()
        if parts and now_s < latest_s:
            wait_s = min(part_s, latest_s - now_s)
            handle = loop.call_later(wait_s, count, parts - 1, part_s, latest_s)
        else:
            late(PASSES)

    def late(passes: int) -> None:
        nonlocal handle
        if passes:
            handle = loop.call_later(PASS_S, late, passes - 1)
        else:
            scope.reschedule(loop.time())

    async with asyncio.timeout(None) as scope:
        if seconds is not None:
            parts = PARTS if grace_s else 1
            count(parts, seconds / parts, loop.time() + seconds + grace_s)
        try:
            yield
        finally:
            if handle is not None:
                handle.cancel()

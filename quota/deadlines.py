"""Deadlines of calls to stores, which do not count what this process itself was late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PASSES, PASS_S = 3, 0.001
"""How often the event loop goes round again after a deadline, and for how long each time."""
LATE_S = 0.1
"""A timer that comes so late says that the process stood still: its machine, or its loop."""


@asynccontextmanager
async def deadline(seconds: float | None, *, grace_s: float = 0.0) -> AsyncIterator[None]:
    """Cancels the block with TimeoutError when a store has had its time; None: it has all.

    What this process itself was busy with meanwhile is not the store's fault: timers come before
    what has arrived, so once time is up the loop makes some more passes, to read a reply that
    waits. Where it stood still, a block of several calls gets that time again, at most `grace_s`.
    """
    loop = asyncio.get_running_loop()
    handle: asyncio.TimerHandle | None = None

    def up(due_s: float) -> None:
        nonlocal handle
        behind_s = loop.time() - due_s
        if grace_s and behind_s > LATE_S:
            handle = loop.call_later(min(behind_s, grace_s), late, PASSES)
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
            due_s = loop.time() + seconds
            handle = loop.call_at(due_s, up, due_s)
        try:
            yield
        finally:
            if handle is not None:
                handle.cancel()

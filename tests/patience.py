"""Waiting on a machine that is slow, or stands still for seconds: that is no failure."""

import asyncio
from collections.abc import Iterable
from typing import Any

TICK_S = 0.01
HANGS_S = 120.0
"""What has not come by then never does, though a process had to start and the machine halted."""


async def pending_after(tasks: Iterable[asyncio.Future[Any]], seconds: float) -> set[Any]:
    """The tasks that have not ended after the event loop had that time for them.

    It is counted in short waits: one amid which the machine stood still for long is one like any
    other, while a clock would say that all of the time was up.
    """
    pending = set(tasks)
    for _ in range(round(seconds / TICK_S)):
        if pending:
            _, pending = await asyncio.wait(pending, timeout=TICK_S)
    return pending

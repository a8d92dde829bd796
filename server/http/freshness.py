"""What a process remembers of the record, kept fresh beside the requests that need it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

log = logging.getLogger(__name__)

REFRESH_S = 1.0

Refresh = Callable[[], Awaitable[None]]


@asynccontextmanager
async def kept_fresh(*refreshes: Refresh) -> AsyncIterator[None]:
    """Refreshes at once, then every `REFRESH_S` while the block runs.

    Raises what the first refresh raises. A later one that fails leaves what was known before:
    pre-checks outlive SQL.
    """
    for refresh in refreshes:
        await refresh()
    task = asyncio.create_task(_keep_fresh(refreshes))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_fresh(refreshes: tuple[Refresh, ...]) -> None:
    while True:
        await asyncio.sleep(REFRESH_S)
        for refresh in refreshes:
            try:
                await refresh()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next one may succeed
                log.warning("%s: what is known is that of the last refresh: %r", refresh, error)

"""Serves one handler with aiohttp, as plainly as can be: no middleware, no access log."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from aiohttp import web


async def serve(handler: Callable[[web.Request], Awaitable[web.StreamResponse]], port: int) -> None:
    """Answers POST /v1/precheck on a port of loopback until SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    app = web.Application()
    app.router.add_post("/v1/precheck", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await ended.wait()
    await runner.cleanup()

"""`/metrics` of a worker in a process of its own: it answers nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


class PortTaken(Exception):  # noqa: N818  a state of the machine, no fault
    """Somebody else listens where the worker's metrics should be."""


@asynccontextmanager
async def exposing(host: str, port: int | None) -> AsyncIterator[None]:
    """Gives metrics at `host`:`port` while the block runs; None: gives none. Raises PortTaken."""
    if port is None:
        yield
        return
    app = web.Application()
    app.router.add_get("/metrics", _metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise PortTaken(
                f"cannot listen on {host} port {port} for metrics; choose another with "
                f"--metrics-port"
            ) from error
        yield
    finally:
        await runner.cleanup()


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

"""Runs the service: one process on a socket, or several that share its port."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

import uvloop
from aiohttp import web
from prometheus_client.multiprocess import mark_process_dead

from server import wiring
from server.http.app import build_app
from server.http.express import Express, ExpressProtocol
from server.http.metrics import MULTIPROCESS_DIR
from server.http.protocol import CONNECTION
from server.http.services import Services
from server.logs import begin_logging
from server.settings import Settings
from server.worker.interpreter import set_up_interpreter

log = logging.getLogger(__name__)

_NO_ACCESS_LOG = logging.getLogger("server.http.access")
_NO_ACCESS_LOG.disabled = True

SHUTDOWN_S = 5.0
BACKLOG = 1024

Started = Callable[[str | None], None]
"""Called once requests are taken, with the admin key where this start made it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What an embedded service with a sample does besides: before it opens its stores, and then."""

    before: Callable[[], Coroutine[Any, Any, None]]
    beside: Callable[[Services], Coroutine[Any, Any, None]]


class AddressInUse(Exception):  # noqa: N818  a state of the machine, no fault
    """Somebody else listens where the service should."""


def run(
    settings: Settings, started: Callable[[str, str | None], None], sample: Sample | None = None
) -> None:
    """Serves until SIGINT or SIGTERM. `started` gets the service's address and a new admin key.

    Raises AddressInUse, or what `wiring.REFUSALS` names.
    """
    bound = _bind(settings.host, settings.port, shared=False)
    url = _url(settings.host, bound.getsockname()[1])
    if settings.processes == 1:
        with bound:
            serve_one(settings, bound, lambda key: started(url, key), sample)
        log.info("stopped")
        return
    port = bound.getsockname()[1]
    bound.close()
    with _bind(settings.host, port, shared=True), _shared_metrics():
        uvloop.run(wiring.first_start(settings))
        family = _Family(settings, port)
        family.run(lambda: started(url, uvloop.run(wiring.first_admin_key(settings))))
    log.info("stopped")


def serve_one(
    settings: Settings, bound: socket.socket, started: Started, sample: Sample | None = None
) -> None:
    """Serves on a bound socket until a signal ends it."""
    set_up_interpreter()
    with suppress(asyncio.CancelledError):
        uvloop.run(_serve(settings, bound, started, sample))


async def _serve(
    settings: Settings, bound: socket.socket, started: Started, sample: Sample | None
) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    serving = asyncio.create_task(_serve_until(stop, settings, bound, started, sample))

    def end() -> None:
        # Before it serves there is nothing to finish; afterwards requests under way are answered.
        if stop.is_set() or not listening(bound):
            serving.cancel()
        else:
            log.info("stopping: what was asked is answered (a second signal ends it at once)")
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    await serving


async def _serve_until(
    stop: asyncio.Event,
    settings: Settings,
    bound: socket.socket,
    started: Started,
    sample: Sample | None,
) -> None:
    if sample is not None:
        await sample.before()
    async with wiring.open_services(settings) as running:
        app = build_app(running.services)
        runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        listener = await listen(runner, bound, Express(running.services))
        companion = asyncio.create_task(sample.beside(running.services)) if sample else None
        try:
            started(await running.first_admin_key())
            await stop.wait()
        finally:
            if companion is not None:
                companion.cancel()
            listener.close()
            await runner.cleanup()


async def listen(runner: web.AppRunner, bound: socket.socket, express: Express) -> asyncio.Server:
    """Takes requests on a bound socket."""
    loop, server = asyncio.get_running_loop(), runner.server
    if server is None:
        raise RuntimeError("the runner was not set up")

    def connection() -> ExpressProtocol:
        return ExpressProtocol(server, express, loop=loop, access_log=_NO_ACCESS_LOG, **CONNECTION)

    return await loop.create_server(connection, sock=bound, backlog=BACKLOG)


def listening(bound: socket.socket) -> bool:
    """Whether requests are taken on the socket."""
    return bool(bound.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


class _Family:
    """The parent of several serving processes: replaces one that died, ends all when it ends."""

    def __init__(self, settings: Settings, port: int) -> None:
        self._settings = settings
        self._port = port
        self._context = multiprocessing.get_context("spawn")
        self._children: dict[Connection, SpawnProcess] = {}
        self._ready: set[Connection] = set()

    def run(self, started: Callable[[], None]) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            for _ in range(self._settings.processes):
                self._begin()
            while len(self._ready) < self._settings.processes:
                self._watch()
            started()
            while True:
                self._watch()
        except KeyboardInterrupt:
            pass
        finally:
            self._end()

    def _begin(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_child, args=(self._settings, self._port, theirs), name="contact-quota"
        )
        process.start()
        theirs.close()
        self._children[ours] = process

    def _watch(self) -> None:
        """Waits for a child to be ready, or to end: its pipe closes then."""
        for connection in wait(list(self._children)):
            if not isinstance(connection, Connection):
                continue
            try:
                connection.recv()
                self._ready.add(connection)
            except EOFError:
                self._bury(connection)

    def _bury(self, connection: Connection) -> None:
        process = self._children.pop(connection)
        process.join()
        mark_process_dead(process.pid)  # type: ignore[no-untyped-call]
        connection.close()
        if connection not in self._ready:
            raise SystemExit("a process of the service ended before it was ready; see its log")
        self._ready.discard(connection)
        log.error("a process of the service ended with %s; starting another", process.exitcode)
        self._begin()

    def _end(self) -> None:
        for process in self._children.values():
            process.terminate()
        for process in self._children.values():
            process.join(SHUTDOWN_S * 2)
            if process.is_alive():
                process.kill()


def _child(settings: Settings, port: int, parent: Connection) -> None:
    """One of several: shares the port, says when it is ready, ends when its parent does."""

    def started(_: str | None) -> None:
        parent.send(None)
        loop = asyncio.get_running_loop()

        def orphaned() -> None:
            loop.remove_reader(parent.fileno())
            os.kill(os.getpid(), signal.SIGTERM)

        loop.add_reader(parent.fileno(), orphaned)

    begin_logging()
    try:
        with _bind(settings.host, port, shared=True) as bound:
            serve_one(settings, bound, started)
    except (AddressInUse, *wiring.REFUSALS) as error:
        refusal = str(error)
    else:
        return
    log.error("%s", refusal)
    sys.exit(1)


def _bind(host: str, port: int, *, shared: bool) -> socket.socket:
    """A bound socket that does not listen yet. Raises AddressInUse."""
    with ExitStack() as undo:
        try:
            family, kind, number, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            bound = undo.enter_context(socket.socket(family, kind, number))
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.bind(address)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise AddressInUse(
                f"cannot listen on {host} port {port}: {reason}; "
                f"choose another with --port or --host"
            ) from error
        undo.pop_all()
        return bound


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """Lets `/metrics` of any process give the sums of all of them."""
    directory = tempfile.mkdtemp(prefix="contact-quota-metrics-")
    os.environ[MULTIPROCESS_DIR] = directory
    try:
        yield
    finally:
        del os.environ[MULTIPROCESS_DIR]
        shutil.rmtree(directory, ignore_errors=True)

"""The service with its express lane over real sockets, as tests of the lane talk to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import SecretStr

from server.http import freshness
from server.http.app import build_app
from server.http.express import Express, ExpressProtocol
from server.http.metrics import GROUP_SIZE
from server.http.protocol import CONNECTION
from server.http.services import Services
from server.serving import listen
from server.settings import Settings
from server.wiring import open_services
from tests.http.service import ADMIN_KEY, DEADLINE_S, Answer
from tests.patience import Patience

ASKED = "POST /v1/precheck HTTP/1.1"
LENGTH = 400
"""Every body has this many bytes unless a test says otherwise, so that heads are the same."""


def said(target_id: str = "wm-77", **fields: object) -> bytes:
    """A pre-check's body; a field that is None is left out."""
    every = {"enterprise_id": "acme", "member_id": "li", "target_id": target_id, **fields}
    return padded(json.dumps({name: value for name, value in every.items() if value is not None}))


def padded(text: str | bytes) -> bytes:
    """A body of `LENGTH` bytes: white space around JSON means nothing."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    assert len(raw) <= LENGTH, raw
    return raw.ljust(LENGTH)


def head(length: int = LENGTH, *more: str, key: str = ADMIN_KEY, asked: str = ASKED) -> bytes:
    """The head of a request whose body has that length; `more` are whole header lines."""
    lines = (
        asked,
        "Host: quota.test",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
        *more,
    )
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def asking(body: bytes, *more: str, key: str = ADMIN_KEY, asked: str = ASKED) -> bytes:
    """A whole request."""
    return head(len(body), *more, key=key, asked=asked) + body


class Wire:
    """One connection, which sends the bytes it is told to and reads answers one by one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.said = ""

    def send(self, raw: bytes) -> None:
        self.writer.write(raw)

    async def answer(self) -> Answer:
        """The next answer."""
        async with asyncio.timeout(DEADLINE_S):
            first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers: CIMultiDict[str] = CIMultiDict()
            for line in filter(None, lines):
                name, _, value = line.partition(": ")
                headers.add(name, value)
            length = int(headers.get("Content-Length", "0"))
            raw = await self.reader.readexactly(length)
        self.said = first
        return Answer(int(first.split(" ")[1]), CIMultiDictProxy(headers), raw)

    async def ask(self, raw: bytes) -> Answer:
        self.send(raw)
        return await self.answer()

    async def ended(self) -> bool:
        """Whether the service ends the connection and says nothing more."""
        async with asyncio.timeout(DEADLINE_S):
            with suppress(ConnectionError):
                return await self.reader.read(1) == b""
        return True

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    def vanish(self) -> None:
        """Ends the connection with a reset."""
        self.writer.transport.abort()


@dataclass(frozen=True)
class Lane:
    """A service that listens at `port`, wired as `serving` wires it."""

    services: Services
    runner: web.AppRunner
    express: Express
    port: int

    @property
    def server(self) -> web.Server:
        assert self.runner.server is not None
        return self.runner.server

    @property
    def ordinary(self) -> int:
        """How many requests ever went the ordinary way."""
        return self.server.requests_count

    @property
    def decided(self) -> float:
        """How many pre-checks this process ever answered or refused, either way."""
        return float(GROUP_SIZE._sum.get())

    def has_decided(self, many: float) -> bool:
        return self.decided >= many

    @property
    def heads(self) -> Mapping[bytes, Any]:
        return self.express._heads

    @property
    def connections(self) -> list[ExpressProtocol]:
        """Those that are open."""
        return [cast("ExpressProtocol", connection) for connection in self.server.connections]

    async def connection(self) -> ExpressProtocol:
        """The only one, once it is."""
        await until(lambda: [c.transport is None for c in self.connections] == [False])
        return self.connections[0]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Wire]:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", self.port))
        try:
            yield wire
        finally:
            await wire.close()

    @asynccontextmanager
    async def also_listening(self, **settings: Any) -> AsyncIterator["Lane"]:
        """The same service at another port, with other settings of aiohttp's connections."""
        loop = asyncio.get_running_loop()

        def connection() -> ExpressProtocol:
            return ExpressProtocol(self.server, self.express, loop=loop, **CONNECTION, **settings)

        listener = await loop.create_server(connection, "127.0.0.1", 0)
        async with listener:
            yield replace(self, port=listener.sockets[0].getsockname()[1])

    async def learn(self, *more: str, key: str = ADMIN_KEY, length: int = LENGTH) -> None:
        """Sees to it that a head is known."""
        body = said(mode="peek").rstrip().ljust(length)
        async with self.connected() as wire:
            answer = await wire.ask(asking(body, *more, key=key))
        assert answer.status == 200, answer.raw
        assert asking(body, *more, key=key).removesuffix(body) in self.heads


@dataclass(frozen=True)
class Gate:
    """The ledger's door while `held_up`."""

    entered: asyncio.Event
    may_go: asyncio.Event

    async def reached(self) -> None:
        """Waits until a group stands before it."""
        async with asyncio.timeout(DEADLINE_S):
            await self.entered.wait()


@asynccontextmanager
async def held_up(lane: Lane, failure: Exception | None = None) -> AsyncIterator[Gate]:
    """Inside the block groups are decided, but not answered until they may go, or fail then.

    Only what charges is held up, and only by the embedded store.
    """
    ledger, gate = lane.services.ledger, Gate(asyncio.Event(), asyncio.Event())
    written = ledger._after_write

    async def wait(shards: Sequence[int]) -> None:
        gate.entered.set()
        await gate.may_go.wait()
        if failure is not None:
            raise failure
        await written(shards)

    ledger._after_write = wait
    try:
        yield gate
    finally:
        ledger._after_write = written
        gate.may_go.set()


async def new_key(lane: Lane, scope: str) -> tuple[str, str]:
    """A new key, and its id."""
    body = json.dumps({"scopes": [scope], "note": "test"}).encode()
    async with lane.connected() as wire:
        made = await wire.ask(asking(body, asked="POST /v1/keys HTTP/1.1"))
    assert made.status == 201, made.raw
    return made.body["key"], made.body["id"]


async def until(true: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    """Lets others run until it is true; fails after the deadline."""
    patience = Patience(deadline_s)
    while not true():
        patience.look()
        await asyncio.sleep(0)


@asynccontextmanager
async def opened(data: Path, **changed: Any) -> AsyncIterator[Services]:
    """Services on stores in `data`, which read keys again only when told to.

    `changed` are settings.
    """
    settings = Settings(data=data, admin_key=SecretStr(ADMIN_KEY), **changed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(freshness, "REFRESH_S", 3_600.0)
        async with open_services(settings) as running:
            yield running.services


@asynccontextmanager
async def listening(services: Services) -> AsyncIterator[Lane]:
    """A listener of its own on the services, wired as `serving` does it; no head is known."""
    runner = web.AppRunner(build_app(services), shutdown_timeout=DEADLINE_S)
    await runner.setup()
    express = Express(services)
    bound = socket.create_server(("127.0.0.1", 0))
    listener = await listen(runner, bound, express)
    try:
        yield Lane(services, runner, express, bound.getsockname()[1])
    finally:
        listener.close()
        await runner.cleanup()

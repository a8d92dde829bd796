"""A receiver as they are out there: it fails, hangs, redirects, hangs up, or is fine."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy

from tests.patience import HANGS_S

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Got:
    """A request that arrived."""

    path: str
    headers: CIMultiDictProxy[str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def id(self) -> str:
        return self.headers["X-Contact-Quota-Id"]


@dataclass
class Receiver:
    """Answers by `script`, then as `usually`; `by_path` comes before both."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    script: list[Answer] = field(default_factory=list)
    by_path: dict[str, Answer] = field(default_factory=dict)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def ids(self) -> list[str]:
        return [got.id for got in self.got]

    async def arrived(self, count: int) -> None:
        """Waits until so many requests arrived."""
        async with asyncio.timeout(HANGS_S), self._changed:
            await self._changed.wait_for(lambda: len(self.got) >= count)

    async def hang(self, _: web.Request) -> web.StreamResponse:
        """Answers once it is released."""
        await self.released.wait()
        return web.Response(status=204)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        async with self._changed:
            self.got.append(Got(request.path, request.headers, raw))
            self._changed.notify_all()
        answer = self.by_path.get(request.path) or (self.script.pop(0) if self.script else fine)
        return await answer(request)


async def fine(_: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


def status(code: int, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=headers, text="as it was told")

    return answer


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Drops the connection instead of answering."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def talk_without_end(request: web.Request) -> web.StreamResponse:
    """Says 200, and then more than anybody wants to hear."""
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b"x" * 65_536)
    except (ConnectionError, asyncio.CancelledError):
        return response


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", receiver.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        receiver.url = str(server.make_url("")).rstrip("/")
        try:
            yield receiver
        finally:
            receiver.released.set()

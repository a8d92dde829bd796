"""A live stream as tests read it: event by event, each with a deadline."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse
from yarl import URL

from tests.http.service import ADMIN_KEY, DEADLINE_S, Service

LIVE = "/v1/live"
LINE_MOST = 32 * 1024 * 1024


class Stream:
    """The events of a response that goes on; `opened` is what came before the first."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response
        self.opened = b""

    async def event(self) -> tuple[str, Any]:
        """The next event. Raises EOFError where the stream ended instead."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                block = await self._block()
                if block.startswith(b"event: "):
                    name, _, data = block.partition(b"\n")
                    return name[7:].decode(), json.loads(data.removeprefix(b"data: "))
                self.opened += block

    async def next(self, name: str) -> Any:
        """The data of the next event of that name; others are passed over."""
        while True:
            found, data = await self.event()
            if found == name:
                return data

    async def until_alive(self) -> list[str]:
        """The names of the events up to the next `alive`."""
        names: list[str] = []
        while (found := await self.event())[0] != "alive":
            names.append(found[0])
        return names

    async def end(self) -> None:
        """Reads until the stream ends, as it must."""
        async with asyncio.timeout(DEADLINE_S):
            while await self.response.content.readany():
                pass

    async def _block(self) -> bytes:
        block = b""
        while not block.endswith(b"\n\n"):
            line = await self.response.content.readuntil(b"\n", max_size=LINE_MOST)
            if not line:
                raise EOFError
            block += line
        return block.strip() + b"\n" if block.strip() else b""


@asynccontextmanager
async def watching(
    service: Service,
    *topics: str,
    key: str | None = ADMIN_KEY,
    cookie: str | None = None,
    coding: str = "gzip",
) -> AsyncIterator[Stream]:
    """An open stream of these topics."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    if cookie is not None:
        headers = {"Cookie": cookie}
    headers["Accept-Encoding"] = coding
    async with service.client.get(url_of(*topics), headers=headers) as response:
        assert response.status == 200, await response.read()
        yield Stream(response)


def url_of(*topics: str) -> URL:
    return URL(LIVE).with_query([("topic", topic) for topic in topics])

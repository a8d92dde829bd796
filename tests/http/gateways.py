"""Real gateways in front of the service, and what stands for the messenger behind them."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy
from yarl import URL

from benchmarks.load_gateways import GATEWAYS, Behind, Gateway
from tests.benchmarks.speed_programs import require
from tests.http.service import Answer, Service

PATIENCE = ClientTimeout(total=20)


@dataclass(frozen=True)
class Arrived:
    """A request that reached the messenger; `peer` is the connection it came by."""

    path: str
    headers: CIMultiDictProxy[str]
    body: bytes
    peer: object


class Messenger:
    """What a gateway protects: notes every add that reaches it."""

    def __init__(self) -> None:
        self.port = 0
        self.arrived: list[Arrived] = []

    async def added(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        peer = request.transport.get_extra_info("peername")
        body = await request.read()
        self.arrived.append(Arrived(request.path_qs, request.headers, body, peer))
        return web.Response(text="added")

    def of(self, enterprise_id: str) -> list[Arrived]:
        """The adds of an enterprise, in the order in which they arrived."""
        return [one for one in self.arrived if one.headers["X-Enterprise-Id"] == enterprise_id]


@asynccontextmanager
async def messenger() -> AsyncIterator[Messenger]:
    made, app = Messenger(), web.Application()
    app.router.add_route("*", "/{path:.*}", made.added)
    async with TestServer(app) as server:
        assert server.port
        made.port = server.port
        yield made


@contextmanager
def in_front(
    name: str,
    directory: Path,
    service: "Service | int",
    behind: "Messenger | int",
    key: str,
    wait_s: float | None = None,
) -> Iterator[Gateway]:
    """The gateway of that name; a number is a port where somebody else listens, or nobody.

    `wait_s`: it waits longer for an answer than the file says, which a busy machine may need.
    """
    require(name)
    quota_port = service if isinstance(service, int) else service.client.port
    messenger_port = behind if isinstance(behind, int) else behind.port
    assert quota_port
    there = Behind(quota_port, messenger_port, key)
    with GATEWAYS[name](directory, there, wait_s=wait_s) as gateway:
        yield gateway


class Caller:
    """A member's client at a gateway."""

    def __init__(self, session: ClientSession, gateway: Gateway) -> None:
        self.session, self.gateway = session, gateway

    async def add(
        self, headers: Mapping[str, str], path: str = "/contacts/add?to=1", body: bytes = b"hello"
    ) -> Answer:
        """Asks for an add; the path is sent as it stands here."""
        address = URL(self.gateway.url + path, encoded=True)
        async with self.session.post(address, data=body, headers=headers) as response:
            return Answer(response.status, response.headers, await response.read())


@asynccontextmanager
async def calling(gateway: Gateway) -> AsyncIterator[Caller]:
    async with ClientSession(timeout=PATIENCE) as session:
        yield Caller(session, gateway)


def asking(enterprise_id: str, target_id: str = "wm-77", **more: str) -> dict[str, str]:
    """The headers of a pre-check of member li."""
    return {
        "X-Enterprise-Id": enterprise_id,
        "X-Member-Id": "li",
        "X-Target-Id": target_id,
        **more,
    }

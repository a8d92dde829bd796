"""The real application over embedded stores, as tests talk to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import SecretStr

from server.http.app import build_app
from server.http.services import Services
from server.settings import Settings
from server.wiring import open_services
from tests.patience import Patience

ADMIN_KEY = "an-admin-key-for-tests-only"
PROBLEM = "application/problem+json"
DEADLINE_S = 15.0


@dataclass(frozen=True)
class Answer:
    """A response that was read."""

    status: int
    headers: CIMultiDictProxy[str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def is_problem(self) -> bool:
        """Whether it is a complete problem document."""
        return (
            self.headers["Content-Type"].startswith(PROBLEM)
            and self.body["status"] == self.status
            and {"type", "title", "detail"} <= self.body.keys()
        )

    @property
    def places(self) -> list[str]:
        """Where the mistakes are, such as `body.events.0.at`."""
        return [".".join(map(str, error["loc"])) for error in self.body["errors"]]


class Service:
    """A client with the admin's key; `services` are those behind the application."""

    def __init__(self, client: "TestClient[Any, Any]", services: Services) -> None:
        self.client = client
        self.services = services

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = ADMIN_KEY,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = CIMultiDict(headers or {})
        if key is not None:
            sent.setdefault("Authorization", f"Bearer {key}")
        raw = json.dumps(body).encode() if raw is None and body is not None else raw
        data = None if raw is None else BytesIO(raw)
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        async with self.client.request(method, path, data=data, headers=sent) as response:
            is_stream = response.content_type == "text/event-stream"
            raw = b"" if is_stream else await response.read()
            return Answer(response.status, response.headers, raw)

    async def get(self, path: str, key: str | None = ADMIN_KEY) -> Answer:
        return await self.call("GET", path, key=key)

    async def put(self, path: str, body: object, key: str | None = ADMIN_KEY) -> Answer:
        return await self.call("PUT", path, body, key=key)

    async def post(self, path: str, body: object = None, key: str | None = ADMIN_KEY) -> Answer:
        return await self.call("POST", path, body, key=key)

    async def key(self, *scopes: str, holder: str | None = None) -> str:
        made = await self.post("/v1/keys", {"scopes": scopes, "note": "test", "holder": holder})
        assert made.status == 201, made.raw
        return str(made.body["key"])

    async def precheck(self, target_id: str = "wm-77", **fields: object) -> Any:
        body = {"enterprise_id": "acme", "member_id": "li", "target_id": target_id, **fields}
        answer = await self.post("/v1/precheck", body)
        assert answer.status == 200, answer.raw
        return answer.body

    @property
    def zone(self) -> str:
        """The time zone of whoever said nothing of one."""
        return self.services.policy.rules().policy.default_time_zone

    async def journaled(self) -> int:
        """The sum of the shards' seq: it moves with every event taken."""
        ledger = self.services.ledger
        return sum(meta.seq for meta in await ledger.log.meta(range(ledger.shards)))


async def until(true: Callable[[], Awaitable[bool]], deadline_s: float = DEADLINE_S) -> None:
    """Asks until it is true; fails after the deadline."""
    patience = Patience(deadline_s)
    while not await true():
        patience.look()
        await asyncio.sleep(0)


@asynccontextmanager
async def serving(data: Path, **changed: Any) -> AsyncIterator[Service]:
    """The service on stores in `data`; `changed` are settings."""
    settings = Settings(data=data, admin_key=SecretStr(ADMIN_KEY), **changed)
    async with (
        open_services(settings) as running,
        TestClient(TestServer(build_app(running.services))) as client,
    ):
        yield Service(client, running.services)

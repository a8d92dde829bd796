"""A member that only an event named is known at once, before any fold."""

from pathlib import Path
from typing import Any

from tests.http.rightful import event
from tests.http.service import serving
from tests.redis_server import RedisServer

PATIENT: dict[str, Any] = {"redis_deadline_ms": 5_000}
"""For a Redis that a busy machine makes late."""


async def test_a_member_that_only_an_event_named_has_a_quota(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    redis_server.restart()
    async with serving(tmp_path, redis=redis_server.url, **PATIENT) as opening:
        assert (await opening.get("/readyz", key=None)).status == 200
    async with serving(tmp_path, redis=redis_server.url, worker=False, **PATIENT) as service:
        company = "/v1/enterprises/acme"
        paths = [f"{company}/quota", f"{company}/members/li/quota", f"{company}/members/li"]
        assert [(await service.get(path)).status for path in paths] == [404] * 3
        assert (await service.post("/v1/events", {"events": [event()]})).status == 202
        assert [(await service.get(path)).status for path in paths] == [200] * 3
        assert (await service.get(f"{company}/members/mu/quota")).status == 404

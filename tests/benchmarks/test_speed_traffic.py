"""What is asked in the benchmarks of speed, by wrk and by our own driver."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.speed.driving import GOOD, REFUSED, Drive, drive
from benchmarks.speed.programs import ProgramError
from benchmarks.speed.traffic import USED_UP, Traffic, run_id
from tests.benchmarks.speed_programs import require

Asked = list[tuple[dict[str, str], Any]]


@asynccontextmanager
async def listening(status: int = 200) -> AsyncIterator[tuple[str, Asked]]:
    """A server that notes what it is asked and answers with `status`."""
    asked: Asked = []

    async def note(request: web.Request) -> web.Response:
        body = await request.read()
        headers = dict(request.headers) | {"": request.path}
        asked.append((headers, json.loads(body) if body else None))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/{path:.*}", note)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("")).rstrip("/"), asked


async def driven(url: str, traffic: Traffic, monkeypatch: pytest.MonkeyPatch, by: str) -> Drive:
    monkeypatch.setattr("benchmarks.speed.driving.driver", lambda: by)
    # wrk knows whole seconds only; in fewer a busy machine may ask too little.
    return await asyncio.to_thread(drive, url, traffic, seconds=1, connections=2)


DRIVERS = pytest.mark.parametrize("by", ["wrk", "asyncio"])


def test_a_tenth_comes_from_members_whose_cap_is_used_up() -> None:
    draw, traffic = random.Random(1), Traffic()
    accounts = Counter(traffic.account(draw) for _ in range(50_000))
    exhausted = {one: count for one, count in accounts.items() if one[1].startswith("used-")}
    assert len(exhausted) == USED_UP
    assert sum(exhausted.values()) / 50_000 == pytest.approx(0.1, abs=0.01)
    others = set(accounts) - set(exhausted)
    assert len({enterprise for enterprise, _ in others}) == 400
    assert len({member for _, member in others}) == len(others) > 15_000


def test_no_run_repeats_an_id_of_another() -> None:
    assert len({run_id() for _ in range(1_000)}) == 1_000


@DRIVERS
async def test_each_driver_asks_the_same_adds(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "wrk":
        require("wrk")
    traffic = Traffic(denied_share=0.5, headers={"Authorization": "Bearer k"})
    async with listening() as (url, asked):
        told = await driven(url, traffic, monkeypatch, by)
    assert told.requests > 20
    assert told.statuses == {GOOD: told.requests, REFUSED: 0}
    assert told.errors == 0
    assert 0 < told.p50_ms <= told.p95_ms <= told.p99_ms <= told.p999_ms
    bodies = [body for _, body in asked]
    assert len({body["request_id"] for body in bodies}) == len(bodies)
    assert len({body["target_id"] for body in bodies}) == len(bodies)
    assert all(set(body) == set(bodies[0]) for body in bodies)
    assert set(bodies[0]) == {"request_id", "enterprise_id", "member_id", "target_id", "way"}
    used = [body for body in bodies if body["member_id"].startswith("used-")]
    assert 0 < len(used) < len(bodies)
    for body in used:
        assert body["enterprise_id"][1:] == body["member_id"].removeprefix("used-")
    headers, _ = asked[0]
    assert headers[""] == "/v1/precheck"
    assert headers["Authorization"] == "Bearer k"
    assert headers["Content-Type"] == "application/json"


@DRIVERS
async def test_each_driver_asks_batches(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "wrk":
        require("wrk")
    async with listening() as (url, asked):
        await driven(url, Traffic(items=7, with_request_id=False), monkeypatch, by)
    headers, body = asked[0]
    assert headers[""] == "/v1/precheck/batch"
    assert len(body["items"]) == 7
    assert len({item["target_id"] for item in body["items"]}) == 7
    assert "request_id" not in body["items"][0]


@DRIVERS
async def test_each_driver_says_in_headers_who_asks(
    by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "wrk":
        require("wrk")
    async with listening() as (url, asked):
        await driven(url, Traffic(form="headers", path="/v1/forward-auth"), monkeypatch, by)
    headers, body = asked[0]
    assert body is None
    assert headers[""] == "/v1/forward-auth"
    assert headers["X-Enterprise-Id"].startswith("e")
    assert headers["X-Target-Id"] == headers["Idempotency-Key"].replace("r-", "wm-", 1)
    assert headers["X-Add-Way"] == "phone_search"
    assert len({told["X-Target-Id"] for told, _ in asked}) == len(asked)


@DRIVERS
async def test_each_driver_counts_refusals(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "wrk":
        require("wrk")
    async with listening(429) as (url, _):
        told = await driven(url, Traffic(), monkeypatch, by)
    assert told.statuses == {GOOD: 0, REFUSED: told.requests}


@DRIVERS
async def test_a_server_that_is_not_there_is_an_error(
    by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "wrk":
        require("wrk")
    async with listening() as (url, _):
        pass
    with pytest.raises(ProgramError):
        await driven(url, Traffic(), monkeypatch, by)

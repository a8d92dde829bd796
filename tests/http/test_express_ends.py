"""The express lane where something ends: connections, the service, Redis, the queue."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import pytest_asyncio

from quota.adds import Add, Decision, Mode, Refusal, StoreUnavailable
from server.http.express import ExpressProtocol
from server.http.services import Services
from tests.http.express_lane import (
    Lane,
    Wire,
    asking,
    held_up,
    listening,
    opened,
    said,
    until,
)
from tests.http.service import DEADLINE_S, Answer
from tests.patience import stopwatch
from tests.redis_server import RedisServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_S = 1.0
"""The service promises 0.1 s; the rest is for a test machine that is busy."""
PEEK = said(mode="peek")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def services(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    async with opened(tmp_path_factory.mktemp("ends")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def lane(services: Services) -> AsyncIterator[Lane]:
    async with listening(services) as running:
        await running.learn()
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def wire(lane: Lane) -> AsyncIterator[Wire]:
    """A connection whose lane is open."""
    async with lane.connected() as connected:
        yield connected


async def used(lane: Lane, member_id: str) -> int:
    async with lane.connected() as asker:
        answer = await asker.ask(asking(said("wm-0", member_id=member_id, mode="peek")))
    return int(answer.body["limits"][0]["used"])


async def test_a_client_that_vanished_leaves_its_decision(
    lane: Lane, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    before, tasks = lane.ordinary, asyncio.all_tasks()
    async with held_up(lane) as gate, lane.connected() as leaving:
        wire.send(asking(said("wm-1", member_id="stays")))
        leaving.send(asking(said("wm-1", member_id="leaves")))
        await gate.reached()
        await until(lambda: sum(c._held is not None for c in lane.connections) == 2)
        leaving.vanish()
        await until(lambda: len(lane.connections) == 1)
    assert (await wire.answer()).body["state"] == "spent"
    assert lane.ordinary == before
    assert await used(lane, "leaves") == 1
    await until(lambda: asyncio.all_tasks() <= tasks)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("failure", [None, StoreUnavailable("away")])
async def test_who_cannot_be_told_leaves_nobody_else_waiting(
    lane: Lane, wire: Wire, caplog: pytest.LogCaptureFixture, failure: Exception | None
) -> None:
    def broken(_: Decision | Refusal | BaseException) -> None:
        raise RuntimeError("cannot be told")

    group = lane.services.group
    async with held_up(lane, failure) as gate, lane.connected() as other:
        wire.send(asking(said(member_id="told-then" if failure else "told")))
        await gate.reached()
        group.submit(Add("acme", "li", "c-1", mode=Mode.PEEK), broken)
        other.send(asking(PEEK))
        await until(lambda: len(group._waiting) == 2)
        gate.may_go.set()
        answers = [await wire.answer(), await other.answer()]
    assert [answer.status for answer in answers] == [503 if failure else 200] * 2
    assert "cannot be told" in caplog.text
    assert (await wire.ask(asking(PEEK))).status == 200


def without_date(answer: Answer) -> tuple[int, dict[str, str], object]:
    """An answer but for what is different each time."""
    headers = dict(answer.headers)
    assert headers.pop("Date")
    assert headers.pop("X-Request-Id")
    return answer.status, headers, answer.body


async def both_ways(lane: Lane, wire: Wire) -> list[Answer]:
    """A pre-check by the express lane, and one by the ordinary way."""
    before = lane.ordinary
    answers = [await wire.ask(asking(PEEK))]
    assert lane.ordinary == before
    async with lane.connected() as other:
        answers.append(await other.ask(asking(PEEK, "X-Request-Id: mine")))
    assert lane.ordinary == before + 1
    return answers


async def test_a_full_queue_is_503_at_once(
    lane: Lane, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = lane.services.group
    async with held_up(lane) as gate, lane.connected() as first, lane.connected() as second:
        first.send(asking(said(member_id="first")))
        await gate.reached()
        monkeypatch.setattr(group, "_queue_most", 1)
        second.send(asking(said(member_id="second")))
        await until(lambda: len(group._waiting) == 1)
        fast, slow = await both_ways(lane, wire)
        gate.may_go.set()
        assert [(await made.answer()).status for made in (first, second)] == [200, 200]
    assert without_date(fast) == without_date(slow)
    assert (fast.status, fast.is_problem, fast.headers["Retry-After"]) == (503, True, "1")
    assert (await wire.ask(asking(PEEK))).status == 200


async def test_redis_away_is_503_in_time_and_redis_back_is_a_decision(
    redis: RedisServer, tmp_path: Path
) -> None:
    async with (
        opened(tmp_path / "data", redis=redis.url) as services,
        listening(services) as lane,
    ):
        await lane.learn()
        async with lane.connected() as wire:
            redis.signal(signal.SIGSTOP)
            with stopwatch() as took:
                fast, slow = await both_ways(lane, wire)
            assert took.awake_s < 2 * MOST_S
            assert without_date(fast) == without_date(slow)
            assert (fast.status, fast.is_problem) == (503, True)
            assert int(fast.headers["Retry-After"]) >= 1
            redis.signal(signal.SIGCONT)
            before = lane.ordinary
            end_s = perf_counter() + DEADLINE_S
            while (await wire.ask(asking(PEEK))).status != 200:
                assert perf_counter() < end_s, "Redis is back"
            assert lane.ordinary == before


async def test_a_stop_answers_what_is_under_way(lane: Lane) -> None:
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(lane.connected()) for _ in range(3)]
        async with held_up(lane) as gate:
            for n, wire in enumerate(wires):
                wire.send(asking(said(member_id=f"stopped-{n}")))
            await until(lambda: sum(c._held is not None for c in lane.connections) == 3)
            await gate.reached()
            stopping = asyncio.create_task(lane.runner.cleanup())
            await until(lambda: all(c._handler_waiter is not None for c in lane.connections))
            wires[0].send(asking(said("wm-9", member_id="too-late")))
        assert [(await wire.answer()).body["state"] for wire in wires] == ["spent"] * 3
        assert [await wire.ended() for wire in wires] == [True] * 3
        await stopping


async def test_a_stop_between_two_requests_decides_nothing_it_does_not_answer(
    lane: Lane, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second request comes when the first was answered, but aiohttp does not wait yet."""
    loop, finish, server = asyncio.get_running_loop(), ExpressProtocol.finish_response, lane.server

    async def finished(self: ExpressProtocol, *args: Any) -> Any:
        done = await finish(self, *args)
        loop.call_soon(self.data_received, asking(said(member_id="between")))
        loop.call_soon(server.pre_shutdown)
        return done

    monkeypatch.setattr(ExpressProtocol, "finish_response", finished)
    assert (await wire.ask(asking(b"", asked="GET /healthz HTTP/1.1"))).status == 200
    assert await wire.ended()
    rules = lane.services.policy.rules()
    account = await lane.services.ledger.accounts.member("acme", "between", rules)
    assert account.limit("member_daily_active").used == 0


async def test_keep_alive_ends_no_request_under_way(lane: Lane) -> None:
    loop = asyncio.get_running_loop()
    async with lane.also_listening(keepalive_timeout=0.05) as brief, brief.connected() as wire:
        connection = await lane.connection()
        async with held_up(lane) as gate:
            wire.send(asking(said(member_id="late")))
            await gate.reached()
            late_s = loop.time() + 0.2
            await until(lambda: loop.time() > late_s)
            assert lane.connections == [connection]
        assert (await wire.answer()).body["state"] == "spent"
        assert await wire.ended(), "nobody asked any more"


async def test_who_does_not_read_is_not_answered_without_end(lane: Lane) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect(("127.0.0.1", lane.port))
        connection = await lane.connection()
        transport = connection.transport
        assert transport is not None
        of_server = transport.get_extra_info("socket")
        of_server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        transport.set_write_buffer_limits(high=4_096)
        asked, before = 0, lane.ordinary
        while lane.ordinary == before:
            assert asked < 200, "its answers are kept without end"
            decided = lane.decided
            client.sendall(asking(PEEK))
            asked += 1
            await until(partial(lane.has_decided, decided + 1))
        assert transport.get_write_buffer_size() < 10_000
        reader, writer = await asyncio.open_connection(sock=client)
        wire = Wire(reader, writer)
        assert [(await wire.answer()).status for _ in range(asked)] == [200] * asked
        await wire.close()

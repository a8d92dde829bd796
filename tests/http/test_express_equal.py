"""The express lane answers as the ordinary way does, to the byte."""

import itertools
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
import pytest_asyncio
from hypothesis import given, settings

from quota.adds import Restriction
from tests.conftest import Clock
from tests.http.express_bodies import bodies
from tests.http.express_lane import Lane, Wire, asking, listening, opened, padded, said
from tests.quota.opening import open_shards, set_caps, set_cooldown
from tests.redis_server import RedisServer, require_redis_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

_DECISION_ID = re.compile(rb'"decision_id":"0-[^"]+"')
_numbers = itertools.count()
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Twins:
    """Two enterprises of one service, which are asked the same: one by each way."""

    lane: Lane
    wire: Wire
    clock: Clock
    noon_ms: int

    def tomorrow(self) -> None:
        """Goes on to the next noon, so that what follows is of one day."""
        self.clock.forward(ms=DAY_MS - (self.clock() - self.noon_ms) % DAY_MS)

    async def equal(self, body: bytes) -> Mapping[str, Any]:
        """The JSON of both answers, which are the same but for what is new each time."""
        slow_body, fast_body = (body.replace(b"acme", name) for name in (b"slow", b"fast"))
        self.clock.forward(minutes=5)
        ordinary = self.lane.ordinary
        async with self.lane.connected() as first:
            slow = await first.ask(asking(slow_body, f"X-Test: {next(_numbers)}"))
            assert self.lane.ordinary == ordinary + 1
            fast = await self.wire.ask(asking(fast_body))
            known = self.lane.ordinary == ordinary + 1
            assert known == (fast.status != 400), "what cannot be decided goes the ordinary way"
            assert self.wire.said == first.said
        assert slow.headers.keys() == fast.headers.keys()
        new = {"X-Request-Id", "Date"}
        for name in slow.headers.keys() - new:
            assert slow.headers.getall(name) == fast.headers.getall(name)
        assert all(slow.headers[name] and fast.headers[name] for name in new)
        (raw, slow_ids), (other, fast_ids) = (
            _DECISION_ID.subn(b"", answer.raw) for answer in (slow, fast)
        )
        assert (raw, slow_ids) == (other, fast_ids)
        assert slow_ids == (fast.status == 200)
        return cast("Mapping[str, Any]", fast.body)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["fakeredis", "redis-server"])
async def twins(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Twins]:
    """On a service without its worker, so that nothing changes by itself.

    Its Redis lives as long as the module: the session's is emptied for tests that come in between
    where several processes share the work.
    """
    changed: dict[str, Any] = {"worker": False, "shards": 1}
    if request.param == "redis-server":
        require_redis_server()
        server = RedisServer(tmp_path_factory.mktemp("redis"))
        request.addfinalizer(server.kill)
        changed |= {"redis": server.url, "redis_deadline_ms": 5_000}
    async with opened(tmp_path_factory.mktemp("equal"), **changed) as services:
        clock, ledger = Clock(services.clock_ms()), services.ledger
        ledger._clock_ms = clock
        await ledger.redis.flushall()
        await open_shards(ledger)
        for enterprise_id in ("slow", "fast"):
            await set_caps(ledger, 1_000, member=None, enterprise=enterprise_id)
        async with listening(replace(services, clock_ms=clock)) as lane:
            await lane.learn()
            async with lane.connected() as wire:
                yield Twins(lane, wire, clock, services.clock_ms())


async def restrict(lane: Lane, member_id: str) -> None:
    held = Restriction("p-1", "interop", None, may_apply=True, may_appeal=True)
    for enterprise_id in ("slow", "fast"):
        await lane.services.ledger.accounts.restrict(enterprise_id, member_id, [held])


async def cool_down(lane: Lane, target_id: str) -> None:
    contact = lane.services.contacts.contact(target_id)
    until_ms = lane.services.clock_ms() + 3_600_000
    for enterprise_id in ("slow", "fast"):
        await set_cooldown(lane.services.ledger, contact, until_ms, enterprise=enterprise_id)


async def test_a_decision_is_the_same_by_either_way(twins: Twins) -> None:
    twins.tomorrow()
    reasons = [(await twins.equal(said(f"wm-{n}", member_id="a")))["reason"] for n in range(7)]
    assert reasons == ["ok"] * 5 + ["member_daily_cap"] * 2
    for n in range(7):
        assert (await twins.equal(said(f"wm-{n}", member_id="a")))["replayed"] == (n < 5)
    hold = said(member_id="b", mode="hold", hold_s=3_600, request_id="r-1")
    states = [await twins.equal(body) for body in (hold, hold, said(member_id="b", mode="peek"))]
    assert [state["state"] for state in states] == ["held", "held", "peeked"]
    assert [state["replayed"] for state in states] == [False, True, False]
    handed = await twins.equal(said(member_id="b", way=202))
    assert [limit["name"] for limit in handed["limits"]] == ["handover_daily"]


async def test_a_restriction_and_a_cool_down_are_the_same_by_either_way(twins: Twins) -> None:
    await restrict(twins.lane, "c")
    assert (await twins.equal(said(member_id="c")))["reason"] == "member_restricted"
    await cool_down(twins.lane, "wm-cool")
    assert (await twins.equal(said("wm-cool", member_id="d")))["reason"] == "contact_cooldown"


async def test_a_conflict_is_the_same_by_either_way(twins: Twins) -> None:
    twins.tomorrow()
    assert (await twins.equal(said(member_id="e", request_id="e-1")))["allowed"]
    assert (await twins.equal(said("o", member_id="e", request_id="e-1")))["status"] == 409


@pytest.mark.parametrize(
    "body",
    [
        said(way="no such way"),
        said(hold_s=60),
        said(mode="hold"),
        said(member_id="a b", target_id="", enterprise_id=7),
        padded('{"enterprise_id": "acme", "enterprise_id": "acme"}'),
        said(mode="peek").replace(b"}", b', "mode": "peek"}')[:-16],
        padded(b'{"enterprise_id": "\xff"}'),
        padded("{"),
        padded("[]"),
        padded(""),
    ],
)
async def test_what_is_no_precheck_is_refused_the_same_by_either_way(
    twins: Twins, body: bytes
) -> None:
    assert (await twins.equal(body))["status"] == 400


@settings(deadline=None, max_examples=60)
@given(body=bodies().map(padded))
async def test_whatever_is_asked_is_answered_the_same_by_either_way(
    twins: Twins, body: bytes
) -> None:
    await twins.equal(body)

"""The express lane: which requests take it, and that every answer belongs to its request."""

import gzip
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.http import express
from server.records import keys
from tests.http.express_lane import (
    ASKED,
    Lane,
    Wire,
    asking,
    head,
    held_up,
    listening,
    new_key,
    opened,
    said,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lane(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lane]:
    data = tmp_path_factory.mktemp("lane")
    async with opened(data) as services, listening(services) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def wire(lane: Lane) -> AsyncIterator[Wire]:
    """The only connection; its lane is open, and its head is known."""
    await lane.learn()
    async with lane.connected() as connected:
        await lane.connection()
        yield connected


PEEK = said(mode="peek")


async def takes_it(lane: Lane, wire: Wire, raw: bytes, status: int = 200) -> bool:
    """Whether a request does without the ordinary way."""
    before = lane.ordinary
    answer = await wire.ask(raw)
    assert answer.status == status, answer.raw
    return lane.ordinary == before


async def test_the_second_request_of_a_head_takes_the_lane(lane: Lane) -> None:
    met = asking(PEEK, "X-Test: second")
    async with lane.connected() as wire:
        assert not await takes_it(lane, wire, met)
        for n in range(3):
            assert await takes_it(lane, wire, asking(said(f"wm-{n}"), "X-Test: second"))
    async with lane.connected() as wire:
        assert await takes_it(lane, wire, met), "what one connection met, all know"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (asking(PEEK, "X-Request-Id: mine"), 200),
        (asking(PEEK, "Content-Encoding: identity"), 200),
        (asking(gzip.compress(PEEK), "Content-Encoding: gzip"), 200),
        (asking(said(mode="peek", way="no way")), 400),
        (asking(PEEK, asked="POST /v1/precheck?a=b HTTP/1.1"), 400),
        (asking(PEEK, asked="POST /v1/precheck/batch HTTP/1.1"), 400),
        (asking(PEEK, asked="POST /v1/events HTTP/1.1"), 400),
        (asking(PEEK, asked="PUT /v1/precheck HTTP/1.1"), 405),
        (asking(PEEK, asked="GET /v1/precheck HTTP/1.1"), 405),
        (asking(b"", asked="GET /healthz HTTP/1.1"), 200),
        (asking(PEEK, key="nobody's"), 401),
    ],
)
async def test_what_was_not_decided_or_says_more_never_takes_it(
    lane: Lane, wire: Wire, raw: bytes, status: int
) -> None:
    known = len(lane.heads)
    for _ in range(2):
        assert not await takes_it(lane, wire, raw, status)
        assert await takes_it(lane, wire, asking(PEEK)), "the lane is open again"
    assert len(lane.heads) == known


async def test_another_head_is_another_request(lane: Lane, wire: Wire) -> None:
    for raw in (
        asking(PEEK, "X-Test: other"),
        asking(PEEK[:-1]),
        asking(PEEK).replace(b"Host:", b"host:"),
        asking(PEEK, asked=f"{ASKED}").replace(b"application/json", b"application/json; a=b"),
    ):
        assert not await takes_it(lane, wire, raw)
        assert await takes_it(lane, wire, raw), "which was met now"


async def test_a_given_request_id_comes_back(wire: Wire) -> None:
    raw = asking(PEEK, "X-Request-Id: mine")
    assert [(await wire.ask(raw)).headers["X-Request-Id"] for _ in range(2)] == ["mine"] * 2
    made = [(await wire.ask(asking(PEEK))).headers["X-Request-Id"] for _ in range(2)]
    assert len({*made, "mine"}) == 3


async def test_who_waits_for_100_continue_gets_it(wire: Wire) -> None:
    raw = asking(PEEK, "Expect: 100-continue")
    for whole in (True, True, False):
        wire.send(raw if whole else raw.removesuffix(PEEK))
        assert (await wire.answer()).status == 100
        if not whole:
            wire.send(PEEK)
        assert (await wire.answer()).body["state"] == "peeked"


async def test_a_chunked_body_goes_the_ordinary_way(lane: Lane, wire: Wire) -> None:
    start = asking(b"", "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")
    raw = start + b"%x\r\n%b\r\n0\r\n\r\n" % (len(PEEK), PEEK)
    for _ in range(2):
        assert not await takes_it(lane, wire, raw)


@pytest.mark.parametrize("asked", [ASKED, "POST /v1/precheck HTTP/1.0"])
async def test_a_connection_ends_where_it_was_to_end(lane: Lane, asked: str) -> None:
    more = ["Connection: close"] if asked == ASKED else []
    await lane.learn()
    for _ in range(2):
        async with lane.connected() as wire:
            if asked == ASKED:
                assert await takes_it(lane, wire, asking(PEEK))
            assert not await takes_it(lane, wire, asking(PEEK, *more, asked=asked))
            assert await wire.ended()


@pytest.mark.parametrize("cut", [1, len(head()) - 2, len(head()), len(head()) + 1, -1])
async def test_a_request_in_two_pieces_is_whole(lane: Lane, wire: Wire, cut: int) -> None:
    raw, before = asking(said("wm-cut", mode="peek")), lane.ordinary
    wire.send(raw[:cut])
    await until(lambda: not all(connection._open for connection in lane.connections))
    assert (await wire.ask(raw[cut:])).body["state"] == "peeked"
    assert lane.ordinary == before + 1
    assert await takes_it(lane, wire, asking(PEEK)) is False, "what comes whole is not sure here"


async def test_what_goes_on_after_its_body_is_the_next_request(lane: Lane, wire: Wire) -> None:
    before = lane.ordinary
    wire.send(asking(PEEK) + asking(b"", asked="GET /healthz HTTP/1.1")[:20])
    assert (await wire.answer()).body["state"] == "peeked"
    assert lane.ordinary == before + 1
    answer = await wire.ask(asking(b"", asked="GET /healthz HTTP/1.1")[20:])
    assert (answer.status, lane.ordinary) == (200, before + 2)


async def test_what_is_no_request_after_a_body_ends_the_connection(lane: Lane, wire: Wire) -> None:
    assert not await takes_it(lane, wire, asking(PEEK) + b"rubbish\r\n\r\n", 400)
    assert await wire.ended()


async def test_two_in_one_segment_are_answered_in_order(wire: Wire) -> None:
    first, second = said("wm-1", request_id="t-1"), said("wm-2", request_id="t-2")
    wire.send(asking(first) + asking(second))
    answers = [await wire.answer(), await wire.answer()]
    again = [await wire.ask(asking(body)) for body in (first, second)]
    ids = [answer.body["decision_id"] for answer in answers]
    assert ids == [answer.body["decision_id"] for answer in again]
    assert len(set(ids)) == 2


async def test_what_comes_before_the_answer_waits_for_it(lane: Lane, wire: Wire) -> None:
    before = lane.ordinary
    connection = await lane.connection()
    bodies = [said(f"wm-{n}", request_id=f"w-{n}", initiated_by="contact") for n in range(5)]
    async with held_up(lane) as gate:
        wire.send(asking(bodies[0]))
        await gate.reached()
        for body in bodies[1:3]:
            wire.send(asking(body))
        await until(lambda: len(connection._held or b"") > 0)
        wire.send(asking(bodies[3]) + asking(bodies[4])[:-9])
    answers = [await wire.answer() for _ in range(4)]
    answers.append(await wire.ask(bodies[4][-9:]))
    ids = [answer.body["decision_id"] for answer in answers]
    assert lane.ordinary > before
    async with lane.connected() as other:
        again = [(await other.ask(asking(body))).body for body in bodies]
    assert ids == [decision["decision_id"] for decision in again]
    assert all(decision["replayed"] for decision in again)


async def test_one_after_the_other_goes_on_in_the_lane(lane: Lane, wire: Wire) -> None:
    before, connection = lane.ordinary, await lane.connection()
    async with held_up(lane) as gate:
        wire.send(asking(said("wm-on", member_id="on")))
        await gate.reached()
        wire.send(asking(PEEK))
        await until(lambda: len(connection._held or b"") > 0)
    answers = [await wire.answer(), await wire.answer(), await wire.ask(asking(PEEK))]
    assert [answer.body["state"] for answer in answers] == ["spent", "peeked", "peeked"]
    assert lane.ordinary == before


@pytest.mark.parametrize("first", [b"", asking(PEEK)])
async def test_a_body_that_reads_like_a_request_is_none(
    lane: Lane, wire: Wire, first: bytes
) -> None:
    body = asking(PEEK)
    wire.send(first + head(len(body), asked="POST /v1/precheck/batch HTTP/1.1"))
    if first:
        assert (await wire.answer()).status == 200
    await until(lambda: not all(connection._open for connection in lane.connections))
    decided = lane.decided
    answer = await wire.ask(body)
    assert (answer.status, answer.places) == (400, ["body"])
    assert lane.decided == decided


async def test_a_revoked_key_is_401_at_the_next_request(lane: Lane, wire: Wire) -> None:
    key, made = await new_key(lane, "gateway")
    await lane.learn(key=key)
    assert await takes_it(lane, wire, asking(PEEK, key=key))
    gone = await wire.ask(asking(b"", asked=f"DELETE /v1/keys/{made} HTTP/1.1"))
    assert gone.status == 204, gone.raw
    assert not await takes_it(lane, wire, asking(PEEK, key=key), 401)
    assert await takes_it(lane, wire, asking(PEEK))


async def test_a_key_revoked_elsewhere_is_401_after_the_next_refresh(
    lane: Lane, wire: Wire
) -> None:
    key, made = await new_key(lane, "gateway")
    await lane.learn(key=key)
    assert await takes_it(lane, wire, asking(PEEK, key=key))
    async with lane.services.database.write() as connection:
        assert await keys.revoke(connection, made, lane.services.clock_ms())
    await lane.services.keys.refresh()
    assert not await takes_it(lane, wire, asking(PEEK, key=key), 401)


async def test_an_enterprises_key_never_gets_the_lane(lane: Lane, wire: Wire) -> None:
    key, _ = await new_key(lane, "enterprise:acme")
    for _ in range(3):
        assert not await takes_it(lane, wire, asking(PEEK, key=key), 403)


async def test_only_so_many_heads_are_remembered(
    lane: Lane, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(express, "HEADS_MOST", 20)
    for n in range(25):
        traced = asking(PEEK, f"traceparent: 00-{n:032x}-00f067aa0ba902b7-01")
        assert not await takes_it(lane, wire, traced)
    assert len(lane.heads) == 20
    assert not await takes_it(lane, wire, asking(PEEK)), "the oldest made room"
    assert await takes_it(lane, wire, asking(PEEK))


async def test_no_head_is_remembered_that_is_large(lane: Lane, wire: Wire) -> None:
    known = len(lane.heads)
    for _ in range(2):
        assert not await takes_it(lane, wire, asking(PEEK, f"X-Test: {'x' * express.HEAD_MOST}"))
    assert len(lane.heads) == known

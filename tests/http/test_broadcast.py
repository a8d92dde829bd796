"""Who watches what: one look for all, nothing while nobody watches, no viewer in another's way."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from server.http import broadcast as module
from server.http.broadcast import Broadcast, Viewer
from server.http.problems import Problem
from server.http.scopes import Caller, parse_grant
from server.http.topics import Seen, Topic
from tests.http.service import until

CASES, REQUESTS = Topic("cases", "cases"), Topic("requests", "requests")
LI = Topic("quota:acme/li", "quota", "acme", "li")
LI_HIDDEN = Topic("quota:acme/li", "quota", "acme", "li", hidden=True)
ANN = Caller("k-ann", "ann", (parse_grant("reviewer"),))


def _caller(*scopes: str) -> Caller:
    return Caller(f"k-{scopes}", "bob", tuple(map(parse_grant, scopes)))


@pytest.fixture(autouse=True)
def _rounds_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROUND_S", 0.0)
    monkeypatch.setattr(module, "RESTS", 0)


class Looked:
    """What topics look like, and how often somebody looked; a failure is raised."""

    def __init__(self) -> None:
        self.times: Counter[Topic] = Counter()
        self.seen: Seen | Exception = Seen({"open": 1, "as_of": 0})
        self.failing: set[Topic] = set()

    async def __call__(self, topic: Topic) -> Seen:
        self.times[topic] += 1
        await asyncio.sleep(0)
        if isinstance(self.seen, Exception):
            raise self.seen
        if topic in self.failing:
            raise RuntimeError("a mistake of ours")
        if self.seen.value is None:
            return self.seen
        return Seen({**self.seen.value, "as_of": self.times[topic]}, self.seen.away)


async def _more(looked: Looked, topic: Topic = CASES, rounds: int = 3) -> None:
    """Waits for some more looks."""
    enough = looked.times[topic] + rounds

    async def is_enough() -> bool:
        return looked.times[topic] >= enough

    await until(is_enough)


def said(viewer: Viewer) -> bytes:
    """All that it has still to send."""
    return b"".join(viewer.taken())


def _told(viewer: Viewer, what: bytes) -> Callable[[], Awaitable[bool]]:
    async def is_told() -> bool:
        return what in said(viewer)

    return is_told


async def test_one_look_serves_all_who_see_the_same() -> None:
    looked = Looked()
    broadcast = Broadcast(looked)
    viewers = [await broadcast.join([CASES], ANN) for _ in range(50)]
    assert looked.times[CASES] < 50
    assert len({said(viewer) for viewer in viewers}) == 1
    looked.times[CASES] = 0
    await _more(looked)
    assert looked.times[CASES] <= 4
    looked.seen = Seen({"open": 2})
    for viewer in viewers:
        await until(_told(viewer, b'"open":2'))
    await broadcast.close()


async def test_who_sees_less_is_looked_for_apart() -> None:
    looked = Looked()
    broadcast = Broadcast(looked)
    await broadcast.join([LI], ANN)
    await broadcast.join([LI_HIDDEN], ANN)
    assert (looked.times[LI] > 0, looked.times[LI_HIDDEN] > 0) == (True, True)
    await broadcast.close()


async def test_nothing_new_is_told_while_nothing_but_the_time_changes() -> None:
    looked = Looked()
    broadcast = Broadcast(looked)
    viewer = await broadcast.join([CASES], ANN)
    assert said(viewer) == b'event: cases\ndata: {"open":1,"as_of":1}\n\n'
    await _more(looked)
    assert said(viewer) == b""
    await broadcast.close()


async def test_nobody_looks_when_nobody_watches_any_more() -> None:
    looked = Looked()
    broadcast = Broadcast(looked)
    first, second = await broadcast.join([CASES], ANN), await broadcast.join([CASES, REQUESTS], ANN)
    broadcast.leave(second)
    await _more(looked)
    assert set(broadcast._watched) == {CASES}
    broadcast.leave(first)
    rounds = broadcast._rounds
    assert rounds is not None
    await asyncio.wait_for(rounds, 5)
    await broadcast.join([CASES], ANN)
    await _more(looked)
    await broadcast.close()
    assert broadcast._rounds is not None
    assert broadcast._rounds.done()


async def test_of_a_topic_a_viewer_keeps_the_newest_value_only() -> None:
    looked = Looked()
    broadcast = Broadcast(looked)
    viewer = await broadcast.join([CASES], ANN)
    for number in range(2, 6):
        looked.seen = Seen({"open": number})
        await _more(looked)
    told = said(viewer)
    assert (told.count(b"event: cases"), b'"open":5' in told) == (1, True)
    await broadcast.close()


@pytest.mark.parametrize("store", ["redis", "record"])
async def test_a_store_that_is_away_is_told_once_and_the_same_value_again_after(
    store: str,
) -> None:
    looked = Looked()
    broadcast = Broadcast(looked)
    viewer = await broadcast.join([CASES], ANN)
    said(viewer)
    looked.seen = Seen(None, "redis" if store == "redis" else "record")
    await until(_told(viewer, b'event: away\ndata: {"store":"%b"}\n\n' % store.encode()))
    await _more(looked)
    assert said(viewer) == b""
    late = await broadcast.join([CASES], ANN)
    assert said(late) == b'event: away\ndata: {"store":"%b"}\n\n' % store.encode()
    looked.seen = Seen({"open": 1})
    await until(_told(viewer, b"event: cases"))
    await broadcast.close()


async def test_a_topic_that_fails_ends_those_who_watch_it_and_nobody_else() -> None:
    looked = Looked()
    broadcast = Broadcast(looked)
    both, other = (
        await broadcast.join([CASES, REQUESTS], ANN),
        await broadcast.join([REQUESTS], ANN),
    )
    said(other)
    looked.failing.add(CASES)
    await asyncio.wait_for(_over(both), 5)
    broadcast.leave(both)
    looked.seen = Seen({"open": 7})
    await until(_told(other, b'"open":7'))
    assert not other.is_over
    with pytest.raises(RuntimeError):
        await broadcast.join([CASES], ANN)
    looked.failing.clear()
    again = await broadcast.join([CASES], ANN)
    assert b'"open":7' in said(again)
    await broadcast.close()


async def _over(viewer: Viewer) -> None:
    while not viewer.is_over:
        await viewer.wait(asyncio.get_running_loop().time() + 60)
        said(viewer)


async def test_what_was_not_looked_at_for_long_is_not_fresh_and_not_told_to_who_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked, may_look = Looked(), asyncio.Event()
    may_look.set()

    async def slowly(topic: Topic) -> Seen:
        await may_look.wait()
        return await looked(topic)

    broadcast = Broadcast(slowly)
    viewer = await broadcast.join([CASES], ANN)
    said(viewer)
    assert viewer.is_fresh()
    may_look.clear()
    looked.seen = Seen({"open": 2})
    monkeypatch.setattr(module, "FRESH_S", 0.05)

    async def is_old() -> bool:
        return not viewer.is_fresh()

    await until(is_old)
    late = asyncio.ensure_future(broadcast.join([CASES], ANN))
    monkeypatch.setattr(module, "FRESH_S", 60.0)
    may_look.set()
    assert b'"open":2' in said(await late)
    await until(_told(viewer, b'"open":2'))
    assert viewer.is_fresh()
    await broadcast.close()


async def test_who_cannot_be_shown_anything_leaves_nothing_behind() -> None:
    looked = Looked()
    looked.seen = Problem(404, "No member of this id was ever seen.")
    broadcast = Broadcast(looked)
    with pytest.raises(Problem):
        await broadcast.join([LI, CASES], ANN)
    assert (broadcast._watched, broadcast._viewers, broadcast._rounds) == ({}, set(), None)


async def test_there_are_so_many_streams_and_no_more() -> None:
    broadcast = Broadcast(Looked(), most=2)
    first = await broadcast.join([CASES], ANN)
    await broadcast.join([CASES], ANN)
    with pytest.raises(Problem) as refused:
        await broadcast.join([CASES], ANN)
    assert (refused.value.status, refused.value.kind.slug) == (503, "too-many-streams")
    assert int(refused.value.headers["Retry-After"]) > 0
    broadcast.leave(first)
    await broadcast.join([CASES], ANN)
    await broadcast.close()


@pytest.mark.parametrize(
    ("scopes", "most"),
    [
        (("enterprise:acme",), module.BOUND_KEY_MOST),
        (("member:acme/li", "enterprise:acme"), module.BOUND_KEY_MOST),
        (("reviewer", "member:acme/li"), module.KEY_MOST),
        (("admin",), module.KEY_MOST),
    ],
)
async def test_one_key_has_so_many_streams_and_leaves_the_others_to_the_rest(
    scopes: tuple[str, ...], most: int
) -> None:
    broadcast, caller = Broadcast(Looked()), _caller(*scopes)
    viewers = [await broadcast.join([CASES], caller) for _ in range(most)]
    with pytest.raises(Problem) as refused:
        await broadcast.join([CASES], caller)
    assert (refused.value.status, int(refused.value.headers["Retry-After"]) > 0) == (429, True)
    await broadcast.join([CASES], ANN)
    broadcast.leave(viewers[0])
    await broadcast.join([CASES], caller)
    await broadcast.close()


async def test_closing_ends_every_viewer_and_lets_nobody_in() -> None:
    broadcast = Broadcast(Looked())
    viewer = await broadcast.join([CASES], ANN)
    await broadcast.close()
    loop = asyncio.get_running_loop()
    await asyncio.wait_for(viewer.wait(loop.time() + 60), 5)
    assert viewer.is_over
    with pytest.raises(Problem):
        await broadcast.join([CASES], ANN)

"""The live stream through the real service: what comes when, who gets what, how it ends."""

import asyncio
import signal
from pathlib import Path

import pytest
from aiohttp import ClientSession

from server.http import broadcast as casting
from server.http import live
from server.http.broadcast import Broadcast
from server.http.topics import MOST, Seen, Topic, lasting
from tests.http.enforcing import appeal, report
from tests.http.process import ServeProcess
from tests.http.service import ADMIN_KEY, Service, serving, until
from tests.http.streaming import Stream, url_of, watching
from tests.http.visitors import COOKIE, sign_in
from tests.patience import stopwatch
from tests.redis_server import RedisServer

QUOTA = "quota:acme/li"


async def test_the_first_value_of_each_topic_comes_at_once(service: Service) -> None:
    await service.precheck()
    topics = ["overview", "quota:acme", QUOTA, "cases", "requests", "requests:acme"]
    async with watching(service, *topics) as stream:
        found = [await stream.event() for _ in topics]
        assert stream.response.headers["Content-Type"] == "text/event-stream"
        assert stream.response.headers["Cache-Control"] == "no-store"
        assert stream.response.headers["X-Accel-Buffering"] == "no"
        assert stream.response.headers["X-Request-Id"]
    assert [name for name, _ in found] == topics
    assert stream.opened == b"retry: 1000\n"
    assert dict(found)["cases"] == {"open": 0, "awaiting_second": 0, "newest_changed_at": None}


async def test_a_change_comes_and_the_time_alone_is_none(service: Service) -> None:
    await service.precheck("wm-1")
    async with watching(service, QUOTA) as stream:
        first = await stream.next(QUOTA)
        await stream.next("alive")
        await service.precheck("wm-2")
        while first["limits"][0]["used"] < 2:
            first = await stream.next(QUOTA)
        await until(lambda: _folded(service, 2))
        await stream.until_alive()
        while await stream.until_alive():
            pass  # what the fold made of it came, too
        assert await stream.until_alive() == []


async def _folded(service: Service, adds: int) -> bool:
    days = (await service.get("/v1/enterprises/acme/history")).body["days"]
    return bool(days) and int(days[-1]["requested"]) == adds


@pytest.mark.parametrize("scope", ["enterprise:acme", "member:acme/li", "reviewer"])
async def test_a_topic_tells_what_its_route_tells_that_key(service: Service, scope: str) -> None:
    await service.precheck()
    await until(lambda: _folded(service, 1))
    key = await service.key(scope)
    async with watching(service, QUOTA), watching(service, QUOTA, key=key) as stream:
        told = await stream.next(QUOTA)
    answered = (await service.get("/v1/enterprises/acme/members/li/quota", key)).body
    assert told.keys() == answered.keys()
    assert lasting(told) == lasting(answered)


@pytest.mark.parametrize(
    ("scope", "topic", "status"),
    [
        ("reviewer", "overview:acme", 400),
        ("reviewer", "quota:", 400),
        ("reviewer", "quota:acme/", 400),
        ("reviewer", "quota:ac me", 400),
        ("reviewer", "requests:acme/li", 400),
        ("reviewer", "", 400),
        ("enterprise:acme", "overview", 403),
        ("enterprise:acme", "cases", 403),
        ("enterprise:acme", "requests", 403),
        ("enterprise:acme", "requests:other", 403),
        ("enterprise:acme", "quota:other/li", 403),
        ("member:acme/li", "quota:acme", 403),
        ("member:acme/li", "quota:acme/wu", 403),
        ("member:acme/li", "requests:acme", 403),
        ("gateway", QUOTA, 403),
        ("reviewer", "quota:nobody", 404),
        ("reviewer", "quota:acme/nobody", 404),
    ],
)
async def test_it_is_refused_before_it_begins(
    service: Service, scope: str, topic: str, status: int
) -> None:
    key = await service.key(scope)
    answer = await service.get(str(url_of(topic)), key)
    assert (answer.status, answer.is_problem) == (status, True)


async def test_a_stream_has_one_to_eight_topics(service: Service) -> None:
    many = [f"requests:e-{n}" for n in range(MOST + 1)]
    for path in ("/v1/live", str(url_of(*many)), "/v1/live?topic=cases&other=1"):
        assert (await service.get(path)).status == 400
    async with watching(service, *many[:MOST], *many[:MOST]) as stream:
        assert [(await stream.event())[0] for _ in range(MOST)] == many[:MOST]


async def test_head_asks_whether_one_may(service: Service) -> None:
    answer = await service.call("HEAD", str(url_of("cases")))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    refused = await service.call("HEAD", str(url_of("cases")), key=await service.key("gateway"))
    assert refused.status == 403


async def test_counts_of_what_waits_come_when_they_change(service: Service, acme: str) -> None:
    ann, bob = await service.key("reviewer", holder="ann"), await service.key("reviewer")
    made = await report(service, ann)
    waiting = await service.get("/v1/penalties", ann)
    penalty_id = waiting.body["items"][0]["id"] if waiting.body["items"] else ""
    assert penalty_id, made
    async with (
        watching(service, "requests", key=bob) as all_of_them,
        watching(service, "requests:acme", key=acme) as own,
    ):
        assert (await all_of_them.next("requests"))["appeals"] == 0
        assert (await own.next("requests:acme"))["appeals"] == 0
        assert (await appeal(service, penalty_id, acme)).status == 201
        told = await all_of_them.next("requests")
        assert told == await own.next("requests:acme")
        assert (told["appeals"], told["applications"], told["overdue"]) == (1, 0, 0)
        assert told["newest_changed_at"] is not None


async def test_it_ends_with_the_key(service: Service) -> None:
    made = (await service.post("/v1/keys", {"scopes": ["reviewer"], "note": "n"})).body
    async with watching(service, "cases", key=made["key"]) as stream:
        await stream.next("cases")
        assert (await service.call("DELETE", f"/v1/keys/{made['id']}")).status == 204
        await stream.end()


async def test_it_ends_with_the_session(service: Service) -> None:
    visitor = await sign_in(service)
    cookie = f"{COOKIE}={visitor.cookie}"
    async with watching(service, "cases", cookie=cookie) as stream:
        await stream.next("cases")
        assert (await visitor.call("DELETE", "/dashboard/session")).status == 204
        await stream.end()


async def test_nothing_is_called_alive_that_was_not_looked_at_for_long(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ALIVE_S", 0.05)
    monkeypatch.setattr(casting, "FRESH_S", -1.0)
    await service.precheck("wm-1")
    async with watching(service, QUOTA) as stream:
        names = [(await stream.event())[0]]
        await service.precheck("wm-2")
        names.append((await stream.event())[0])
        assert names == [QUOTA, QUOTA]
        monkeypatch.setattr(casting, "FRESH_S", 60.0)
        await stream.next("alive")


async def test_a_key_that_has_too_many_streams_is_told_when_to_come_back(
    service: Service, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casting, "BOUND_KEY_MOST", 1)
    async with watching(service, "requests:acme", key=acme):
        answer = await service.get(str(url_of("requests:acme")), acme)
        assert (answer.status, answer.is_problem) == (429, True)
        assert int(answer.headers["Retry-After"]) > 0
        async with watching(service, "requests:acme") as other:
            await other.next("requests:acme")


async def test_open_streams_are_counted(service: Service) -> None:
    async def count() -> float:
        text = (await service.get("/metrics", key=None)).raw.decode()
        return float(text.partition("\ncontact_quota_live_streams ")[2].split()[0])

    async def are_gone() -> bool:
        return await count() == others

    others = await count()  # the process counts those of earlier tests, too
    async with watching(service, "cases"), watching(service, "cases", "requests"):
        assert await count() == others + 2
    await until(are_gone)


async def test_a_store_that_is_away_is_told_and_values_come_again(
    redis: RedisServer, tmp_path: Path
) -> None:
    # A Redis that a busy machine makes late is not away.
    async with serving(tmp_path / "data", redis=redis.url, redis_deadline_ms=1_000) as service:
        await service.precheck()
        async with watching(service, QUOTA) as quota, watching(service, "overview") as overview:
            await quota.next(QUOTA)
            assert (await overview.next("overview"))["stores"]["redis"] == "up"
            redis.signal(signal.SIGSTOP)
            assert await quota.next("away") == {"store": "redis"}
            assert await overview.next("away") == {"store": "redis"}
            async with watching(service, QUOTA) as late:
                assert await late.event() == ("away", {"store": "redis"})
                redis.signal(signal.SIGCONT)
                assert (await late.next(QUOTA))["limits"][0]["used"] == 1
            assert (await quota.next(QUOTA))["limits"][0]["used"] == 1
            while (await overview.next("overview"))["stores"]["redis"] != "up":
                pass


async def test_what_waits_is_told_while_redis_is_away_and_that_it_is(
    redis: RedisServer, tmp_path: Path
) -> None:
    """A decision is kept then, and binds later: whoever is about to make one has to know."""
    topics = ["cases", "requests", "requests:acme"]
    async with (
        serving(tmp_path / "data", redis=redis.url) as service,
        watching(service, *topics) as stream,
    ):
        for topic in topics:
            await stream.next(topic)
        redis.signal(signal.SIGSTOP)
        for _ in topics:
            assert await stream.next("away") == {"store": "redis"}
        async with watching(service, *topics) as late:
            told = [await late.event() for _ in range(2 * len(topics))]
        assert [name for name, _ in told[::2]] == topics
        assert told[1::2] == [("away", {"store": "redis"})] * len(topics)
        redis.signal(signal.SIGCONT)
        back: set[str] = set()
        while not back.issuperset(topics):
            back.add((await stream.event())[0])


async def test_a_viewer_that_does_not_read_is_cut_off_and_holds_nobody_up(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(1_000_000))

    async def much(_: Topic) -> Seen:
        return Seen({"number": next(numbers), "much": "x" * 8_000_000})

    monkeypatch.setattr(live, "SEND_S", 0.3)
    broadcast = Broadcast(much)
    monkeypatch.setattr(service.client.app[live.BROADCAST], "join", broadcast.join)
    monkeypatch.setattr(service.client.app[live.BROADCAST], "leave", broadcast.leave)
    # In gzip as much as that would fit into any buffer.
    async with (
        watching(service, "cases", coding="identity") as idle,
        watching(service, "cases", coding="identity") as other,
    ):

        async def is_alone() -> bool:
            await other.next("cases")
            return len(broadcast._viewers) == 1

        await until(is_alone)
        with pytest.raises(Exception, match=r"(?i)payload|reset|closed"):
            await idle.end()
    await broadcast.close()


async def test_streams_end_at_once_when_the_service_does(tmp_path: Path) -> None:
    with ServeProcess(tmp_path / "data") as served:
        headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
        async with ClientSession(served.url, headers=headers) as session:
            url = served.url + str(url_of("overview", "cases"))
            async with session.get(url) as read, session.get(url):
                stream = Stream(read)
                await stream.next("overview")
                with stopwatch() as took:
                    code = await asyncio.to_thread(served.end, signal.SIGTERM)
                assert (code, took.awake_s < 4) == (0, True)
                await stream.end()

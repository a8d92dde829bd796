"""A Redis that hangs or is gone: an answer within the deadline, and back by itself."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from quota import keys
from quota.adds import Decision, StoreUnavailable
from quota.calls import Event
from quota.group import GroupCommit
from quota.ledger import Ledger
from quota.policy import Rules
from quota.rebuild import ShardState
from quota.scripts import UNAVAILABLE
from tests.patience import HANGS_S, pending_after
from tests.quota.opening import EPOCH, decide, open_shards, used
from tests.quota.rules import add, roomy_rules
from tests.redis_server import RedisServer, client_of, require_redis_server

DEADLINE_MS = 80
MOST_S = 0.5
"""Within this a call has given up also on a busy machine; a Redis that hangs would keep it."""


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server of the test's own, which it may stop and kill."""
    require_redis_server()
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    if server.process.poll() is None:
        server.signal(signal.SIGCONT)
        server.kill()


@pytest.fixture
async def ledger(server: RedisServer) -> AsyncIterator[Ledger]:
    redis = client_of(server.url, retry=Retry(NoBackoff(), 0))
    ledger = Ledger(redis, shards=4, deadline_ms=DEADLINE_MS)
    ledger.scripts._deadline_ms = None
    await open_shards(ledger)
    await _warm(ledger)
    ledger.scripts._deadline_ms = DEADLINE_MS
    yield ledger
    await redis.aclose()


async def _warm(ledger: Ledger) -> None:
    await decide(ledger, add("first"), roomy_rules())


async def _given_up(call: Awaitable[object], name: str) -> StoreUnavailable:
    """How a call ends that has to end in time."""
    task = asyncio.ensure_future(call)
    assert not await pending_after([task], MOST_S), name
    error = task.exception()
    assert isinstance(error, StoreUnavailable), name
    return error


def _resumed(ledger: Ledger, server: RedisServer) -> None:
    """Redis goes on; what is asked from now on has the time that the machine takes for it."""
    server.signal(signal.SIGCONT)
    ledger.scripts._deadline_ms = None


async def _back(ledger: Ledger, contact: str, rules: Rules) -> Decision:
    """The decision, as soon as Redis answers again."""
    deadline = time.monotonic() + HANGS_S
    while True:
        try:
            return await decide(ledger, add(contact), rules)
        except StoreUnavailable:
            assert time.monotonic() < deadline, "Redis did not come back"
            await asyncio.sleep(0)


async def test_a_hanging_redis_is_given_up_within_the_deadline(
    ledger: Ledger, server: RedisServer
) -> None:
    rules = roomy_rules()
    server.signal(signal.SIGSTOP)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "spend": lambda: ledger.spend([add()], rules),
        "settle": lambda: ledger.settle("0-x", "cancel", rules),
        "append": lambda: ledger.append([Event("acme", "e", {"type": "x"})], "Asia/Shanghai"),
        "read": lambda: ledger.accounts.member("acme", "li", rules),
        "meta": lambda: ledger.log.meta([0]),
        "expire": lambda: ledger.log.expire_holds(0),
    }
    for name, call in calls.items():
        failed = UNAVAILABLE.labels(name)._value.get()
        refused = await _given_up(call(), name)
        assert refused.retry_after_s == 1
        assert UNAVAILABLE.labels(name)._value.get() == failed + 1


async def test_a_timed_out_call_that_was_done_is_not_charged_twice(
    ledger: Ledger, server: RedisServer
) -> None:
    """Redis hung after it took the call in: the retry meets the decision's record."""
    rules = roomy_rules()
    server.signal(signal.SIGSTOP)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await ledger.spend([add("c1", request_id="r1"), add("c2")], rules)
    _resumed(ledger, server)
    await decide(ledger, add("c2"), rules)
    first, second = await ledger.spend([add("c1", request_id="r1"), add("c2")], rules)
    assert getattr(first, "allowed", False)
    assert getattr(second, "replayed", False)
    assert await used(ledger, rules, "member_daily_active") == 3


async def test_late_answers_never_go_to_another_call(ledger: Ledger, server: RedisServer) -> None:
    rules = roomy_rules()
    server.signal(signal.SIGSTOP)
    late = [ledger.spend([add(f"late-{n}")], rules) for n in range(20)]
    ended = await asyncio.gather(*late, return_exceptions=True)
    assert {type(end) for end in ended} == {StoreUnavailable}
    server.signal(signal.SIGCONT)
    await _back(ledger, "back", rules)
    ids = {}
    for contact in (f"next-{n}" for n in range(20)):
        ids[contact] = (await _back(ledger, contact, rules)).decision_id
    assert len(set(ids.values())) == 20
    for contact, decision_id in ids.items():
        assert (await _back(ledger, contact, rules)).decision_id == decision_id


async def test_a_killed_redis_is_unavailable_and_closed_when_it_comes_back_empty(
    ledger: Ledger, server: RedisServer
) -> None:
    rules = roomy_rules()
    server.kill()
    await _given_up(ledger.spend([add()], rules), "spend")
    server.restart()
    ledger.scripts._deadline_ms = None
    (answer,) = await ledger.spend([add()], rules)
    assert getattr(answer, "code", None) == "unavailable"
    (meta,) = await ledger.log.meta([0])
    assert meta.epoch is None
    fresh = Ledger(ledger.redis, shards=4)
    await open_shards(fresh)
    assert (await fresh.log.meta([0]))[0].epoch == EPOCH
    assert (await decide(fresh, add(), rules)).allowed


async def test_a_connection_that_broke_meanwhile_is_noticed_by_no_caller(
    ledger: Ledger, server: RedisServer
) -> None:
    """The pool's connections are those of the old server; the first call is made again at once."""
    server.restart()
    ledger.scripts._deadline_ms = None
    other = client_of(server.url)
    shard = keys.shard_of("acme", ledger.shards)
    await Ledger(other, shards=4).log.refill(shard, ShardState(seq=9), EPOCH, fence=2)
    await other.aclose()
    assert (await decide(ledger, add("c1"), roomy_rules())).allowed


async def test_a_group_that_met_a_hanging_redis_tells_all_and_goes_on(
    ledger: Ledger, server: RedisServer
) -> None:
    rules = roomy_rules()
    group = GroupCommit(ledger, lambda: rules)
    server.signal(signal.SIGSTOP)
    calls = [group.decide(add(f"c{n}")) for n in range(10)]
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(end) for end in ended} == {StoreUnavailable}
    _resumed(ledger, server)
    assert isinstance(await group.decide(add("c1")), Decision)

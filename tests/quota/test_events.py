"""Events enter a shard's stream once, all or none, numbered without gaps."""

from typing import Any

import pytest

from quota import keys
from quota.adds import StoreUnavailable
from quota.calls import Event
from quota.ledger import Appended, Ledger
from quota.policy import Rules
from tests.conftest import Clock
from tests.quota.opening import decide, events_of, open_shards, snapshot, used
from tests.quota.rules import add, hold

ZONE = "Asia/Shanghai"
ENTERPRISES = ("acme", "bolt", "crag", "dusk", "ebro", "fern")


def event(event_id: str = "e1", enterprise: str = "acme", **more: Any) -> Event:
    body = {"type": "contact.accepted", "enterprise_id": enterprise, "at": 1, **more}
    return Event(enterprise, event_id, body)


async def test_an_event_counts_once_per_enterprise_whatever_its_content(ledger: Ledger) -> None:
    assert await ledger.append([event(), event(), event("e2")], ZONE) == Appended(2, 1)
    assert await ledger.append([event(target="other")], ZONE) == Appended(0, 1)
    assert await ledger.append([event(enterprise="bolt")], ZONE) == Appended(1, 0)
    stored = [e["event_id"] for e in await events_of(ledger) if e["enterprise_id"] == "acme"]
    assert stored == ["e1", "e2"]


async def test_an_event_is_stamped_with_its_receipt_and_local_day(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    decision = await decide(ledger, add(), rules)
    clock.forward(hours=12)
    await ledger.append([event(target='"\\ü')], ZONE)
    (_, stored) = await events_of(ledger)
    assert stored["received_ms"] == clock.now_ms
    assert stored["day"] == decision.day + 1
    assert stored["day_end_ms"] == clock.now_ms + 86_400_000
    assert stored["target"] == '"\\ü'


async def test_an_event_opens_the_day_of_a_zone_set_before(ledger: Ledger, clock: Clock) -> None:
    for enterprise in ENTERPRISES:
        await ledger.accounts.change_zone(enterprise, "America/New_York")
    events = [event(enterprise=e) for e in ENTERPRISES for _ in (1, 2)]
    assert await ledger.append(events, ZONE) == Appended(6, 6)
    (stored, *_) = await events_of(ledger)
    assert stored["day_end_ms"] - clock.now_ms == 3_600_000


async def test_an_event_is_remembered_a_day_at_least(ledger: Ledger) -> None:
    await ledger.append([event()], ZONE)
    key = keys.seen_event(keys.shard_of("acme", ledger.shards), "acme", "e1")
    assert 24 * 3_600_000 < await ledger.redis.pttl(key) <= 25 * 3_600_000


async def test_all_or_none_where_one_shard_is_closed(ledger: Ledger) -> None:
    await ledger.log.close(keys.shard_of("bolt", ledger.shards))
    before = await snapshot(ledger.redis)
    with pytest.raises(StoreUnavailable):
        await ledger.append([event(enterprise=e) for e in ENTERPRISES], ZONE)
    assert await snapshot(ledger.redis) == before


async def test_all_or_none_where_one_stream_is_full(ledger: Ledger, clock: Clock) -> None:
    small = Ledger(ledger.redis, shards=ledger.shards, clock_ms=clock, stream_max=2)
    await small.append([event(enterprise="acme")], ZONE)
    before = await snapshot(ledger.redis)
    batch = [event("e2", "bolt"), event("e3"), event("e4")]
    assert keys.shard_of("acme", 4) != keys.shard_of("bolt", 4)
    with pytest.raises(StoreUnavailable) as refused:
        await small.append(batch, ZONE)
    assert refused.value.retry_after_s == 5
    assert await snapshot(ledger.redis) == before
    assert await small.append(batch[:2], ZONE) == Appended(2, 0)


async def test_a_full_stream_refuses_pre_checks_and_takes_no_more(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    small = Ledger(ledger.redis, shards=ledger.shards, clock_ms=clock, stream_max=3)
    for n in range(3):
        assert (await decide(small, add(f"c{n}"), rules)).allowed
    before = await snapshot(ledger.redis)
    (answer,) = await small.spend([add("c3")], rules)
    assert (getattr(answer, "code", None), getattr(answer, "retry_after_s", None)) == (
        "unavailable",
        5,
    )
    assert await snapshot(ledger.redis) == before
    shard = keys.shard_of("acme", ledger.shards)
    assert await small.log.publish(shard, fence=1, seq=2, caps=[], cooldowns=[])
    assert (await decide(small, add("c3"), rules)).allowed


async def test_the_numbers_of_a_shard_have_no_gaps(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    for n in range(12):
        answers = await ledger.spend(
            [hold(f"c{n}")._replace(enterprise_id=e) for e in ENTERPRISES], rules
        )
        ids = [getattr(answer, "decision_id", "") for answer in answers]
        await ledger.settle(ids[n % 6], "commit" if n % 2 else "cancel", rules)
        await ledger.append([event(f"e{n % 5}", e) for e in ENTERPRISES], ZONE)
        clock.forward(minutes=n % 3)
    metas = await ledger.log.meta(range(ledger.shards))
    for shard, meta in enumerate(metas):
        read = await ledger.log.read({shard: 0}, 10_000)
        assert [e.seq for e in read[shard]] == list(range(1, meta.seq + 1))
    assert sum(meta.seq for meta in metas) > 150


async def test_what_is_written_is_saved_before_it_is_answered(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    """Also when saving failed before and the retry finds its decision already made."""
    saved: list[list[int]] = []
    broken = [True]

    async def save(shards: Any) -> None:
        if broken:
            broken.pop()
            raise OSError("no space left")
        saved.append(list(shards))

    durable = Ledger(ledger.redis, shards=ledger.shards, clock_ms=clock, after_write=save)
    shard = keys.shard_of("acme", ledger.shards)
    with pytest.raises(OSError, match="no space"):
        await decide(durable, add(), rules)
    assert (await decide(durable, add(), rules)).replayed
    assert saved == [[shard]]
    await decide(durable, add(), rules)
    assert saved == [[shard], []], "a repeat may rest on what is on its way, and waits for it, too"
    assert await used(ledger, rules, "member_daily_active") == 1
    await durable.append([event()], ZONE)
    assert saved == [[shard], [], [shard]]


async def test_a_ledger_on_the_time_of_redis_stamps_it(redis_backend: Any, rules: Rules) -> None:
    ledger = Ledger(redis_backend)
    await open_shards(ledger)
    before_s, before_us = await redis_backend.time()
    decision = await decide(ledger, add(), rules)
    after_s, after_us = await redis_backend.time()
    before_ms, after_ms = before_s * 1000 + before_us // 1000, after_s * 1000 + after_us // 1000
    assert before_ms <= decision.decided_ms <= after_ms
    shard = keys.shard_of("acme", 16)
    (stored,) = (await ledger.log.read({shard: 0}, 10))[shard]
    assert f'"at":{decision.decided_ms}'.encode() in stored.body

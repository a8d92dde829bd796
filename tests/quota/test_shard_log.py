"""What the holder of a shard's lease does: reading, publishing under a fence, closing."""

import pytest

from quota import keys
from quota.adds import StoreUnavailable
from quota.calls import Event
from quota.ledger import Ledger
from quota.policy import Rules
from quota.rebuild import ShardState
from quota.shard_log import Caps, Cooldown, ShardMeta
from tests.conftest import Clock
from tests.quota.opening import EPOCH, decide, events_of, snapshot
from tests.quota.rules import add, hold, roomy_rules

SHARD = keys.shard_of("acme", 4)
CAPS = Caps("acme", "li", 7, 70, seq=1)


async def _cap(ledger: Ledger, rules: Rules) -> int:
    return (await ledger.accounts.member("acme", "li", rules)).limit("member_daily_active").cap


async def test_a_worker_that_lost_its_shard_changes_nothing(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    await decide(ledger, add("c0"), rules)
    publish = ledger.log.publish
    assert await publish(SHARD, fence=3, seq=0, caps=[CAPS], cooldowns=[])
    before = await snapshot(ledger.redis)
    cooldown = Cooldown("acme", "c1", None, clock.now_ms + 60_000)
    late = Caps("acme", "li", 1, 1, seq=9)
    assert not await publish(SHARD, fence=2, seq=1, caps=[late], cooldowns=[cooldown])
    assert await snapshot(ledger.redis) == before
    assert await publish(SHARD, fence=3, seq=1, caps=[late], cooldowns=[cooldown])
    assert await _cap(ledger, rules) == 1
    assert (await decide(ledger, add("c1"), rules)).reason == "contact_cooldown"


async def test_a_fence_outlives_a_refill(ledger: Ledger) -> None:
    await ledger.log.refill(SHARD, ShardState(), "epoch-2", fence=5)
    assert not await ledger.log.publish(SHARD, fence=4, seq=0, caps=[CAPS], cooldowns=[])
    assert await ledger.log.meta([SHARD]) == [ShardMeta("epoch-2", 0, 5, 0)]


async def test_a_stale_worker_is_kept_off_while_a_shard_is_being_refilled(ledger: Ledger) -> None:
    async def stale() -> None:
        log = ledger.log
        assert not await log.publish(SHARD, fence=4, seq=0, caps=[CAPS], cooldowns=[])

    await ledger.log.refill(SHARD, ShardState(), "epoch-2", fence=5, before_open=stale)
    assert not await ledger.redis.exists(keys.member(SHARD, "acme", "li"))


async def test_publishing_again_changes_nothing(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    await decide(ledger, add("c0"), rules)
    cooldowns = [Cooldown("acme", "c1", "li", clock.now_ms + 60_000)]
    assert await ledger.log.publish(SHARD, fence=1, seq=1, caps=[CAPS], cooldowns=cooldowns)
    once = await snapshot(ledger.redis)
    assert await ledger.log.publish(SHARD, fence=1, seq=1, caps=[CAPS], cooldowns=cooldowns)
    assert await ledger.log.publish(SHARD, fence=1, seq=0, caps=[], cooldowns=[])
    assert await snapshot(ledger.redis) == once
    assert (await ledger.log.meta([SHARD]))[0].published_seq == 1


async def test_caps_of_an_account_never_seen_wait_for_it(ledger: Ledger, rules: Rules) -> None:
    whole = Caps("acme", None, 500, 5000, seq=1)
    assert await ledger.log.publish(SHARD, fence=1, seq=0, caps=[CAPS, whole], cooldowns=[])
    state = await ledger.accounts.enterprise("acme", rules)
    assert state.known
    assert [limit.cap for limit in state.limits] == [500, 5000, 500, 30]
    assert [limit.cap for limit in (await decide(ledger, add(), rules)).limits[:2]] == [7, 500]


async def test_a_cool_down_that_is_over_is_not_stored(ledger: Ledger, clock: Clock) -> None:
    over = Cooldown("acme", "c1", None, clock.now_ms)
    assert await ledger.log.publish(SHARD, fence=1, seq=0, caps=[], cooldowns=[over])
    assert not await ledger.redis.exists(keys.cooldown(SHARD, "acme", "c1"))


async def test_publishing_trims_what_was_folded_and_no_more(ledger: Ledger, rules: Rules) -> None:
    for n in range(5):
        await decide(ledger, add(f"c{n}"), rules)
    assert await ledger.log.publish(SHARD, fence=1, seq=3, caps=[], cooldowns=[])
    assert [e["seq"] for e in await events_of(ledger)] == [4, 5]
    await decide(ledger, add("c6"), rules)
    assert [e["seq"] for e in await events_of(ledger)] == [4, 5, 6]


async def test_reading_goes_on_after_a_seq(ledger: Ledger, rules: Rules) -> None:
    for n in range(5):
        await decide(ledger, add(f"c{n}"), rules)
    first = await ledger.log.read({SHARD: 0}, 2)
    rest = await ledger.log.read({SHARD: 2, (SHARD + 1) % 4: 0}, 10)
    assert [e.seq for e in first[SHARD]] == [1, 2]
    assert [e.seq for e in rest[SHARD]] == [3, 4, 5]
    assert rest[(SHARD + 1) % 4] == []


async def test_a_closed_shard_refuses_everything_and_changes_nothing(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    held = await decide(ledger, hold(seconds=1), rules)
    clock.forward(minutes=1)
    await ledger.log.close(SHARD)
    before = await snapshot(ledger.redis)
    closed, other = await ledger.spend([add("c1"), add("c1", enterprise="bolt")], rules)
    assert getattr(closed, "code", None) == "unavailable"
    assert getattr(other, "allowed", False)
    with pytest.raises(StoreUnavailable):
        await ledger.settle(held.decision_id, "commit", rules)
    with pytest.raises(StoreUnavailable):
        await ledger.append([Event("acme", "e1", {"type": "contact.deleted"})], "Asia/Shanghai")
    assert await ledger.log.expire_holds(SHARD) == 0
    after = await snapshot(ledger.redis)
    ours = {name for name in before if name.startswith(keys.prefix(SHARD))}
    assert {name: after.get(name) for name in ours} == {name: before[name] for name in ours}
    assert (await ledger.log.meta([SHARD]))[0].epoch is None


async def test_a_redis_that_was_rolled_back_is_closed_to_who_saw_more(
    ledger: Ledger, rules: Rules
) -> None:
    for n in range(3):
        await decide(ledger, add(f"c{n}"), rules)
    assert ledger.seen(SHARD) == 3
    await ledger.redis.hset(keys.meta(SHARD), "seq", "2")
    (answer,) = await ledger.spend([add("c3")], rules)
    assert getattr(answer, "code", None) == "unavailable"
    with pytest.raises(StoreUnavailable):
        await ledger.settle(f"{SHARD}-x", "cancel", rules)
    await ledger.log.refill(SHARD, ShardState(seq=3), "epoch-2", fence=2)
    assert (await decide(ledger, add("c3"), rules)).allowed
    assert [e["seq"] for e in await events_of(ledger)] == [4]


async def test_an_empty_redis_is_closed(ledger: Ledger, rules: Rules) -> None:
    await ledger.redis.flushall()
    (answer,) = await ledger.spend([add()], rules)
    assert getattr(answer, "code", None) == "unavailable"
    assert await ledger.redis.dbsize() == 0
    assert await ledger.log.meta([0, 1]) == [ShardMeta(None, 0, 0, 0)] * 2


async def test_entries_of_whole_batches_are_read_page_by_page(ledger: Ledger) -> None:
    rules = roomy_rules()
    for n in range(70):
        await ledger.spend([add(f"c{n}-{i}") for i in range(5)], rules)
    seqs: list[int] = []
    while page := (await ledger.log.read({SHARD: seqs[-1] if seqs else 0}, 33))[SHARD]:
        seqs += [event.seq for event in page]
        assert len(page) == 33 or seqs[-1] == 350
    assert seqs == list(range(1, 351))
    (everything,) = (await ledger.log.read({SHARD: 0}, 1_000)).values()
    assert [event.seq for event in everything] == seqs


async def test_what_another_layout_left_is_closed_until_it_is_refilled(
    ledger: Ledger, rules: Rules
) -> None:
    await ledger.redis.flushall()
    await ledger.redis.hset(keys.meta(SHARD), mapping={"epoch": "of-release-0", "seq": "7"})
    await ledger.redis.hset(keys.member(SHARD, "acme", "li"), mapping={"d": "20779", "ua": "3"})
    (answer,) = await ledger.spend([add()], rules)
    assert getattr(answer, "code", None) == "unavailable"
    await ledger.log.refill(SHARD, ShardState(seq=8), "epoch-2", fence=2)
    assert (await decide(ledger, add(), rules)).limits[0].used == 1


async def test_the_epoch_is_what_the_refill_gave(ledger: Ledger) -> None:
    metas = await ledger.log.meta(range(4))
    assert metas == [ShardMeta(EPOCH, 0, 1, 0)] * 4

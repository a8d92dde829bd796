"""Holds, commits, cancels and the refunds they bring."""

import pytest

from quota import keys
from quota.adds import Settlement
from quota.ledger import Ledger
from quota.policy import Rules
from tests.conftest import Clock
from tests.quota.opening import counters_of, decide, events_of, set_caps, used
from tests.quota.rules import add, hold

ACTIVE = "member_daily_active"


async def test_an_expired_hold_is_returned_by_the_next_spend_of_its_shard(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    held = await decide(ledger, hold(seconds=60), rules)
    assert held.state == "held"
    clock.forward(ms=59_999)
    other = await decide(ledger, add("c2", member="wang"), rules)
    assert other.limits[1].used == 2
    clock.forward(ms=1)
    other = await decide(ledger, add("c3", member="wang"), rules)
    assert other.limits[1].used == 2
    assert await used(ledger, rules, ACTIVE) == 0
    expired = [e for e in await events_of(ledger) if e["type"] == "add.expired"]
    assert [(e["decision_id"], e["refunded"]) for e in expired] == [(held.decision_id, True)]


async def test_an_expired_hold_is_returned_by_the_worker_where_a_shard_idles(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    shard = keys.shard_of("acme", ledger.shards)
    await decide(ledger, hold(seconds=60), rules)
    assert await ledger.log.expire_holds(shard) == 0
    clock.forward(minutes=1)
    assert await ledger.log.expire_holds(shard) == 1
    assert await ledger.log.expire_holds(shard) == 0
    assert await used(ledger, rules, ACTIVE) == 0
    assert await used(ledger, rules, "enterprise_daily_active") == 0


async def test_many_expired_holds_are_returned_a_hundred_a_call(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    await set_caps(ledger, 0, passive=1000, member=None)
    held = [
        hold(f"c{n}", f"m{n // 40}", 60, initiated_by="contact", way="qr_code") for n in range(230)
    ]
    assert {getattr(a, "allowed", None) for a in await ledger.spend(held, rules)} == {True}
    clock.forward(minutes=1)
    shard = keys.shard_of("acme", ledger.shards)
    looked_at = [await ledger.log.expire_holds(shard) for _ in range(4)]
    assert looked_at == [100, 100, 30, 0]
    assert await used(ledger, rules, "enterprise_daily_passive") == 0


async def test_a_committed_hold_stays_charged(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    held = await decide(ledger, hold(seconds=60), rules)
    done = Settlement(held.decision_id, "committed")
    assert await ledger.settle(held.decision_id, "commit", rules) == done
    assert await ledger.settle(held.decision_id, "commit", rules) == done
    clock.forward(minutes=2)
    assert await ledger.settle(held.decision_id, "commit", rules) == done
    refused = await ledger.settle(held.decision_id, "cancel", rules)
    assert (refused.state, bool(refused.conflict)) == ("committed", True)
    await decide(ledger, add("c2", member="wang"), rules)
    assert await used(ledger, rules, ACTIVE) == 1
    types = [e["type"] for e in await events_of(ledger)]
    assert types == ["add.requested", "add.committed", "add.requested"]


async def test_only_a_live_hold_can_be_committed(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    spent = await decide(ledger, add("c1"), rules)
    held = await decide(ledger, hold("c2", seconds=60), rules)
    clock.forward(minutes=1)
    for decision_id, state in ((spent.decision_id, "spent"), (held.decision_id, "expired")):
        refused = await ledger.settle(decision_id, "commit", rules)
        assert (refused.state, bool(refused.conflict)) == (state, True)
    assert await used(ledger, rules, ACTIVE) == 1
    refused = await ledger.settle(held.decision_id, "cancel", rules)
    assert (refused.state, bool(refused.conflict)) == ("expired", True)
    assert await used(ledger, rules, ACTIVE) == 1


async def test_a_cancel_refunds_once_the_counts_but_not_the_bursts(
    ledger: Ledger, rules: Rules
) -> None:
    spent = await decide(ledger, add(), rules)
    for _ in range(3):
        answer = await ledger.settle(spent.decision_id, "cancel", rules)
        assert answer == Settlement(spent.decision_id, "cancelled")
    for name in (ACTIVE, "enterprise_daily_active"):
        assert await used(ledger, rules, name) == 0
    for name in ("member_burst_active", "enterprise_burst_active"):
        assert await used(ledger, rules, name) == 1
    cancelled = [e for e in await events_of(ledger) if e["type"] == "add.cancelled"]
    assert [e["refunded"] for e in cancelled] == [True]


async def test_a_cancelled_add_may_be_made_again_the_same_day(ledger: Ledger, rules: Rules) -> None:
    first = await decide(ledger, add(), rules)
    await ledger.settle(first.decision_id, "cancel", rules)
    again = await decide(ledger, add(), rules)
    assert (again.state, again.replayed) == ("spent", False)
    assert await used(ledger, rules, ACTIVE) == 1


async def test_a_hand_over_is_refunded_to_its_own_count(ledger: Ledger, rules: Rules) -> None:
    spent = await decide(ledger, add(way="admin_assigned"), rules)
    await decide(ledger, add("c2"), rules)
    await ledger.settle(spent.decision_id, "cancel", rules)
    assert await used(ledger, rules, "handover_daily") == 0
    assert await used(ledger, rules, ACTIVE) == 1


async def test_a_closed_day_is_only_journaled(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    clock.forward(hours=11, minutes=55)
    old = await decide(ledger, add("c1"), rules)
    held = await decide(ledger, hold("c2", seconds=600), rules)
    clock.forward(minutes=6)
    await decide(ledger, add("c3"), rules)
    assert (await ledger.settle(old.decision_id, "cancel", rules)).state == "cancelled"
    assert (await ledger.settle(held.decision_id, "cancel", rules)).state == "cancelled"
    assert await used(ledger, rules, ACTIVE) == 1
    assert await used(ledger, rules, "enterprise_daily_active") == 1
    cancelled = [e for e in await events_of(ledger) if e["type"] == "add.cancelled"]
    assert [e["refunded"] for e in cancelled] == [False, False]


@pytest.mark.parametrize("rolled", [False, True])
async def test_a_closed_day_needs_no_refund_budget(
    ledger: Ledger, rules: Rules, clock: Clock, rolled: bool
) -> None:
    """Whether or not somebody's pre-check has opened the next day meanwhile."""
    await set_caps(ledger, 4)
    clock.forward(hours=11, minutes=55)
    spent = [await decide(ledger, add(f"c{n}"), rules) for n in range(4)]
    for decision in spent[:3]:
        await ledger.settle(decision.decision_id, "cancel", rules)
    clock.forward(minutes=6)
    if rolled:
        await decide(ledger, add("c9", member="wang"), rules)
    assert (await ledger.settle(spent[3].decision_id, "cancel", rules)).conflict is None


@pytest.mark.parametrize(("cap", "refunds"), [(5, 3), (15, 3), (19, 3), (20, 4), (26, 5)])
async def test_refunds_of_a_day_are_bounded(
    ledger: Ledger, rules: Rules, clock: Clock, cap: int, refunds: int
) -> None:
    await set_caps(ledger, cap)
    await set_caps(ledger, 100, member=None)
    settled = []
    for n in range(refunds + 2):
        decision = await decide(ledger, add(f"c{n}"), rules)
        settled.append(await ledger.settle(decision.decision_id, "cancel", rules))
    assert [s.state for s in settled] == ["cancelled"] * refunds + ["spent"] * 2
    assert await used(ledger, rules, ACTIVE) == 2
    clock.forward(hours=12)
    tomorrow = await decide(ledger, add(), rules)
    assert (await ledger.settle(tomorrow.decision_id, "cancel", rules)).state == "cancelled"


async def test_an_expired_hold_may_be_asked_again_and_uses_up_no_refund(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    for _ in range(4):
        held = await decide(ledger, hold(seconds=1), rules)
        assert (held.state, held.replayed, held.limits[0].used) == ("held", False, 1)
        clock.forward(ms=1000)
    spent = await decide(ledger, add("c2"), rules)
    assert (await ledger.settle(spent.decision_id, "cancel", rules)).conflict is None


async def test_cancelled_holds_do_not_use_up_the_refunds(ledger: Ledger, rules: Rules) -> None:
    for n in range(6):
        held = await decide(ledger, hold(f"c{n}"), rules)
        assert (await ledger.settle(held.decision_id, "cancel", rules)).state == "cancelled"
    spent = await decide(ledger, add(), rules)
    assert (await ledger.settle(spent.decision_id, "cancel", rules)).conflict is None


async def test_a_cancel_is_possible_for_ten_minutes(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    first = await decide(ledger, add("c1"), rules)
    second = await decide(ledger, add("c2"), rules)
    clock.forward(minutes=10)
    assert (await ledger.settle(first.decision_id, "cancel", rules)).conflict is None
    clock.forward(ms=1)
    late = await ledger.settle(second.decision_id, "cancel", rules)
    assert (late.state, bool(late.conflict)) == ("spent", True)
    assert await used(ledger, rules, ACTIVE) == 1


async def test_denied_and_unknown_decisions_cannot_be_settled(ledger: Ledger, rules: Rules) -> None:
    await set_caps(ledger, 0)
    denied = await decide(ledger, add(), rules)
    for action in ("commit", "cancel"):
        refused = await ledger.settle(denied.decision_id, action, rules)
        assert (refused.state, bool(refused.conflict)) == ("denied", True)
    for unknown in ("0-nothing", "99-noshard", "no shard", "", "-", "²-x"):
        assert (await ledger.settle(unknown, "cancel", rules)).state is None
    assert len(await events_of(ledger)) == 1


async def test_a_cancel_never_goes_below_zero(ledger: Ledger, rules: Rules) -> None:
    """Even where the counters were lost and the records were not."""
    shard = keys.shard_of("acme", ledger.shards)
    spent = await decide(ledger, add(), rules)
    for name in (keys.enterprise(shard, "acme"), keys.member(shard, "acme", "li")):
        account = await counters_of(ledger, name)
        account.active = 0
        await ledger.redis.set(name, account.pack())
    assert (await ledger.settle(spent.decision_id, "cancel", rules)).state == "cancelled"
    assert await used(ledger, rules, ACTIVE) == 0
    assert await used(ledger, rules, "enterprise_daily_active") == 0

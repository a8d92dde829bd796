"""One record per decision: retries, repeats, conflicts, and how long a record lasts."""

import pytest

from quota import keys
from quota.adds import Add, Mode, Refusal, Restriction
from quota.calls import Event
from quota.ledger import Ledger
from quota.policy import Rules
from tests.conftest import Clock
from tests.quota.opening import decide, events_of, set_caps, snapshot, used
from tests.quota.rules import add, hold, make_rules

ACTIVE = "member_daily_active"


@pytest.mark.parametrize("first", [add(request_id="r1"), hold(request_id="r1"), add(), hold()])
async def test_a_retry_gets_the_first_decision_uncharged(
    ledger: Ledger, rules: Rules, clock: Clock, first: Add
) -> None:
    made = await decide(ledger, first, rules)
    await decide(ledger, add("c2"), rules)
    before = await snapshot(ledger.redis)
    clock.forward(ms=59_000)
    assert await decide(ledger, first, rules) == made._replace(replayed=True)
    assert await snapshot(ledger.redis) == before


async def test_a_retry_tells_the_present_state(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    adds = {
        "committed": hold("c1", request_id="r1"),
        "cancelled": add("c2", request_id="r2"),
        "expired": hold("c3", request_id="r3"),
    }
    made = {state: await decide(ledger, add_, rules) for state, add_ in adds.items()}
    await ledger.settle(made["committed"].decision_id, "commit", rules)
    await ledger.settle(made["cancelled"].decision_id, "cancel", rules)
    clock.forward(minutes=1)
    for state, add_ in adds.items():
        again = await decide(ledger, add_, rules)
        assert again == made[state]._replace(replayed=True, state=state)
    assert await used(ledger, rules, ACTIVE) == 1


FIRST = add(request_id="r1", number_block="b", number_tail="1234", greeting_hash="g")
OTHERS = [
    FIRST._replace(member_id="wang"),
    FIRST._replace(contact="c2"),
    FIRST._replace(way="phone_search"),
    FIRST._replace(initiated_by="contact"),
    FIRST._replace(mode=Mode.HOLD, hold_s=60),
    FIRST._replace(number_block="b2"),
    FIRST._replace(number_tail="1235"),
    FIRST._replace(greeting_hash=None),
]


@pytest.mark.parametrize("other", OTHERS)
async def test_other_content_under_the_same_request_id_is_a_conflict(
    ledger: Ledger, rules: Rules, other: Add
) -> None:
    await decide(ledger, FIRST, rules)
    before = await snapshot(ledger.redis)
    (answer,) = await ledger.spend([other], rules)
    assert isinstance(answer, Refusal)
    assert answer.code == "conflict"
    assert await snapshot(ledger.redis) == before


async def test_another_duration_of_a_hold_is_a_conflict(ledger: Ledger, rules: Rules) -> None:
    await decide(ledger, hold(seconds=60, request_id="r1"), rules)
    (answer,) = await ledger.spend([hold(seconds=61, request_id="r1")], rules)
    assert getattr(answer, "code", None) == "conflict"


async def test_request_ids_are_unique_within_an_enterprise_only(
    ledger: Ledger, rules: Rules
) -> None:
    for enterprise in ("acme", "bolt", "crag", "dusk"):
        decision = await decide(ledger, add(enterprise=enterprise, request_id="r1"), rules)
        assert not decision.replayed


async def test_a_peek_ignores_the_request_id(ledger: Ledger, rules: Rules) -> None:
    spent = await decide(ledger, add("c1", request_id="r1"), rules)
    other = await decide(ledger, add("c2", mode=Mode.PEEK, request_id="r1"), rules)
    assert (other.state, other.replayed, other.allowed) == ("peeked", False, True)
    assert other.decision_id != spent.decision_id
    without = await decide(ledger, add("c2", mode=Mode.PEEK), rules)
    assert without == other


async def test_a_peek_with_a_request_id_sees_the_repeat_like_one_without(
    ledger: Ledger, rules: Rules
) -> None:
    await decide(ledger, add("c1"), rules)
    without = await decide(ledger, add("c1", mode=Mode.PEEK), rules)
    assert (without.state, without.replayed) == ("peeked", True)
    assert await decide(ledger, add("c1", mode=Mode.PEEK, request_id="r9"), rules) == without


async def test_the_repeat_is_of_the_same_local_day_member_contact_and_direction(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    first = await decide(ledger, add(), rules)
    unlike = [add(member="wang"), add("c2"), add(initiated_by="contact")]
    for other in unlike:
        assert not (await decide(ledger, other, rules)).replayed
    assert (await decide(ledger, add(way="phone_search"), rules)).decision_id == first.decision_id
    clock.forward(hours=12)
    tomorrow = await decide(ledger, add(), rules)
    assert not tomorrow.replayed
    assert tomorrow.decision_id != first.decision_id


async def test_a_denied_add_without_request_id_is_decided_anew(
    ledger: Ledger, rules: Rules
) -> None:
    await set_caps(ledger, 0)
    denied = await decide(ledger, add(), rules)
    await set_caps(ledger, 1)
    allowed = await decide(ledger, add(), rules)
    assert (denied.allowed, allowed.allowed, allowed.replayed) == (False, True, False)


async def test_a_denial_is_remembered_until_its_retry_at(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    await set_caps(ledger, 0)
    denied = await decide(ledger, add(request_id="r1"), rules)
    assert denied.retry_at_ms is not None
    await set_caps(ledger, 1)
    clock.now_ms = denied.retry_at_ms - 1
    assert await decide(ledger, add(request_id="r1"), rules) == denied._replace(replayed=True)
    clock.forward(ms=1)
    assert (await decide(ledger, add(request_id="r1"), rules)).allowed


async def test_a_denial_by_a_burst_is_remembered_until_it_has_room(
    ledger: Ledger, clock: Clock
) -> None:
    rules = make_rules(member_burst_active="1/hour")
    await decide(ledger, add("c1"), rules)
    clock.forward(minutes=64)
    brief = await decide(ledger, add("c2", request_id="r1"), rules)
    assert brief.retry_at_ms == clock.now_ms + 60_000
    clock.forward(minutes=1)
    assert (await decide(ledger, add("c2", request_id="r1"), rules)).allowed


async def test_a_denial_that_no_time_cures_is_remembered_ten_minutes(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    forever = Restriction("p1", "interop", None, may_apply=False, may_appeal=True)
    await ledger.accounts.restrict("acme", "li", [forever])
    denied = await decide(ledger, add(request_id="r1"), rules)
    await ledger.accounts.restrict("acme", "li", [])
    clock.forward(minutes=10, ms=-1)
    assert await decide(ledger, add(request_id="r1"), rules) == denied._replace(replayed=True)
    clock.forward(ms=1)
    assert (await decide(ledger, add(request_id="r1"), rules)).allowed


async def test_records_last_until_the_next_local_day_ends(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    first = await decide(ledger, add(request_id="r1"), rules)
    clock.forward(hours=36, ms=-1)
    assert (await decide(ledger, add(request_id="r1"), rules)).decided_ms == first.decided_ms
    clock.forward(ms=1)
    assert not (await decide(ledger, add(request_id="r1"), rules)).replayed


async def test_a_hold_that_outlives_the_next_day_is_still_on_record(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    """A record lasts ten minutes longer than its hold, whatever the calendar says."""
    held = await decide(ledger, hold(seconds=3600), rules)
    shard = keys.shard_of("acme", ledger.shards)
    ttl_ms = await ledger.redis.pttl(keys.record(shard, held.decision_id))
    assert 3600_000 + 600_000 <= ttl_ms <= 36 * 3_600_000
    clock.forward(hours=1)
    assert (await ledger.settle(held.decision_id, "commit", rules)).state == "expired"


async def test_every_key_expires_or_is_bounded_by_the_accounts(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    for n in range(60):
        clock.forward(minutes=7)
        batch = [add(f"c{n}", request_id=f"r{n}"), hold(f"h{n}", "wang"), add(f"d{n}", "wu")]
        answers = await ledger.spend(batch, rules)
        await ledger.settle(getattr(answers[0], "decision_id", ""), "cancel", rules)
        body = {"type": "contact.deleted", "enterprise_id": "acme", "at": clock.now_ms}
        await ledger.append([Event("acme", f"e{n}", body)], "Asia/Shanghai")
    await set_caps(ledger, 3)
    shard = keys.shard_of("acme", ledger.shards)
    bounded = {keys.enterprise(shard, "acme")}
    bounded |= {keys.member(shard, "acme", m) for m in ("li", "wang", "wu")}
    for n in range(ledger.shards):
        bounded |= {keys.meta(n), keys.stream(n), keys.holds(n)}
    lasting = {
        name.decode()
        async for name in ledger.redis.scan_iter()
        if await ledger.redis.pttl(name) == -1
    }
    assert lasting <= bounded
    assert await ledger.redis.dbsize() > 100
    (meta,) = await ledger.log.meta([shard])
    assert len(await events_of(ledger)) == meta.seq

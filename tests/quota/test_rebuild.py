"""A Redis that was lost comes back from the journal as it was."""

import json
import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from quota import keys
from quota.adds import Restriction
from quota.calls import Event
from quota.ledger import Appended, Ledger
from quota.policy import Rules
from quota.rebuild import ShardState, rebuild
from quota.records import Record
from tests.conftest import Clock
from tests.quota.conftest import NewRedis
from tests.quota.opening import EPOCH, decide, set_caps
from tests.quota.rebuild_machine import RebuildMachine
from tests.quota.rules import add, hold


def test_after_any_history_a_lost_redis_is_rebuilt_as_it_was(new_redis: NewRedis) -> None:
    bound = type("BoundMachine", (RebuildMachine,), {"new_redis": staticmethod(new_redis)})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=int(os.environ.get("REBUILD_EXAMPLES", "30")),
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],  # shrinking would outlast the test's time
            suppress_health_check=list(HealthCheck),
        ),
    )


async def _lose(ledger: Ledger, rules: Rules, clock: Clock, enterprise: str = "acme") -> ShardState:
    """Empties Redis and refills the enterprise's shard from its own stream."""
    shard = keys.shard_of(enterprise, ledger.shards)
    read = await ledger.log.read({shard: 0}, 10_000)
    await ledger.redis.flushall()
    journal = [(event.seq, event.body) for event in read[shard]]
    state = rebuild(journal, {}, rules, clock.now_ms)
    await ledger.log.refill(shard, state, "epoch-2", fence=2)
    return state


async def test_counts_holds_and_records_survive(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    spent = await decide(ledger, add("c1", request_id="r1"), rules)
    held = await decide(ledger, hold("c2", seconds=600), rules)
    await _lose(ledger, rules, clock)
    retried = await decide(ledger, add("c1", request_id="r1"), rules)
    assert retried == spent._replace(replayed=True)
    assert (await decide(ledger, add("c3"), rules)).limits[0].used == 3
    assert (await ledger.settle(held.decision_id, "commit", rules)).state == "committed"
    clock.forward(minutes=11)
    assert (await decide(ledger, add("c4"), rules)).limits[0].used == 4


async def test_a_hold_that_survived_still_expires(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    await decide(ledger, hold(seconds=600), rules)
    await _lose(ledger, rules, clock)
    clock.forward(minutes=10)
    assert (await decide(ledger, add("c2"), rules)).limits[0].used == 1


async def test_the_refunds_of_the_day_stay_used_up(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    spent = [await decide(ledger, add(f"c{n}"), rules) for n in range(4)]
    for decision in spent[:3]:
        await ledger.settle(decision.decision_id, "cancel", rules)
    await _lose(ledger, rules, clock)
    assert (await ledger.settle(spent[3].decision_id, "cancel", rules)).conflict is not None


async def test_an_event_id_is_still_remembered(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    event = Event("acme", "e1", {"type": "contact.deleted", "enterprise_id": "acme"})
    assert await ledger.append([event], "Asia/Shanghai") == Appended(1, 0)
    clock.forward(hours=24)
    await _lose(ledger, rules, clock)
    assert await ledger.append([event], "Asia/Shanghai") == Appended(0, 1)


async def test_a_shard_refilled_below_what_a_process_saw_stays_closed_to_it(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    """Events that Redis lost before they were journaled, too, have used up their numbers."""
    for n in range(4):
        await decide(ledger, add(f"c{n}"), rules)
    other = Ledger(ledger.redis, shards=ledger.shards, clock_ms=clock)
    await decide(other, add("c4"), rules)
    shard = keys.shard_of("acme", ledger.shards)
    await ledger.redis.flushall()
    await ledger.log.refill(shard, ShardState(seq=4), "epoch-2", fence=2)
    (answer,) = await other.spend([add("c5")], rules)
    assert getattr(answer, "code", None) == "unavailable"
    await ledger.log.refill(shard, ShardState(seq=5), "epoch-3", fence=2)
    for n, survivor in enumerate((other, ledger)):
        assert (await decide(survivor, add(f"d{n}"), rules)).allowed
    events = (await ledger.log.read({shard: 0}, 10))[shard]
    assert [event.seq for event in events] == [6, 7]


async def test_nothing_is_open_before_everything_is_there(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    """Restrictions are written first and the epoch last."""
    await decide(ledger, add(), rules)
    shard = keys.shard_of("acme", ledger.shards)
    state = ShardState(seq=1)
    state.set_caps("acme", "li", 9, 9, seq=1)
    state.set_restrictions("acme", None, [Restriction("p", "interop", None, False, True)])
    first, *later = state.writes(shard, clock.now_ms)
    assert first[:2] == ("SET", keys.enterprise(shard, "acme"))
    assert [command[1] for command in later] == [keys.member(shard, "acme", "li")]
    assert not any(keys.meta(shard) == command[1] for command in (first, *later))
    await ledger.log.refill(shard, state, EPOCH, fence=1)
    assert (await decide(ledger, add(), rules)).reason == "enterprise_restricted"


async def test_a_refill_replaces_whatever_the_shard_held(ledger: Ledger, rules: Rules) -> None:
    await set_caps(ledger, 99, enterprise="acme")
    await ledger.accounts.restrict("acme", "li", [Restriction("p", "interop", None, False, True)])
    shard = keys.shard_of("acme", ledger.shards)
    for seq in (7, 8):
        await ledger.log.refill(shard, ShardState(seq=seq), "epoch-2", fence=2)
        decision = await decide(ledger, add(), rules)
        assert (decision.allowed, decision.limits[0].cap, decision.limits[0].used) == (True, 5, 1)


async def test_what_was_journaled_is_json_that_carries_the_record(
    ledger: Ledger, rules: Rules
) -> None:
    greeting = 'h"\\\n — 你好'
    spent = await decide(ledger, add(greeting_hash=greeting, aliases=("a", "b")), rules)
    shard = keys.shard_of("acme", ledger.shards)
    (event,) = (await ledger.log.read({shard: 0}, 10))[shard]
    body = json.loads(event.body)
    assert body["greeting_hash"] == greeting
    assert body["aliases"] == ["a", "b"]
    assert body["decision_id"] == spent.decision_id
    packed = await ledger.redis.get(keys.record(shard, spent.decision_id))
    record = Record.from_text(body["record"], body["day_end_ms"])
    assert (record.pack(), record.text) == (packed, body["record"])
    assert Record.unpack(record.pack()) == record

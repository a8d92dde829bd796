"""An add made again after a cancel or an expired hold: a decision of its own, under its own id."""

from quota.adds import Mode
from quota.calls import Event
from quota.ledger import Ledger
from quota.policy import Rules
from tests.conftest import Clock
from tests.quota.opening import decide, used
from tests.quota.rules import add, hold

ACTIVE = "member_daily_active"


async def test_repeating_a_cancel_never_refunds_the_add_made_since(
    ledger: Ledger, rules: Rules
) -> None:
    first = await decide(ledger, add(), rules)
    await ledger.settle(first.decision_id, "cancel", rules)
    second = await decide(ledger, add(), rules)
    assert second.decision_id != first.decision_id
    assert (second.replayed, second.state) == (False, "spent")
    again = await ledger.settle(first.decision_id, "cancel", rules)
    assert (again.state, again.conflict) == ("cancelled", None)
    assert await used(ledger, rules, ACTIVE) == 1
    repeat = await decide(ledger, add(), rules)
    assert (repeat.decision_id, repeat.replayed) == (second.decision_id, True)


async def test_a_late_commit_of_an_expired_hold_does_not_commit_the_next_one(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    first = await decide(ledger, hold(), rules)
    clock.forward(minutes=2)
    second = await decide(ledger, hold(), rules)
    late = await ledger.settle(first.decision_id, "commit", rules)
    assert (late.state, late.conflict is not None) == ("expired", True)
    on_time = await ledger.settle(second.decision_id, "commit", rules)
    assert (on_time.state, on_time.conflict) == ("committed", None)


async def test_each_new_beginning_has_an_id_of_its_own(ledger: Ledger, rules: Rules) -> None:
    ids = []
    for _ in range(12):
        made = await decide(ledger, hold(), rules)
        ids.append(made.decision_id)
        await ledger.settle(made.decision_id, "cancel", rules)
    assert len(set(ids)) == 12
    for decision_id in ids:
        assert (await ledger.settle(decision_id, "cancel", rules)).state == "cancelled"
    assert await used(ledger, rules, ACTIVE) == 0


async def test_a_peek_after_a_cancel_leaves_no_trace(ledger: Ledger, rules: Rules) -> None:
    first = await decide(ledger, add(), rules)
    await ledger.settle(first.decision_id, "cancel", rules)
    await decide(ledger, add(mode=Mode.PEEK), rules)
    second = await decide(ledger, add(), rules)
    assert second.decision_id == f"{first.decision_id}.1"


async def test_a_member_whom_an_event_named_is_known(ledger: Ledger, rules: Rules) -> None:
    assert not (await ledger.accounts.member("acme", "li", rules)).known
    body = {"type": "contact.accepted", "at": 1, "enterprise_id": "acme", "member_id": "li"}
    await ledger.append([Event("acme", "v-1", {**body, "target": "c1"})], "Asia/Shanghai")
    assert (await ledger.accounts.member("acme", "li", rules)).known
    assert not (await ledger.accounts.member("acme", "wang", rules)).known

"""Cases: opened and joined by findings, enforced once while the day permits, decided by people."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penalties.cases import Case, CaseDecision, decided
from penalties.findings import MOST_EVIDENCE, MOST_FLAGS, Finding, Today, enforced, joined, opened
from penalties.imposing import pattern_hold
from server.policy import default_policy

HOUR_MS = 3_600_000
POLICY = default_policy().penalties
QUIET = Today(day=20_000, seats=0, enforced_here=0, enforced_in_all=0)


def finding(**changed: Any) -> Finding:
    plain: dict[str, Any] = {
        "at_ms": 1_000,
        "enterprise_id": "acme",
        "member_id": "li",
        "level": "enforce",
        "posterior": 0.99,
        "contributions": {"hard_negatives": 9.0},
        "patterns": ("hard_negatives",),
        "adds_before": 12,
        "evidence": ("5 of 9 blocked",),
        "events": ("e1",),
        "flags": ("0-1-hard_negatives",),
    }
    return Finding(**plain | changed)


def case(**changed: Any) -> Case:
    return opened("0-1-member", finding(**changed), 3)


def decision(action: Any = "dismiss", at_ms: int = 5_000, **changed: Any) -> CaseDecision:
    first = CaseDecision(at_ms, action, "ann", "k-1", "looked", None)
    return replace(first, **changed)


def test_a_finding_opens_a_case_that_says_what_it_rests_on() -> None:
    found = case()
    assert (found.state, found.level, found.verdict) == ("open", "enforce", "review")
    assert (found.opened_ms, found.changed_ms, found.adds_before) == (1_000, 1_000, 12)
    assert (found.flags, found.events) == (("0-1-hard_negatives",), ("e1",))
    assert not found.deferred


def test_a_level_rises_and_never_falls() -> None:
    reviewed = case(level="review")
    risen = joined(reviewed, finding(at_ms=2_000))
    assert (reviewed.level, risen.level) == ("review", "enforce")
    assert joined(risen, finding(level="review")).level == "enforce"


def test_the_latest_posterior_counts_and_patterns_come_together_in_order() -> None:
    more = finding(
        at_ms=2_000,
        posterior=0.7,
        contributions={"outcome_shift": 3.0},
        patterns=("outcome_shift", "hard_negatives"),
        flags=("0-2-outcome_shift",),
        adds_before=20,
    )
    found = joined(case(), more)
    assert found.patterns == ("hard_negatives", "outcome_shift")
    assert (found.posterior, dict(found.contributions)) == (0.7, {"outcome_shift": 3.0})
    assert found.flags == ("0-1-hard_negatives", "0-2-outcome_shift")
    assert (found.opened_ms, found.changed_ms, found.adds_before) == (1_000, 2_000, 12)


def test_evidence_that_comes_again_stands_once_where_it_came_last() -> None:
    found = joined(case(evidence=("a", "b")), finding(evidence=("a", "c")))
    assert found.evidence == ("b", "a", "c")


@given(st.lists(st.lists(st.integers(0, 99).map(str), max_size=60), min_size=1, max_size=12))
def test_what_a_case_keeps_is_bounded_and_the_newest(runs: list[list[str]]) -> None:
    found = case(evidence=runs[0], events=runs[0], flags=runs[0])
    for run in runs[1:]:
        found = joined(found, finding(evidence=run, events=run, flags=run))
    for kept, most in (
        (found.evidence, MOST_EVIDENCE),
        (found.events, MOST_EVIDENCE),
        (found.flags, MOST_FLAGS),
    ):
        assert len(kept) <= most
        assert len(set(kept)) == len(kept)
        assert set(runs[-1][-most:]) <= set(kept) or len(set(runs[-1])) > most


def test_an_enterprise_is_never_enforced() -> None:
    whole = case(member_id=None, posterior=None)
    assert whole.level == joined(whole, finding(member_id=None)).level == "review"
    assert not whole.asks_for_hold(20_000)


def test_a_review_asks_for_no_hold() -> None:
    assert not case(level="review").asks_for_hold(20_000)
    assert case().asks_for_hold(20_000)


def test_an_enforced_case_holds_active_adds_for_the_policys_hours_and_once() -> None:
    found, bound = enforced(case(), 9_000, QUIET, POLICY)
    assert bound is None
    assert (found.verdict, found.enforced_day) == ("enforce", 20_000)
    held = pattern_hold(found, POLICY)
    assert held is not None
    assert (held.id, held.scope, held.may_apply, held.may_appeal) == (
        "0-1-member",
        "active_adds",
        False,
        True,
    )
    assert (held.starts_ms, held.ends_ms) == (9_000, 9_000 + 72 * HOUR_MS)
    assert not joined(found, finding(at_ms=10**12)).asks_for_hold(30_000)


@pytest.mark.parametrize(
    ("here", "in_all", "seats", "bound"),
    [
        (19, 19, 0, None),
        (20, 20, 0, "enterprise"),
        (99, 199, 5_000, None),
        (100, 100, 5_000, "enterprise"),
        (0, 200, 0, "total"),
        (20, 200, 0, "enterprise"),
    ],
)
def test_the_breaker_binds_at_exactly_its_limits(
    here: int, in_all: int, seats: int, bound: str | None
) -> None:
    found, limit = enforced(case(), 1_000, Today(20_000, seats, here, in_all), POLICY)
    assert limit == bound
    assert found.deferred is (bound is not None)
    assert (found.verdict, found.hold is None) == (
        ("enforce", False) if bound is None else ("review", True)
    )


def test_what_a_breaker_put_off_stays_so_that_day_and_asks_again_on_the_next() -> None:
    deferred, _ = enforced(case(), 1_000, replace(QUIET, enforced_here=20), POLICY)
    again = joined(deferred, finding(at_ms=2_000))
    assert (again.verdict, again.level, again.deferred) == ("review", "enforce", True)
    assert not again.asks_for_hold(20_000)
    assert not again.asks_for_hold(19_999)
    assert again.asks_for_hold(20_001)
    held, _ = enforced(again, 3_000, replace(QUIET, day=20_001), POLICY)
    assert (held.verdict, held.deferred, held.enforced_day) == ("enforce", False, 20_001)


def test_one_word_decides_an_open_case_and_no_other() -> None:
    for action, after, severity in (
        ("confirm", "confirmed", "normal"),
        ("dismiss", "dismissed", None),
    ):
        found = decided(case(), decision(action))
        assert found is not None
        assert (found.state, found.decision) == (after, decision(action, severity=severity))
        assert decided(found, decision("confirm")) is None
        assert decided(found, decision("dismiss")) is None
        assert not found.asks_for_hold(30_000)


def test_dismissing_lifts_the_hold_and_confirming_keeps_it() -> None:
    held, _ = enforced(case(), 1_000, QUIET, POLICY)
    dismissed, confirmed = decided(held, decision()), decided(held, decision("confirm"))
    assert dismissed is not None
    assert confirmed is not None
    assert held.hold is not None
    assert (dismissed.hold, confirmed.hold) == (replace(held.hold, lifted_ms=5_000), held.hold)


def test_a_hold_that_ended_is_not_lifted_any_more() -> None:
    held, _ = enforced(case(), 1_000, QUIET, POLICY)
    assert held.hold is not None
    end_ms = held.hold.ends_ms
    assert [held.hold.state(now_ms) for now_ms in (end_ms - 1, end_ms)] == ["active", "ended"]
    late = decided(held, decision(at_ms=end_ms))
    assert late is not None
    assert late.hold == held.hold


def test_a_decision_is_repeated_only_by_the_same_person_saying_the_same() -> None:
    first = decision("confirm")
    assert first.repeats(replace(first, at_ms=9_999, key_id="k-2"))
    for other in (
        replace(first, holder="bob"),
        replace(first, note="otherwise"),
        replace(first, severity="severe"),
        decision("dismiss"),
    ):
        assert not first.repeats(other)

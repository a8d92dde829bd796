"""The likelihood of outcomes, against the integrals that it stands for."""

from math import exp, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.patterns import likelihood, outcome_shift
from scoring.patterns.likelihood import of_outcomes
from scoring.patterns.policy import Component, Kind
from scoring.views import MemberView, new_member
from server.policy import default_policy

POLICY = default_policy().scoring.patterns
NUMBERS = POLICY.verdict
HOUR_MS = 3_600_000


def _member(
    whole: tuple[int, int, int, int], run: tuple[int, int, int, int] | None = None
) -> MemberView:
    view = new_member(1)
    lately = whole if run is None else run
    view.patterns[outcome_shift.NAME] = {"s": 0.0, "all": [*whole], "run": [*lately]}
    return view


def _integrated(kind: Kind, hard: int, adds: int, accepted: int, declined: int) -> float:
    """The likelihood by summing over rates and shares: what the closed forms stand for."""
    shape, weight, steps = NUMBERS.hard_shape, NUMBERS.accepted_weight, 4_000
    by_rate, top = 0.0, 1.0
    for n in range(steps):
        rate = (n + 0.5) / steps * top
        density = (shape - 1) * log(rate) - shape * rate / kind.hard
        density += shape * log(shape / kind.hard) - lgamma(shape)
        by_rate += exp(density + hard * log(rate) - adds * rate) * top / steps
    by_share = 0.0
    a, b = weight * kind.accepted, weight * (1 - kind.accepted)
    constant = lgamma(weight) - lgamma(a) - lgamma(b)
    for n in range(steps):
        share = (n + 0.5) / steps
        logs = (a - 1 + accepted) * log(share) + (b - 1 + declined) * log(1 - share)
        by_share += exp(constant + logs) / steps
    return by_rate * by_share


@pytest.mark.parametrize(
    ("whole", "sign"), [((9, 15, 11, 65), 1), ((22, 10, 2, 66), -1), ((45, 5, 1, 49), -1)]
)
def test_it_is_the_ratio_of_the_mixtures(whole: tuple[int, int, int, int], sign: int) -> None:
    accepted, declined, hard, _ = whole
    sides = [
        sum(k.share * _integrated(k, hard, sum(whole), accepted, declined) for k in kinds)
        for kinds in (NUMBERS.abusive, NUMBERS.honest)
    ]
    expected = log(sides[0] / sides[1])
    found = of_outcomes(_member(whole), POLICY).outcomes
    assert found == pytest.approx(expected, abs=1e-3)
    assert found * sign > 0


def test_a_change_is_measured_against_the_members_own_past() -> None:
    refusals = (0, 3, 3, 4)
    angel = of_outcomes(_member((80, 3, 3, 84), refusals), POLICY).outcomes
    nuisance = of_outcomes(_member((80, 43, 23, 84), refusals), POLICY).outcomes
    assert nuisance < angel - 2


def test_adds_that_wait_count_and_the_young_ones_half() -> None:
    view = _member((2, 2, 2, 0))
    view.clock_ms = 100 * HOUR_MS
    before = of_outcomes(view, POLICY)
    view.opened = [[view.clock_ms - HOUR_MS, 1, 0]] * 50
    young = of_outcomes(view, POLICY)
    view.opened = [[view.clock_ms - 25 * HOUR_MS, 1, 0]] * 25
    assert of_outcomes(view, POLICY) == young
    assert young.hard < before.hard


counts = st.integers(0, 400)


@given(accepted=counts, declined=counts, hard=st.integers(0, 60), other=counts)
def test_more_refusals_never_speak_for_a_member(
    accepted: int, declined: int, hard: int, other: int
) -> None:
    kinder = of_outcomes(_member((accepted, declined, hard, other + 1)), POLICY)
    harder = of_outcomes(_member((accepted, declined, hard + 1, other)), POLICY)
    assert harder.hard > kinder.hard


@given(accepted=counts, declined=counts, hard=st.integers(0, 60), other=counts)
def test_the_evidence_of_one_member_is_bounded(
    accepted: int, declined: int, hard: int, other: int
) -> None:
    many = tuple(each * 100 for each in (accepted, declined, hard, other))
    few = of_outcomes(_member((accepted, declined, hard, other)), POLICY).outcomes
    whole = of_outcomes(_member((many[0], many[1], many[2], many[3])), POLICY).outcomes
    assert abs(whole) < 1_000
    assert -1_000 < few < 1_000


def test_nothing_known_weighs_nothing() -> None:
    assert of_outcomes(new_member(1), POLICY) == likelihood.NOTHING
    assert of_outcomes(_member((0, 0, 0, 0)), POLICY).outcomes == pytest.approx(0.0, abs=1e-9)


def test_components_are_ready_made_of_their_kinds() -> None:
    kind, component = NUMBERS.honest[0], NUMBERS.honest_components[0]
    assert isinstance(component, Component)
    assert NUMBERS.hard_shape / component.per_hard == pytest.approx(kind.hard)
    weight = component.accepted + component.declined
    assert component.accepted / weight == pytest.approx(kind.accepted)

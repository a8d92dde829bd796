"""Feedback: the benefit of doubt, what colleagues do to a member, and that better is better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.feedback import colleagues_rate, feedback, least_value
from scoring.sums import Sums
from scoring.views import MemberView
from tests.scoring.build import POLICY, a_company, a_member, sums

WEIGHTS = st.floats(0, 5000)
RATES = st.floats(POLICY.feedback.colleagues_least, POLICY.feedback.colleagues_most)
POINTS = POLICY.feedback.points


def _member(negative: float, positive: float, contacts: int, rate: float = 0.10) -> MemberView:
    return a_member(
        a_company(),
        sums=sums(negative=negative, positive=positive),
        negative_contacts=contacts,
        colleagues_rate=rate,
    )


def _value(negative: float, positive: float, contacts: int, rate: float = 0.10) -> float:
    return feedback(_member(negative, positive, contacts, rate), POLICY).value


@given(negative=WEIGHTS, positive=WEIGHTS, rate=RATES, contacts=st.integers(0, 2))
def test_two_contacts_alone_never_push_an_account_below_where_it_began(
    negative: float, positive: float, rate: float, contacts: int
) -> None:
    assert _value(negative, positive, contacts, rate) >= _value(0, 0, 0, rate) - 1e-12


def test_from_the_third_contact_on_negatives_weigh() -> None:
    assert _value(27, 0, 2) == _value(0, 0, 0)
    assert _value(27, 0, 3) < _value(0, 0, 0)


@given(negative=WEIGHTS, positive=WEIGHTS, rate=RATES, contacts=st.integers(0, 9))
def test_colleagues_move_a_member_by_at_most_5_4_points(
    negative: float, positive: float, rate: float, contacts: int
) -> None:
    neutral = _value(negative, positive, contacts, POLICY.feedback.prior_rate)
    assert POINTS * abs(_value(negative, positive, contacts, rate) - neutral) <= 5.4


@given(negative=WEIGHTS, positive=WEIGHTS)
def test_whatever_colleagues_do_their_rate_stays_within_its_bounds(
    negative: float, positive: float
) -> None:
    company = a_company(sums=sums(negative=negative, positive=positive))
    member = a_member(company)
    assert 0.05 <= member.colleagues_rate <= 0.15


def test_a_members_own_outcomes_are_not_its_colleagues() -> None:
    company = a_company(sums=sums(negative=14, positive=86))
    member = a_member(company, sums=sums(negative=10, positive=50))
    assert colleagues_rate(member, company, POLICY) == pytest.approx((4 + 5) / (4 + 36 + 50))
    aged = colleagues_rate(member, company, POLICY, days=14)
    assert aged == pytest.approx((9 + 5) / (9 + 61 + 50))


def test_colleagues_sums_are_never_below_nothing() -> None:
    company = a_company()
    member = a_member(company, sums=sums(negative=10, positive=50))
    assert colleagues_rate(member, company, POLICY) == 0.10


@given(negative=WEIGHTS, positive=WEIGHTS, less=st.floats(0, 1), more=st.floats(0, 100))
def test_fewer_negatives_and_more_accepted_never_lower_the_value(
    negative: float, positive: float, less: float, more: float
) -> None:
    assert _value(negative * less, positive + more, 5) >= _value(negative, positive, 5) - 1e-12


@given(
    negative=WEIGHTS,
    positive=WEIGHTS,
    contacts=st.integers(0, 5),
    rate=RATES,
    left=st.floats(0, 1),
    between=st.floats(0, 1),
)
def test_fading_outcomes_are_never_below_the_least_value(
    *, negative: float, positive: float, contacts: int, rate: float, left: float, between: float
) -> None:
    member = _member(negative, positive, contacts, rate)

    def at(factor: float) -> float:
        member.sums = Sums(negative * factor, positive * factor)
        return feedback(member, POLICY).value

    before = feedback(member, POLICY)
    value = at(left + (1 - left) * between)
    at(left)
    assert least_value(member, before, feedback(member, POLICY), POLICY) <= value + 1e-9

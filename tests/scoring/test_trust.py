"""The five parts, their sum, and the figures that they come from."""

import operator
from functools import reduce
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import trust
from scoring.feedback import feedback
from tests.scoring.build import DAY, MEMBER_FIELDS, POLICY, a_company, a_member, sums


def _value(score: trust.Score, name: str) -> float:
    return next(part.value for part in score.parts if part.name == name)


@pytest.mark.parametrize(
    ("verification", "of_nine", "of_four", "expected"),
    [
        ("none", 0, 0, 0.0),
        ("none", 9, 4, 10 / 25),
        ("verified", 0, 0, 9 / 25),
        ("verified", 3, 1, (9 + 10 * (0.5 * 3 / 9 + 0.5 * 1 / 4)) / 25),
        ("certified", 9, 0, 20 / 25),
        ("certified", 9, 4, 1.0),
    ],
)
def test_a_members_profile_is_half_its_enterprises(
    verification: str, of_nine: int, of_four: int, expected: float
) -> None:
    fields = frozenset(POLICY.profile.enterprise_fields[:of_nine])
    company = a_company(verification, profile=fields)
    member = a_member(company, profile=frozenset(POLICY.profile.member_fields[:of_four]))
    assert _value(trust.member_score(member, company, POLICY), "profile") == pytest.approx(expected)


def test_fields_that_the_policy_does_not_ask_for_are_worth_nothing() -> None:
    company = a_company("none", profile=frozenset({"slogan", "logo"}))
    assert _value(trust.enterprise_score(company, POLICY), "profile") == pytest.approx(10 / 9 / 25)


@pytest.mark.parametrize(
    ("active", "replies", "expected"),
    [
        (0, {}, 0.0),
        (10, {DAY: [4, 50]}, 0.5),
        (20, {}, 0.6),
        (28, {DAY: [1, 100]}, 1.0),
        (0, {DAY: [30, 100], DAY - 27: [10, 0]}, 0.4 * 0.75),
        (0, {DAY - 28: [10, 100]}, 0.0),
        (0, {DAY: [0, 100]}, 0.0),
    ],
    ids=["idle", "half", "no chats", "all", "by chats", "too old", "a report without chats"],
)
def test_usage(active: int, replies: dict[int, list[int]], expected: float) -> None:
    member = a_member(a_company(), active_days=(1 << active) - 1, replies=replies)
    assert trust.usage_value(member, POLICY) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("seats", "expected"),
    [({}, 0.0), ({DAY: [2, 1.5], DAY - 27: [1, 0.0]}, 0.5), ({DAY - 28: [3, 3.0]}, 0.0)],
    ids=["no seats", "mean", "no seats lately"],
)
def test_an_enterprises_usage_is_the_mean_over_its_seats(
    seats: dict[int, list[float]], expected: float
) -> None:
    company = a_company(seats=seats)
    company.seats = seats
    assert _value(trust.enterprise_score(company, POLICY), "usage") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("negative", "accepted", "contacts", "rate"),
    [
        (0.0, 0.0, 0, 0.10),
        (10.0, 90.0, 3, 0.10),
        (9.0, 41.0, 3, 0.14),
        (0.0, 450.0, 0, 0.01),
        (100.0, 0.0, 12, 0.70),
    ],
)
def test_feedback_is_an_upper_bound_of_the_rate_of_negatives(
    negative: float, accepted: float, contacts: int, rate: float
) -> None:
    company = a_company(sums=sums(negative=negative, positive=accepted), negative_contacts=contacts)
    weight = negative + accepted + 50
    bound = rate + sqrt(rate * (1 - rate) / (weight + 1))
    expected = min(max((0.45 - bound) / 0.40, 0), 1)
    assert feedback(company, POLICY).rate == pytest.approx(rate)
    assert feedback(company, POLICY).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("accepted", "resolved", "expected"), [(0, 0, 0.5), (24, 40, 1.0), (0, 20, 0.125), (0, 90, 0)]
)
def test_acceptance(accepted: float, resolved: float, expected: float) -> None:
    member = a_member(a_company(), sums=sums(accepted=accepted, resolved=resolved))
    assert trust.acceptance_value(member, POLICY) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("points", "clean", "expected"),
    [(0, 0, 0.5), (0, 90, 1.0), (0, 900, 1.0), (9, 45, 0.5), (27, 90, 0.0), (81, 90, 0.0)],
)
def test_compliance(points: float, clean: int, expected: float) -> None:
    member = a_member(a_company(), points=points, clean_since_day=DAY - clean)
    assert trust.compliance_value(member, POLICY) == pytest.approx(expected)


def test_clean_days_are_not_negative() -> None:
    member = a_member(a_company(), clean_since_day=DAY + 5)
    assert trust.clean_days(member) == 0


@given(
    verification=st.sampled_from(["none", "verified", "certified"]),
    own=st.frozensets(st.sampled_from(sorted(MEMBER_FIELDS))),
    active=st.integers(0, 2**28 - 1),
    negative=st.floats(0, 1e4),
    positive=st.floats(0, 1e4),
    contacts=st.integers(0, 9),
    accepted=st.floats(0, 1e4),
    ignored=st.floats(0, 1e4),
    points=st.floats(0, 100),
    clean=st.integers(0, 400),
)
def test_parts_add_up_to_the_score(
    *,
    verification: str,
    own: frozenset[str],
    active: int,
    negative: float,
    positive: float,
    contacts: int,
    accepted: float,
    ignored: float,
    points: float,
    clean: int,
) -> None:
    company = a_company(verification)
    member = a_member(
        company,
        profile=own,
        active_days=active,
        sums=sums(
            negative=negative, positive=positive, accepted=accepted, resolved=accepted + ignored
        ),
        negative_contacts=contacts,
        points=points,
        clean_since_day=DAY - clean,
    )
    for score in (
        trust.member_score(member, company, POLICY),
        trust.enterprise_score(company, POLICY),
    ):
        assert [part.name for part in score.parts] == list(POLICY.weights)
        assert all(0 <= part.value <= 1 for part in score.parts)
        assert all(part.points == part.weight * part.value for part in score.parts)
        assert score.total == reduce(operator.add, [part.points for part in score.parts])
        assert 0 <= score.total <= 100 + 1e-9
    assert member.score == trust.member_score(member, company, POLICY).total

"""How accounts move between tiers at local midnights."""

from copy import deepcopy
from itertools import pairwise

import pytest

from scoring import tiers
from scoring.views import NEVER, MemberView, new_enterprise, new_member
from tests.scoring.build import (
    DAY,
    MEMBER_FIELDS,
    POLICY,
    a_company,
    a_member,
    an_old_hand,
    next_day,
    sums,
)


def _points_for(member: MemberView, score: float) -> float:
    """Violation points that bring a member whose days are all clean to a score."""
    return 27 * (member.score - score) / 20


def _pinned(tier: int, score: float) -> tuple[MemberView, float]:
    """A member at `tier`, and the violation points with which its score is `score` for ever."""
    company = a_company("certified", day=DAY)
    member = an_old_hand(company, tier, clean_since_day=DAY - 365, profile=MEMBER_FIELDS)
    tiers.refresh(member, company, POLICY, 1)
    return member, _points_for(member, score)


def test_the_first_day_is_at_tier_0_whatever_the_score() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    assert member.score > POLICY.tiers[2].score
    assert (member.tier, member.cap_active, member.cap_passive) == (0, 5, 50)
    assert (company.tier, company.cap_active, company.cap_passive) == (0, 20, 200)
    assert member.clean_since_day == company.clean_since_day == DAY


def test_an_activation_before_the_first_day_is_kept() -> None:
    company, member = a_company(), new_member(1)
    member.clean_since_day = DAY - 40
    tiers.begin_day(member, company, POLICY, DAY, 1)
    assert member.clean_since_day == DAY - 40


def test_one_tier_a_midnight() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    reached = []
    for _ in range(4):
        next_day(company, member, used=True)
        reached.append(member.tier)
    assert member.score >= POLICY.tiers[2].score
    assert reached == [1, 2, 2, 2]


def test_idle_days_raise_nobody() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    next_day(company, member, days=30)
    assert member.tier == 0
    next_day(company, member, used=True)
    assert member.tier == 1


def test_a_usage_report_may_come_a_day_late() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    next_day(company, member)
    assert member.tier == 0
    member.active_days |= 0b10
    next_day(company, member)
    assert member.tier == 1
    next_day(company, member)
    assert member.tier == 1


def test_fourteen_low_days_cost_one_tier() -> None:
    member, points = _pinned(3, 62.9)
    company = a_company("certified")
    member.points = points
    lost: list[tuple[int, int]] = []
    for days in range(1, 43):
        next_day(company, member)
        if not lost or member.tier < lost[-1][1]:
            lost.append((days, member.tier))
    assert lost == [(1, 3), (14, 2)]


def test_a_score_above_nine_tenths_costs_nothing() -> None:
    member, points = _pinned(3, 63.1)
    company = a_company("certified")
    member.points = points
    next_day(company, member, days=60)
    assert (member.tier, member.low_days) == (3, 0)


def test_one_good_day_ends_a_run_of_low_ones() -> None:
    member, points = _pinned(3, 55)
    company = a_company("certified")
    for day in range(27):
        member.points = 0 if day == 13 else points
        next_day(company, member)
        assert member.tier == 3
    assert member.low_days == 13


@pytest.mark.parametrize("low", [51, 63.1])
def test_a_score_to_and_fro_over_a_threshold_moves_a_tier_once(low: float) -> None:
    member, points = _pinned(2, low)
    company = a_company("certified")
    seen = []
    for day in range(80):
        member.points = points if day % 2 else 0
        next_day(company, member, used=day == 0)
        seen.append(member.tier)
    assert seen[0] == 3
    assert set(seen) == {3}


def test_slow_swings_move_a_tier_at_most_every_fourteen_days() -> None:
    member, points = _pinned(3, 55)
    company = a_company("certified")
    changed, before = [], member.tier
    for day in range(140):
        member.points = points if day // 15 % 2 else 0
        next_day(company, member)
        if member.tier != before:
            changed.append(day)
            before = member.tier
    falls = changed[::2]
    assert changed
    assert all(later - earlier >= 14 for earlier, later in pairwise(falls))


def test_a_day_that_has_begun_begins_no_second_time() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    next_day(company, member)
    before = (deepcopy(company), deepcopy(member))
    for day in (company.day, company.day - 1, NEVER):
        tiers.begin_enterprise_day(company, POLICY, day, 9)
        tiers.begin_day(member, company, POLICY, day, 9)
    assert (company, member) == before


def test_outcomes_fade_by_half_in_fourteen_days() -> None:
    company = a_company(sums=sums(negative=8, positive=80, resolved=100, accepted=80))
    member = a_member(company, sums=sums(negative=8, positive=80, resolved=100, accepted=80))
    next_day(company, member, days=14)
    for view in (company, member):
        assert view.sums.negative == pytest.approx(4)
        assert view.sums.resolved == pytest.approx(50)
    assert (company.frozen_negative, company.frozen_positive) == (
        company.sums.negative,
        company.sums.positive,
    )


def test_what_is_older_than_its_window_is_forgotten() -> None:
    company = a_company(recent={DAY: [9, 1]}, seats={DAY: [1, 0.5]})
    member = a_member(
        company,
        recent={DAY: [9, 1]},
        replies={DAY: [9, 90]},
        best={DAY: 9},
        active_days=0b101,
    )
    next_day(company, member, days=14)
    assert member.best == {DAY: 9}
    assert member.active_days == 0b101 << 14
    next_day(company, member, days=13)
    assert (member.best, member.replies) == ({}, {DAY: [9, 90]})
    assert company.seats == {DAY: [1, 0.5]}
    next_day(company, member, days=1)
    assert (member.replies, member.recent, company.recent, company.seats) == ({}, {}, {}, {})
    next_day(company, member, days=1000)
    assert member.active_days == 0


def test_a_very_long_gap_ends_where_the_days_would_have_led() -> None:
    company = a_company("certified")
    member = an_old_hand(company, 4, active_days=2**28 - 1, best={DAY: 100})
    left, day_by_day = deepcopy(member), deepcopy(member)
    later = deepcopy(company)
    next_day(later, left, days=3000)
    for _ in range(3000):
        next_day(company, day_by_day)
    assert (left.tier, left.low_days, left.cap_active) == (3, 0, 10)
    assert left.tier == day_by_day.tier
    assert left.score == pytest.approx(day_by_day.score)


def test_a_very_long_gap_costs_every_tier_that_low_days_cost() -> None:
    company = a_company("none")
    member = an_old_hand(company, 4, points=27)
    next_day(company, member, days=3000)
    assert (member.score_tier, member.tier, member.cap_active) == (1, 1, 10)
    again = an_old_hand(a_company("none"), 4, points=27)
    next_day(a_company("none"), again, days=41)
    assert again.score_tier == 2
    next_day(a_company("none", day=DAY + 41), again)
    assert again.score_tier == 1


def test_a_policy_with_fewer_tiers_is_taken_up() -> None:
    company = a_company("certified")
    member = an_old_hand(company, 4, clean_since_day=DAY - 90, best={DAY: 99})
    fewer = POLICY.model_copy(update={"tiers": POLICY.tiers[:3]})
    tiers.refresh(member, company, fewer, 2)
    assert (member.tier, member.cap_active) == (2, 50)
    tiers.begin_enterprise_day(company, fewer, DAY + 1, 3)
    tiers.begin_day(member, company, fewer, DAY + 1, 3)
    assert (member.score_tier, member.tier) == (2, 2)


def test_projecting_changes_nothing_and_unknown_accounts_have_starting_caps() -> None:
    company, member = new_enterprise(1), new_member(1)
    assert tiers.project(member, company, POLICY, DAY).active == 5
    assert tiers.project_enterprise(company, POLICY, DAY).active == 20
    assert (company, member) == (new_enterprise(1), new_member(1))

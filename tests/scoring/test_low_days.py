"""Which days count as low: directed cases that random histories seldom meet."""

from copy import deepcopy

import pytest

from scoring import tiers
from scoring.views import EnterpriseView, MemberView
from tests.scoring.build import DAY, MEMBER_FIELDS, POLICY, a_company, an_old_hand, next_day, sums


def _on_the_edge(colleagues_rate: float, low_days: int) -> tuple[EnterpriseView, MemberView]:
    """A member at tier 3 that is low with bad colleagues and is not with good ones."""
    company = a_company("certified")
    member = an_old_hand(
        company,
        3,
        profile=MEMBER_FIELDS,
        clean_since_day=DAY - 365,
        points=9.45,
        colleagues_rate=colleagues_rate,
        low_days=low_days,
    )
    return company, member


def test_a_day_that_begins_well_ends_a_run_of_low_days() -> None:
    company, member = _on_the_edge(0.15, 13)
    company.sums = sums(positive=4000)
    next_day(company, member)
    assert member.colleagues_rate == 0.05
    assert (member.tier, member.low_days) == (3, 0)


def test_a_day_that_ended_well_ends_a_run_though_the_next_begins_badly() -> None:
    company, member = _on_the_edge(0.05, 13)
    company.sums = sums(negative=4000)
    next_day(company, member)
    assert member.colleagues_rate == 0.15
    assert (member.tier, member.low_days) == (3, 0)
    next_day(company, member)
    assert member.low_days == 1


def test_colleagues_are_told_from_the_member_as_of_the_same_day() -> None:
    company = a_company(sums=sums(negative=20, positive=80))
    member = an_old_hand(company, 1, sums=sums(negative=12, positive=40))
    next_day(company, member, days=14)
    assert member.colleagues_rate == pytest.approx((4 + 5) / (4 + 20 + 50))


def test_a_long_gap_is_never_kinder_than_its_days_one_by_one() -> None:
    slow = POLICY.model_copy(
        update={"movement": POLICY.movement.model_copy(update={"demotion_days": 80})}
    )
    company = a_company("certified")
    member = an_old_hand(
        company, 3, profile=MEMBER_FIELDS, clean_since_day=DAY, points=27 * 0.56
    )  # low until its 85th clean day, so for longer than it takes to fall
    singly = deepcopy(member)
    for day in range(DAY + 1, DAY + 101):
        tiers.begin_enterprise_day(company, slow, day, day)
        tiers.begin_day(singly, company, slow, day, day)
    tiers.begin_day(member, company, slow, DAY + 100, DAY + 100)
    assert member.score == pytest.approx(singly.score)
    assert member.score >= 0.9 * POLICY.tiers[3].score
    assert (member.score_tier, singly.score_tier) == (2, 2)


def test_complaints_keep_a_member_down_for_the_whole_window() -> None:
    company = a_company("certified")
    member = an_old_hand(company, 3, recent={DAY: [50, 4]}, clean_since_day=DAY - 365)
    next_day(company, member, days=27)
    assert (member.tier, member.recent) == (1, {DAY: [50, 4]})
    next_day(company, member)
    assert (member.tier, member.recent) == (3, {})


def test_the_limit_of_complaints_raises_nobody() -> None:
    company = a_company("certified")
    member = an_old_hand(company, 0, recent={DAY: [50, 4]}, profile=MEMBER_FIELDS)
    next_day(company, member, used=True)
    assert (member.score_tier, member.tier) == (1, 0)

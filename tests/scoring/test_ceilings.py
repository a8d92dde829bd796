"""Ceilings: which apply, from which figures on, and how they act."""

import pytest

from scoring import ceilings, tiers, trust
from scoring.views import EnterpriseView, MemberView
from tests.scoring.build import DAY, POLICY, a_company, a_member, an_old_hand, next_day, sums


def _found(view: MemberView, company: EnterpriseView) -> list[tuple[str, int]]:
    score = trust.member_score(view, company, POLICY)
    found = ceilings.member_ceilings(view, company, POLICY, score)
    return [(ceiling.name, ceiling.max_tier) for ceiling in found]


def test_a_good_account_has_none() -> None:
    company = a_company()
    assert _found(a_member(company), company) == []


def test_members_of_an_unverified_enterprise_stay_at_tier_1() -> None:
    company = a_company("none")
    assert _found(a_member(company), company) == [("unverified", 1)]


def test_nothing_left_of_feedback_means_tier_1() -> None:
    company = a_company()
    member = a_member(company, sums=sums(negative=100), negative_contacts=12)
    assert _found(member, company) == [("feedback_zero", 1)]


@pytest.mark.parametrize(
    ("complainants", "resolved", "max_tier"),
    [
        (2, 3, None),
        (3, 3, 1),
        (3, 601, None),
        (3, 600, 3),
        (3, 201, 3),
        (3, 200, 1),
        (5, 200, 1),
        (6, 200, 0),
        (6, 201, 1),
        (30, 1000, 0),
    ],
    ids=[
        "two contacts are no pattern",
        "few adds count as 200",
        "below .5 %",
        "at .5 %",
        "below 1.5 %",
        "at 1.5 %",
        "2.5 %",
        "at 3 %",
        "below 3 %",
        "of many",
    ],
)
def test_complaint_rates(complainants: int, resolved: int, max_tier: int | None) -> None:
    company = a_company()
    half = complainants // 2
    recent = {DAY - 27: [resolved, half], DAY: [0, complainants - half], DAY - 28: [0, 99]}
    member = an_old_hand(company, 3, recent=recent)
    assert _found(member, company) == ([] if max_tier is None else [("complaint_rate", max_tier)])


def test_the_complaint_rate_is_shown_with_its_figures() -> None:
    company = a_company(recent={DAY: [40, 5]})
    score = trust.enterprise_score(company, POLICY)
    (found,) = ceilings.enterprise_ceilings(company, POLICY, score)
    assert found.detail == "5 complainants to 200 resolved adds in 28 days: 2.5 %"


def test_a_ceiling_acts_at_once_and_lifts_at_midnight() -> None:
    company = a_company()
    member = an_old_hand(company, 3, best={DAY: 100}, active_days=2**20 - 1)
    member.recent = {DAY: [200, 3]}
    tiers.refresh(member, company, POLICY, 2)
    assert (member.tier, member.cap_active, member.cap_passive) == (1, 20, 200)

    member.recent = {}
    tiers.refresh(member, company, POLICY, 3)
    assert (member.tier, member.cap_active, member.cap_passive) == (1, 20, 200)

    next_day(company, member)
    assert (member.tier, member.cap_active, member.cap_passive) == (3, 100, 1000)


def test_the_lowest_complaint_rate_keeps_an_account_from_rising() -> None:
    company = a_company("certified")
    member = an_old_hand(company, 1, recent={DAY: [300, 3]})
    next_day(company, member, used=True)
    assert (member.score_tier, member.tier) == (2, 1)
    member.recent = {}
    next_day(company, member)
    assert member.tier >= 2


def test_verification_lets_a_waiting_tier_through_at_midnight() -> None:
    company = a_company("none")
    member = an_old_hand(company, 1, score_tier=3, clean_since_day=DAY - 90)
    company.verification = "certified"
    tiers.refresh(member, company, POLICY, 2)
    assert member.tier == 1
    next_day(company, member)
    assert member.tier == 3

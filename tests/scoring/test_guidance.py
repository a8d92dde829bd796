"""Guidance: the least that reaches the next tier, and that it does what it says."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring import tiers
from scoring.actions import Case, Effort, complete_enterprise_profile, complete_profile
from scoring.caps import Caps
from scoring.guidance import HOLD, Guidance, enterprise_guidance, member_guidance
from scoring.views import EnterpriseView, MemberView
from tests.scoring.build import (
    DAY,
    ENTERPRISE_FIELDS,
    MEMBER_FIELDS,
    POLICY,
    a_company,
    a_member,
    an_old_hand,
    next_day,
    sums,
)

GOOD: dict[str, Any] = {
    "clean_since_day": DAY - 90,
    "best": {DAY: 60},
    "sums": sums(positive=60, accepted=60, resolved=80),
}


def _only(found: tuple[Guidance, ...]) -> Guidance:
    assert len(found) == 1
    return found[0]


def test_getting_verified_lifts_the_ceiling_of_the_unverified() -> None:
    company = a_company("none")
    member = an_old_hand(company, 1, score_tier=2, **(GOOD | {"clean_since_day": DAY}))
    found = _only(member_guidance(member, company, POLICY))
    assert found.actions == ("get_verified",)
    assert (found.before, found.after) == (Caps(20, 200), Caps(50, 500))
    assert found.effective_day == DAY + 1
    assert found.conditions[-1] == HOLD


def test_fields_that_are_missing_are_named() -> None:
    company = a_company("certified", profile=ENTERPRISE_FIELDS - {"domain", "legal_name", "logo"})
    member = a_member(company, profile=MEMBER_FIELDS - {"phone"})
    own = complete_profile(Case(member, company, POLICY))
    its = complete_enterprise_profile(Case(company, company, POLICY))
    assert own == Effort(1, "the member's phone is attested before that midnight")
    names = "domain, legal name and logo"
    assert its == Effort(1, f"the enterprise's {names} are attested before that midnight")


def test_what_is_there_may_suffice() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    found = _only(member_guidance(member, company, POLICY))
    assert found.actions == ()
    assert found.effective_day == DAY + 1
    next_day(company, member, used=True)
    assert Caps(member.cap_active, member.cap_passive) == found.after


def test_the_ramp_is_said_where_it_holds_caps_down() -> None:
    company = a_company("certified")
    found = _only(member_guidance(a_member(company), company, POLICY))
    assert found.after.active == 10
    assert any("up to 20 a day" in condition for condition in found.conditions)


def test_nothing_is_above_the_top() -> None:
    company = a_company("certified")
    assert member_guidance(an_old_hand(company, 4, **GOOD), company, POLICY) == ()


def test_where_three_actions_do_not_do_there_is_none() -> None:
    company = a_company("none")
    member = an_old_hand(company, 1, points=27, sums=sums(negative=5000), negative_contacts=99)
    assert member_guidance(member, company, POLICY) == ()


def test_complaints_grow_old() -> None:
    company = a_company("certified")
    member = an_old_hand(company, 1, score_tier=3, **GOOD)
    member.recent = {DAY - 20: [0, 2], DAY - 2: [100, 2]}
    found = _only(member_guidance(member, company, POLICY))
    assert found.actions == ("no_complaints",)
    assert found.effective_day == DAY + 8


def _spotless(tier: int, **given: Any) -> tuple[MemberView, EnterpriseView]:
    """A member that only usage and compliance keep from 100 points."""
    company = a_company("certified")
    well = GOOD | {"sums": sums(positive=450, accepted=450, resolved=500)}
    member = an_old_hand(company, tier, profile=MEMBER_FIELDS, **(well | given))
    tiers.refresh(member, company, POLICY, 1)
    return member, company


def test_the_clean_days_that_are_asked_for_are_the_least_that_do() -> None:
    used = {"active_days": 2**20 - 1, "replies": {DAY: [5, 100]}}
    member, company = _spotless(3, points=17.8875, clean_since_day=DAY - 30, **used)
    assert member.score == pytest.approx(84.5)
    found = _only(member_guidance(member, company, POLICY))
    assert found.actions == ("keep_clean",)
    assert found.effective_day == DAY + 14  # a clean day is worth 20 · .3375 / 180 = .0375
    assert found.conditions[0] == "no violation in the next 14 days"


@pytest.mark.parametrize(
    ("changed", "action"),
    [
        ({"active_days": 0, "replies": {DAY: [9, 100]}}, "be_active_20_days"),
        ({"active_days": 2**28 - 1, "replies": {DAY: [9, 0]}}, "reply_to_chats"),
    ],
)
def test_an_action_says_how_long_it_takes_at_the_least(
    changed: dict[str, Any], action: str
) -> None:
    member, company = _spotless(3, points=13.5, **changed)
    found = _only(member_guidance(member, company, POLICY))
    assert found.actions == (action,)
    assert found.effective_day == DAY + {"be_active_20_days": 20, "reply_to_chats": 28}[action]


def test_an_enterprise_is_guided_too() -> None:
    company = a_company("verified", profile=frozenset())
    company.score_tier = company.tier = 2
    company.seats = {DAY: [10, 1.0]}
    found = _only(enterprise_guidance(company, POLICY))
    assert found.actions
    assert found.before.active == company.cap_active
    assert found.after.active == 600


_DOABLE: dict[str, Callable[[MemberView, EnterpriseView], None]] = {
    "get_verified": lambda _, company: setattr(company, "verification", "verified"),
    "get_certified": lambda _, company: setattr(company, "verification", "certified"),
    "complete_enterprise_profile": lambda _, company: setattr(
        company, "profile", ENTERPRISE_FIELDS
    ),
    "complete_profile": lambda member, _: setattr(member, "profile", MEMBER_FIELDS),
}
"""Actions that take effect at the next midnight, carried out."""


@settings(deadline=None)
@given(
    verification=st.sampled_from(["none", "verified"]),
    company_fields=st.frozensets(st.sampled_from(sorted(ENTERPRISE_FIELDS))),
    own_fields=st.frozensets(st.sampled_from(sorted(MEMBER_FIELDS))),
    tier=st.integers(0, 3),
    active=st.integers(0, 20),
    clean=st.integers(0, 90),
)
def test_whoever_follows_it_gets_there(
    *,
    verification: str,
    company_fields: frozenset[str],
    own_fields: frozenset[str],
    tier: int,
    active: int,
    clean: int,
) -> None:
    company = a_company(verification, profile=company_fields)
    member = an_old_hand(company, tier, profile=own_fields, active_days=(1 << active) - 1)
    member.clean_since_day = DAY - clean
    tiers.refresh(member, company, POLICY, 1)
    member.best = {DAY: 60}
    found = member_guidance(member, company, POLICY)
    assume(found and set(found[0].actions) <= _DOABLE.keys())
    for name in found[0].actions:
        _DOABLE[name](member, company)
    next_day(company, member, used=True)
    assert Caps(member.cap_active, member.cap_passive) == found[0].after

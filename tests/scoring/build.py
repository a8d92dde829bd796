"""Accounts to judge: views with the figures that a test names, and the policy that ships."""

from typing import Any

from scoring import tiers
from scoring.sums import Sums
from scoring.views import EnterpriseView, MemberView, new_enterprise, new_member
from server.policy import default_policy

POLICY = default_policy().scoring
DAY = 20_000
ENTERPRISE_FIELDS = frozenset(POLICY.profile.enterprise_fields)
MEMBER_FIELDS = frozenset(POLICY.profile.member_fields)


def a_company(verification: str = "verified", day: int = DAY, **given: Any) -> EnterpriseView:
    """An enterprise that has begun `day`, all fields attested unless `profile` says otherwise."""
    company = new_enterprise(1)
    company.verification = verification
    company.profile = ENTERPRISE_FIELDS
    _set(company, given)
    tiers.begin_enterprise_day(company, POLICY, day, 1)
    return company


def a_member(company: EnterpriseView, **given: Any) -> MemberView:
    """A member that has begun its enterprise's day."""
    member = new_member(1)
    tiers.begin_day(member, company, POLICY, company.day, 1)
    _set(member, given)
    tiers.refresh(member, company, POLICY, 1)
    return member


def an_old_hand(company: EnterpriseView, tier: int, **given: Any) -> MemberView:
    """A member that stands at `tier` by score since the last midnight, with its caps."""
    member = a_member(company)
    member.score_tier = member.midnight_tier = member.tier = tier
    row = POLICY.tiers[tier]
    member.cap_active, member.cap_passive = row.member_active, row.member_passive
    _set(member, given)
    return member


def sums(**given: float) -> Sums:
    """Sums of outcomes, zero but for those given."""
    return Sums(**given)


def next_day(
    company: EnterpriseView, *members: MemberView, days: int = 1, used: bool = False
) -> None:
    """Lets midnights pass for the enterprise, then for its members; `used` makes today active."""
    day = company.day + days
    tiers.begin_enterprise_day(company, POLICY, day, day)
    for member in members:
        member.active_days |= used
        tiers.begin_day(member, company, POLICY, day, day)


def _set(view: EnterpriseView | MemberView, given: dict[str, Any]) -> None:
    for name, value in given.items():
        setattr(view, name, value)

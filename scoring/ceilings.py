"""Ceilings: tiers that an account cannot be above, whatever its score (DOMAIN §3).

Each has a name and its figures. They act at once downwards; a tier rises at local midnight only.
"""

from dataclasses import dataclass
from typing import NamedTuple

from scoring.policy import ScoringPolicy
from scoring.trust import Account, Score
from scoring.views import EnterpriseView, MemberView


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A ceiling that applies now; `detail` says why, with its figures."""

    name: str
    detail: str
    max_tier: int


class Closed(NamedTuple):
    """A ceiling that applies, without its words."""

    name: str
    max_tier: int


class Complaints(NamedTuple):
    """Active adds of the complaint window: different complainants, and how many resolved."""

    complainants: int
    resolved: int


def member_ceilings(
    view: MemberView, company: EnterpriseView, policy: ScoringPolicy, score: Score
) -> tuple[Ceiling, ...]:
    """The ceilings of a member that apply now; an unverified enterprise limits its members."""
    return _ceilings(view, company, policy, score)


def enterprise_ceilings(
    company: EnterpriseView, policy: ScoringPolicy, score: Score
) -> tuple[Ceiling, ...]:
    """The ceilings of an enterprise that apply now."""
    return _ceilings(company, company, policy, score)


def closed(
    view: Account, company: EnterpriseView, policy: ScoringPolicy, feedback_value: float
) -> list[Closed]:
    """Which ceilings apply. "Not above the present tier" is the tier that the view stands at."""
    given = policy.ceilings
    found = []
    if feedback_value <= 0.0:
        found.append(Closed("feedback_zero", given.feedback_zero_tier))
    if company.verification == "none":
        found.append(Closed("unverified", given.unverified_tier))
    tier = _complaint_tier(complaints(view, policy), view.tier, policy)
    if tier is not None:
        found.append(Closed("complaint_rate", tier))
    return found


def lowest(found: list[Closed], tier: int) -> int:
    """`tier`, or the lowest ceiling where that is lower."""
    for ceiling in found:
        tier = min(tier, ceiling.max_tier)
    return tier


def complaints(view: Account, policy: ScoringPolicy) -> Complaints:
    """What the complaint rate is made of, as of the view's day."""
    since = view.day - policy.ceilings.complaints.window_days
    complainants = resolved = 0
    for day, entry in view.recent.items():
        if day > since:
            resolved += entry[0]
            complainants += entry[1]
    return Complaints(complainants, resolved)


def complaint_rate(found: Complaints, policy: ScoringPolicy) -> float:
    """Different complainants among resolved active adds; few adds count as `least_resolved`."""
    return found.complainants / max(found.resolved, policy.ceilings.complaints.least_resolved)


def _complaint_tier(found: Complaints, present: int, policy: ScoringPolicy) -> int | None:
    given = policy.ceilings.complaints
    if found.complainants < given.least_complainants:
        return None
    rate = complaint_rate(found, policy)
    if rate >= given.bottom_rate:
        return 0
    if rate >= given.limit_rate:
        return min(given.limit_tier, present)
    return present if rate >= given.keep_rate else None


def _ceilings(
    view: Account, company: EnterpriseView, policy: ScoringPolicy, score: Score
) -> tuple[Ceiling, ...]:
    value = next(part.value for part in score.parts if part.name == "feedback")
    return tuple(
        Ceiling(found.name, _detail(found.name, view, policy), found.max_tier)
        for found in closed(view, company, policy, value)
    )


def _detail(name: str, view: Account, policy: ScoringPolicy) -> str:
    if name == "feedback_zero":
        return f"what contacts did leaves 0 of the {policy.feedback.points:g} points of feedback"
    if name == "unverified":
        return "the enterprise is not verified"
    given = policy.ceilings.complaints
    found = complaints(view, policy)
    counted = max(found.resolved, given.least_resolved)
    return (
        f"{found.complainants} complainants to {counted} resolved adds in {given.window_days} "
        f"days: {100 * complaint_rate(found, policy):.2g} %"
    )

"""Compliance: what upheld violations leave of the score (DOMAIN §3)."""

from scoring.policy import ScoringPolicy
from scoring.trust import Account
from scoring.views import NEVER, EnterpriseView

LADDER, PERMANENT = 1, 3
"""Tracks whose violations have points."""


def settle(view: Account, policy: ScoringPolicy) -> None:
    """Points and clean days as the upheld violations leave them; none leaves nothing behind."""
    kept = view.upheld.values()
    view.points = sum(points_of(track, severity, policy) for track, severity, _ in kept)
    if view.active_since_day != NEVER:
        last = max((day for _, _, day in kept), default=NEVER)
        view.clean_since_day = max(view.active_since_day, last)
    if not kept:
        view.active_since_day = NEVER


def settle_enterprise(company: EnterpriseView, policy: ScoringPolicy) -> None:
    """An enterprise's points: all of them by the share of seats with a violation, plus its own."""
    had_own = company.active_since_day != NEVER
    if not (had_own or company.offenders or company.points):
        return
    settle(company, policy)
    since = company.day - policy.movement.seat_days + 1
    seats = company.seat_count(since)
    offending = sum(day >= since for day in company.offenders.values())
    if seats:
        company.points += policy.compliance.all_points * min(offending / seats, 1.0)


def points_of(track: int, severity: str, policy: ScoringPolicy) -> float:
    """Points of one upheld violation; those of linked accounts have none."""
    given = policy.compliance
    if track == PERMANENT:
        return given.permanent
    if track != LADDER:
        return 0.0
    return given.severe if severity == "severe" else given.normal

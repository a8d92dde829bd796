"""What an account may do and why, as of a local day: for people, and for `GET …/quota`."""

from copy import copy
from dataclasses import dataclass

from scoring import ceilings, guidance, standing, tiers, trust
from scoring.caps import Caps, PerSeat, Ramp, per_seat, ramp
from scoring.ceilings import Ceiling
from scoring.guidance import Guidance
from scoring.outcomes import ignored_by_now
from scoring.policy import ScoringPolicy
from scoring.standing import Standing
from scoring.trust import Account, Part, Score
from scoring.views import EnterpriseView, MemberView

__all__ = ["Caps", "Ceiling", "Guidance", "Part", "PerSeat", "Ramp", "Report", "Standing"]


@dataclass(frozen=True, slots=True)
class Report:
    """An account as the fold of an event now would leave it.

    `score` is the sum of the parts' points; `tier` the least of `score_tier`, the tier by score,
    and the ceilings. `basis` is where the active cap comes from; None is a member's whose tier
    gives it all.
    """

    standing: Standing
    tier: int
    score_tier: int
    score: float
    parts: tuple[Part, ...]
    ceilings: tuple[Ceiling, ...]
    guidance: tuple[Guidance, ...]
    caps: Caps
    basis: Ramp | PerSeat | None


def member_report(
    view: MemberView,
    company: EnterpriseView,
    policy: ScoringPolicy,
    *,
    day: int,
    now_ms: int,
    restricted_since_ms: int | None = None,
    guide: bool = True,
) -> Report:
    """A member's report for the local day `day`; without `guide` no guidance is looked for."""
    company = tiers.moved_enterprise(company, policy, day, now_ms)
    view = copy(tiers.moved_member(view, company, policy, company.day, now_ms))
    _ignore(view, now_ms, policy)
    tiers.refresh(view, company, policy, now_ms)
    score = trust.member_score(view, company, policy)
    found = ceilings.member_ceilings(view, company, policy, score)
    ways = guidance.member_guidance(view, company, policy) if guide else ()
    held = _standing(view, company, policy, restricted_since_ms)
    return _report(view, score, found, ways=ways, held=held, basis=ramp(view, policy))


def enterprise_report(
    company: EnterpriseView,
    policy: ScoringPolicy,
    *,
    day: int,
    now_ms: int,
    restricted_since_ms: int | None = None,
    guide: bool = True,
) -> Report:
    """An enterprise's report for the local day `day`; without `guide` no guidance is looked for."""
    company = copy(tiers.moved_enterprise(company, policy, day, now_ms))
    tiers.refresh_enterprise(company, policy, now_ms)
    score = trust.enterprise_score(company, policy)
    found = ceilings.enterprise_ceilings(company, policy, score)
    ways = guidance.enterprise_guidance(company, policy) if guide else ()
    held = _standing(company, company, policy, restricted_since_ms)
    seats = per_seat(company, policy)
    return _report(company, score, found, ways=ways, held=held, basis=seats)


def _ignore(view: MemberView, now_ms: int, policy: ScoringPolicy) -> None:
    """Counts adds that came to be ignored since the member's last event, on a copy of its view."""
    view.sums, view.recent = copy(view.sums), {d: [*entry] for d, entry in view.recent.items()}
    ignored_by_now(view, now_ms, policy)


def _standing(
    view: Account,
    company: EnterpriseView,
    policy: ScoringPolicy,
    restricted_since_ms: int | None,
) -> Standing:
    worth = trust.values(view, company, policy)
    found = ceilings.closed(view, company, policy, worth.feedback)
    return standing.standing(view, found, policy, restricted_since_ms)


def _report(
    view: Account,
    score: Score,
    found: tuple[Ceiling, ...],
    *,
    ways: tuple[Guidance, ...],
    held: Standing,
    basis: Ramp | PerSeat | None,
) -> Report:
    return Report(
        standing=held,
        tier=view.tier,
        score_tier=view.score_tier,
        score=score.total,
        parts=score.parts,
        ceilings=found + _until_midnight(view, found),
        guidance=ways,
        caps=Caps(view.cap_active, view.cap_passive),
        basis=basis,
    )


def _until_midnight(view: Account, found: tuple[Ceiling, ...]) -> tuple[Ceiling, ...]:
    """A ceiling that opened since the last midnight: the tier rises at the next."""
    if view.tier == min([view.score_tier, *(ceiling.max_tier for ceiling in found)]):
        return ()
    return (Ceiling("until_midnight", "the tier rises at the next local midnight", view.tier),)

"""Standing: how an account is doing, one word and one sentence for people (DOMAIN §4).

The sentences speak of many contacts or of none: nobody learns from them what a single one did.
"""

from dataclasses import dataclass

from scoring.caps import ramp
from scoring.ceilings import Closed
from scoring.policy import ScoringPolicy
from scoring.trust import Account
from scoring.views import MemberView


@dataclass(frozen=True, slots=True)
class Falling:
    """A score below `needed` at the end of `after` local days in a row costs a tier.

    `days` are those that have ended so, today not among them. Whether it is below now is for the
    reader to say, by the score that is shown: else this would tell of it more exactly.
    """

    needed: float
    days: int
    after: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`state` is collecting, healthy, at_risk, limited or restricted, since an epoch ms."""

    state: str
    since_ms: int
    why: str
    falling: Falling


def low_mark(view: Account, policy: ScoringPolicy) -> float:
    """The score below which a day is one of those that may cost the account its tier."""
    tier = policy.tiers[min(view.score_tier, len(policy.tiers) - 1)]
    return policy.movement.demotion_share * tier.score


def falling(view: Account, policy: ScoringPolicy) -> Falling:
    """What a low score costs the account."""
    return Falling(low_mark(view, policy), view.low_days, policy.movement.demotion_days)


def word(view: Account, found: list[Closed], policy: ScoringPolicy) -> str:
    """The standing of an account under the ceilings that apply, restrictions aside.

    It moves with ceilings and midnights, not with every outcome.
    """
    if view.tier < view.score_tier:
        return "limited"
    if view.low_days > 0 or _complained_of(found):
        return "at_risk"
    return "collecting" if view.adds < policy.acceptance.prior_resolved else "healthy"


def note(view: Account, found: list[Closed], policy: ScoringPolicy, now_ms: int) -> None:
    """Writes the word into the view, and since when where it changed."""
    state = word(view, found, policy)
    if state != view.standing or view.standing_since_ms == 0:
        view.standing = state
        view.standing_since_ms = now_ms


def standing(
    view: Account, found: list[Closed], policy: ScoringPolicy, restricted_since_ms: int | None
) -> Standing:
    """The account's standing with its sentence; a restriction outweighs everything else."""
    falls = falling(view, policy)
    if restricted_since_ms is not None:
        return Standing("restricted", restricted_since_ms, "A restriction is in force.", falls)
    state = word(view, found, policy)
    return Standing(state, view.standing_since_ms, _why(state, view, found, policy), falls)


def _why(state: str, view: Account, found: list[Closed], policy: ScoringPolicy) -> str:
    if state == "limited":
        return _why_limited(view, found)
    if state == "at_risk":
        return _why_at_risk(view, found, policy)
    if state == "collecting":
        return "Little is known yet: the caps grow with good use."
    if isinstance(view, MemberView) and ramp(view, policy):
        return "The active cap grows with use, up to what the tier gives."
    return "Nothing limits this account but its score."


_LIMITS = {
    "unverified": "The enterprise is not verified, so the tier stays at {tier}.",
    "feedback_zero": "Too many contacts did not want to be added, so the tier is at most {tier}.",
    "complaint_rate": "Too many contacts complained, so the tier is at most {tier}.",
}


def _why_limited(view: Account, found: list[Closed]) -> str:
    binding = [ceiling for ceiling in found if ceiling.max_tier <= view.tier]
    if not binding:
        return "A limit was lifted: the tier rises at the next local midnight."
    return _LIMITS[binding[0].name].format(tier=view.tier)


def _why_at_risk(view: Account, found: list[Closed], policy: ScoringPolicy) -> str:
    if _complained_of(found):
        return "Complaints are frequent: the tier cannot rise, and more of them lower it."
    days = "day" if view.low_days == 1 else "days"
    return (
        f"The score was below what tier {view.score_tier} needs at the end of the last "
        f"{view.low_days} local {days}; after {policy.movement.demotion_days} in a row the tier "
        "falls by one."
    )


def _complained_of(found: list[Closed]) -> bool:
    return any(ceiling.name == "complaint_rate" for ceiling in found)

"""Standing: how an account is doing, one word and one sentence for people (DOMAIN §4).

The sentences speak of many contacts or of none: nobody learns from them what a single one did.
"""

from dataclasses import dataclass

from scoring.ceilings import Closed
from scoring.policy import ScoringPolicy
from scoring.trust import Account


@dataclass(frozen=True, slots=True)
class Standing:
    """`state` is collecting, healthy, at_risk, limited or restricted, since an epoch ms."""

    state: str
    since_ms: int
    why: str


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
    if restricted_since_ms is not None:
        return Standing("restricted", restricted_since_ms, "A restriction is in force.")
    state = word(view, found, policy)
    return Standing(state, view.standing_since_ms, _why(state, view, found, policy))


def _why(state: str, view: Account, found: list[Closed], policy: ScoringPolicy) -> str:
    if state == "limited":
        return _why_limited(view, found)
    if state == "at_risk":
        return _why_at_risk(view, found, policy)
    if state == "collecting":
        return "Little is known yet: the caps grow with good use."
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
    days = policy.movement.demotion_days
    return (
        f"The score has been below what tier {view.score_tier} needs for {view.low_days} local "
        f"days in a row; after {days} the tier falls by one."
    )


def _complained_of(found: list[Closed]) -> bool:
    return any(ceiling.name == "complaint_rate" for ceiling in found)

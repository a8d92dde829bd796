"""Guidance: the smallest set of actions that reaches the next tier, by re-scoring (DOMAIN §4)."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from scoring import ceilings, trust
from scoring.actions import Case, Effort, actions, keep_clean_for
from scoring.caps import Caps, caps
from scoring.policy import ScoringPolicy
from scoring.trust import Account
from scoring.views import EnterpriseView, MemberView

MOST_ACTIONS = 3

HOLD = "the score still holds at that local midnight, and the account is in use on the day before"


@dataclass(frozen=True, slots=True)
class Guidance:
    """What to do for a higher tier, what it does to the daily caps, and from when at the earliest.

    Without actions: what is there suffices, it takes effect on `effective_day` (a local day).
    """

    actions: tuple[str, ...]
    before: Caps
    after: Caps
    conditions: tuple[str, ...]
    effective_day: int


@dataclass(frozen=True, slots=True)
class _Way:
    names: tuple[str, ...]
    efforts: tuple[Effort, ...]
    case: Case
    tier: int

    @property
    def days(self) -> int:
        return max((effort.days for effort in self.efforts), default=1)


def member_guidance(
    view: MemberView, company: EnterpriseView, policy: ScoringPolicy
) -> tuple[Guidance, ...]:
    """A member's way to a higher tier, all else being as it is.

    Empty at the top, and where three actions do not do.
    """
    return _guidance(Case(view, company, policy))


def enterprise_guidance(company: EnterpriseView, policy: ScoringPolicy) -> tuple[Guidance, ...]:
    """An enterprise's way to a higher tier, as a member's."""
    return _guidance(Case(company, company, policy))


def _guidance(case: Case) -> tuple[Guidance, ...]:
    if case.view.tier >= len(case.policy.tiers) - 1:
        return ()
    for size in range(MOST_ACTIONS + 1):
        ways = list(_ways(case, size))
        if ways:
            return (_described(case.view, min(ways, key=lambda way: way.days)),)
    return ()


def _ways(case: Case, size: int) -> Iterator[_Way]:
    """Sets of so many actions that apply and reach a higher tier."""
    known = actions(case)
    useful = [name for name, action in known.items() if action(case.fresh()) is not None]
    for names in combinations(useful, size):
        changed = case.fresh()
        efforts = [known[name](changed) for name in names]
        tier = _tier(changed)
        if tier > case.view.tier and all(efforts):
            done = tuple(effort for effort in efforts if effort is not None)
            yield _sooner(_Way(names, done, changed, tier))


def _tier(case: Case) -> int:
    """The tier at the next midnight, were it now: one step by score, under the ceilings."""
    view, policy = case.view, case.policy
    worth = trust.values(view, case.company, policy)
    following = view.score_tier + 1
    tier = view.score_tier
    if following < len(policy.tiers):
        tier += trust.total(worth, policy) >= policy.tiers[following].score
    return ceilings.lowest(ceilings.closed(view, case.company, policy, worth.feedback), tier)


def _sooner(way: _Way) -> _Way:
    """The same with no more clean days than it takes."""
    if "keep_clean" not in way.names:
        return way
    at, view = way.names.index("keep_clean"), way.case.view
    full, present = way.efforts[at].days, view.tier

    def reaches(days: int) -> bool:
        tried = way.case.fresh()
        tried.view.clean_since_day += full - days
        return _tier(tried) > present

    days = 1 + bisect_left(range(1, full), x=True, key=reaches)
    case = way.case.fresh()
    case.view.clean_since_day += full
    efforts = list(way.efforts)
    efforts[at] = keep_clean_for(case, days)
    return _Way(way.names, tuple(efforts), case, _tier(case))


def _described(view: Account, way: _Way) -> Guidance:
    after = caps(way.case.view, way.tier, way.case.policy)
    conditions = [effort.condition for effort in way.efforts]
    most = way.case.policy.tiers[way.tier].member_active
    if isinstance(view, MemberView) and after.active < most:
        days = way.case.policy.movement.ramp_days
        factor = way.case.policy.movement.ramp_factor
        conditions.append(
            f"active adds grow with use, up to {most} a day: at most {factor:g} times the best of "
            f"the last {days} days"
        )
    return Guidance(
        way.names,
        Caps(view.cap_active, view.cap_passive),
        after,
        (*conditions, HOLD),
        view.day + way.days,
    )

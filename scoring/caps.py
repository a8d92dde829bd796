"""How many adds a day a tier gives, and how fast an account may grow into it (DOMAIN §4)."""

from dataclasses import dataclass

from scoring.policy import Movement, ScoringPolicy
from scoring.views import EnterpriseView, MemberView, new_enterprise, new_member


@dataclass(frozen=True, slots=True)
class Caps:
    """Adds a local day in each direction."""

    active: int
    passive: int


@dataclass(frozen=True, slots=True)
class Starting:
    """Caps of accounts that were never seen: tier 0, no seats."""

    member: Caps
    enterprise: Caps


@dataclass(frozen=True, slots=True)
class Ramp:
    """Why a member may add less than the `most` active adds a day that its tier gives.

    At most `factor` times its `best` local day of the last `days`, today among them, but not under
    `floor`. `following` is the cap of the next local midnight by what was added until now, if the
    tier stays.
    """

    most: int
    best: int
    days: int
    factor: float
    floor: int
    following: int


@dataclass(frozen=True, slots=True)
class PerSeat:
    """What an enterprise's active cap is made of: `each` adds for a seat, at least `floor`."""

    each: int
    floor: int


def starting(policy: ScoringPolicy) -> Starting:
    """The caps with which an account begins, before its first event is folded."""
    return Starting(
        member_caps(new_member(0), 0, policy), enterprise_caps(new_enterprise(0), 0, policy)
    )


def caps(view: MemberView | EnterpriseView, tier: int, policy: ScoringPolicy) -> Caps:
    """The caps of a member or an enterprise at `tier` on its day."""
    if isinstance(view, MemberView):
        return member_caps(view, tier, policy)
    return enterprise_caps(view, tier, policy)


def member_caps(view: MemberView, tier: int, policy: ScoringPolicy) -> Caps:
    """A member's caps at `tier` on its day: active adds grow with use (the ramp of DOMAIN §4)."""
    row = policy.tiers[tier]
    best = best_day(view, policy.movement.ramp_days)
    return Caps(min(row.member_active, _grown(best, policy.movement)), row.member_passive)


def _grown(best: int, movement: Movement) -> int:
    return max(movement.ramp_floor, int(movement.ramp_factor * best))


def ramp(view: MemberView, policy: ScoringPolicy) -> Ramp | None:
    """What keeps a member's active cap of today below that of its tier; None where nothing does."""
    most, movement = policy.tiers[view.tier].member_active, policy.movement
    if view.cap_active >= most:
        return None
    best = best_day(view, movement.ramp_days - 1)
    return Ramp(
        most=most,
        best=best,
        days=movement.ramp_days,
        factor=movement.ramp_factor,
        floor=movement.ramp_floor,
        following=min(most, _grown(best, movement)),
    )


def per_seat(company: EnterpriseView, policy: ScoringPolicy) -> PerSeat:
    """How an enterprise's active cap goes by its seats at its tier."""
    row = policy.tiers[company.tier]
    return PerSeat(row.enterprise_seat, row.enterprise_floor)


def best_day(view: MemberView, days: int) -> int:
    """Most allowed active adds of one local day, among the last `days` and today."""
    since = view.day - days
    return max((adds for day, adds in view.best.items() if day >= since), default=0)


def enterprise_caps(company: EnterpriseView, tier: int, policy: ScoringPolicy) -> Caps:
    """An enterprise's caps at `tier` on its day: by seats, with a floor."""
    row = policy.tiers[tier]
    seats = seat_count(company, policy)
    active = max(row.enterprise_floor, row.enterprise_seat * seats)
    return Caps(active, active * policy.movement.enterprise_passive_factor)


def seat_count(company: EnterpriseView, policy: ScoringPolicy) -> int:
    """Members with an accepted contact or a chat in the last `seat_days`, today included."""
    return company.seat_count(company.day - policy.movement.seat_days + 1)

"""Tiers: how accounts move between them at local midnights, and what that does to their caps.

By score, an account moves one tier at a midnight: up when the score reaches the next threshold and
the account is in use, down when the score was low on each of the last `demotion_days` (DOMAIN §3;
Discourse's low-water mark against flapping). An account is in use for two midnights after an
active day, as usage reports come a day late: nobody climbs through idle days. Ceilings act at once
downwards. Within a day tier and caps only fall, they rise at midnight.

A view learns of its midnights at its next event, of all that passed at once. Idle days are judged
with the enterprise as it stands now. So that an account with more events is never worse off for it,
the days of a long gap that are not looked at singly are judged from below (`_leap`).
"""

from copy import copy

from scoring import ceilings, standing, trust
from scoring.caps import Caps
from scoring.caps import caps as caps_at
from scoring.ceilings import Closed
from scoring.compliance import settle_enterprise
from scoring.documents import Ring
from scoring.feedback import colleagues_rate, feedback, least_value
from scoring.outcomes import Waiting, ignored_by_midnight
from scoring.policy import ScoringPolicy
from scoring.trust import Account, Values
from scoring.views import NEVER, EnterpriseView, MemberView, forget

SINGLE_DAYS = 64
"""So many days of a gap are judged one by one; then every window (≤ 63 days) is empty."""

_ACTIVE_DAYS = (1 << 63) - 1
_YESTERDAY_AND_BEFORE = 0b11


def begin_enterprise_day(
    company: EnterpriseView, policy: ScoringPolicy, day: int, now_ms: int
) -> None:
    """Moves an enterprise over its local midnights to `day`; a day that has begun: nothing."""
    if day <= company.day:
        return
    settle_enterprise(company, policy)
    if company.day == NEVER:
        found = _first_day(company, company, policy, day)
    else:
        worth = _end_day(company, company, policy)
        found = _pass_days(company, company, policy, day, worth)
    company.frozen_negative = company.sums.negative
    company.frozen_positive = company.sums.positive
    _open(company, found, policy, now_ms)


def begin_day(
    view: MemberView, company: EnterpriseView, policy: ScoringPolicy, day: int, now_ms: int
) -> list[Waiting]:
    """Moves a member over its local midnights to `day`, which its enterprise has begun.

    Returns its adds that came to be ignored on the way, oldest first.
    """
    if day <= view.day:
        return []
    waiting = view.opened
    if view.day == NEVER:
        view.colleagues_rate = colleagues_rate(view, company, policy)
        found = _first_day(view, company, policy, day)
    else:
        worth = _end_day(view, company, policy)
        view.colleagues_rate = colleagues_rate(view, company, policy, days=day - view.day)
        found = _pass_days(view, company, policy, day, worth)
    _open(view, found, policy, now_ms)
    return waiting[: len(waiting) - len(view.opened)]


def refresh(view: MemberView, company: EnterpriseView, policy: ScoringPolicy, now_ms: int) -> None:
    """Scores a member anew after an event; ceilings that closed take effect."""
    _refresh(view, company, policy, now_ms)


def refresh_enterprise(company: EnterpriseView, policy: ScoringPolicy, now_ms: int) -> None:
    """Scores an enterprise anew after an event; ceilings that closed take effect."""
    settle_enterprise(company, policy)
    _refresh(company, company, policy, now_ms)


def caps_in_force(view: Account, company: EnterpriseView, policy: ScoringPolicy) -> Caps:
    """The caps that an event now would leave, on the view's day. Changes nothing.

    Since its last event the enterprise may have been described, or the policy changed: either may
    have closed a ceiling, and nothing raises a cap before the next midnight.
    """
    found = ceilings.closed(view, company, policy, feedback(view, policy).value)
    tier = ceilings.lowest(found, min(view.tier, len(policy.tiers) - 1))
    if tier < view.tier:
        return _fallen(view, tier, policy)
    return Caps(view.cap_active, view.cap_passive)


def project(view: MemberView, company: EnterpriseView, policy: ScoringPolicy, day: int) -> Caps:
    """The caps that `begin_day` would give on `day`. Changes nothing.

    Where many members of an enterprise are projected, pass a company that stands at `day` already
    (`moved_enterprise`): else each call moves a copy of it.
    """
    moved = moved_member(view, moved_enterprise(company, policy, day, 0), policy, day, 0)
    return Caps(moved.cap_active, moved.cap_passive)


def project_enterprise(company: EnterpriseView, policy: ScoringPolicy, day: int) -> Caps:
    """The caps that `begin_enterprise_day` would give on `day`. Changes nothing."""
    moved = moved_enterprise(company, policy, day, 0)
    return Caps(moved.cap_active, moved.cap_passive)


def moved_enterprise(
    company: EnterpriseView, policy: ScoringPolicy, day: int, now_ms: int
) -> EnterpriseView:
    """The enterprise as it stands on `day`: itself where it has begun that day, else a copy."""
    if day <= company.day:
        return company
    moved = copy(company)
    moved.sums, moved.recent = copy(moved.sums), _copied(moved.recent)
    moved.seats, moved.waiting = {**moved.seats}, {**moved.waiting}
    begin_enterprise_day(moved, policy, day, now_ms)
    return moved


def moved_member(
    view: MemberView, company: EnterpriseView, policy: ScoringPolicy, day: int, now_ms: int
) -> MemberView:
    """The member as it stands on `day`, like its `company`: itself, or a copy that was moved."""
    if day <= view.day:
        return view
    moved = copy(view)
    moved.sums, moved.recent = copy(moved.sums), _copied(moved.recent)
    moved.replies, moved.best = {**moved.replies}, {**moved.best}
    begin_day(moved, company, policy, day, now_ms)
    return moved


def _copied(ring: Ring) -> Ring:
    """Its entries, too: being ignored is counted in them."""
    return {day: [*entry] for day, entry in ring.items()}


def _first_day(
    view: Account, company: EnterpriseView, policy: ScoringPolicy, day: int
) -> list[Closed]:
    view.day = day
    if view.clean_since_day == NEVER:
        view.clean_since_day = day
    worth = trust.values(view, company, policy)
    view.score = trust.total(worth, policy)
    return ceilings.closed(view, company, policy, worth.feedback)


def _open(view: Account, found: list[Closed], policy: ScoringPolicy, now_ms: int) -> None:
    """A day begins: the tier of this midnight stands, and so do its caps."""
    view.midnight_tier = view.tier
    caps = caps_at(view, view.tier, policy)
    view.cap_active, view.cap_passive = caps.active, caps.passive
    standing.note(view, found, policy, now_ms)


def _refresh(view: Account, company: EnterpriseView, policy: ScoringPolicy, now_ms: int) -> None:
    worth = trust.values(view, company, policy)
    view.score = trust.total(worth, policy)
    found = ceilings.closed(view, company, policy, worth.feedback)
    tier = ceilings.lowest(found, min(view.tier, len(policy.tiers) - 1))
    if tier < view.tier:
        caps = _fallen(view, tier, policy)
        view.tier, view.cap_active, view.cap_passive = tier, caps.active, caps.passive
    standing.note(view, found, policy, now_ms)


def _fallen(view: Account, tier: int, policy: ScoringPolicy) -> Caps:
    """The caps of an account whose tier falls within its day."""
    caps = caps_at(view, tier, policy)
    return Caps(min(view.cap_active, caps.active), min(view.cap_passive, caps.passive))


def _end_day(view: Account, company: EnterpriseView, policy: ScoringPolicy) -> Values:
    """How the last day with events ended: it is judged by the enterprise as it stands now."""
    worth = trust.values(view, company, policy)
    view.score = trust.total(worth, policy)
    return worth


def _pass_days(
    view: Account, company: EnterpriseView, policy: ScoringPolicy, day: int, worth: Values
) -> list[Closed]:
    """Every midnight up to the one that begins `day`, and the ceilings then.

    `worth` is how the last day with events ended.
    """
    view.score_tier = min(view.score_tier, len(policy.tiers) - 1)
    started, found = view.day, []
    while view.day < day:
        view.low_days = view.low_days + 1 if _is_low(view, view.score, policy) else 0
        passed, in_use = view.day - started, _in_use(view)
        if passed >= SINGLE_DAYS or (not in_use and _stays(view, company, policy, day, worth)):
            worth = _leap(view, company, policy, day, worth)
        else:
            _age(view, 1, policy)
            ignored_by_midnight(view, policy)
            worth = trust.values(view, company, policy)
        view.score = trust.total(worth, policy)
        _move(view, policy, may_rise=in_use)
        found = ceilings.closed(view, company, policy, worth.feedback)
        view.tier = ceilings.lowest(found, view.score_tier)
    return found


def _stays(
    view: Account, company: EnterpriseView, policy: ScoringPolicy, day: int, worth: Values
) -> bool:
    """Whether idle days up to `day` change nothing but sums: none can be low, nor raise anyone.

    While adds wait to be ignored, they may. At tier 0 none is low. Above it the worse ends of the
    parts must not be low; usage may turn in between, so nothing is left of it. A complaint ceiling
    depends on the days on its way.
    """
    if view.opened if isinstance(view, MemberView) else view.waiting:
        return False
    if view.score_tier == 0:
        return True
    given = policy.ceilings.complaints
    if (
        day - view.day == 1
        or ceilings.complaints(view, policy).complainants >= given.least_complainants
    ):
        return False
    aged = copy(view)
    aged.sums, aged.recent = copy(view.sums), {}
    aged.sums.age(day - view.day, policy.outcomes.half_life_days)
    aged.day = day
    worst = _worse_ends(view, worth, aged, trust.values(aged, company, policy), policy)
    return not _is_low(view, trust.total(worst._replace(usage=0.0), policy), policy)


def _in_use(view: Account) -> bool:
    """Whether the day that ends, or the one before it, lets the account rise.

    What contacts did is no use: else a worse answer could raise an account that a better one, or
    none, would not. Two days, because usage reports arrive a day late.
    """
    return view.active_days & _YESTERDAY_AND_BEFORE != 0


def _move(view: Account, policy: ScoringPolicy, *, may_rise: bool) -> None:
    """One step by score at midnight. A day that begins well ends a run of low days."""
    if not _is_low(view, view.score, policy):
        view.low_days = 0
    following = view.score_tier + 1
    if view.low_days >= policy.movement.demotion_days:
        view.score_tier -= 1
        view.low_days = 0
    elif may_rise and following < len(policy.tiers) and view.score >= policy.tiers[following].score:
        view.score_tier = following
        view.low_days = 0


def _is_low(view: Account, score: float, policy: ScoringPolicy) -> bool:
    """Whether a score is so far below what the tier by score needs that it may cost the tier."""
    return score < standing.low_mark(view, policy)


def _leap(
    view: Account, company: EnterpriseView, policy: ScoringPolicy, day: int, worth: Values
) -> Values:
    """All idle days up to `day` at once; `worth` is how they begin, what they end with is returned.

    They are judged by the worse end of each part, which no day in between was below.
    """
    days, before = day - view.day, copy(view)
    before.sums = copy(view.sums)
    _age(view, days, policy)
    after = trust.values(view, company, policy)
    worst = _worse_ends(before, worth, view, after, policy)
    _pass_quiet_days(view, trust.total(worst, policy), days - 1, policy)
    return after


def _worse_ends(
    view: Account, worth: Values, aged: Account, after: Values, policy: ScoringPolicy
) -> Values:
    """Of each part the worse end of idle days, which those in between are not below.

    But for usage, whose windows empty at their own pace: that holds when they all are empty.
    """
    least = least_value(view, feedback(view, policy), feedback(aged, policy), policy)
    return Values(*map(min, worth, after))._replace(feedback=least)


def _pass_quiet_days(view: Account, score: float, days: int, policy: ScoringPolicy) -> None:
    """What idle days cost at a score that none of them was below."""
    while days > 0 and _is_low(view, score, policy):
        needed = max(policy.movement.demotion_days - view.low_days, 0)
        if days < needed:
            view.low_days += days
            return
        days -= needed
        view.score_tier -= 1
        view.low_days = 0
    if days > 0:
        view.low_days = 0


def _age(view: Account, days: int, policy: ScoringPolicy) -> None:
    """Lets local days pass: outcomes fade, what is older than its window is forgotten."""
    view.day = day = view.day + days
    view.sums.age(days, policy.outcomes.half_life_days)
    forget(view.recent, day - policy.ceilings.complaints.window_days + 1)
    view.active_days = (view.active_days << min(days, 63)) & _ACTIVE_DAYS
    if isinstance(view, MemberView):
        forget(view.replies, day - policy.usage.window_days + 1)
        forget(view.best, day - policy.movement.ramp_days)
    else:
        forget(view.seats, day - policy.movement.seat_days + 1)

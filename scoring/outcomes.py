"""What an outcome is worth: which one counts, and adding it to an account's sums or taking it back.

Every contribution can be taken back exactly: it is known on which local day it was made, and sums
decay by whole days. Having been ignored counts on the day of the add.
"""

from bisect import bisect_left, bisect_right, insort
from operator import itemgetter

from scoring.policy import ScoringPolicy
from scoring.sums import decay
from scoring.views import EnterpriseView, MemberView, Relation
from scoring.ways import COLD

RANK = {"ignored": 0, "accepted": 1, "declined": 2, "deleted": 3, "blocked": 4, "complained": 5}
"""From best to worst but for `ignored`, which any answer replaces (DOMAIN §1)."""

NEGATIVES = ("deleted", "blocked", "complained")

REFUSALS = frozenset({"declined", *NEGATIVES})

HOUR_MS = 3_600_000

Waiting = list[int]
"""[added ms, local day, 1 if warm else 0] of an active add without an answer."""

_added_ms, _day_of = itemgetter(0), itemgetter(1)


def present(relation: Relation, member: MemberView) -> str | None:
    """The outcome that counts now; None while the first answer is awaited, or none is."""
    if relation.outcome is not None or not relation.opened_ms:
        return relation.outcome
    return None if _place(relation, member) is not None else "ignored"


def start_waiting(
    relation: Relation, member: MemberView, company: EnterpriseView, at_ms: int
) -> None:
    """An active add that no outcome is known of begins to wait for its first answer."""
    relation.opened_ms, relation.opened_day = at_ms, company.day
    insort(member.opened, [at_ms, company.day, int(relation.way not in COLD)])
    company.waiting[company.day] = company.waiting.get(company.day, 0) + 1


def stop_waiting(
    relation: Relation, member: MemberView, company: EnterpriseView, policy: ScoringPolicy
) -> None:
    """Ends the wait; where the add came to be ignored, it is no longer resolved so."""
    day, place = relation.opened_day, _place(relation, member)
    if place is None:
        count_resolved(member, "ignored", day, -1, policy)
    else:
        del member.opened[place]
    if day + ignored_days(policy) < company.day:
        count_resolved(company, "ignored", day, -1, policy)
    elif company.waiting[day] > 1:
        company.waiting[day] -= 1
    else:
        del company.waiting[day]
    relation.opened_ms = 0


def _place(relation: Relation, member: MemberView) -> int | None:
    """Where the relation's add stands among those that wait."""
    waiting = [relation.opened_ms, relation.opened_day]
    place = bisect_left(member.opened, waiting)
    found = place < len(member.opened) and member.opened[place][:2] == waiting
    return place if found else None


def ignored_days(policy: ScoringPolicy) -> int:
    """An add of local day d without an answer is ignored at the midnights after day d + this."""
    return -(-policy.outcomes.ignored_after_h // 24)


def ignored_by_midnight(view: MemberView | EnterpriseView, policy: ScoringPolicy) -> list[Waiting]:
    """Counts what came to be ignored when the view's day began; a member's adds, oldest first.

    An enterprise knows the days of its members' adds: it learns of the ignored at midnights only.
    """
    last = view.day - ignored_days(policy)
    if isinstance(view, MemberView):
        return _ignore(view, bisect_left(view.opened, last, key=_day_of), policy)
    for day in [day for day in view.waiting if day < last]:
        for _ in range(view.waiting.pop(day)):
            count_resolved(view, "ignored", day, 1, policy)
    return []


def ignored_by_now(member: MemberView, now_ms: int, policy: ScoringPolicy) -> list[Waiting]:
    """Counts a member's adds that came to be ignored by an instant; those, oldest first."""
    since_ms = now_ms - policy.outcomes.ignored_after_h * HOUR_MS
    return _ignore(member, bisect_right(member.opened, since_ms, key=_added_ms), policy)


def _ignore(member: MemberView, count: int, policy: ScoringPolicy) -> list[Waiting]:
    if not count:
        return []
    ignored, member.opened = member.opened[:count], member.opened[count:]
    for _, day, _ in ignored:
        count_resolved(member, "ignored", day, 1, policy)
    return ignored


def replaces(outcome: str, before: str | None, reopened: bool) -> bool:
    """Whether an answer takes the place of the one that counts.

    The worst stays, but a decline does not stand against the answer to a newer add.
    """
    if before is None or before == "ignored" or (reopened and before == "declined"):
        return True
    return RANK[outcome] > RANK[before]


def negative_weight(outcome: str, kind: str, policy: ScoringPolicy) -> float:
    """Weight of a negative, less where the contact took the first step."""
    weights = policy.feedback
    weight: float = getattr(weights, outcome)
    return weight * weights.passive_negative if kind == "p" else weight


def grant_positive(view: MemberView, kind: str, policy: ScoringPolicy) -> float:
    """Weight of an accepted add; passive ones share a daily allowance, which this uses up."""
    weights = policy.feedback
    if kind != "p":
        return 1.0
    if view.passive_day != view.day:
        view.passive_day, view.passive_weight = view.day, 0.0
    left = weights.passive_accepted_daily - view.passive_weight
    granted = max(0.0, min(weights.passive_accepted, left))
    view.passive_weight += granted
    return granted


def count_resolved(
    account: MemberView | EnterpriseView,
    outcome: str,
    day: int,
    sign: int,
    policy: ScoringPolicy,
) -> None:
    """Counts an active add as resolved on `day` (sign 1), or takes that back (−1)."""
    sums = account.sums
    factor = sign * decay(account.day - day, policy.outcomes.half_life_days)
    sums.resolved = max(0.0, sums.resolved + factor)
    if outcome == "accepted":
        sums.accepted = max(0.0, sums.accepted + factor)
    _recent(account, day, sign, 0, policy)


def count_complainant(
    account: MemberView | EnterpriseView, day: int, sign: int, policy: ScoringPolicy
) -> None:
    """Counts a contact that complained about an active add on `day`, or takes that back."""
    _recent(account, day, 0, sign, policy)


def count_weight(
    account: MemberView | EnterpriseView,
    *,
    day: int,
    negative: float = 0.0,
    positive: float = 0.0,
    policy: ScoringPolicy,
) -> None:
    """Adds weights given on `day` to the sums, decayed since; negative figures take back."""
    sums = account.sums
    factor = decay(account.day - day, policy.outcomes.half_life_days)
    sums.negative = max(0.0, sums.negative + negative * factor)
    sums.positive = max(0.0, sums.positive + positive * factor)


def _recent(
    account: MemberView | EnterpriseView,
    day: int,
    resolved: int,
    complainants: int,
    policy: ScoringPolicy,
) -> None:
    if day <= account.day - policy.ceilings.complaints.window_days:
        return
    entry = account.recent.setdefault(day, [0, 0])
    entry[0] = max(0, entry[0] + resolved)
    entry[1] = max(0, entry[1] + complainants)

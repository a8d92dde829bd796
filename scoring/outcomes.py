"""What an outcome is worth: which one counts, and adding it to an account's sums or taking it back.

Every contribution can be taken back exactly: it is known on which local day it was made, and sums
decay by whole days. Having been ignored counts on the day of the add.
"""

from scoring.policy import ScoringPolicy
from scoring.views import EnterpriseView, MemberView, Relation, decay

RANK = {"ignored": 0, "accepted": 1, "declined": 2, "deleted": 3, "blocked": 4, "complained": 5}
"""From best to worst but for `ignored`, which any answer replaces (DOMAIN §1)."""

NEGATIVES = ("deleted", "blocked", "complained")

HOUR_MS = 3_600_000


def present(relation: Relation, clock_ms: int, policy: ScoringPolicy) -> str | None:
    """The outcome that counts at the member's clock; None while the first answer is awaited."""
    if relation.outcome is not None:
        return relation.outcome
    waited_ms = clock_ms - relation.opened_ms
    if relation.opened_ms and waited_ms >= policy.outcomes.ignored_after_h * HOUR_MS:
        return "ignored"
    return None


def take_ignored(member: MemberView, clock_ms: int, policy: ScoringPolicy) -> list[list[int]]:
    """Removes what came to be ignored by `clock_ms`: [added ms, local day] each, oldest first."""
    wait_ms = policy.outcomes.ignored_after_h * HOUR_MS
    due = 0
    while due < len(member.opened) and member.opened[due][0] + wait_ms <= clock_ms:
        due += 1
    if not due:
        return []
    ignored, member.opened = member.opened[:due], member.opened[due:]
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

"""What an account can do for its next tier: each action as a change of copied views.

An action answers how many local days it takes at the least, and on what condition; None where it
does not apply. Changes are what the views would hold then, all else being as it is now.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from math import ceil

from scoring import ceilings
from scoring.policy import ScoringPolicy
from scoring.trust import Account, clean_days, reply_percentage
from scoring.views import EnterpriseView, MemberView


@dataclass(slots=True)
class Case:
    """Views to try actions on. `view` is `company` where the enterprise itself is asked about."""

    view: Account
    company: EnterpriseView
    policy: ScoringPolicy

    def fresh(self) -> "Case":
        """A case of its own; actions replace rings and names, and change sums in place."""
        company = copy(self.company)
        view = company if self.view is self.company else copy(self.view)
        view.sums = copy(view.sums)
        return Case(view, company, self.policy)


@dataclass(frozen=True, slots=True)
class Effort:
    """The least that an action takes: local days, and a condition in words."""

    days: int
    condition: str


Action = Callable[[Case], Effort | None]


def get_verified(case: Case) -> Effort | None:
    """The enterprise proves who it is."""
    if case.company.verification != "none":
        return None
    case.company.verification = "verified"
    return Effort(1, "the enterprise is verified before that midnight")


def get_certified(case: Case) -> Effort | None:
    """The enterprise is certified."""
    if case.company.verification == "certified":
        return None
    case.company.verification = "certified"
    return Effort(1, "the enterprise is certified before that midnight")


def complete_enterprise_profile(case: Case) -> Effort | None:
    """All fields of the enterprise are attested."""
    asked = frozenset(case.policy.profile.enterprise_fields)
    missing = asked - case.company.profile
    if not missing:
        return None
    case.company.profile = asked
    return Effort(1, _attested("enterprise", missing))


def complete_profile(case: Case) -> Effort | None:
    """All fields of the member are attested."""
    asked = frozenset(case.policy.profile.member_fields)
    missing = asked - case.view.profile
    if not missing:
        return None
    case.view.profile = asked
    return Effort(1, _attested("member", missing))


def _attested(whose: str, missing: frozenset[str]) -> str:
    *names, last = (name.replace("_", " ") for name in sorted(missing))
    listed = f"{', '.join(names)} and {last}" if names else last
    verb = "are" if names else "is"
    return f"the {whose}'s {listed} {verb} attested before that midnight"


def be_active(case: Case) -> Effort | None:
    """A member is active every day, from today on, until its active days are full."""
    view, usage = case.view, case.policy.usage
    if not isinstance(view, MemberView):
        return _seats_active(case)
    if _fully_active(view, case.policy):
        return None
    days = 0
    while days < usage.window_days and not _fully_active(view, case.policy):
        view.active_days = (view.active_days << 1) | 2  # a day is over, and it was active
        days += 1
    return Effort(days, f"an add or a chat on each of the next {days} days, today included")


def _fully_active(view: MemberView, policy: ScoringPolicy) -> bool:
    return view.active_day_count(policy.usage.window_days) >= policy.usage.full_active_days


def _seats_active(case: Case) -> Effort | None:
    """Every seat is active on enough days, whatever its replies."""
    company, policy = case.company, case.policy
    since = company.day - policy.movement.seat_days + 1
    seats = company.seat_count(since)
    share = policy.usage.active_days_share
    if not seats or company.seat_usage(since) >= share * seats:
        return None
    company.seats = {company.day: [seats, share * seats]}
    days = policy.usage.full_active_days
    return Effort(
        days, f"every seat has an add or a chat on {days} of {policy.usage.window_days} days"
    )


def reply_to_chats(case: Case) -> Effort | None:
    """Every chat of the window has a reply."""
    view, window = case.view, case.policy.usage.window_days
    if not isinstance(view, MemberView) or reply_percentage(view, case.policy) >= 100:
        return None
    days = window if any(chats for chats, _ in view.replies.values()) else 1
    view.replies = {view.day: [1, 100]}
    return Effort(days, "there are chats, and each has a reply")


def win_contacts(case: Case) -> Effort | None:
    """As many more contacts accept as the prior weighs, and none of them gives a negative."""
    view = case.view
    if not view.cap_active:
        return None
    more = ceil(case.policy.feedback.prior_weight)
    view.sums.positive += more
    view.sums.accepted += more
    view.sums.resolved += more
    return Effort(
        ceil(more / view.cap_active),
        f"{more} more contacts accept, and none of them deletes, blocks or complains",
    )


def no_complaints(case: Case) -> Effort | None:
    """The complaints that keep the tier down grow old, and no new ones come."""
    view, window = case.view, case.policy.ceilings.complaints.window_days
    for days in range(window + 1):
        since = view.day + days - window + 1
        view.recent = {day: entry for day, entry in view.recent.items() if day >= since}
        found = ceilings.closed(view, case.company, case.policy, 1.0)
        if all(ceiling.name != "complaint_rate" for ceiling in found):
            break
    return Effort(days, f"no complaint in the next {days} days") if days else None


def keep_clean(case: Case) -> Effort | None:
    """No violation until clean days are full. How many of them it takes is `guidance`'s to find."""
    left = case.policy.compliance.full_clean_days - clean_days(case.view)
    return keep_clean_for(case, left) if left > 0 else None


def keep_clean_for(case: Case, days: int) -> Effort:
    """No violation for that many days."""
    case.view.clean_since_day -= days
    return Effort(days, f"no violation in the next {days} days")


def actions(case: Case) -> dict[str, Action]:
    """By name, those that one would think of first before those that take longer."""
    policy = case.policy
    of_member: dict[str, Action] = {"complete_profile": complete_profile}
    return {
        "get_verified": get_verified,
        "get_certified": get_certified,
        "complete_enterprise_profile": complete_enterprise_profile,
        **(of_member if isinstance(case.view, MemberView) else {}),
        f"be_active_{policy.usage.full_active_days}_days": be_active,
        "reply_to_chats": reply_to_chats,
        f"win_{ceil(policy.feedback.prior_weight)}_contacts": win_contacts,
        "no_complaints": no_complaints,
        "keep_clean": keep_clean,
    }

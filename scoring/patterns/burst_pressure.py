"""Burst pressure: a member who keeps hitting a daily cap or a burst (DOMAIN §5).

Denials divided by requests of a local day, where there are enough of them and outcomes are poor as
well: a good seller on a busy day is no abuser.
"""

from typing import Any

from scoring.patterns import likelihood, words
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Attempt, Signal
from scoring.views import MemberView

NAME = "burst_pressure"

LIMITS = frozenset({"member_daily_cap", "enterprise_daily_cap", "member_burst", "enterprise_burst"})
"""Reasons of a denial that count."""


def begin(day: int) -> dict[str, Any]:
    """The state at the beginning of a day."""
    return {"day": day, "requests": 0, "denials": 0, "cited": []}


def observe(attempt: Attempt, view: MemberView, policy: Patterns) -> Signal | None:
    """Counts one request of the day; a signal where too many were denied."""
    denied = attempt.reason in LIMITS
    state = view.patterns.get(NAME)
    if state is None or state["day"] != attempt.day:
        state = view.patterns[NAME] = begin(attempt.day)
    state["requests"] += 1
    if not denied:
        return None
    numbers = policy.burst_pressure
    state["denials"] += 1
    state["cited"] = words.cite(
        state["cited"], attempt.at_ms, "denied", attempt.contact, attempt.event_id
    )
    share = state["denials"] / state["requests"]
    if (
        state["requests"] < numbers.least_requests
        or share < numbers.threshold
        or not likelihood.outcomes_are_poor(view, policy)
    ):
        return None
    cited = state["cited"]
    counted = (
        f"{state['denials']} of {state['requests']} requests of the day were denied by a limit"
    )
    evidence = (counted, *words.sentences(cited))
    view.patterns[NAME] = begin(attempt.day)
    return Signal(NAME, numbers.mode, share, numbers.threshold, evidence, words.ids(cited))

"""Burst pressure: a member who keeps hitting a daily cap or a burst (DOMAIN §5).

Denials divided by requests of a local day, where there are enough of them and outcomes are poor as
well: a good seller on a busy day is no abuser.
"""

from scoring.patterns import likelihood, recent
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Attempt, Signal
from scoring.views import MemberView

NAME = "burst_pressure"

LIMITS = frozenset({"member_daily_cap", "enterprise_daily_cap", "member_burst", "enterprise_burst"})
"""Reasons of a denial that count."""

_DAY, _REQUESTS, _DENIALS = range(3)
"""The state: [local day, requests, denials]."""


def observe(attempt: Attempt, view: MemberView, policy: Patterns) -> Signal | None:
    """Counts one request of the day; a signal where too many were denied."""
    state = view.patterns.get(NAME)
    if state is None or state[_DAY] != attempt.day:
        state = view.patterns[NAME] = [attempt.day, 0, 0]
    state[_REQUESTS] += 1
    if attempt.reason not in LIMITS:
        return None
    numbers = policy.burst_pressure
    state[_DENIALS] += 1
    share = state[_DENIALS] / state[_REQUESTS]
    if (
        state[_REQUESTS] < numbers.least_requests
        or share < numbers.threshold
        or not likelihood.outcomes_are_poor(view, policy)
    ):
        return None
    counted = f"a limit denied {state[_DENIALS]} of {state[_REQUESTS]} requests of a day"
    said, events = recent.adds(view)
    view.patterns[NAME] = [attempt.day, 0, 0]
    return Signal(NAME, numbers.mode, share, numbers.threshold, (counted, *said), events)

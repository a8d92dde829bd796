"""Repeat target: the same contact asked again after it refused (DOMAIN §5).

Requests count whether they were allowed or not: a cool-down denies most of them.
"""

from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Attempt, Signal
from scoring.patterns.words import moment
from scoring.views import MemberView

NAME = "repeat_target"


def observe(attempt: Attempt, _: MemberView, policy: Patterns) -> Signal | None:
    """A signal at the request that makes them too many; the relation counts them."""
    numbers = policy.repeat_target
    if attempt.asked_again != numbers.threshold:
        return None
    said = (
        f"{moment(attempt.at_ms)}: contact {attempt.contact}, who had refused within the last "
        f"{numbers.within_days} days, was asked again {attempt.asked_again} times"
    )
    events = (attempt.event_id,) if attempt.event_id else ()
    asked, least = float(attempt.asked_again), float(numbers.threshold)
    return Signal(NAME, numbers.mode, asked, least, (said,), events)

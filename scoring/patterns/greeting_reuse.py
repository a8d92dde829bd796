"""Greeting reuse: the CUSUM of `negatives` for each greeting of an enterprise (DOMAIN §5).

A text that many members send and many contacts block is one campaign, whoever sends it. A greeting
is followed from its first block or complaint on; where there are too many, the one that has rested
longest is dropped.
"""

from typing import Any

from scoring.patterns import negatives
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Answer, Signal
from scoring.patterns.words import moment
from scoring.views import EnterpriseView

NAME = "greeting_reuse"

_STATISTIC, _HARD = 0, 1


def observe(answer: Answer, view: EnterpriseView, policy: Patterns) -> Signal | None:
    """Moves the statistic of the add's greeting by its outcome."""
    if not answer.greeting:
        return None
    numbers = policy.greeting_reuse
    greetings: dict[str, list[Any]] | None = view.patterns.get(NAME)
    is_hard = negatives.is_hard(answer.after)
    if greetings is None or answer.greeting not in greetings:
        if not is_hard:
            return None
        greetings = view.patterns.setdefault(NAME, {})
    state = greetings.pop(answer.greeting, [0.0, 0])
    greetings[answer.greeting] = state  # the one that moved last stands last
    moved = negatives.step(answer, numbers)
    statistic = state[_STATISTIC] = max(numbers.floor, state[_STATISTIC] + moved)
    state[_HARD] += is_hard - negatives.is_hard(answer.before)
    if statistic <= numbers.floor and not is_hard:
        del greetings[answer.greeting]
    elif len(greetings) > numbers.most:
        del greetings[next(iter(greetings))]
    if not negatives.fires(answer, moved, statistic, numbers):
        return None
    said = (
        f"{state[_HARD]} contacts blocked or complained after the greeting with the hash "
        f"…{answer.greeting}, the last of them {answer.contact} at {moment(answer.at_ms)}, "
        f"asked by {answer.member_id}"
    )
    greetings.pop(answer.greeting, None)
    events = (answer.event_id,) if answer.event_id else ()
    return Signal(NAME, numbers.mode, statistic, numbers.threshold, (said,), events)

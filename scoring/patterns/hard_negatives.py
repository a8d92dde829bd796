"""Hard negatives: blocks and complaints among the outcomes of a member's active adds (DOMAIN §5).

The CUSUM of `negatives`. As evidence its part of the verdict is `likelihood.Nats.hard`.
"""

from typing import Any

from scoring.patterns import negatives, recent
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Answer, Signal
from scoring.views import MemberView

NAME = "hard_negatives"


def begin() -> dict[str, Any]:
    """The state of an account without outcomes."""
    return {"s": 0.0}


def observe(answer: Answer, view: MemberView, policy: Patterns) -> Signal | None:
    """Moves the statistic by one outcome; a signal where that brings it to the threshold."""
    numbers = policy.hard_negatives
    state = view.patterns.get(NAME)
    if state is None:
        state = view.patterns[NAME] = begin()
    moved = negatives.step(answer, numbers)
    statistic = state["s"] = max(numbers.floor, state["s"] + moved)
    if not negatives.fires(answer, moved, statistic, numbers):
        return None
    state["s"] = 0.0
    return Signal(NAME, numbers.mode, statistic, numbers.threshold, *recent.hard(view))

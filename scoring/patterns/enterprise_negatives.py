"""Enterprise negatives: the CUSUM of `negatives` over all members of an enterprise (DOMAIN §5).

It shows abuse that moves from member to member before any of them stands out.
"""

from typing import Any

from scoring.patterns import negatives, outcome_shift, recent
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Answer, Signal
from scoring.views import EnterpriseView

NAME = "enterprise_negatives"
_MOST = 5
"""So many of the members that were blocked or complained about last are named."""


def begin() -> dict[str, Any]:
    """The state of an enterprise without outcomes.

    `all` tallies outcomes as `outcome_shift` does, `members` are whom the last were about.
    """
    return {"s": 0.0, "all": [0, 0, 0, 0], "members": []}


def observe(answer: Answer, view: EnterpriseView, policy: Patterns) -> Signal | None:
    """Moves the statistic by one outcome of any member."""
    numbers = policy.enterprise_negatives
    state = view.patterns.get(NAME)
    if state is None:
        state = view.patterns[NAME] = begin()
    outcome_shift.count(answer, state["all"])
    outcome_shift.halve(state, policy.verdict.memory)
    moved = negatives.step(answer, numbers)
    statistic = state["s"] = max(numbers.floor, state["s"] + moved)
    if negatives.is_hard(answer.after):
        others = [each for each in state["members"] if each != answer.member_id]
        state["members"] = [*others, answer.member_id][-_MOST:]
    if not negatives.fires(answer, moved, statistic, numbers):
        return None
    whom = f"members blocked or complained about last: {', '.join(state['members'])}"
    said, events = recent.hard(view)
    state["s"] = 0.0
    return Signal(NAME, numbers.mode, statistic, numbers.threshold, (whom, *said), events)

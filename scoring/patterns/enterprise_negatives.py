"""Enterprise negatives: the CUSUM of `negatives` over all members of an enterprise (DOMAIN §5).

It shows abuse that moves from member to member before any of them stands out.
"""

from typing import Any

from scoring.patterns import negatives, words
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Answer, Signal
from scoring.views import EnterpriseView

NAME = "enterprise_negatives"


def begin() -> dict[str, Any]:
    """The state of an enterprise without outcomes. `members`: who the cited were about."""
    return {"s": 0.0, "cited": [], "members": []}


def observe(answer: Answer, view: EnterpriseView, policy: Patterns) -> Signal | None:
    """Moves the statistic by one outcome of any member."""
    numbers = policy.enterprise_negatives
    state = view.patterns.get(NAME)
    if state is None:
        state = view.patterns[NAME] = begin()
    moved = negatives.step(answer, numbers)
    statistic = state["s"] = max(numbers.floor, state["s"] + moved)
    if negatives.is_hard(answer.after):
        state["cited"] = words.cite(
            state["cited"], answer.at_ms, str(answer.after), str(answer.contact), answer.event_id
        )
        state["members"] = [*state["members"], answer.member_id][-words.SHOWN :]
    if not negatives.fires(answer, moved, statistic, numbers):
        return None
    pairs = zip(words.sentences(state["cited"]), state["members"], strict=True)
    evidence = tuple(f"{sentence} {member}" for sentence, member in pairs)
    events = words.ids(state["cited"])
    state["s"] = 0.0
    return Signal(NAME, numbers.mode, statistic, numbers.threshold, evidence, events)

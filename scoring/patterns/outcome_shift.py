"""Outcome shift: a CUSUM over all outcomes of active adds, cold and warm apart (DOMAIN §5).

S = max(floor, S + ln P1/P0), P the rates of abusers and of honest members. Deletions weigh nothing,
nor does being ignored by a warm contact. The tally beside it counts outcomes for the verdict: of
all adds, and of those since S last lay at its floor, where abuse that set in later begins.
"""

from typing import Any

from scoring.patterns import recent
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Answer, Signal
from scoring.views import MemberView

NAME = "outcome_shift"

ACCEPTED, DECLINED, HARD, OTHER = range(4)
"""Places in a tally; `OTHER` counts ignored and deleted."""
_PLACE = {"accepted": ACCEPTED, "declined": DECLINED, "blocked": HARD, "complained": HARD}


def begin() -> dict[str, Any]:
    """The state of an account without outcomes: statistic, tally of all, tally since the floor."""
    return {"s": 0.0, "all": [0, 0, 0, 0], "run": [0, 0, 0, 0]}


def observe(answer: Answer, view: MemberView, policy: Patterns) -> Signal | None:
    """Moves statistic and tallies by one outcome."""
    numbers = policy.outcome_shift
    state = view.patterns.get(NAME)
    if state is None:
        state = view.patterns[NAME] = begin()
    count(answer, state["all"], state["run"])
    halve(state, policy.verdict.memory)
    terms = numbers.warm_terms if answer.warm else numbers.cold_terms
    moved = terms.get(answer.after, 0.0) - terms.get(answer.before, 0.0)
    statistic = state["s"] = max(numbers.floor, state["s"] + moved)
    if statistic == numbers.floor:
        state["run"] = [0, 0, 0, 0]
    if answer.after is None or moved <= 0 or statistic < numbers.threshold:
        return None
    state["s"] = 0.0
    said, events = recent.hard(view)
    evidence = (tally_words(state["all"]), *said)
    return Signal(NAME, numbers.mode, statistic, numbers.threshold, evidence, events)


def tally_words(tally: list[int]) -> str:
    """A tally as a sentence."""
    accepted, declined, hard, other = tally
    return (
        f"of {sum(tally)} contacts with an outcome {accepted} accepted, {declined} declined, "
        f"{hard} blocked or complained, {other} did not answer or deleted the member later"
    )


def count(answer: Answer, *tallies: list[int]) -> None:
    """Counts an outcome, and takes back the one that it replaces."""
    for tally in tallies:
        if answer.before is not None:
            place = _PLACE.get(answer.before, OTHER)
            tally[place] = max(0, tally[place] - 1)
        if answer.after is not None:
            tally[_PLACE.get(answer.after, OTHER)] += 1


def halve(state: dict[str, Any], memory: int) -> None:
    """Halves the tallies of a state once they hold more than `memory` outcomes."""
    if sum(state["all"]) > memory:
        for name in ("all", "run"):
            if name in state:
                state[name] = [each // 2 for each in state[name]]

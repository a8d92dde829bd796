"""Hard negatives: CUSUM over blocks and complaints among the outcomes of active adds (DOMAIN §5).

S = max(floor, S + w), w the log likelihood ratio of the outcome under a rate of .12 against .045;
deletions weigh nothing. A contact's later, worse outcome replaces its term. [Page, Continuous
inspection schemes, 1954]
"""

from datetime import UTC, datetime
from typing import Any

from scoring.patterns.shape import Answer, Signal
from scoring.policy import HardNegatives, ScoringPolicy

NAME = "hard_negatives"
SHOWN = 8
"""How many of the last contributing outcomes a flag cites."""


def begin() -> dict[str, Any]:
    """The state of an account without outcomes."""
    return {"s": 0.0, "cited": []}


def observe(answer: Answer, state: dict[str, Any], policy: ScoringPolicy) -> Signal | None:
    """Moves the statistic by one outcome; a signal where that brings it to the threshold."""
    numbers = policy.patterns.hard_negatives
    term = _term(answer.after, numbers) - _term(answer.before, numbers)
    statistic = max(numbers.floor, state["s"] + term)
    state["s"] = statistic
    if _is_hard(answer.after):
        cited = [answer.at_ms, answer.after, answer.contact]
        state["cited"] = [*state["cited"], cited][-SHOWN:]
    # what is only taken back fires nothing
    if answer.after is None or term <= 0 or statistic < numbers.threshold:
        return None
    evidence = tuple(_words(*cited) for cited in state["cited"])
    state.update(begin())
    return Signal(NAME, numbers.mode, statistic, numbers.threshold, evidence)


def _term(outcome: str | None, numbers: HardNegatives) -> float:
    if outcome is None:
        return 0.0
    if outcome == "deleted":
        return numbers.deleted
    return numbers.negative if _is_hard(outcome) else numbers.other


def _is_hard(outcome: str | None) -> bool:
    return outcome in ("blocked", "complained")


def _words(at_ms: int, outcome: str, contact: str) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    did = {"blocked": "blocked the member", "complained": "complained about the member"}[outcome]
    return f"{at}: contact {contact} {did}"

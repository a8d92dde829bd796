"""Malicious-addition patterns: one file each, a pure function over what it observes (DOMAIN §5).

To add one: write its file after `hard_negatives`, give it a section in `scoring.policy.Patterns`
and `policy.toml`, and name it in the table below. It keeps its state in the view under its name and
resets it when it fires.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scoring.patterns import hard_negatives
from scoring.patterns.shape import Answer, Signal
from scoring.policy import ScoringPolicy

__all__ = ["ON_ANSWER", "Answer", "Observer", "Signal", "show"]


@dataclass(frozen=True, slots=True)
class Observer:
    """A pattern by name: `begin` makes its state, `observe` moves it and may fire."""

    name: str
    begin: Callable[[], dict[str, Any]]
    observe: Callable[[Answer, dict[str, Any], ScoringPolicy], Signal | None]


ON_ANSWER = (Observer(hard_negatives.NAME, hard_negatives.begin, hard_negatives.observe),)
"""Patterns over the outcomes of a member's active adds."""


def show(answer: Answer, states: dict[str, dict[str, Any]], policy: ScoringPolicy) -> list[Signal]:
    """Lets every pattern observe an outcome; gives the signals of those that fired."""
    fired = []
    for observer in ON_ANSWER:
        state = states.get(observer.name)
        if state is None:
            state = states[observer.name] = observer.begin()
        signal = observer.observe(answer, state, policy)
        if signal is not None:
            fired.append(signal)
    return fired

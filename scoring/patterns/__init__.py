"""Malicious-addition patterns: one file each, a pure function over what it observes (DOMAIN §5).

A pattern reads what it is shown (`shape`) and the view of its account, keeps its state there under
its name, and gives a signal when its statistic reaches the threshold, which begins anew then.
docs/adding-a-pattern.md says how to add one; the tables below are where it is registered.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from scoring.patterns import (
    burst_pressure,
    enterprise_negatives,
    greeting_reuse,
    hard_negatives,
    machine_timing,
    outcome_shift,
    repeat_target,
    sequential_numbers,
    target_collision,
)
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Answer, Attempt, Search, Signal
from scoring.views import EnterpriseView, MemberView

__all__ = [
    "OF_ANSWERS",
    "OF_ATTEMPTS",
    "OF_COMPANY_ANSWERS",
    "OF_SEARCHES",
    "Answer",
    "Attempt",
    "Search",
    "Signal",
    "show",
]

SeenT = TypeVar("SeenT")
ViewT = TypeVar("ViewT")

Observer = Callable[[SeenT, ViewT, Patterns], Signal | None]

OF_ANSWERS: tuple[Observer[Answer, MemberView], ...] = (
    hard_negatives.observe,
    outcome_shift.observe,
)
"""Over the outcomes of a member's active adds."""

OF_COMPANY_ANSWERS: tuple[Observer[Answer, EnterpriseView], ...] = (
    enterprise_negatives.observe,
    greeting_reuse.observe,
)
"""Over the outcomes of the active adds of all members of an enterprise."""

OF_ATTEMPTS: tuple[Observer[Attempt, MemberView], ...] = (
    machine_timing.observe,
    target_collision.observe,
    repeat_target.observe,
    burst_pressure.observe,
)
"""Over a member's requests for active adds."""

OF_SEARCHES: tuple[Observer[Search, MemberView], ...] = (sequential_numbers.observe,)
"""Over the phone numbers that a member searched."""


def show(
    seen: SeenT, view: ViewT, observers: Iterable[Observer[SeenT, ViewT]], policy: Patterns
) -> list[Signal]:
    """Lets patterns observe; gives the signals of those that fired."""
    fired = []
    for observe in observers:
        signal = observe(seen, view, policy)
        if signal is not None:
            fired.append(signal)
    return fired

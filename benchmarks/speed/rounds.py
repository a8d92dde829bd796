"""Subjects that are measured in turn, round after round, so that all see the same machine."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


def interleaved(
    subjects: Mapping[str, Callable[[], T]],
    rounds: int,
    *,
    progress: Callable[[str], None] | None = None,
) -> dict[str, list[T]]:
    """What each subject gave in each round; who begins moves on by one every round.

    `progress` is told what is measured now. Raises ValueError without rounds.
    """
    if rounds < 1:
        raise ValueError("at least one round is needed")
    names = list(subjects)
    given: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names) if names else 0
        for name in names[first:] + names[:first]:
            if progress is not None:
                progress(f"round {number + 1} of {rounds}: {name}")
            given[name].append(subjects[name]())
    return given


def median(values: Sequence[float]) -> float:
    """The middle value. Raises StatisticsError (a ValueError) of none."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> float:
    """Largest minus smallest as a share of the median; 0 of one value, or where all are 0."""
    middle = median(values)
    return (max(values) - min(values)) / abs(middle) if middle else 0.0


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of `ordered` do not exceed; nan of none."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio round by round: its median, smallest and largest."""

    median: float
    low: float
    high: float


def ratio(over: Sequence[float], under: Sequence[float]) -> Ratio:
    """`over` ÷ `under`, each round's with the same round's. Raises ValueError of unequal lengths.

    Rounds pair up what saw the same machine: a neighbour that takes the core slows both.
    """
    each = [one / other for one, other in zip(over, under, strict=True)]
    return Ratio(median(each), min(each), max(each))

"""How far a member's log-odds climbed, and after how many adds they crossed each threshold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.patterns.policy import Fusion, log_odds

FIRST_NATS, LAST_NATS, STEP_NATS = -3.0, 15.0, 0.25
NEVER_NATS = -1e9
"""Below every log-odds: nothing was ever against the member."""


class Point(NamedTuple):
    """Where a member stood: its active adds, the victims among them, its resolved adds."""

    adds: int
    victims: int
    resolved: int


def thresholds(numbers: Fusion) -> list[float]:
    """A grid of log-odds in nats, rising, with exactly what the policy reviews and enforces at."""
    steps = round((LAST_NATS - FIRST_NATS) / STEP_NATS)
    grid = {FIRST_NATS + STEP_NATS * step for step in range(steps + 1)}
    return sorted(grid | {log_odds(numbers.review), log_odds(numbers.enforce)})


@dataclass(slots=True)
class Climb:
    """The maximum so far, and where the member stood when each threshold was first crossed."""

    top: float = NEVER_NATS
    crossed: list[Point] = field(default_factory=list)
    """One for each threshold that was, the lowest first."""

    def note(self, nats: float, here: Point, grid: Sequence[float]) -> None:
        """Takes in the log-odds of now."""
        if nats <= self.top:
            return
        self.top = nats
        while len(self.crossed) < len(grid) and nats >= grid[len(self.crossed)]:
            self.crossed.append(here)

"""Sums of outcomes, which fade by whole local days."""

from dataclasses import dataclass


@dataclass(slots=True)
class Sums:
    """Sums of outcomes, halved every half-life.

    Weighed negatives s and accepted r; of active adds (hand-overs excluded) how many were resolved
    and accepted, unweighed.
    """

    negative: float = 0.0
    positive: float = 0.0
    resolved: float = 0.0
    accepted: float = 0.0

    def age(self, days: int, half_life_days: float) -> None:
        """Moves all sums that many local days on."""
        factor = decay(days, half_life_days)
        self.negative *= factor
        self.positive *= factor
        self.resolved *= factor
        self.accepted *= factor


def decay(days: int, half_life_days: float) -> float:
    """What is left of a weight after that many local days, 0–1."""
    return 1.0 if days <= 0 else float(0.5 ** (days / half_life_days))

"""What patterns see and what they say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one active add (hand-overs excluded) changed; None: nothing that counts.

    `contact` is None where only the passing of time made the outcome (`ignored`).
    """

    at_ms: int
    contact: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Signal:
    """A pattern fired: the statistic, the threshold that it reached, and why, in words."""

    pattern: str
    mode: str
    statistic: float
    threshold: float
    evidence: tuple[str, ...]

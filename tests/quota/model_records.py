"""Decisions as the model keeps them."""

from dataclasses import dataclass, field, replace

from quota.adds import Add
from tests.quota.model_limits import Limit


@dataclass(frozen=True)
class Answer:
    """What of a decision is compared."""

    allowed: bool
    reason: str
    state: str
    replayed: bool
    binding_limit: str | None
    limits: tuple[Limit, ...]
    retry_at_ms: int | None
    penalty_id: str | None
    day: int
    key: tuple[object, ...] = field(default=(), compare=False)
    """Under which record it stands."""


@dataclass
class Record:
    """One decision and what became of it."""

    add: Add
    answer: Answer
    decided_ms: int
    expires_ms: int
    hold_ends_ms: int

    @property
    def state(self) -> str:
        return self.answer.state

    def become(self, state: str) -> None:
        """The decision's present state."""
        self.answer = replace(self.answer, state=state)

"""How many adds an account could still make now."""

from __future__ import annotations

from typing_extensions import TypedDict

from quota.accounts import AccountState
from server.http.restrictions import forbidden


class AvailableShape(TypedDict):
    """Adds that would be allowed now by every limit that applies; 0 where a restriction forbids."""

    active: int
    passive: int


def available(*states: AccountState) -> AvailableShape:
    """The least of what the limits of these accounts leave, by direction."""
    taken = forbidden(held for state in states for held in state.restrictions)

    def left(direction: str) -> int:
        if f"{direction}_add" in taken:
            return 0
        return min(
            limit.remaining
            for state in states
            for limit in state.limits
            if limit.name.endswith(f"_{direction}")
        )

    return {"active": left("active"), "passive": left("passive")}

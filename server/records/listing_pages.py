"""Which part of a list of accounts is asked for, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from server.records.accounts import Enterprise, Member

Sort = Literal["id", "used", "remaining", "score", "denied", "share"]
Order = Literal["asc", "desc"]
Only = Literal["at_cap", "near_cap", "denied", "restricted", "unused"]
Account = TypeVar("Account", Enterprise, Member)

COARSE_STEP = 5
"""A coarse score is a multiple of this; see `server/http/rounding.py` for why."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: `limit` rows behind `cursor`, by `sort` (None: by id).

    Largest first where there is a `sort`, unless `order` says otherwise; accounts with equal values
    stand by id, upwards. `coarse`: scores, and the order by score, are in steps of `COARSE_STEP`.
    """

    cursor: str | None = None
    limit: int = 50
    sort: Sort | None = None
    q: str | None = None
    order: Order | None = None
    only: Only | None = None
    coarse: bool = False

    @property
    def by(self) -> Sort:
        """What it is sorted by."""
        return self.sort or "id"

    @property
    def falls(self) -> bool:
        """Whether the largest stands first."""
        return (self.order or ("desc" if self.sort else "asc")) == "desc"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a list shows beside an account; score, tier and cap are None before its first fold.

    `used`, `remaining` and `denied` are those of the present local day, as far as it was folded.
    `restricted`: a penalty or a hold binds it now, of its own or of its whole enterprise.
    """

    used: int
    remaining: int
    denied: int
    score: float | None
    tier: int | None
    cap: int | None
    restricted: bool


@dataclass(frozen=True, slots=True)
class Listing(Generic[Account]):
    """A page of accounts with their figures; `next_cursor` is None at the end.

    `total` is how many rows match, None but on the first page.
    """

    rows: tuple[tuple[Account, Figures], ...]
    next_cursor: str | None
    total: int | None

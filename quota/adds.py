"""The shapes of a pre-check: what is asked (`Add`) and what is answered (`Decision`, `Refusal`).

Those made for every pre-check are named tuples: making a frozen dataclass of twelve fields takes
three times as long.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from quota.ways import HANDOVERS

WINDOW_S = {"day": 86_400, "hour": 3_600, "minute": 60}


class Mode(StrEnum):
    """`spend` charges; `peek` only answers; `hold` charges until `hold_s` unless committed."""

    SPEND = "spend"
    PEEK = "peek"
    HOLD = "hold"


class Kind(StrEnum):
    """What an add charges: the caps of its direction, or only the hand-over cap."""

    ACTIVE = "active"
    PASSIVE = "passive"
    HANDOVER = "handover"


class Add(NamedTuple):
    """One add somebody wants to make. `contact` is a keyed hash, never the raw id.

    `initiated_by` is `member` or `contact`; `hold_s` (1–3600) goes with `Mode.HOLD` only.
    `aliases` are the contact's hashes under keys that were rotated out.
    """

    enterprise_id: str
    member_id: str
    contact: str
    way: str = "unknown"
    initiated_by: str = "member"
    mode: Mode = Mode.SPEND
    hold_s: int | None = None
    request_id: str | None = None
    number_block: str | None = None
    number_tail: str | None = None
    greeting_hash: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What the add charges: hand-overs their own cap, others those of their direction."""
        if self.way in HANDOVERS:
            return Kind.HANDOVER
        return Kind.ACTIVE if self.initiated_by == "member" else Kind.PASSIVE


class LimitState(NamedTuple):
    """One limit as a decision left it; `window` is `day`, `hour` or `minute`.

    `resets_at_ms` is when `used` will be 0 if nothing more is added.
    """

    name: str
    cap: int
    used: int
    window: str
    resets_at_ms: int

    @property
    def remaining(self) -> int:
        """How many more fit; 0 where the cap was cut below what is used."""
        return max(0, self.cap - self.used)

    @property
    def window_s(self) -> int:
        """The nominal length of the window, as the RateLimit headers state it."""
        return WINDOW_S[self.window]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction that holds now; `ends_at_ms` None means for good."""

    penalty_id: str
    scope: str
    ends_at_ms: int | None
    may_apply: bool
    may_appeal: bool


class Decision(NamedTuple):
    """The answer to one add, a denial included.

    `state`: spent | held | committed | cancelled | expired | denied | peeked. `limits` stand in the
    order of checks, as the decision left them. `day` is the enterprise's local day it was made on.
    """

    decision_id: str
    allowed: bool
    reason: str
    binding_limit: str | None
    limits: tuple[LimitState, ...]
    retry_at_ms: int | None
    restriction: Restriction | None
    policy_version: int
    state: str
    replayed: bool
    day: int
    decided_ms: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """No decision was made. `code`: conflict | new_accounts | unknown_account | unavailable."""

    code: str
    detail: str
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a commit or cancel came to; `conflict` says why the state forbids it, None where done.

    `state` is None when no such decision is on record.
    """

    decision_id: str
    state: str | None
    conflict: str | None = None


class StoreUnavailable(Exception):  # noqa: N818  a state of the store, no fault of a caller
    """Redis cannot be asked now. Nothing was charged that a retry would charge again."""

    def __init__(self, detail: str, retry_after_s: int = 1) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s

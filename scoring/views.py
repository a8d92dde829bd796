"""What is remembered of an account: small, mutable, the same whether events come singly or in bulk.

`day` is a local day (days since 1970-01-01) of the enterprise's calendar; a view stands at the day
of its last event. Sums of outcomes are decayed to that day. Rings map a local day to what happened
on it and forget what is older than their window.
"""

from dataclasses import dataclass, field
from typing import Any

from scoring.documents import Names, Opened, Ring, Stored
from scoring.sums import Sums

NEVER = -1
"""The day of a view that no event has reached yet."""


@dataclass(slots=True)
class _Account(Stored):
    """What members and enterprises have in common."""

    first_seen_ms: int
    day: int = NEVER
    clean_since_day: int = NEVER
    """First local day without a violation: of the activation, later of the last violation."""
    points: float = 0.0
    """Points of upheld violations (DOMAIN §3, compliance)."""
    upheld: dict[str, list[Any]] = field(default_factory=dict)
    """[track, severity, local day] of upheld violations by id; `points` are made of them."""
    overturned: list[str] = field(default_factory=list)
    """Ids of violations that were none: the last ones, so that nothing late brings one back."""
    active_since_day: int = NEVER
    """What `clean_since_day` was before the first violation; NEVER: there was none."""
    profile: Names = frozenset()
    """Names of the attested fields."""
    sums: Sums = field(default_factory=Sums)
    negative_contacts: int = 0
    """Different contacts that gave a negative."""
    recent: Ring = field(default_factory=dict)
    """[resolved, complainants] of active adds by day, for the complaint ceilings."""
    score_tier: int = 0
    """The tier by score alone; `midnight_tier` is that under the ceilings at the last midnight."""
    midnight_tier: int = 0
    tier: int = 0
    """The tier in force: a ceiling that came since midnight counts, one that went does not."""
    low_days: int = 0
    score: float = 0.0
    cap_active: int = 0
    cap_passive: int = 0
    standing: str = "collecting"
    standing_since_ms: int = 0
    adds: int = 0
    """Allowed adds ever."""
    active_days: int = 0
    """Bit i: in use (a pre-check, or a report of chats) on local day `day` − i."""
    patterns: dict[str, Any] = field(default_factory=dict)
    """State of each pattern by its name."""
    judged_ms: int = 0
    """Adds made before raise no flag: what they show was judged, or punished."""


@dataclass(slots=True)
class EnterpriseView(_Account):
    """An enterprise. `frozen_*`: its sums at the last local midnight, the prior of its members."""

    time_zone: str = ""
    verification: str = "none"
    day_end_ms: int = 0
    frozen_negative: float = 0.0
    frozen_positive: float = 0.0
    waiting: Ring = field(default_factory=dict)
    """Active adds of all members that wait for their first answer, by the local day of the add."""
    seats: Ring = field(default_factory=dict)
    """[members whose last seat day it was, sum of their usage values] by day."""
    offenders: dict[str, int] = field(default_factory=dict)
    """Last seat day of members with an upheld violation."""

    def seat_count(self, since_day: int) -> int:
        """Members with an accepted contact or a chat on or after `since_day`."""
        return sum(entry[0] for day, entry in self.seats.items() if day >= since_day)

    def seat_usage(self, since_day: int) -> float:
        """Sum of those members' usage values (0–1 each)."""
        total = sum(entry[1] for day, entry in self.seats.items() if day >= since_day)
        return max(0.0, float(total))


@dataclass(slots=True)
class MemberView(_Account):
    """A member. `clock_ms` is the latest event time seen: what `ignored` is measured against."""

    clock_ms: int = 0
    person_id: str | None = None
    linked_account_id: str | None = None
    replies: Ring = field(default_factory=dict)
    """[chats, reply percentage] of the last usage report by its day."""
    best: Ring = field(default_factory=dict)
    """Allowed active adds by day, for the ramp."""
    passive_day: int = NEVER
    passive_weight: float = 0.0
    """Positive weight of passive adds granted on `passive_day`."""
    colleagues_rate: float = 0.0
    """μ, frozen at the member's last local midnight."""
    seat_day: int = NEVER
    seat_usage: float = 0.0
    """Last day as a seat, and the usage value that the enterprise's ring holds for it."""
    opened: Opened = field(default_factory=list)
    """Active adds that wait for their first answer."""

    def active_day_count(self, window_days: int) -> int:
        """Active days among the last `window_days`, today included."""
        return (self.active_days & ((1 << window_days) - 1)).bit_count()


@dataclass(slots=True)
class Relation(Stored):
    """What passed between a member and a contact, which counts once, by its worst outcome."""

    added_ms: int = 0
    """The last allowed add, 0: none that reached the contact; `previous_ms` is the one before."""
    previous_ms: int = 0
    added_day: int = NEVER
    decision_id: str = ""
    kind: str = "a"
    """a active, p passive, h hand-over."""
    way: str = "unknown"
    opened_ms: int = 0
    """The add whose answer is awaited, or came to be ignored; 0: answered, or none awaited."""
    opened_day: int = NEVER
    outcome: str | None = None
    """The outcome that counts now; `ignored` is not stored, see `outcomes.present`."""
    outcome_day: int = NEVER
    outcome_kind: str = "a"
    positive: float = 0.0
    """Positive weight granted for `accepted`."""
    greeting: str = ""
    """End of the hash of the last greeting sent."""
    previous: list[Any] = field(default_factory=list)
    """[kind, way, greeting, reopened] of the add before the last."""
    asked: int = 0
    """Active adds asked for since the contact refused."""
    reopened: bool = False
    """An add was allowed after a decline: the next answer replaces it."""
    voided: bool = False
    """The negative weighs nothing: sabotage by the contact."""


@dataclass(slots=True)
class ContactView(Stored):
    """What passed between one contact and an enterprise's members.

    `adders`: member → ms of its last active add, recent ones. `negatives`: member → [outcome, at
    ms], recent ones. `counted*`: the one negative that the enterprise counts.
    """

    adders: dict[str, int] = field(default_factory=dict)
    negatives: dict[str, list[Any]] = field(default_factory=dict)
    counted: str | None = None
    counted_ms: int = 0
    counted_day: int = NEVER
    counted_weight: float = 0.0
    counted_active: bool = False
    ever_counted: bool = False
    dismissed: int = 0
    """Reports of the contact that turned out to be none."""


def forget(ring: Ring, before_day: int) -> None:
    """Drops the days of a ring before `before_day`."""
    for day in [day for day in ring if day < before_day]:
        del ring[day]


def new_member(first_seen_ms: int) -> MemberView:
    """A member whose first event comes now."""
    return MemberView(first_seen_ms)


def new_enterprise(first_seen_ms: int) -> EnterpriseView:
    """An enterprise whose first event comes now."""
    return EnterpriseView(first_seen_ms)

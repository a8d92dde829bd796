"""A penalty: one scope of one account, from when until when, for what, and what can be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from penalties.catalogue import Track
from penalties.restrictions import Restriction, Scope

Severity = Literal["normal", "severe"]
Source = Literal["user_report", "own_initiative", "automated"]
PenaltyState = Literal["active", "queued", "ended", "overturned"]

PERSONAL = frozenset({Scope.INTEROP})
"""Scopes that follow a person to every account of theirs (DOMAIN §6, re-created accounts)."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """One restriction with its reasons; a hold is one before anybody has decided.

    `step` is the ladder's (1–3), None elsewhere. `ordinal` numbers the strikes of a subject, those
    since overturned included; None: no strike. `lifted_ms`: it ended before its end, by leniency, a
    correction or because what it waited for was decided; an overturned one never was right.
    `decided_by` are holders, none where it came by itself.
    """

    id: str
    violation_id: str | None
    case_id: str | None
    type: str
    track: Track
    step: int | None
    is_hold: bool
    severity: Severity
    enterprise_id: str
    member_id: str | None
    person_id: str | None
    scope: Scope
    starts_ms: int
    ends_ms: int | None
    may_apply: bool
    may_appeal: bool
    source: Source
    automated: bool
    decided_by: tuple[str, ...]
    policy_version: int
    ordinal: int | None = None
    linked_account_id: str | None = None
    lifted_ms: int | None = None
    overturned_ms: int | None = None
    statement: Mapping[str, str | bool] = field(default_factory=dict)

    @property
    def over_ms(self) -> int | None:
        """When it is over: at its end, or before it; None: never."""
        ends = [
            end for end in (self.ends_ms, self.lifted_ms, self.overturned_ms) if end is not None
        ]
        return min(ends, default=None)

    def binds_at(self, now_ms: int) -> bool:
        """Whether it restricts anybody: from its start, up to but not including its end."""
        over_ms = self.over_ms
        return self.starts_ms <= now_ms and (over_ms is None or now_ms < over_ms)

    def state(self, now_ms: int, *, untold: bool = False) -> PenaltyState:
        """`queued`: on record, but what has to enforce it was not told yet."""
        if self.overturned_ms is not None:
            return "overturned"
        if not self.binds_at(now_ms):
            return "ended"
        return "queued" if untold else "active"

    @property
    def is_strike(self) -> bool:
        """Whether it counts against the subject on the ladder."""
        return self.ordinal is not None and self.overturned_ms is None

    @property
    def is_permanent(self) -> bool:
        """Whether it was imposed for good; `interop` of track 2 waits for an event."""
        waits = self.track is Track.LINKED_ACCOUNT and self.scope is Scope.INTEROP
        return self.ends_ms is None and not waits

    def restriction(self) -> Restriction:
        """What it takes away."""
        return Restriction(
            penalty_id=self.id,
            scope=self.scope,
            enterprise_id=self.enterprise_id,
            member_id=self.member_id,
            starts_at_ms=self.starts_ms,
            ends_at_ms=self.over_ms,
            may_apply=self.may_apply,
            may_appeal=self.may_appeal,
        )


def subject_of(enterprise_id: str, member_id: str | None, person_id: str | None) -> str:
    """Whom strikes are counted of: the person where one is known, else the account."""
    if person_id is not None:
        return f"person:{person_id}"
    return f"{enterprise_id}/{member_id or ''}"


def binding(record: Iterable[Penalty], now_ms: int) -> tuple[Penalty, ...]:
    """Those of a record that bind now, in the order given."""
    return tuple(penalty for penalty in record if penalty.binds_at(now_ms))

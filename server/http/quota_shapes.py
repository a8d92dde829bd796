"""The shape of a quota: what an account may do, and why."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from server.http.available import AvailableShape
from server.http.decisions import LimitShape, RestrictionShape
from server.http.history import NegativeShape


class StandingShape(TypedDict):
    """One word and one sentence: collecting, healthy, at_risk, limited or restricted."""

    state: str
    since: str
    why: str


class PartShape(TypedDict):
    """One part of the score: points = weight · value; `inputs` is what value was made of.

    Of what contacts did, enterprises and members see steps, and no inputs.
    """

    name: str
    weight: float
    value: float
    points: float
    inputs: dict[str, Any]


class CeilingShape(TypedDict):
    """What keeps the tier from rising above `max_tier`, whatever the score."""

    name: str
    detail: str
    max_tier: int


class FallingShape(TypedDict):
    """The score is below `needed`; after `after` such local days in a row the tier falls by one.

    `days` have ended so already.
    """

    needed: float
    days: int
    after: int


class CapsShape(TypedDict):
    """Daily caps by direction."""

    active: int
    passive: int


class RampShape(TypedDict):
    """A member's active cap is below the `most` that its tier gives, as it grows with use.

    At most `factor` times its `best` local day of the last `days`, today among them, but not under
    `floor`. `following`: the cap from the next local midnight on, by what was added until now.
    """

    most: int
    best: int
    days: int
    factor: float
    floor: int
    following: int


class PerSeatShape(TypedDict):
    """An enterprise's active cap: `each` adds for a seat, at least `floor`."""

    each: int
    floor: int


class CapsChangeShape(TypedDict):
    """Caps now, and after the actions."""

    before: CapsShape
    after: CapsShape


class GuidanceShape(TypedDict):
    """The least that reaches the next tier, under which conditions, and when at the earliest."""

    actions: list[str]
    caps: CapsChangeShape
    conditions: list[str]
    effective_from: str


class CountedShape(TypedDict):
    """What every add changes."""

    limits: list[LimitShape]
    available: AvailableShape
    as_of: str


class ThoughtShape(TypedDict):
    """What is thought of an account, and what binds it."""

    name: str | None
    time_zone: str
    seats: int | None
    standing: StandingShape
    tier: int
    tier_scores: list[float]
    score: float
    parts: list[PartShape]
    ceilings: list[CeilingShape]
    falling: FallingShape | None
    ramp: RampShape | None
    per_seat: PerSeatShape | None
    restrictions: list[RestrictionShape]
    guidance: list[GuidanceShape]
    negative: NegativeShape | None
    policy_version: int


class QuotaShape(ThoughtShape, CountedShape):
    """An account's quota. `negative` is null while outcomes are too few or too recent.

    `tier_scores` are the scores from which on the tiers are reached, from tier 0 on. `seats` are
    members in use in the last 28 days, null for a member; `name` is null while nobody described the
    account. `falling` is null while the score is not below what the tier needs. `ramp` is null for
    an enterprise and where the tier's cap is in force, `per_seat` for a member. To enterprises and
    members `score` is a whole number.
    """

"""The `[scoring]` section of the policy: every number of DOMAIN §3 to §5."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from scoring.patterns.policy import Patterns

MOST = 10_000_000
"""No cap or count of a policy is larger: caps reach scripts that write numbers of 53 bits."""

Days = Annotated[int, Field(ge=1, le=3650)]
Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=100)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Tier = Annotated[int, Field(ge=0, le=20)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Outcomes(_Section):
    """What follows an add, and how long it matters (DOMAIN §1)."""

    ignored_after_h: int = Field(ge=1, le=24 * 30)
    """An active add without an answer for this long counts as ignored; a later answer corrects."""
    provenance_days: Days
    """Feedback scores only where the member had an allowed add of the contact this recently."""
    half_life_days: float = Field(gt=0)
    once_per_enterprise_days: Days
    """A contact's negatives count once per enterprise within this."""
    sabotage_members: int = Field(ge=1, le=MOST)
    """A contact with negatives to more members than this, in that time, weighs nothing."""
    dismissed_reports: int = Field(ge=1, le=MOST)
    """… nor does one of whom so many reports were dismissed."""


class Cooldowns(_Section):
    """Days without active adds of a contact (DOMAIN §2); after `declined` by that member only."""

    complained: Days
    blocked: Days
    deleted: Days
    declined: Days


class Profile(_Section):
    """Completeness: points for verification and for attested fields."""

    verification_points: Points
    verified: Share
    """Share of `verification_points` for verified; certified has all, none has none."""
    fields_points: Points
    enterprise_fields: tuple[Name, ...] = Field(min_length=1)
    member_fields: tuple[Name, ...] = Field(min_length=1)


class Usage(_Section):
    """Activity of the last `window_days` (at most 63): active days and replies."""

    points: Points
    window_days: int = Field(ge=1, le=63)
    full_active_days: int = Field(ge=1, le=MOST)
    active_days_share: Share


class Feedback(_Section):
    """What contacts did, as an upper bound of the rate of negatives (DOMAIN §3)."""

    points: Points
    deleted: float = Field(gt=0)
    blocked: float = Field(gt=0)
    complained: float = Field(gt=0)
    prior_weight: float = Field(gt=0)
    """k: how many adds the prior is worth."""
    prior_rate: Share
    """μ of an enterprise, and of the colleagues a member has none of."""
    colleagues_least: Share
    colleagues_most: Share
    """Bounds of μ, the colleagues' rate, for a member."""
    worst_rate: Share
    """The bound at which the value is 0 …"""
    best_rate: Share
    """… and at which it is 1."""
    passive_accepted: Share
    passive_negative: Share
    passive_accepted_daily: float = Field(ge=0)
    """At most this much positive weight a local day comes from passive adds."""
    doubt_contacts: int = Field(ge=0, le=MOST)
    """Below the prior's value only once this many different contacts gave a negative."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.deleted <= self.blocked <= self.complained:
            raise ValueError("deleted, blocked and complained must not fall in weight")
        if not self.best_rate < self.worst_rate:
            raise ValueError("best_rate must be below worst_rate")
        if not self.colleagues_least <= self.prior_rate <= self.colleagues_most:
            raise ValueError("prior_rate must lie from colleagues_least to colleagues_most")
        return self


class Acceptance(_Section):
    """Share of active adds that were accepted, with a prior."""

    points: Points
    prior_accepted: float = Field(ge=0)
    prior_resolved: float = Field(gt=0)
    worst_rate: Share
    best_rate: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.worst_rate < self.best_rate:
            raise ValueError("worst_rate must be below best_rate")
        if self.prior_accepted > self.prior_resolved:
            raise ValueError("prior_accepted must not be above prior_resolved")
        return self


class Compliance(_Section):
    """Upheld violations and clean time; violation points by gravity."""

    points: Points
    normal: float = Field(ge=0)
    severe: float = Field(ge=0)
    permanent: float = Field(ge=0)
    all_points: float = Field(gt=0)
    """Violation points that leave nothing."""
    full_clean_days: Days
    at_once: Share
    """Share that is there from the first clean day."""


class Complaints(_Section):
    """Ceilings by rate of different complainants among resolved active adds."""

    window_days: int = Field(ge=1, le=63)
    least_complainants: int = Field(ge=1, le=MOST)
    least_resolved: int = Field(ge=1, le=MOST)
    keep_rate: float = Field(gt=0, le=1)
    """From here on not above the present tier."""
    limit_rate: float = Field(gt=0, le=1)
    limit_tier: Tier
    bottom_rate: float = Field(gt=0, le=1)
    """From here on tier 0."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.keep_rate <= self.limit_rate <= self.bottom_rate:
            raise ValueError("keep_rate, limit_rate and bottom_rate must not fall")
        return self


class Ceilings(_Section):
    """Tiers that an account cannot be above, whatever its score."""

    feedback_zero_tier: Tier
    unverified_tier: Tier
    complaints: Complaints


class TierCaps(_Section):
    """One tier: the score it needs and the daily caps it gives."""

    score: float = Field(ge=0, le=100)
    member_active: int = Field(ge=0, le=MOST)
    member_passive: int = Field(ge=0, le=MOST)
    enterprise_floor: int = Field(ge=0, le=MOST)
    enterprise_seat: int = Field(ge=0, le=MOST)


class Movement(_Section):
    """How accounts move between tiers, and how caps grow."""

    demotion_share: Share
    """A day is low when its score is below this share of the tier's threshold …"""
    demotion_days: Days
    """… and this many low days in a row cost one tier."""
    ramp_floor: int = Field(ge=0, le=MOST)
    ramp_factor: float = Field(ge=1, le=1000)
    ramp_days: int = Field(ge=1, le=63)
    seat_days: int = Field(ge=1, le=63)
    enterprise_passive_factor: int = Field(ge=1, le=1000)


class ScoringPolicy(_Section):
    """Everything that makes trust, tiers, caps and flags, tunable. The parts add up to 100."""

    outcomes: Outcomes
    cooldowns: Cooldowns
    profile: Profile
    usage: Usage
    feedback: Feedback
    acceptance: Acceptance
    compliance: Compliance
    ceilings: Ceilings
    movement: Movement
    tiers: tuple[TierCaps, ...] = Field(min_length=1, max_length=20)
    patterns: Patterns

    @field_validator("tiers")
    @classmethod
    def _tiers_rise(cls, tiers: tuple[TierCaps, ...]) -> tuple[TierCaps, ...]:
        if tiers[0].score != 0:
            raise ValueError("the first tier must need a score of 0")
        for lower, upper in pairwise(tiers):
            if upper.score <= lower.score:
                raise ValueError(f"scores must rise from tier to tier: {upper.score:g} does not")
            for name in TierCaps.model_fields:
                if getattr(upper, name) < getattr(lower, name):
                    raise ValueError(f"{name} must not fall from a tier to the next")
        return tiers

    @model_validator(mode="after")
    def _parts_make_a_hundred(self) -> Self:
        total = sum(self.weights.values())
        if abs(total - 100) > 1e-9:
            raise ValueError(f"the points of the five parts must add up to 100, not {total:g}")
        return self

    @model_validator(mode="after")
    def _ceilings_are_tiers(self) -> Self:
        top = len(self.tiers) - 1
        for tier in (
            self.ceilings.feedback_zero_tier,
            self.ceilings.unverified_tier,
            self.ceilings.complaints.limit_tier,
        ):
            if tier > top:
                raise ValueError(f"a ceiling names tier {tier}, but the highest is {top}")
        return self

    @property
    def weights(self) -> dict[str, float]:
        """Points of each part, in the order they are shown."""
        return {
            "profile": self.profile.verification_points + self.profile.fields_points,
            "usage": self.usage.points,
            "feedback": self.feedback.points,
            "acceptance": self.acceptance.points,
            "compliance": self.compliance.points,
        }

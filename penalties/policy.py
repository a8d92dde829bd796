"""The `[penalties]` section of the policy: every number of the three tracks (DOMAIN §6)."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from penalties.catalogue import ViolationKind, catalogue

Hours = Annotated[int, Field(ge=1, le=24 * 366)]
InterimHours = Annotated[int, Field(ge=1, le=72)]
"""Nothing is withheld for longer before a person has decided (DOMAIN §5, §6)."""

BreakerLimit = Literal["enterprise", "total"]
"""Which limit of the circuit breaker was reached."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Ladder(_Section):
    """Track 1 (§2.2): how long `interop` is withheld at each step; the third is for good."""

    first_h: Hours
    second_h: Hours
    automatic_steps: Literal[0, 1]
    """1 lets an enforced case impose step 1 by itself; never step 2 or 3."""
    strikes_expire_days: int | None = Field(default=None, ge=1)
    """None: strikes never expire, as the seed names no expiry."""

    @field_validator("second_h")
    @classmethod
    def _second_step_is_not_milder(cls, value: int, info: ValidationInfo) -> int:
        first = info.data.get("first_h")
        if first is not None and value < first:
            msg = (
                f"must be at least first_h ({first}): the second step is not milder than the first"
            )
            raise ValueError(msg)
        return value


class LinkedAccount(_Section):
    """Track 2 (§3.2): the release after the linked WeChat account is unblocked."""

    release_after_h: int = Field(ge=0)

    @field_validator("release_after_h")
    @classmethod
    def _within_a_day(cls, value: int) -> int:
        if value > 24:
            msg = 'must be at most 24: the seed promises release "within 24 hours" (§3.2)'
            raise ValueError(msg)
        return value


class Holds(_Section):
    """Interim measures, before a person has decided."""

    interop_h: InterimHours
    """At most this long a report holds `interop` until a person confirms (DOMAIN §6, track 3)."""
    active_adds_h: InterimHours
    """At most this long an enforced pattern holds `active_adds`; no strike comes of it."""


class Redress(_Section):
    """Unblock applications (§2.2, leniency) and appeals (§5.3, a mistake)."""

    applications: int = Field(ge=0)
    """Unblock applications that an enterprise may file within `applications_days`."""
    applications_days: int = Field(ge=1)
    appeal_window_days: int = Field(ge=1)
    """Counted from the notice of the penalty."""
    appeal_target_h: Hours
    information_days: int = Field(ge=1)
    """An appeal that needs information expires where none comes within this."""
    permanent_review: bool
    """Opens appeals against permanent penalties; deployments under the DSA must (Art. 20)."""


class CircuitBreaker(_Section):
    """How many cases of a day may act at once before the excess only asks for a review."""

    enterprise_floor: int = Field(ge=0)
    enterprise_seat_share: float = Field(ge=0, le=1)
    total: int = Field(ge=0)

    def enterprise_limit(self, seats: int) -> int:
        """Cases per enterprise and local day: the larger of the floor and the share of seats."""
        return max(self.enterprise_floor, int(self.enterprise_seat_share * seats))

    def bound(self, enforced_here: int, enforced_in_all: int, seats: int) -> BreakerLimit | None:
        """The limit that forbids one more, given the cases enforced on the day; None: none does."""
        if enforced_here >= self.enterprise_limit(seats):
            return "enterprise"
        return "total" if enforced_in_all >= self.total else None


class PenaltiesPolicy(_Section):
    """Everything that follows a violation, tunable."""

    ladder: Ladder
    linked_account: LinkedAccount
    holds: Holds
    redress: Redress
    circuit_breaker: CircuitBreaker
    kinds: tuple[ViolationKind, ...]
    """Kinds of violation beyond the seed's ("including but not limited to", §1)."""

    @field_validator("kinds")
    @classmethod
    def _kinds_are_new(cls, value: tuple[ViolationKind, ...]) -> tuple[ViolationKind, ...]:
        catalogue(value)
        return value

    @cached_property
    def catalogue(self) -> Mapping[str, ViolationKind]:
        """Every kind of violation by id, the added ones last."""
        return catalogue(self.kinds)

"""The `[scoring.patterns]` section of the policy: thresholds, modes, and what evidence weighs.

Evidence is in nats: natural logarithms of how much likelier something is of an abuser than of an
honest member. Tables of evidence are [statistic, nats] pairs, linear in between and flat outside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import isclose, lgamma, log
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Mode = Literal["shadow", "review", "enforce"]
Rate = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1, le=1_000)]
Days = Annotated[int, Field(ge=1, le=366)]
Table = Annotated[tuple[tuple[float, float], ...], Field(min_length=1, max_length=16)]
Block = Annotated[str, Field(pattern=r"^\+[0-9]{3,11}$")]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Weighed(_Section):
    """A pattern whose statistic is evidence by a table of its own."""

    evidence: Table
    most_nats: float = Field(gt=0)
    """Flags of the last days add up, since the statistic begins anew, but to no more than this."""

    @field_validator("evidence")
    @classmethod
    def _rises(cls, table: Table) -> Table:
        if table[0][1] != 0:
            raise ValueError("the first pair must weigh nothing: 0 nats")
        for (x0, y0), (x1, y1) in pairwise(table):
            if x1 <= x0 or y1 < y0:
                raise ValueError("statistics must rise from pair to pair, and nats must not fall")
        return table


class HardNegatives(_Section):
    """CUSUM over blocks and complaints (DOMAIN §5): q0 = .045 against q1 = .12."""

    mode: Mode
    negative: float = Field(gt=0)
    deleted: float
    other: float = Field(lt=0)
    floor: float = Field(le=0)
    threshold: float = Field(gt=0)


class GreetingReuse(HardNegatives):
    """The same for each greeting of an enterprise; `most` greetings are followed at a time."""

    most: Count


class Rates(_Section):
    """Shares of adds by outcome; the rest is ignored."""

    accepted: Rate
    declined: Rate
    blocked: Rate
    complained: Rate

    @model_validator(mode="after")
    def _leave_some(self) -> Self:
        if self.ignored <= 0:
            raise ValueError("the rates must add up to less than 1")
        return self

    @property
    def ignored(self) -> float:
        """What the others leave."""
        return 1.0 - (self.accepted + self.declined + self.blocked + self.complained)


class Shift(_Section):
    """Outcomes of honest members against those of abusers, for one temperature."""

    honest: Rates
    abusive: Rates


class OutcomeShift(_Section):
    """CUSUM of ln P1/P0 over all outcomes, cold and warm; being ignored counts when cold only."""

    mode: Mode
    cold: Shift
    warm: Shift
    floor: float = Field(le=0)
    threshold: float = Field(gt=0)

    @cached_property
    def cold_terms(self) -> Mapping[str | None, float]:
        """Log of P1/P0 by outcome of a cold add; what is missing weighs nothing."""
        return _terms(self.cold, "accepted", "declined", "blocked", "complained", "ignored")

    @cached_property
    def warm_terms(self) -> Mapping[str | None, float]:
        """The same of a warm one."""
        return _terms(self.warm, "accepted", "declined", "blocked", "complained")


def log_odds(probability: float) -> float:
    """Log of p/(1−p), of a probability between 0 and 1."""
    return log(probability / (1.0 - probability))


def _terms(shift: Shift, *outcomes: str) -> Mapping[str | None, float]:
    return {
        outcome: log(getattr(shift.abusive, outcome) / getattr(shift.honest, outcome))
        for outcome in outcomes
    }


class SequentialNumbers(_Weighed):
    """Neighbours among the last phone numbers searched, and how dense their blocks are."""

    mode: Mode
    window: int = Field(ge=2, le=64)
    gap: int = Field(ge=1, le=9_999)
    missed: Count
    """A neighbour that nobody has counts this often."""
    threshold: float = Field(gt=0)
    block_window: int = Field(ge=2, le=64)
    densest: Count
    block_share: Rate
    """Share of the last `block_window` in the `densest` blocks that asks for a review …"""
    block_nats: float = Field(ge=0)
    """… and what that weighs."""
    exempt_blocks: tuple[Block, ...]
    """Declared corporate blocks: E.164 numbers without their last four digits."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.block_window < self.window:
            raise ValueError("block_window must not be below window")
        if self.threshold > (most := (self.window - 1) * self.missed):
            raise ValueError(f"threshold must not be above {most}, which it never reaches")
        return self


class MachineTiming(_Weighed):
    """How many of the last gaps between adds are equal, or multiples of one period."""

    mode: Mode
    window: int = Field(ge=4, le=64)
    least_s: float = Field(ge=1)
    most_s: float = Field(gt=0)
    """Gaps outside these bounds are not read."""
    equal_from_s: float = Field(gt=0)
    """Shorter gaps are never equal."""
    width_s: float = Field(gt=0)
    width_share: Rate
    """Gaps are equal within the larger of `width_s` and this share."""
    period_from_s: float = Field(ge=1)
    period_to_s: float = Field(gt=0)
    multiples: Count
    """A gap may be so many times the period …"""
    slack_share: Annotated[float, Field(gt=0, lt=0.25)]
    """… to within this share of it."""
    threshold: int = Field(ge=2, le=64)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least_s >= self.most_s or self.period_from_s >= self.period_to_s:
            raise ValueError("least_s must be below most_s, period_from_s below period_to_s")
        if self.threshold > self.window:
            raise ValueError("threshold must not be above window")
        return self


class TargetCollision(_Weighed):
    """CUSUM over adds of contacts that colleagues added lately: .3 of them against .05."""

    mode: Mode
    within_days: Days
    shared: float = Field(gt=0)
    alone: float = Field(lt=0)
    floor: float = Field(le=0)
    threshold: float = Field(gt=0)
    members: Count
    """So many members have to share contacts."""
    per_outcome_nat: float = Field(ge=0)
    """Evidence is at most this many times that of the member's outcomes."""


class RepeatTarget(_Section):
    """The same contact asked again after it refused."""

    mode: Mode
    within_days: Days
    threshold: int = Field(ge=1, le=1_000)


class BurstPressure(_Section):
    """Share of a day's requests that a cap or burst denied."""

    mode: Mode
    least_requests: Count
    threshold: Rate


class Kind(_Section):
    """One kind of member, as far as outcomes of active adds tell it.

    `share` of its side, `hard` blocks and complaints per add, `accepted` among accepted and
    declined.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    share: Rate
    hard: Rate
    accepted: Rate


@dataclass(frozen=True, slots=True)
class Component:
    """A kind of member with its numbers made ready for `likelihood`.

    Rates are Gamma distributed with rate `per_hard`, acceptances Beta distributed with weights
    `accepted` and `declined`; `log_hard` and `log_answers` are their constant factors, the share of
    the kind among them.
    """

    per_hard: float
    log_hard: float
    accepted: float
    declined: float
    log_answers: float


Kinds = Annotated[tuple[Kind, ...], Field(min_length=1, max_length=12)]


class Fusion(_Section):
    """The fused log-odds of a member, and what they call for."""

    prior: Rate
    """Share of members that abuse adding."""
    changed: Rate
    """Share of abusers whose abuse begins in the middle: hijacked, sold, gone astray."""
    review: Rate
    """Posterior from which a person looks …"""
    enforce: Rate
    """… and from which active adds are held, where a pattern of that mode speaks for it."""
    noted: float = Field(gt=0)
    """Nats from which a pattern speaks for a case."""
    memory: int = Field(ge=50, le=100_000)
    """Adds after which old outcomes are halved."""
    hard_shape: float = Field(ge=0.01, le=1e6)
    """Shape of the Gamma distribution of members' `hard` around that of their kind."""
    accepted_weight: float = Field(ge=0.01, le=1e6)
    """Weight of the Beta distribution of members' `accepted` around that of their kind."""
    flag_days: Days
    """What a flag showed counts this long."""
    young_h: float = Field(ge=0)
    """An add without an answer that is younger than this …"""
    young_weight: float = Field(ge=0, le=1)
    """… counts as so much of one: what refuses it may come yet."""
    honest: Kinds
    abusive: Kinds

    @cached_property
    def honest_components(self) -> Sequence[Component]:
        """The kinds of honest members, ready to be weighed."""
        return [self._component(kind) for kind in self.honest]

    @cached_property
    def abusive_components(self) -> Sequence[Component]:
        """The kinds of abusers, ready to be weighed."""
        return [self._component(kind) for kind in self.abusive]

    @cached_property
    def prior_nats(self) -> float:
        """Log-odds before anything is known."""
        return log_odds(self.prior)

    def _component(self, kind: Kind) -> Component:
        per_hard = self.hard_shape / kind.hard
        accepted = self.accepted_weight * kind.accepted
        declined = self.accepted_weight - accepted
        return Component(
            per_hard,
            log(kind.share) + self.hard_shape * log(per_hard),
            accepted,
            declined,
            lgamma(accepted) + lgamma(declined) - lgamma(self.accepted_weight),
        )

    @field_validator("honest", "abusive")
    @classmethod
    def _whole(cls, kinds: Kinds) -> Kinds:
        if not isclose(total := sum(kind.share for kind in kinds), 1.0, abs_tol=1e-6):
            raise ValueError(f"the shares must add up to 1, not {total:g}")
        return kinds

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.enforce < self.review:
            raise ValueError("enforce must not be below review")
        return self


class Patterns(_Section):
    """One section for each pattern, and the verdict that fuses their evidence."""

    hard_negatives: HardNegatives
    enterprise_negatives: HardNegatives
    outcome_shift: OutcomeShift
    sequential_numbers: SequentialNumbers
    machine_timing: MachineTiming
    target_collision: TargetCollision
    repeat_target: RepeatTarget
    burst_pressure: BurstPressure
    greeting_reuse: GreetingReuse
    verdict: Fusion

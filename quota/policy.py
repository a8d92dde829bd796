"""The `[quota]` section of the policy: windows, refunds, unknown accounts (DOMAIN §2)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from limits import parse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from quota.windows import MOST_IN_A_SLOT, SLOTS


def _iana_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone, such as Asia/Shanghai") from error
    return name


def _rate(notation: str) -> str:
    try:
        item = parse(notation)
    except ValueError as error:
        raise ValueError(f"{notation!r} is not a rate, such as 40/hour") from error
    if item.get_expiry() * 1000 not in WINDOW_NAMES:
        raise ValueError(f"the window of {notation!r} must be a minute or an hour")
    if not 1 <= item.amount <= MOST_IN_A_SLOT:
        raise ValueError(f"the amount of {notation!r} must be from 1 to {MOST_IN_A_SLOT}")
    return notation


MOST = 10_000_000
"""No count of a policy is larger: the scripts write numbers of 53 bits."""

WINDOW_NAMES = {60_000: "minute", 3_600_000: "hour"}

TimeZone = Annotated[str, AfterValidator(_iana_zone)]
Rate = Annotated[str, AfterValidator(_rate)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Window:
    """`amount` events in a sliding window of `window_ms`, counted in slots of `slot_ms`."""

    amount: int
    window_ms: int

    @property
    def slot_ms(self) -> int:
        """The length of one slot."""
        return self.window_ms // SLOTS


def window(notation: Rate) -> Window:
    """The sliding window that a rate such as `40/hour` names."""
    item = parse(notation)
    return Window(item.amount, item.get_expiry() * 1000)


class EnterpriseBurst(_Frozen):
    """A share of the enterprise's daily active cap within the window, at least `at_least`."""

    window: Literal["minute", "hour"]
    share: float = Field(gt=0, le=1)
    at_least: int = Field(ge=1, le=MOST)


class Refunds(_Frozen):
    """A cancel refunds within `window_min` minutes, at most max(at_least, share · cap) a day."""

    window_min: int = Field(ge=1, le=60)
    share: float = Field(ge=0, le=1)
    at_least: int = Field(ge=0, le=MOST)


class UnknownAccounts(_Frozen):
    """What the first pre-check of an account never seen does: begin it, or be refused."""

    mode: Literal["create", "refuse"]
    new_per_minute: int = Field(ge=1, le=MOST)


class QuotaPolicy(_Frozen):
    """Limits that are the same for every account; daily caps come from the accounts' tiers."""

    default_time_zone: TimeZone
    handover_daily: int = Field(ge=0, le=MOST)
    member_burst_active: Rate
    member_burst_passive: Rate
    enterprise_burst_active: EnterpriseBurst
    refunds: Refunds
    unknown_accounts: UnknownAccounts


@dataclass(frozen=True, slots=True)
class StartingCaps:
    """Daily caps of an account that scoring has not judged yet."""

    member_active: int
    member_passive: int
    enterprise_active: int
    enterprise_passive: int


@dataclass(frozen=True)
class Rules:
    """Everything the spend script takes from the policy, with the version it came from."""

    policy: QuotaPolicy
    starting: StartingCaps
    version: int

    @cached_property
    def bursts(self) -> dict[str, Window]:
        """The sliding window of each burst limit; the enterprise's `amount` is its least cap."""
        policy = self.policy
        company = window(f"{policy.enterprise_burst_active.at_least}/{self._company_window}")
        return {
            "member_burst_active": window(policy.member_burst_active),
            "enterprise_burst_active": company,
            "member_burst_passive": window(policy.member_burst_passive),
        }

    @property
    def _company_window(self) -> str:
        return self.policy.enterprise_burst_active.window

    @cached_property
    def windows(self) -> dict[str, str]:
        """`hour` or `minute` of each burst limit."""
        return {name: WINDOW_NAMES[burst.window_ms] for name, burst in self.bursts.items()}

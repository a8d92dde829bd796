"""What a penalty forbids while it lasts: scopes, what each binds, and what holds now.

Restrictions are distinct and each ends alone; what holds is the union of the active ones. An end is
a comparison with the clock, so nothing has to run for a restriction to expire.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Function(StrEnum):
    """What a restriction can forbid."""

    ACTIVE_ADD = "active_add"
    """Adding a contact where the member takes the first step."""
    PASSIVE_ADD = "passive_add"
    """Being added by a contact, for example over a contact-me QR code."""
    OTHER_EXTERNAL = "other_external"
    """Every other function that reaches outside the enterprise: messages, groups, Moments."""
    ACCOUNT = "account"
    """The account itself."""
    ADMINISTRATION = "administration"
    """Acting as the enterprise's administrator; what stays is the way to appeal (§5.3)."""


class Scope(StrEnum):
    """How far a restriction reaches."""

    ACTIVE_ADDS = "active_adds"
    INTEROP = "interop"
    MEMBER_ACCOUNT = "member_account"
    ADMIN_ACCOUNT = "admin_account"
    ENTERPRISE_ACCOUNT = "enterprise_account"

    @property
    def binds(self) -> frozenset[Function]:
        """The functions that this scope forbids."""
        return BINDS[self]


_ADDS = frozenset({Function.ACTIVE_ADD, Function.PASSIVE_ADD})
_INTEROP = _ADDS | {Function.OTHER_EXTERNAL}
_ACCOUNT = _INTEROP | {Function.ACCOUNT}

BINDS: Mapping[Scope, frozenset[Function]] = MappingProxyType(
    {
        Scope.ACTIVE_ADDS: frozenset({Function.ACTIVE_ADD}),
        Scope.INTEROP: _INTEROP,
        Scope.MEMBER_ACCOUNT: _ACCOUNT,
        Scope.ADMIN_ACCOUNT: frozenset({Function.ADMINISTRATION}),
        Scope.ENTERPRISE_ACCOUNT: _ACCOUNT | {Function.ADMINISTRATION},
    }
)
"""`interop` leaves the functions inside the enterprise alone (§3.2 "other functions will not be
affected"); a member's account block takes everything from the member. The two blocks of the
enterprise are on it as a whole: the administrator's takes the administration from whoever has it,
the enterprise's takes everything from every member (§2.2 Note)."""

OF_ENTERPRISE = frozenset({Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})
"""Scopes that name no member."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """One restriction of one account, from one penalty.

    Times are epoch milliseconds; `ends_at_ms` None means for good. `member_id` is None for the
    scopes `OF_ENTERPRISE` and only there. `may_apply` opens the request for leniency, `may_appeal`
    the claim that the facts are wrong. Raises ValueError where these do not fit together.
    """

    penalty_id: str
    scope: Scope
    enterprise_id: str
    member_id: str | None
    starts_at_ms: int
    ends_at_ms: int | None
    may_apply: bool
    may_appeal: bool

    def __post_init__(self) -> None:
        if (self.member_id is None) != (self.scope in OF_ENTERPRISE):
            msg = f"{self.scope} needs a member, and admin_account and enterprise_account take none"
            raise ValueError(msg)
        if self.ends_at_ms is not None and self.ends_at_ms <= self.starts_at_ms:
            msg = "a restriction ends after it starts"
            raise ValueError(msg)

    def active_at(self, now_ms: int) -> bool:
        """Whether it holds: from its start, up to but not including its end."""
        return self.starts_at_ms <= now_ms and (self.ends_at_ms is None or now_ms < self.ends_at_ms)

    def covers(self, enterprise_id: str, member_id: str) -> bool:
        """Whether that member is under it, by name or through the whole enterprise."""
        return self.enterprise_id == enterprise_id and self.member_id in (None, member_id)


def active(restrictions: Iterable[Restriction], now_ms: int) -> tuple[Restriction, ...]:
    """Those that hold at `now_ms`, in the order given."""
    return tuple(restriction for restriction in restrictions if restriction.active_at(now_ms))


def forbidden(restrictions: Iterable[Restriction], now_ms: int) -> frozenset[Function]:
    """The union of what the active ones bind."""
    return frozenset().union(*(held.scope.binds for held in active(restrictions, now_ms)))

"""Who asks, and what a key may do: scopes as they are written, granted and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.http.fields import is_identifier


class Scope(StrEnum):
    """What a key is for. `ENTERPRISE` and `MEMBER` are bound to one account each."""

    GATEWAY = "gateway"
    ENTERPRISE = "enterprise"
    MEMBER = "member"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Grant:
    """One scope of a key; the ids are None where the scope is bound to no account."""

    scope: Scope
    enterprise_id: str | None = None
    member_id: str | None = None

    def covers(self, account: Mapping[str, str | None]) -> bool:
        """Whether it reaches an account (`enterprise_id`, `member_id`), as a path names one."""
        if self.scope is Scope.ENTERPRISE:
            return account.get("enterprise_id") == self.enterprise_id
        if self.scope is Scope.MEMBER:
            here = (account.get("enterprise_id"), account.get("member_id"))
            return here == (self.enterprise_id, self.member_id)
        return True

    def __str__(self) -> str:
        """As it is written, such as `enterprise:acme`."""
        ids = "/".join(filter(None, (self.enterprise_id, self.member_id)))
        return f"{self.scope}:{ids}" if ids else str(self.scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a live key. Two-person rules compare `holder`s."""

    key_id: str
    holder: str
    grants: tuple[Grant, ...]

    def scope_for(
        self, allowed: frozenset[Scope], account: Mapping[str, str | None] | None
    ) -> Scope | None:
        """The widest of the caller's scopes that opens a route, None where none does.

        `account` None: whose it is, is not known yet, and every account would do.
        """
        open_here = {
            grant.scope
            for grant in self.grants
            if grant.scope in allowed and (account is None or grant.covers(account))
        }
        return next((scope for scope in WIDEST_FIRST if scope in open_here), None)

    @property
    def throttled(self) -> bool:
        """Whether the service's own request throttle is on for this caller."""
        return not any(grant.scope in (Scope.GATEWAY, Scope.ADMIN) for grant in self.grants)


WIDEST_FIRST = (Scope.ADMIN, Scope.REVIEWER, Scope.GATEWAY, Scope.ENTERPRISE, Scope.MEMBER)

FORMS = "gateway, enterprise:<id>, member:<enterprise>/<id>, reviewer or admin"


def parse_grant(text: str) -> Grant:
    """A scope as it is written, such as `enterprise:acme`. Raises ValueError."""
    name, colon, rest = text.partition(":")
    if not colon and name in (Scope.GATEWAY, Scope.REVIEWER, Scope.ADMIN):
        return Grant(Scope(name))
    if name == Scope.ENTERPRISE and is_identifier(rest):
        return Grant(Scope.ENTERPRISE, rest)
    enterprise_id, slash, member_id = rest.partition("/")
    if name == Scope.MEMBER and slash and is_identifier(enterprise_id) and is_identifier(member_id):
        return Grant(Scope.MEMBER, enterprise_id, member_id)
    raise ValueError(f"{text[:80]!r} is not a scope: use {FORMS}")

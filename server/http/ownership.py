"""Whose it is: the second check of routes whose subject is found by an id (`Route.owned`).

What belongs to somebody else is answered as what does not exist, so that ids cannot be tried out.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from server.http.problems import Problem, invalid_at
from server.http.routing import Call
from server.http.scopes import Scope

BOUND = frozenset({Scope.ENTERPRISE, Scope.MEMBER})
"""Scopes that are for one account."""


class Subject(Protocol):
    """What belongs to an account; `member_id` None: to the enterprise as a whole."""

    @property
    def enterprise_id(self) -> str:
        """The enterprise it belongs to."""

    @property
    def member_id(self) -> str | None:
        """The member it belongs to."""


SubjectT = TypeVar("SubjectT", bound=Subject)


def own(call: Call[Any, Any], subject: SubjectT | None, unknown: str) -> SubjectT:
    """The subject, where there is one and the caller may see it.

    Raises Problem 404 with the same `unknown` where either is not so.
    """
    if subject is None or not call.may_see(subject.enterprise_id, subject.member_id):
        raise Problem(404, unknown)
    return subject


def whose(
    call: Call[Any, Any], enterprise_id: str | None, member_id: str | None
) -> tuple[str | None, str | None]:
    """The accounts that a list may show: those asked for, or all that the caller's key is for.

    Raises Problem 403 for an account that the key is not for, 400 where it is for several.
    """
    if call.scope not in BOUND:
        return enterprise_id, member_id
    grants = [
        (grant.enterprise_id, grant.member_id)
        for grant in call.caller.grants
        if grant.scope in BOUND and grant.scope in call.allowed
    ]
    own = [
        (e, m or member_id)
        for e, m in grants
        if enterprise_id in {None, e} and (m is None or member_id in {None, m})
    ]
    if not own:
        raise Problem(403, "This key is for another account.")
    if len(own) > 1:
        raise invalid_at(["query", "enterprise"], "name one: this key is for several accounts")
    return own[0]

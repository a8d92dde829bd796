"""Whose it is: the second check of routes whose subject is found by an id (`Route.owned`).

What belongs to somebody else is answered as what does not exist, so that ids cannot be tried out.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from server.http.problems import Problem
from server.http.routing import Call


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

"""What an error of PostgreSQL means for whoever asked: it passes, or it does not pass by itself."""

from __future__ import annotations

from types import MappingProxyType

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError

_PASSES = (
    "08",  # the connection broke
    "25006",  # a standby, which its primary has yet to leave to us
    "40",  # a deadlock: we were the one to give way
    "53",  # no memory, disk or connection left
    "55P03",  # a lock that somebody else holds
    "57",  # stopping, starting, or an operator ended the statement
    "58",  # the machine failed the server
)
_STAYS = MappingProxyType(
    {
        "28": "refuses us",
        "3D000": "is not there",
        "42501": "refuses us",
        "42P01": "is none of Contact Quota",
        "XX001": "is damaged: restore it from a backup",
        "XX002": "is damaged: restore it from a backup",
    }
)
"""By the beginnings of SQLSTATEs (PostgreSQL's documentation, appendix A)."""


def passes(error: DBAPIError) -> bool:
    """Whether the same may succeed later."""
    return _sqlstate(error).startswith(_PASSES)


def stays(error: DBAPIError) -> str | None:
    """What is wrong with the record where it does not pass by itself."""
    state = _sqlstate(error)
    return next((why for begins, why in _STAYS.items() if state.startswith(begins)), None)


def _sqlstate(error: DBAPIError) -> str:
    """The SQLSTATE that the server gave; empty where the error is none of PostgreSQL's."""
    cause: BaseException | None = error.orig
    while cause is not None and not isinstance(cause, asyncpg.PostgresError):
        cause = cause.__cause__
    return str(getattr(cause, "sqlstate", None) or "")

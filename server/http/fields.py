"""Types of single fields as they stand on the wire: identifiers, instants, phone numbers, text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

from quota.ways import WAY_CODES, way_name
from server.contacts import check_number

ID_PATTERN = r"^[A-Za-z0-9_.:-]{1,64}$"
_ID = re.compile(ID_PATTERN[1:-1])
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")

Identifier = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
"""1–64 characters of A–Z a–z 0–9 _ . : -"""

PHONE_PATTERN = r"^\+[1-9][0-9]{6,14}$"
Phone = Annotated[str, StringConstraints(pattern=PHONE_PATTERN), AfterValidator(check_number)]
"""A telephone number in E.164 form: + and 7–15 digits, as many as its country has."""

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,200}$")]
"""Up to 200 characters on one line: names, notes."""

Cursor = Annotated[Line, StringConstraints(min_length=1)]
"""Where a page ended, as its `next_cursor` said."""

Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=2_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]
"""Why, in somebody's words: 1–2,000 characters that say something, line ends among them."""

MOST_AHEAD_MS = 5 * 60_000
OLDEST_MS = 30 * 86_400_000
LAST_MS = 253_370_764_800_000
"""The beginning of the year 9999: later ones cannot be written in every zone."""


class Body(BaseModel):
    """What is sent to the service: no unknown fields, no silent conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Query(BaseModel):
    """Query parameters: texts that are converted where a field is a number."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def is_identifier(text: str) -> bool:
    """Whether a path segment or header has the form of an identifier."""
    return _ID.fullmatch(text) is not None


def instant_ms(value: object) -> int:
    """Epoch milliseconds of an RFC 3339 time. Raises ValueError without a zone."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 time with zone, such as 2026-11-22T16:00:00Z")
    try:
        instant = datetime.fromisoformat(value.upper())
        at_ms = round(instant.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is no time of the calendar: {error}") from error
    if not 0 <= at_ms < LAST_MS:
        raise ValueError("must lie between 1970 and 9999")
    return at_ms


@lru_cache(maxsize=4096)
def instant(at_ms: int) -> str:
    """RFC 3339 in UTC; milliseconds only where there are any.

    Remembered: days and slots end at the same few instants for everybody.
    """
    at = datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rest = at_ms % 1000
    return f"{at}.{rest:03}Z" if rest else f"{at}Z"


def _not_ahead(at_ms: int, info: ValidationInfo) -> int:
    if at_ms > now_ms_of(info) + MOST_AHEAD_MS:
        raise ValueError("lies more than 5 minutes in the future")
    return at_ms


def _recent(at_ms: int, info: ValidationInfo) -> int:
    if at_ms < now_ms_of(info) - OLDEST_MS:
        raise ValueError("lies more than 30 days in the past")
    return at_ms


def now_ms_of(info: ValidationInfo) -> int:
    """The service's clock, as `bodies.validated` was given it."""
    now_ms = (info.context or {}).get("now_ms")
    if now_ms is None:
        raise RuntimeError("the model needs now_ms")
    return int(now_ms)


def _way(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 64:
        raise ValueError("must be the name of a way or its WeCom code")
    return way_name(value)


_DATE_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}

InstantMs = Annotated[int, BeforeValidator(instant_ms), WithJsonSchema(_DATE_TIME)]
"""RFC 3339 with zone on the wire, epoch milliseconds inside."""

PastMs = Annotated[InstantMs, AfterValidator(_not_ahead)]
"""An instant at most 5 minutes ahead of the service's clock."""

RecentMs = Annotated[PastMs, AfterValidator(_recent)]
"""An instant at most 5 minutes ahead and 30 days old."""

Way = Annotated[
    str,
    BeforeValidator(_way),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": [*WAY_CODES, *map(str, WAY_CODES.values())]},
                {"type": "integer", "enum": list(WAY_CODES.values())},
            ]
        }
    ),
]
"""How the add comes about: a name or a WeCom `add_way` code; the name inside."""

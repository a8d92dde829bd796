"""Types of single fields as they stand on the wire: identifiers, instants, phone numbers, text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

from quota.ways import WAY_CODES, way_name

ID_PATTERN = r"^[A-Za-z0-9_.:-]{1,64}$"
_ID = re.compile(ID_PATTERN[1:-1])
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")

Identifier = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
"""1–64 characters of A–Z a–z 0–9 _ . : -"""

Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
"""A telephone number in E.164 form: + and 7–15 digits."""

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,200}$")]
"""Up to 200 characters on one line: names, notes."""


class Body(BaseModel):
    """What is sent to the service: no unknown fields, no silent conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def is_identifier(text: str) -> bool:
    """Whether a path segment or header has the form of an identifier."""
    return _ID.fullmatch(text) is not None


def instant_ms(value: object) -> int:
    """Epoch milliseconds of an RFC 3339 time. Raises ValueError without a zone."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 time with zone, such as 2026-11-22T16:00:00Z")
    try:
        instant = datetime.fromisoformat(value.upper())
        return round(instant.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is no time of the calendar: {error}") from error


def instant(at_ms: int) -> str:
    """RFC 3339 in UTC; milliseconds only where there are any."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rest = at_ms % 1000
    return f"{at}.{rest:03}Z" if rest else f"{at}Z"


def _way(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 64:
        raise ValueError("must be the name of a way or its WeCom code")
    return way_name(value)


_DATE_TIME: dict[str, Any] = {"type": "string", "format": "date-time"}

InstantMs = Annotated[int, BeforeValidator(instant_ms), WithJsonSchema(_DATE_TIME)]
"""RFC 3339 with zone on the wire, epoch milliseconds inside."""

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

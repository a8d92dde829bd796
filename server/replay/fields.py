"""What lines of a replay file are made of: single fields, and what lines have in common."""

from datetime import date
from typing import Annotated, NotRequired

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    with_config,
)
from typing_extensions import TypedDict

from server.http.fields import PHONE_PATTERN, Identifier, InstantMs, instant_ms

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

_END_YEAR = 9000
_END_MS = instant_ms(f"{_END_YEAR}-01-01T00:00:00Z")
MOST = 10**9
_MOST_JOURNALED = 2**63 - 1


def _instant_or_ms(value: object) -> object:
    return instant_ms(value) if isinstance(value, str) else value


def _calendar_date(value: str) -> str:
    try:
        given = date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"must be a date such as 2026-11-22: {error}") from error
    _in_range(instant_ms(f"{given}T00:00:00Z"))
    return given.isoformat()


def _in_range(at_ms: int) -> int:
    """A time that every part of a calendar can do something with, days before and after it too."""
    if at_ms < 0:
        raise ValueError("lies before 1970")
    if at_ms >= _END_MS:
        raise ValueError(f"lies in or after the year {_END_YEAR}")
    return at_ms


def _attested(given: object) -> object:
    if not isinstance(given, dict):
        return given
    return {name: True for name, value in given.items() if value not in (None, "", False)}


Instant = Annotated[InstantMs, AfterValidator(_in_range)]
Count = Annotated[int, Field(ge=0, le=MOST)]
"""What is counted, and what stands for a length of time, up to a milliard."""
Number = Annotated[int, Field(ge=-_MOST_JOURNALED, le=_MOST_JOURNALED)]
"""What the journal puts to an event, within what its columns hold."""
Day = Annotated[int, Field(ge=-1, le=_END_MS // 86_400_000)]
"""A local day, in days since 1970-01-01; where that date is west of UTC, time begins before it."""
Hash = Annotated[str, StringConstraints(max_length=64)]
Activation = Annotated[
    Annotated[int, AfterValidator(_in_range)] | None, BeforeValidator(_instant_or_ms)
]
"""RFC 3339, or epoch ms as the journal has it."""
Date = Annotated[str, StringConstraints(max_length=10), AfterValidator(_calendar_date)]
Phone = Annotated[str, StringConstraints(pattern=PHONE_PATTERN)]
Attested = Annotated[dict[str, bool], BeforeValidator(_attested)]
"""Fields of a profile that have a value; the values themselves go no further."""


@with_config(STRICT)
class Journaled(TypedDict):
    """What every line may hold. `received_at` is the clock where it is given, else `at`."""

    at: Instant
    received_at: NotRequired[Instant]
    event_id: NotRequired[Identifier]
    seq: NotRequired[Number]
    shard: NotRequired[Count]
    day: NotRequired[Number]
    day_end_ms: NotRequired[Number]


@with_config(STRICT)
class OfEnterprise(Journaled):
    """A line about an enterprise, or about somebody of it."""

    enterprise_id: Identifier


@with_config(STRICT)
class OfMember(OfEnterprise):
    """A line about a member."""

    member_id: Identifier


@with_config(STRICT)
class OfContact(OfMember):
    """A line about a member and a contact."""

    target_id: Identifier
    aliases: NotRequired[list[Identifier]]

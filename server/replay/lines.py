"""The lines of a replay file: events under the API's names, one JSON object each (API "Events").

A line becomes the event that the journal would hold: contacts, numbers and greetings only hashed,
`target_id` as `target`, times in epoch ms. What the service itself adds to an event (its decision,
its place in the journal) may stand in a line, as it does in an export.
"""

from datetime import date
from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    with_config,
)
from typing_extensions import TypedDict

from quota.policy import TimeZone
from server.http.fields import PHONE_PATTERN, Identifier, InstantMs, Line, Way, instant_ms

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

_END_YEAR = 9000
_END_MS = instant_ms(f"{_END_YEAR}-01-01T00:00:00Z")
_MOST = 10**9
_MOST_JOURNALED = 2**63 - 1

Outcome = Literal["accepted", "declined", "ignored", "deleted", "blocked", "complained", "failed"]


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
Count = Annotated[int, Field(ge=0, le=_MOST)]
"""What is counted, and what stands for a length of time, up to a milliard."""
Journaled = Annotated[int, Field(ge=-_MOST_JOURNALED, le=_MOST_JOURNALED)]
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


@with_config(_STRICT)
class _Journaled(TypedDict):
    """What every line may hold. `received_at` is the clock where it is given, else `at`."""

    at: Instant
    received_at: NotRequired[Instant]
    event_id: NotRequired[Identifier]
    seq: NotRequired[Journaled]
    shard: NotRequired[Count]
    day: NotRequired[Journaled]
    day_end_ms: NotRequired[Journaled]


@with_config(_STRICT)
class _OfEnterprise(_Journaled):
    enterprise_id: Identifier


@with_config(_STRICT)
class _OfMember(_OfEnterprise):
    member_id: Identifier


@with_config(_STRICT)
class _OfContact(_OfMember):
    target_id: Identifier
    aliases: NotRequired[list[Identifier]]


@with_config(_STRICT)
class AddRequested(_OfContact):
    """An add, with what came of it where that is known; without `allowed` it counts as made."""

    type: Literal["add.requested"]
    request_id: NotRequired[Identifier | None]
    way: NotRequired[Way]
    initiated_by: NotRequired[Literal["member", "contact"]]
    target_phone: NotRequired[Phone | None]
    greeting: NotRequired[Annotated[str, StringConstraints(max_length=2_000)] | None]
    mode: NotRequired[Literal["spend", "hold"]]
    hold_s: NotRequired[Annotated[int, Field(ge=1, le=3_600)] | None]
    outcome: NotRequired[Outcome | None]
    number_block: NotRequired[Hash]
    number_tail: NotRequired[Hash]
    greeting_hash: NotRequired[Hash]
    decision_id: NotRequired[Hash]
    allowed: NotRequired[bool]
    reason: NotRequired[Hash]
    policy_version: NotRequired[Count]
    record: NotRequired[str]


@with_config(_STRICT)
class AddSettled(_OfContact):
    """What became of a decision. `refunded`: the count of `charged_day` went back by one.

    `kind` is `a` active, `p` passive, `h` hand-over.
    """

    type: Literal["add.committed", "add.cancelled", "add.expired"]
    decision_id: Hash
    refunded: NotRequired[bool]
    kind: NotRequired[Literal["a", "p", "h"]]
    charged_day: NotRequired[Day]


@with_config(_STRICT)
class ContactEvent(_OfContact):
    """What a contact did, or `failed`: the request never reached it."""

    type: Literal[
        "contact.accepted",
        "contact.declined",
        "contact.deleted",
        "contact.blocked",
        "contact.complained",
        "contact.failed",
    ]
    decision_id: NotRequired[Hash | None]
    category: NotRequired[Hash | None]


@with_config(_STRICT)
class PhoneSearchMissed(_OfMember):
    """A searched number that belongs to nobody."""

    type: Literal["phone_search.missed"]
    target_phone: NotRequired[Phone]
    number_block: NotRequired[Hash]
    number_tail: NotRequired[Hash]


@with_config(_STRICT)
class UsageReported(_OfMember):
    """A member's day in WeCom's statistics."""

    type: Literal["usage.reported"]
    stat_date: Date
    chat_cnt: NotRequired[Count | None]
    message_cnt: NotRequired[Count | None]
    reply_percentage: NotRequired[Annotated[float, Field(ge=0, le=100)] | None]
    avg_reply_time: NotRequired[Annotated[float, Field(ge=0, le=_MOST)] | None]
    negative_feedback_cnt: NotRequired[Count | None]
    new_apply_cnt: NotRequired[Count | None]
    new_contact_cnt: NotRequired[Count | None]


@with_config(_STRICT)
class LinkedAccount(_OfMember):
    """The linked account was blocked, or is no longer."""

    type: Literal["linked_account.blocked", "linked_account.unblocked"]
    linked_account_id: Identifier


@with_config(_STRICT)
class EnterpriseUpdated(_OfEnterprise):
    """What is known of an enterprise from now on."""

    type: Literal["enterprise.updated"]
    name: NotRequired[Line | None]
    time_zone: NotRequired[TimeZone]
    verification: NotRequired[Literal["none", "verified", "certified"]]
    profile: NotRequired[Attested]


@with_config(_STRICT)
class MemberUpdated(_OfMember):
    """What is known of a member from now on."""

    type: Literal["member.updated"]
    name: NotRequired[Line | None]
    activated_at: NotRequired[Activation]
    linked_account_id: NotRequired[Identifier | None]
    person_id: NotRequired[Identifier | None]
    profile: NotRequired[Attested]


@with_config(_STRICT)
class CaseDecided(_OfEnterprise):
    """A person decided the open case of a member, or of the enterprise as a whole."""

    type: Literal["case.confirmed", "case.dismissed"]
    case_id: Identifier
    member_id: NotRequired[Identifier]


@with_config(_STRICT)
class PolicyActivated(_Journaled):
    """The policy of the events that follow: of the line's shard where it names one, else of all."""

    type: Literal["policy.activated"]
    version: Annotated[int, Field(ge=1, le=_MOST)]
    policy: dict[str, Any]


AnyLine: TypeAlias = Annotated[
    AddRequested
    | AddSettled
    | ContactEvent
    | PhoneSearchMissed
    | UsageReported
    | LinkedAccount
    | EnterpriseUpdated
    | MemberUpdated
    | CaseDecided
    | PolicyActivated,
    Field(discriminator="type"),
]

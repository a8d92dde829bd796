"""Events as they are reported: one model per family, told apart by `type` (API "Events")."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from server.http.fields import Body, Identifier, Line, Phone, RecentMs, now_ms_of

MOST_EVENTS = 1_000
Count = Annotated[int, Field(ge=0, le=10_000_000)]


def _date(value: object) -> date:
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("must be a date such as 2026-11-22")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"is no date of the calendar: {error}") from error


def _recent_date(value: date, info: ValidationInfo) -> date:
    today = datetime.fromtimestamp(now_ms_of(info) / 1000, UTC).date()
    if not today - timedelta(days=31) <= value <= today + timedelta(days=1):
        raise ValueError("lies in the future or more than 31 days in the past")
    return value


RecentDate = Annotated[
    date,
    BeforeValidator(_date),
    AfterValidator(_recent_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]


class Reported(Body):
    """What every event has; `at` is at most 30 days old and 5 minutes ahead."""

    event_id: Identifier
    at: RecentMs
    enterprise_id: Identifier
    member_id: Identifier


class ContactEvent(Reported):
    """What a contact did after an add, or (`failed`) that the request never reached it."""

    type: Literal[
        "contact.accepted",
        "contact.declined",
        "contact.deleted",
        "contact.blocked",
        "contact.complained",
        "contact.failed",
    ]
    target_id: Identifier
    decision_id: Identifier | None = None
    category: Line | None = None


class MissedSearch(Reported):
    """A phone number was searched and nobody has it."""

    type: Literal["phone_search.missed"]
    target_phone: Phone


class Usage(Reported):
    """A member's day, under the names of WeCom's statistics."""

    type: Literal["usage.reported"]
    stat_date: RecentDate
    chat_cnt: Count | None = None
    message_cnt: Count | None = None
    reply_percentage: Annotated[float, Field(ge=0, le=100)] | None = None
    avg_reply_time: Annotated[float, Field(ge=0, le=10_000_000)] | None = None
    negative_feedback_cnt: Count | None = None
    new_apply_cnt: Count | None = None
    new_contact_cnt: Count | None = None


class LinkedAccount(Reported):
    """The WeChat account linked to a member was blocked or unblocked."""

    type: Literal["linked_account.blocked", "linked_account.unblocked"]
    linked_account_id: Identifier


AnyReported = Annotated[
    ContactEvent | MissedSearch | Usage | LinkedAccount, Field(discriminator="type")
]


class EventsBody(Body):
    """Up to 1,000 events: all are taken or none."""

    events: Annotated[list[AnyReported], Field(min_length=1, max_length=MOST_EVENTS)]


def plain_fields(event: AnyReported) -> dict[str, Any]:
    """The fields that are kept as they were sent, those left out absent."""
    kept = event.model_dump(
        exclude={"event_id", "target_id", "target_phone"}, exclude_none=True, mode="python"
    )
    if isinstance(event, Usage):
        kept["stat_date"] = event.stat_date.isoformat()
    return kept

"""Flags that patterns raised, for reviewers."""

from __future__ import annotations

import json
from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field, WithJsonSchema
from typing_extensions import TypedDict

from server.http.fields import Cursor, Identifier, Query, instant, instant_ms
from server.http.routing import Call, reply
from server.records import flags
from server.records.flags import FlagFilter, FlagRecord

Since = Annotated[
    int, BeforeValidator(instant_ms), WithJsonSchema({"type": "string", "format": "date-time"})
]


class FlagsQuery(Query):
    """Which flags, newest first; `since` is inclusive."""

    pattern: Identifier | None = None
    enterprise: Identifier | None = None
    member: Identifier | None = None
    since: Since | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class FlagShape(TypedDict):
    """A flag with what it rests on; `member_id` null: the enterprise as a whole.

    `events` are the last ones that contributed, oldest first: the `decision_id` of an add, the
    `event_id` of what was reported.
    """

    id: str
    at: str
    enterprise_id: str
    member_id: str | None
    pattern: str
    mode: str
    statistic: float
    threshold: float
    adds_before: int
    evidence: list[str]
    events: list[str]
    policy_version: int
    written_off_at: str | None


class FlagsShape(TypedDict):
    """A page of flags; `next_cursor` null at the end."""

    items: list[FlagShape]
    next_cursor: str | None


async def list_flags(call: Call[None, FlagsQuery]) -> web.Response:
    """Flags, newest first."""
    query = call.query
    which = FlagFilter(
        pattern=query.pattern,
        enterprise_id=query.enterprise,
        member_id=query.member,
        since_ms=query.since,
        cursor=query.cursor,
        limit=query.limit + 1,
    )
    async with call.services.database.read() as connection:
        found = await flags.listed(connection, which)
    shown = found[: query.limit]
    shape: FlagsShape = {
        "items": [flag_shape(flag) for flag in shown],
        "next_cursor": shown[-1].id if len(found) > query.limit else None,
    }
    return reply(shape)


def flag_shape(flag: FlagRecord) -> FlagShape:
    """A flag as it is sent."""
    return {
        "id": flag.id,
        "at": instant(flag.at_ms),
        "enterprise_id": flag.enterprise_id,
        "member_id": flag.member_id,
        "pattern": flag.pattern,
        "mode": flag.mode,
        "statistic": flag.statistic,
        "threshold": flag.threshold,
        "adds_before": flag.adds_before,
        "evidence": json.loads(flag.evidence),
        "events": json.loads(flag.events),
        "policy_version": flag.policy_version,
        "written_off_at": None if flag.written_off_ms is None else instant(flag.written_off_ms),
    }

"""Penalties, for whom they hit and for those who look into them."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from server.enforcement.shapes import PenaltyShape, penalty_shape
from server.http.fields import Cursor, Identifier, Query
from server.http.named import put_names
from server.http.ownership import own, whose
from server.http.routing import Call, reply
from server.records import penalties
from server.records.penalties import PenaltyFilter

UNKNOWN = "No penalty has this id."


class PenaltiesQuery(Query):
    """Which penalties, newest first; an account's own key needs to name none."""

    enterprise: Identifier | None = None
    member: Identifier | None = None
    case: (
        Annotated[
            Identifier,
            Field(description="Those of this case, or of the violation that it is about."),
        ]
        | None
    ) = None
    active: bool | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class PenaltiesShape(TypedDict):
    """A page of penalties; `next_cursor` null at the end."""

    items: list[PenaltyShape]
    next_cursor: str | None


async def list_penalties(call: Call[None, PenaltiesQuery]) -> web.Response:
    """Penalties and holds, newest first; `active=true`: those that bind now."""
    query, now_ms = call.query, call.services.clock_ms()
    enterprise_id, member_id = whose(call, query.enterprise, query.member)
    which = PenaltyFilter(
        enterprise_id=enterprise_id,
        member_id=member_id,
        case_id=query.case,
        at_ms=now_ms,
        active=query.active,
        cursor=query.cursor,
        limit=query.limit + 1,
    )
    async with call.services.database.read() as connection:
        found = await penalties.listed(connection, which)
    page = found[: query.limit]
    shape: PenaltiesShape = {
        "items": [penalty_shape(record, now_ms) for record in page],
        "next_cursor": page[-1].penalty.id if len(found) > query.limit else None,
    }
    await put_names(call.services.database, shape["items"])
    return reply(shape)


async def get_penalty(call: Call[None, None]) -> web.Response:
    """A penalty with its statement of reasons."""
    async with call.services.database.read() as connection:
        record = await penalties.get(connection, call.path["penalty_id"])
    record = own(call, record, UNKNOWN)
    shape = penalty_shape(record, call.services.clock_ms())
    await put_names(call.services.database, [shape])
    return reply(shape)

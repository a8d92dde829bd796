"""What happened to a member, for itself, its enterprise and those who look into it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NotRequired

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from quota.days import midnight_ms
from server.http.described import seen_member
from server.http.fields import Query, instant
from server.http.problems import Problem, invalid_at
from server.http.rounding import HIDDEN_FROM
from server.http.routing import Call, reply
from server.http.sealed_cursors import opened, sealed
from server.records import accounts, timeline
from server.records.cursors import CursorError
from server.records.timeline import ADD, Asked, Happening

_CONTACT_SHOWN = 8
_EPOCH = date(1970, 1, 1)


class TimelineQuery(Query):
    """Part of a timeline: `limit` happenings behind `cursor`, newest first."""

    cursor: Annotated[str, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class AddHappening(TypedDict):
    """An add was asked for. `contact`: the first characters of its hash, for reviewers."""

    at: str
    kind: Literal["add"]
    way: str
    direction: Literal["active", "passive"]
    allowed: bool
    reason: str
    contact: NotRequired[str]


class OutcomeHappening(TypedDict):
    """A contact did something; `at` is when it was reported."""

    at: str
    kind: Literal["outcome"]
    outcome: str
    category: str | None
    contact: str


class FlagHappening(TypedDict):
    """A pattern raised a flag."""

    at: str
    kind: Literal["flag"]
    flag_id: str
    pattern: str
    mode: str
    statistic: float
    threshold: float
    evidence: list[str]


class CaseHappening(TypedDict):
    """A case was opened; `state` is the present one."""

    at: str
    kind: Literal["case"]
    case_id: str
    state: str
    verdict: str


class PenaltyHappening(TypedDict):
    """A penalty, or a hold, began, ended or was overturned."""

    at: str
    kind: Literal["penalty"]
    penalty_id: str
    type: str
    scope: str
    event: str
    hold: bool


TierHappening = TypedDict(
    "TierHappening",
    {"at": str, "kind": Literal["tier"], "day": str, "from": int, "to": int},
)
"""The tier was another one at the end of a local day than on the day before it; `at` its start."""

AnyHappening = (
    AddHappening
    | OutcomeHappening
    | FlagHappening
    | CaseHappening
    | PenaltyHappening
    | TierHappening
)


class TimelineShape(TypedDict):
    """A page of a timeline; `next_cursor` null at the end."""

    items: list[AnyHappening]
    next_cursor: str | None


async def member_timeline(call: Call[None, TimelineQuery]) -> web.Response:
    """A member's adds, penalties and tiers, newest first.

    Reviewers and admins also see outcomes, flags, cases, and which contact it was.
    """
    services, query = call.services, call.query
    enterprise_id, member_id = call.path["enterprise_id"], call.path["member_id"]
    if await seen_member(services, enterprise_id, member_id) is None:
        raise Problem(404, "No member of this id was ever seen.")
    hidden = call.scope in HIDDEN_FROM
    cursor = _opened(call) if hidden else query.cursor
    async with services.database.read() as connection:
        company = await accounts.get_enterprise(connection, enterprise_id)
        zone = company.time_zone if company else services.policy.rules().policy.default_time_zone
        asked = Asked(
            enterprise_id,
            member_id,
            services.clock_ms(),
            lambda day: midnight_ms(zone, day),
            hidden=hidden,
            cursor=cursor,
            limit=query.limit,
        )
        try:
            found = await timeline.read(connection, asked)
        except CursorError as error:
            raise _no_cursor(error) from error
    shape: TimelineShape = {
        "items": [_shape(one, hidden=hidden) for one in found.items],
        "next_cursor": _sealed(call, found.next_cursor) if hidden else found.next_cursor,
    }
    return reply(shape)


def _opened(call: Call[None, TimelineQuery]) -> str | None:
    """The place that a sealed cursor tells. Raises Problem 400."""
    text = call.query.cursor
    try:
        return None if text is None else opened(text, call.services.sealer, _context(call))
    except CursorError as error:
        raise _no_cursor(error) from error


def _sealed(call: Call[None, TimelineQuery], cursor: str | None) -> str | None:
    """A cursor as those get it who do not see all: an event's number counts hidden ones, too."""
    return None if cursor is None else sealed(cursor, call.services.sealer, _context(call))


def _context(call: Call[None, TimelineQuery]) -> str:
    return f"timeline cursor of {call.path['enterprise_id']}/{call.path['member_id']}"


def _no_cursor(error: CursorError) -> Problem:
    return invalid_at(["query", "cursor"], str(error))


def _shape(one: Happening, *, hidden: bool) -> AnyHappening:
    at, body = instant(one.at_ms), one.body
    match one.source:
        case "journal":
            return _of_journal(at, body, hidden=hidden)
        case "flag":
            return _flag(at, body)
        case "case":
            case_id, state, verdict = body.id, body.state, body.verdict
            return {
                "at": at, "kind": "case", "case_id": case_id, "state": state, "verdict": verdict,
            }  # fmt: skip
        case "penalty":
            return {
                "at": at,
                "kind": "penalty",
                "penalty_id": body["id"],
                "type": body["type"],
                "scope": body["scope"],
                "event": body["event"],
                "hold": bool(body["is_hold"]),
            }
        case _:
            day = (_EPOCH + timedelta(days=body["day"])).isoformat()
            return {"at": at, "kind": "tier", "day": day, "from": body["from"], "to": body["to"]}


def _of_journal(at: str, body: Any, *, hidden: bool) -> AddHappening | OutcomeHappening:
    contact = str(body.get("target", "")).rpartition(".")[2][:_CONTACT_SHOWN]
    if body["type"] != ADD:
        return {
            "at": at,
            "kind": "outcome",
            "outcome": body["type"].partition(".")[2],
            "category": body.get("category"),
            "contact": contact,
        }
    shape: AddHappening = {
        "at": at,
        "kind": "add",
        "way": body.get("way", "unknown"),
        "direction": "passive" if body.get("initiated_by") == "contact" else "active",
        "allowed": body.get("allowed", True),
        "reason": body.get("reason", "ok"),
    }
    if not hidden:
        shape["contact"] = contact
    return shape


def _flag(at: str, row: Any) -> FlagHappening:
    return {
        "at": at,
        "kind": "flag",
        "flag_id": row["id"],
        "pattern": row["pattern"],
        "mode": row["mode"],
        "statistic": row["statistic"],
        "threshold": row["threshold"],
        "evidence": json.loads(row["evidence"]),
    }

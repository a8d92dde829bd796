"""History by local day; what an enterprise may see of its negatives (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, NotRequired

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from server.http.described import seen_enterprise, seen_member
from server.http.fields import Query
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.http.scopes import Scope
from server.records import days
from server.records.days import DayRecord

NEGATIVE_DAYS = 28
LEAST_OUTCOMES = 20
LEAST_DAYS = 7
NEGATIVE_STEP = 0.05
HIDDEN_FROM = frozenset({Scope.ENTERPRISE, Scope.MEMBER})
"""Scopes that never see which contact gave a negative, nor on which day."""
NEGATIVES = ("deleted", "blocked", "complained")
OUTCOMES = (*NEGATIVES, "accepted", "declined")
_EPOCH = date(1970, 1, 1)


class HistoryQuery(Query):
    """How many local days back, today included."""

    days: Annotated[int, Field(ge=1, le=400)] = 30


class NegativeShape(TypedDict):
    """Share of outcomes that were deletes, blocks or complaints, in steps of 5 %."""

    share: float
    over_days: int
    at_least_outcomes: int


class DayShape(TypedDict):
    """One local day; `deleted`, `blocked` and `complained` only for admins and reviewers."""

    day: str
    requested: int
    allowed: int
    denied: dict[str, int]
    accepted: int
    declined: int
    deleted: NotRequired[int]
    blocked: NotRequired[int]
    complained: NotRequired[int]
    cap: int
    score: float
    tier: int


class HistoryShape(TypedDict):
    """Days with an event, oldest first; `negative` null while outcomes are few or recent."""

    days: list[DayShape]
    negative: NegativeShape | None


async def enterprise_history(call: Call[None, HistoryQuery]) -> web.Response:
    """An enterprise's local days."""
    if await seen_enterprise(call.services, call.path["enterprise_id"]) is None:
        raise Problem(404, "No enterprise of this id was ever seen.")
    return await _history(call, "")


async def member_history(call: Call[None, HistoryQuery]) -> web.Response:
    """A member's local days."""
    enterprise_id, member_id = call.path["enterprise_id"], call.path["member_id"]
    if await seen_member(call.services, enterprise_id, member_id) is None:
        raise Problem(404, "No member of this id was ever seen.")
    return await _history(call, member_id)


async def _history(call: Call[None, HistoryQuery], member_id: str) -> web.Response:
    services, enterprise_id = call.services, call.path["enterprise_id"]
    state = await services.ledger.accounts.enterprise(enterprise_id, services.policy.rules())
    back = max(call.query.days, NEGATIVE_DAYS)
    async with services.database.read() as connection:
        records = await days.history(connection, enterprise_id, member_id, state.day - back + 1)
    asked = [record for record in records if record.day > state.day - call.query.days]
    shape: HistoryShape = {
        "days": [day_shape(record, hidden=call.scope in HIDDEN_FROM) for record in asked],
        "negative": negative(records, state.day),
    }
    return reply(shape)


def day_shape(record: DayRecord, *, hidden: bool) -> DayShape:
    """A day as it is sent; `hidden` leaves out what contacts did to whom."""
    counts = record.counts
    shape: DayShape = {
        "day": (_EPOCH + timedelta(days=record.day)).isoformat(),
        "requested": counts.get("requested", 0),
        "allowed": counts.get("allowed", 0),
        "denied": record.denied,
        "accepted": counts.get("accepted", 0),
        "declined": counts.get("declined", 0),
        "cap": record.cap,
        "score": record.score,
        "tier": record.tier,
    }
    if not hidden:
        shape["deleted"] = counts.get("deleted", 0)
        shape["blocked"] = counts.get("blocked", 0)
        shape["complained"] = counts.get("complained", 0)
    return shape


def negative(records: Sequence[DayRecord], today: int) -> NegativeShape | None:
    """The one figure an enterprise sees: coarse, so that no two of them tell one contact apart.

    None while there are fewer than 20 outcomes, or while they span less than 7 local days.
    """
    recent = [
        record
        for record in records
        if record.day > today - NEGATIVE_DAYS and _total([record], OUTCOMES)
    ]
    negatives, outcomes = _total(recent, NEGATIVES), _total(recent, OUTCOMES)
    first_day = min((record.day for record in recent), default=today)
    if outcomes < LEAST_OUTCOMES or first_day > today - LEAST_DAYS + 1:
        return None
    steps = round(min(negatives / outcomes, 1.0) / NEGATIVE_STEP)
    return {
        "share": round(steps * NEGATIVE_STEP, 2),
        "over_days": NEGATIVE_DAYS,
        "at_least_outcomes": outcomes // 10 * 10,
    }


def _total(records: Iterable[DayRecord], names: Iterable[str]) -> int:
    wanted = tuple(names)
    return sum(record.counts.get(name, 0) for record in records for name in wanted)

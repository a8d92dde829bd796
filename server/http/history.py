"""History by local day; what an enterprise may see of its negatives (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, NotRequired

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from quota.adds import StoreUnavailable
from quota.days import local_day
from server.http.described import seen_enterprise, seen_member
from server.http.fields import Query
from server.http.problems import Problem
from server.http.rounding import HIDDEN_FROM, coarse_score
from server.http.routing import Call, reply
from server.http.services import Services
from server.records import accounts, days
from server.records.days import DayRecord

NEGATIVE_DAYS = 28
LEAST_OUTCOMES = 20
LEAST_DAYS = 7
NEGATIVE_STEP = 0.05
_EPOCH = date(1970, 1, 1)


class HistoryQuery(Query):
    """How many local days back, today included."""

    days: Annotated[int, Field(ge=1, le=400)] = 30


class NegativeShape(TypedDict):
    """Share of contacts whose worst outcome was a delete, a block or a complaint, in steps of 5 %.

    Each contact of a member counts once, on the day of that outcome; voided negatives do not.
    """

    share: float
    over_days: int
    at_least_outcomes: int


class DayShape(TypedDict):
    """One local day; `declined` to `complained` only for admins and reviewers.

    `active` are allowed active adds less those that were given back: what counts against `cap`, the
    active cap. The rest counts adds of both directions. To others `score` is in steps of 5.
    """

    day: str
    requested: int
    allowed: int
    denied: dict[str, int]
    active: int
    accepted: int
    declined: NotRequired[int]
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
    back = max(call.query.days, NEGATIVE_DAYS)
    today = await _today(services, enterprise_id)
    async with services.database.read() as connection:
        records = await days.history(connection, enterprise_id, member_id, today - back + 1)
    asked = [record for record in records if record.day > today - call.query.days]
    shape: HistoryShape = {
        "days": [day_shape(record, hidden=call.scope in HIDDEN_FROM) for record in asked],
        "negative": negative(records, today),
    }
    return reply(shape)


async def _today(services: Services, enterprise_id: str) -> int:
    """The enterprise's present local day.

    Where Redis is away it is the date in the zone on record: history is on record, too. The two
    differ on the day of a change of zones only, which is longer than others.
    """
    try:
        rules = services.policy.rules()
        return (await services.ledger.accounts.enterprise(enterprise_id, rules)).day
    except StoreUnavailable:
        async with services.database.read() as connection:
            known = await accounts.get_enterprise(connection, enterprise_id)
        default = services.policy.rules().policy.default_time_zone
        zone = default if known is None else known.time_zone
        return local_day(zone, services.clock_ms())


def day_shape(record: DayRecord, *, hidden: bool) -> DayShape:
    """A day as it is sent; `hidden` leaves out what contacts did to whom."""
    counts = record.counts
    shape: DayShape = {
        "day": (_EPOCH + timedelta(days=record.day)).isoformat(),
        "requested": counts.get("requested", 0),
        "allowed": counts.get("allowed", 0),
        "denied": record.denied,
        "active": counts.get("charged", 0),
        "accepted": counts.get("accepted", 0),
        "cap": record.cap,
        "score": coarse_score(record.score) if hidden else record.score,
        "tier": record.tier,
    }
    if not hidden:
        shape["declined"] = counts.get("declined", 0)
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
        if record.day > today - NEGATIVE_DAYS and record.counts.get("resolved", 0)
    ]
    negatives, outcomes = (
        sum(record.counts.get(name, 0) for record in recent) for name in ("negatives", "resolved")
    )
    first_day = min((record.day for record in recent), default=today)
    if outcomes < LEAST_OUTCOMES or first_day > today - LEAST_DAYS + 1:
        return None
    steps = round(negatives / outcomes / NEGATIVE_STEP)
    return {
        "share": round(steps * NEGATIVE_STEP, 2),
        "over_days": NEGATIVE_DAYS,
        "at_least_outcomes": outcomes // 10 * 10,
    }

"""What an account may do, and why: standing, score and its parts, caps, the way up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from aiohttp import web
from typing_extensions import TypedDict

from penalties.restrictions import Scope
from quota.accounts import AccountState
from scoring import report
from scoring.report import Report
from scoring.views import EnterpriseView, MemberView, new_enterprise, new_member
from server.http.available import AvailableShape, available
from server.http.decisions import LimitShape, RestrictionShape, limit_shape, restriction_shape
from server.http.fields import instant
from server.http.history import HIDDEN_FROM, NEGATIVE_DAYS, NegativeShape, negative
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.http.services import Services
from server.records import accounts, days, standing, views

HIDDEN_INPUTS = frozenset({"feedback", "acceptance"})
"""Parts whose inputs count what contacts did; enterprises see one `negative` figure instead."""
HIDDEN_CEILINGS = frozenset({"complaint_rate"})
"""Ceilings whose figures count contacts."""
_EPOCH = date(1970, 1, 1)


class StandingShape(TypedDict):
    """One word and one sentence: collecting, healthy, at_risk, limited or restricted."""

    state: str
    since: str
    why: str


class PartShape(TypedDict):
    """One part of the score: points = weight · value; `inputs` is what value was made of."""

    name: str
    weight: float
    value: float
    points: float
    inputs: dict[str, Any]


class CeilingShape(TypedDict):
    """What keeps the tier from rising above `max_tier`, whatever the score."""

    name: str
    detail: str
    max_tier: int


class CapsShape(TypedDict):
    """Daily caps by direction."""

    active: int
    passive: int


class CapsChangeShape(TypedDict):
    """Caps now, and after the actions."""

    before: CapsShape
    after: CapsShape


class GuidanceShape(TypedDict):
    """The least that reaches the next tier, under which conditions, and when at the earliest."""

    actions: list[str]
    caps: CapsChangeShape
    conditions: list[str]
    effective_from: str


class QuotaShape(TypedDict):
    """An account's quota. `negative` is null while outcomes are too few or too recent."""

    standing: StandingShape
    tier: int
    score: float
    parts: list[PartShape]
    ceilings: list[CeilingShape]
    limits: list[LimitShape]
    restrictions: list[RestrictionShape]
    available: AvailableShape
    guidance: list[GuidanceShape]
    negative: NegativeShape | None
    policy_version: int
    as_of: str


async def enterprise_quota(call: Call[None, None]) -> web.Response:
    """An enterprise's quota."""
    services, enterprise_id = call.services, call.path["enterprise_id"]
    rules, now_ms = services.policy.rules(), services.clock_ms()
    state = await services.ledger.accounts.enterprise(enterprise_id, rules)
    seen = await _seen(services, enterprise_id, None, state)
    if not (state.known or seen.on_record):
        raise Problem(404, "No enterprise of this id was ever seen.")
    made = report.enterprise_report(
        seen.company,
        services.policy.now.policy.scoring,
        day=state.day,
        now_ms=now_ms,
        restricted_since_ms=seen.restricted_since_ms,
    )
    return reply(_shape(call, made, seen.negative, now_ms, state))


async def member_quota(call: Call[None, None]) -> web.Response:
    """A member's quota; its limits and restrictions include its enterprise's."""
    services, enterprise_id = call.services, call.path["enterprise_id"]
    member_id = call.path["member_id"]
    rules, now_ms = services.policy.rules(), services.clock_ms()
    state, company = await asyncio.gather(
        services.ledger.accounts.member(enterprise_id, member_id, rules),
        services.ledger.accounts.enterprise(enterprise_id, rules),
    )
    seen = await _seen(services, enterprise_id, member_id, company)
    if not (state.known or seen.on_record):
        raise Problem(404, "No member of this id was ever seen.")
    made = report.member_report(
        seen.member,
        seen.company,
        services.policy.now.policy.scoring,
        day=state.day,
        now_ms=now_ms,
        restricted_since_ms=seen.restricted_since_ms,
    )
    return reply(_shape(call, made, seen.negative, now_ms, state, company))


class _Seen:
    """What the record has of an account; views begin where it has none."""

    def __init__(self, company: EnterpriseView, member: MemberView) -> None:
        self.company = company
        self.member = member
        self.on_record = False
        self.negative: NegativeShape | None = None
        self.restricted_since_ms: int | None = None


async def _seen(
    services: Services, enterprise_id: str, member_id: str | None, company: AccountState
) -> _Seen:
    now_ms = services.clock_ms()
    seen = _Seen(new_enterprise(now_ms), new_member(now_ms))
    since = company.day - NEGATIVE_DAYS + 1
    async with services.database.read() as connection:
        found = await views.enterprises_by_id(connection, [enterprise_id])
        if enterprise_id in found:
            seen.company = EnterpriseView.from_json(found[enterprise_id].data)
        if member_id is None:
            account: object = await accounts.get_enterprise(connection, enterprise_id)
        else:
            account = await accounts.get_member(connection, enterprise_id, member_id)
            key = (enterprise_id, member_id)
            members = await views.members_by_id(connection, [key])
            if key in members:
                seen.member = MemberView.from_json(members[key].data)
        records = await days.history(connection, enterprise_id, member_id or "", since)
        held = await standing.binding_of(connection, now_ms, enterprise_id, member_id)
        if member_id is not None:
            of_all = await standing.binding_of(connection, now_ms, enterprise_id, None)
            held += [one for one in of_all if one.scope is Scope.ENTERPRISE_ACCOUNT]
    seen.on_record = account is not None
    seen.negative = negative(records, company.day)
    starts = [one.starts_ms for one in held]
    seen.restricted_since_ms = min(starts, default=None)
    return seen


def _shape(
    call: Call[None, None],
    made: Report,
    figure: NegativeShape | None,
    now_ms: int,
    *states: AccountState,
) -> QuotaShape:
    hidden = call.scope in HIDDEN_FROM
    return {
        "standing": {
            "state": made.standing.state,
            "since": instant(made.standing.since_ms),
            "why": made.standing.why,
        },
        "tier": made.tier,
        "score": made.score,
        "parts": [
            {
                "name": part.name,
                "weight": part.weight,
                "value": part.value,
                "points": part.points,
                "inputs": {} if hidden and part.name in HIDDEN_INPUTS else _plain(part.inputs),
            }
            for part in made.parts
        ],
        "ceilings": [
            {
                "name": ceiling.name,
                "detail": "" if hidden and ceiling.name in HIDDEN_CEILINGS else ceiling.detail,
                "max_tier": ceiling.max_tier,
            }
            for ceiling in made.ceilings
        ],
        "limits": [limit_shape(limit) for state in states for limit in state.limits],
        "restrictions": [restriction_shape(held) for each in states for held in each.restrictions],
        "available": available(*states),
        "guidance": _guidance(made),
        "negative": figure,
        "policy_version": call.services.policy.now.version,
        "as_of": instant(now_ms),
    }


def _guidance(made: Report) -> list[GuidanceShape]:
    return [
        {
            "actions": list(way.actions),
            "caps": {
                "before": {"active": way.before.active, "passive": way.before.passive},
                "after": {"active": way.after.active, "passive": way.after.passive},
            },
            "conditions": list(way.conditions),
            "effective_from": (_EPOCH + timedelta(days=way.effective_day)).isoformat(),
        }
        for way in made.guidance
    ]


def _plain(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return dict(inputs)

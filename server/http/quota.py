"""What an account may do, and why: standing, score and its parts, caps, the way up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aiohttp import web

from penalties.restrictions import Scope
from quota.accounts import AccountState
from scoring import report
from scoring.policy import ScoringPolicy
from scoring.report import PerSeat, Ramp, Report
from scoring.views import EnterpriseView, MemberView, new_enterprise, new_member
from server.http.active_policy import InForce
from server.http.available import available
from server.http.decisions import limit_shape, restriction_shape
from server.http.fields import instant
from server.http.history import NEGATIVE_DAYS, NegativeShape, negative
from server.http.problems import Problem
from server.http.quota_shapes import (
    CountedShape,
    FallingShape,
    GuidanceShape,
    PerSeatShape,
    QuotaShape,
    RampShape,
    ThoughtShape,
)
from server.http.rounding import (
    HIDDEN_FROM,
    shown_guidance,
    shown_part,
    shown_score,
    shown_standing,
)
from server.http.routing import Call, reply
from server.http.services import Services
from server.records import accounts, days, standing, views
from server.records.accounts import Enterprise, Member

HIDDEN_CEILINGS = frozenset({"complaint_rate"})
"""Ceilings whose figures count contacts."""
_EPOCH = date(1970, 1, 1)


async def enterprise_quota(call: Call[None, None]) -> web.Response:
    """An enterprise's quota."""
    return await _quota(call, call.path["enterprise_id"], None)


async def member_quota(call: Call[None, None]) -> web.Response:
    """A member's quota; its limits and restrictions include its enterprise's."""
    return await _quota(call, call.path["enterprise_id"], call.path["member_id"])


async def _quota(call: Call[None, None], enterprise_id: str, member_id: str | None) -> web.Response:
    account = Account(enterprise_id, member_id, hidden=call.scope in HIDDEN_FROM)
    states = await states_of(call.services, account)
    return reply(await quota_shape(call.services, account, states))


@dataclass(frozen=True, slots=True)
class Account:
    """Whose quota: an enterprise's where `member_id` is None.

    `hidden`: without what enterprises and members do not see.
    """

    enterprise_id: str
    member_id: str | None
    hidden: bool


async def states_of(services: Services, account: Account) -> tuple[AccountState, ...]:
    """What the ledger holds: the member's and the enterprise's, or the enterprise's alone.

    Raises StoreUnavailable.
    """
    rules, accounts = services.policy.rules(), services.ledger.accounts
    if account.member_id is None:
        return (await accounts.enterprise(account.enterprise_id, rules),)
    return await accounts.with_enterprise(account.enterprise_id, account.member_id, rules)


def counted_shape(states: Sequence[AccountState], now_ms: int) -> CountedShape:
    """What an add or a moment changes; the rest of a quota stays until something is folded."""
    return {
        "limits": [limit_shape(limit) for state in states for limit in state.limits],
        "available": available(*states),
        "as_of": instant(now_ms),
    }


async def quota_shape(
    services: Services, account: Account, states: Sequence[AccountState]
) -> QuotaShape:
    """The quota of an account whose states were just read.

    Raises Problem 404 where no such account was ever seen, or RecordsUnavailable.
    """
    now_ms, day = services.clock_ms(), states[0].day
    seen = await _seen(services, account, day)
    if not (states[0].known or seen.on_record):
        kind = "enterprise" if account.member_id is None else "member"
        raise Problem(404, f"No {kind} of this id was ever seen.")
    scoring = services.policy.now.policy.scoring
    since_ms = seen.restricted_since_ms
    if account.member_id is None:
        made = report.enterprise_report(
            seen.company, scoring, day=day, now_ms=now_ms, restricted_since_ms=since_ms
        )
    else:
        made = report.member_report(
            seen.member, seen.company, scoring, day=day, now_ms=now_ms, restricted_since_ms=since_ms
        )
    told = _hiding(made, scoring, day, states[-1].time_zone) if account.hidden else made
    return {**_thought(services.policy.now, seen, states, told), **counted_shape(states, now_ms)}


def _hiding(made: Report, policy: ScoringPolicy, day: int, zone: str) -> Report:
    """The report without what enterprises and members do not see."""
    parts = tuple(map(shown_part, made.parts))
    return replace(
        made,
        standing=shown_standing(made.standing, zone),
        parts=parts,
        score=shown_score(parts),
        ceilings=tuple(
            replace(one, detail="") if one.name in HIDDEN_CEILINGS else one for one in made.ceilings
        ),
        guidance=tuple(shown_guidance(way, policy, day) for way in made.guidance),
    )


class _Seen:
    """What the record has of an account; views begin where it has none."""

    def __init__(self, company: EnterpriseView, member: MemberView) -> None:
        self.company = company
        self.member = member
        self.on_record = False
        self.name: str | None = None
        self.negative: NegativeShape | None = None
        self.restricted_since_ms: int | None = None


async def _seen(services: Services, account: Account, day: int) -> _Seen:
    enterprise_id, member_id, now_ms = account.enterprise_id, account.member_id, services.clock_ms()
    seen = _Seen(new_enterprise(now_ms), new_member(now_ms))
    since = day - NEGATIVE_DAYS + 1
    async with services.database.read() as connection:
        found = await views.enterprises_by_id(connection, [enterprise_id])
        if enterprise_id in found:
            seen.company = EnterpriseView.from_json(found[enterprise_id].data)
        if member_id is None:
            described: Enterprise | Member | None = await accounts.get_enterprise(
                connection, enterprise_id
            )
        else:
            described = await accounts.get_member(connection, enterprise_id, member_id)
            key = (enterprise_id, member_id)
            members = await views.members_by_id(connection, [key])
            if key in members:
                seen.member = MemberView.from_json(members[key].data)
        records = await days.history(connection, enterprise_id, member_id or "", since)
        held = await standing.binding_of(connection, now_ms, enterprise_id, member_id)
        if member_id is not None:
            of_all = await standing.binding_of(connection, now_ms, enterprise_id, None)
            held += [one for one in of_all if one.scope is Scope.ENTERPRISE_ACCOUNT]
    seen.on_record = described is not None
    seen.name = None if described is None else described.name
    seen.negative = negative(records, day)
    starts = [one.starts_ms for one in held]
    seen.restricted_since_ms = min(starts, default=None)
    return seen


def _thought(
    policy: InForce, seen: _Seen, states: Sequence[AccountState], made: Report
) -> ThoughtShape:
    seats = next(part.inputs.get("seats") for part in made.parts if part.name == "usage")
    return {
        "name": seen.name,
        "time_zone": states[-1].time_zone,
        "seats": None if seats is None else int(seats),
        "standing": {
            "state": made.standing.state,
            "since": instant(made.standing.since_ms),
            "why": made.standing.why,
        },
        "tier": made.tier,
        "tier_scores": [tier.score for tier in policy.policy.scoring.tiers],
        "score": made.score,
        "parts": [
            {
                "name": part.name,
                "weight": part.weight,
                "value": part.value,
                "points": part.points,
                "inputs": dict(part.inputs),
            }
            for part in made.parts
        ],
        "ceilings": [
            {
                "name": ceiling.name,
                "detail": ceiling.detail,
                "max_tier": ceiling.max_tier,
            }
            for ceiling in made.ceilings
        ],
        "falling": _falling(made),
        "ramp": _ramp(made),
        "per_seat": _per_seat(made),
        "restrictions": [
            restriction_shape(held) for state in states for held in state.restrictions
        ],
        "guidance": _guidance(made),
        "negative": seen.negative,
        "policy_version": policy.version,
    }


def _falling(made: Report) -> FallingShape | None:
    found = made.standing.falling
    if made.score >= found.needed:
        return None
    return {"needed": found.needed, "days": found.days, "after": found.after}


def _ramp(made: Report) -> RampShape | None:
    found = made.basis
    if not isinstance(found, Ramp):
        return None
    return {
        "most": found.most,
        "best": found.best,
        "days": found.days,
        "factor": found.factor,
        "floor": found.floor,
        "following": found.following,
    }


def _per_seat(made: Report) -> PerSeatShape | None:
    found = made.basis
    return {"each": found.each, "floor": found.floor} if isinstance(found, PerSeat) else None


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

"""Violations are reported: a penalty at once, or a case that waits for a second person."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal, NotRequired

from aiohttp import web
from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from penalties.restrictions import Scope as Reach
from penalties.violation import OWN_IDS, Grounds, Violation
from server.enforcement.reporting import NotLinked, Reported, ViolationConflict, report
from server.enforcement.shapes import PenaltyShape, ViolationShape, violation_shape
from server.http.cases import CaseShape, case_shape
from server.http.enforcing import actor_of, is_told, shown, terms_of
from server.http.fields import Body, Identifier, Line, PastMs, Words
from server.http.named import put_names
from server.http.problems import Problem, invalid_at
from server.http.routing import Call, reply
from server.records import violations
from server.worker.telling import Told

UNKNOWN = "No violation has this id."

Fact = Annotated[Line, Field(min_length=1)]


def _not_ours(violation_id: str) -> str:
    if violation_id.startswith(OWN_IDS):
        raise ValueError(f"begins with {OWN_IDS!r}, as only ids do that the service makes")
    return violation_id


class GroundsBody(Body):
    """What an account block rests on: how many, what share, how grave, with what intent."""

    number: Fact | int
    share: Fact | int | float
    gravity: Fact
    intent: Fact


class ViolationBody(Body):
    """What was found to be so; the same `violation_id` and content again is the same report.

    `scopes` are account blocks wanted beside the member's, for severe ones; `grounds` are needed
    where `enterprise_account` is among them.
    """

    violation_id: Annotated[Identifier, AfterValidator(_not_ours)] | None = None
    type: Annotated[str, Field(max_length=64)]
    enterprise_id: Identifier
    member_id: Identifier
    severity: Literal["normal", "severe"] = "normal"
    scopes: Annotated[
        list[Literal["member_account", "admin_account", "enterprise_account"]],
        Field(max_length=3, default_factory=list),
    ]
    grounds: GroundsBody | None = None
    facts: Words
    evidence: Annotated[list[Words], Field(max_length=50, default_factory=list)]
    source: Literal["user_report", "own_initiative", "automated"]
    occurred_at: PastMs


class ReportedShape(TypedDict):
    """A violation and what came of it.

    `penalty` is the member's, or the hold until a second holder has decided; `penalties` are all.
    `queued`: it is on record, Redis is away and will be told when it is back.
    """

    violation: ViolationShape
    penalty: PenaltyShape | None
    penalties: list[PenaltyShape]
    case: CaseShape | None
    why_none: str | None
    queued: NotRequired[bool]


async def report_violation(call: Call[ViolationBody, None]) -> web.Response:
    """Records a violation; the answer comes once its penalty binds the next pre-check.

    Severe and permanent measures hold `interop` for now, and wait for another holder's confirm.
    """
    services, body = call.services, call.body
    terms = terms_of(services, body.enterprise_id)
    asked = _violation(call)
    try:
        made = await report(services.database, asked, actor_of(call), terms)
    except ViolationConflict:
        raise Problem(409, f"{asked.id} stands for another violation already.") from None
    except NotLinked as why:
        raise Problem(409, str(why)) from None
    return reply(await _shape(call, made, terms.now_ms), 201)


async def get_violation(call: Call[None, None]) -> web.Response:
    """A violation."""
    async with call.services.database.read() as connection:
        record = await violations.get(connection, call.path["violation_id"])
    if record is None:
        raise Problem(404, UNKNOWN)
    return reply(violation_shape(record))


def grounds_of(body: GroundsBody | None) -> Grounds | None:
    """The grounds as they are kept."""
    if body is None:
        return None
    return Grounds(str(body.number), str(body.share), body.gravity, body.intent)


def _violation(call: Call[ViolationBody, None]) -> Violation:
    body = call.body
    kinds = call.services.policy.now.policy.penalties.catalogue
    kind = kinds.get(body.type)
    if kind is None:
        known = ", ".join(kinds)
        raise invalid_at(["body", "type"], f"is no kind of violation; known are {known}")
    if body.scopes and body.severity != "severe":
        raise invalid_at(["body", "scopes"], "account blocks are for severe violations only")
    if "enterprise_account" in body.scopes and body.grounds is None:
        raise invalid_at(
            ["body", "grounds"],
            "an enterprise_account block needs grounds: {number, share, gravity, intent}",
        )
    return Violation(
        id=body.violation_id or f"v-{secrets.token_hex(12)}",
        type=kind.id,
        track=kind.track,
        severity=body.severity,
        source=body.source,
        enterprise_id=body.enterprise_id,
        member_id=body.member_id,
        occurred_ms=body.occurred_at,
        scopes=frozenset(Reach(scope) for scope in body.scopes),
        facts=body.facts,
        evidence=tuple(body.evidence),
        grounds=grounds_of(body.grounds),
    )


async def _shape(call: Call[ViolationBody, None], made: Reported, now_ms: int) -> ReportedShape:
    told = await is_told(call.services, Told(made.penalties, [made.violation]))
    penalties = await shown(call.services, made.penalties, now_ms, told=told)
    shape: ReportedShape = {
        "violation": violation_shape(made.violation),
        "penalty": penalties[0] if penalties else None,
        "penalties": penalties,
        "case": None if made.case is None else case_shape(made.case.case, now_ms),
        "why_none": made.why_none,
    }
    if shape["case"] is not None:
        await put_names(call.services.database, [shape["case"]])
    if not told:
        shape["queued"] = True
    return shape

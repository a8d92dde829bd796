"""Cases, for the people who look into them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal, NotRequired

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from penalties.cases import HELD, Case, Hold, Proposal
from server.http.fields import Cursor, Identifier, Query, instant
from server.http.named import NamesShape, put_names
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.records import cases
from server.records.cases import CaseFilter

UNKNOWN = "No case has this id."


class CasesQuery(Query):
    """Which cases, newest first."""

    status: Literal["open", "awaiting_second", "confirmed", "dismissed"] | None = None
    enterprise: Identifier | None = None
    member: Identifier | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class ContributionShape(TypedDict):
    """What a pattern adds to the log-odds of abuse, in nats."""

    pattern: str
    nats: float


class HoldShape(TypedDict):
    """Since when and until when the member's active adds are held; `lifted`: by a dismissal."""

    scope: str
    starts_at: str
    ends_at: str
    state: Literal["active", "ended", "lifted"]


class FirstShape(TypedDict):
    """What the first of two holders said; another one has to say the same."""

    action: Literal["confirm", "escalate"]
    by: str
    at: str
    note: str
    severity: Literal["normal", "severe"]
    scopes: list[str]
    grounds: dict[str, Any] | None


class CaseShape(TypedDict):
    """A case with what it rests on; `member_id` null: the enterprise as a whole.

    `type` is what kind of violation it is about, `first` what waits for a second holder.

    `verdict` is enforce once active adds were held; `deferred`: they were to be, but the circuit
    breaker of the day, or a pause, only lets a person look. `adds_before` counts the account's
    allowed adds up to the opening; `events` are ids of the last that contributed.
    """

    id: str
    state: Literal["open", "awaiting_second", "confirmed", "dismissed"]
    verdict: Literal["review", "enforce"]
    enterprise_id: str
    member_id: str | None
    opened_at: str
    changed_at: str
    posterior: float | None
    contributions: list[ContributionShape]
    patterns: list[str]
    flags: list[str]
    evidence: list[str]
    events: list[str]
    adds_before: int
    hold: HoldShape | None
    deferred: bool
    decided_at: str | None
    decided_by: str | None
    note: str | None
    severity: Literal["normal", "severe"] | None
    type: str
    source: str
    violation_id: str | None
    first: FirstShape | None
    policy_version: int
    names: NotRequired[NamesShape]


class CasesShape(TypedDict):
    """A page of cases; `next_cursor` null at the end."""

    items: list[CaseShape]
    next_cursor: str | None


async def list_cases(call: Call[None, CasesQuery]) -> web.Response:
    """Cases, newest first."""
    query, now_ms = call.query, call.services.clock_ms()
    which = CaseFilter(
        state=query.status,
        enterprise_id=query.enterprise,
        member_id=query.member,
        cursor=query.cursor,
        limit=query.limit + 1,
    )
    async with call.services.database.read() as connection:
        found = await cases.listed(connection, which)
    shown = found[: query.limit]
    shape: CasesShape = {
        "items": [case_shape(record.case, now_ms) for record in shown],
        "next_cursor": shown[-1].case.id if len(found) > query.limit else None,
    }
    await put_names(call.services.database, shape["items"])
    return reply(shape)


async def get_case(call: Call[None, None]) -> web.Response:
    """One case."""
    async with call.services.database.read() as connection:
        record = await cases.get(connection, call.path["case_id"])
    if record is None:
        raise Problem(404, UNKNOWN)
    shape = case_shape(record.case, call.services.clock_ms())
    await put_names(call.services.database, [shape])
    return reply(shape)


def case_shape(case: Case, now_ms: int) -> CaseShape:
    """A case as it is sent, its hold as it stands at `now_ms`."""
    strongest_first = sorted(case.contributions.items(), key=lambda item: -item[1])
    decision = case.decision
    return {
        "id": case.id,
        "state": case.state,
        "verdict": case.verdict,
        "enterprise_id": case.enterprise_id,
        "member_id": case.member_id,
        "opened_at": instant(case.opened_ms),
        "changed_at": instant(case.changed_ms),
        "posterior": case.posterior,
        "contributions": [{"pattern": name, "nats": nats} for name, nats in strongest_first],
        "patterns": list(case.patterns),
        "flags": list(case.flags),
        "evidence": list(case.evidence),
        "events": list(case.events),
        "adds_before": case.adds_before,
        "hold": None if case.hold is None else _hold_shape(case.hold, now_ms),
        "deferred": case.deferred,
        "decided_at": None if decision is None else instant(decision.at_ms),
        "decided_by": None if decision is None else decision.holder,
        "note": None if decision is None else decision.note,
        "severity": None if decision is None else decision.severity,
        "type": case.type,
        "source": case.source,
        "violation_id": case.violation_id,
        "first": _first_shape(case.proposal) if case.state == "awaiting_second" else None,
        "policy_version": case.policy_version,
    }


def _first_shape(proposal: Proposal | None) -> FirstShape | None:
    if proposal is None:
        return None
    first = proposal.decision
    return {
        "action": "escalate" if first.action == "escalate" else "confirm",
        "by": first.holder,
        "at": instant(first.at_ms),
        "note": first.note,
        "severity": first.severity or "normal",
        "scopes": sorted(first.scopes),
        "grounds": None if first.grounds is None else asdict(first.grounds),
    }


def _hold_shape(hold: Hold, now_ms: int) -> HoldShape:
    return {
        "scope": str(HELD),
        "starts_at": instant(hold.starts_ms),
        "ends_at": instant(hold.ends_ms),
        "state": hold.state(now_ms),
    }

"""How penalties, violations and requests are shown, to those who ask and to webhooks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, NotRequired

from typing_extensions import TypedDict

from penalties.statements import measure_of
from server.http.fields import instant
from server.http.named import NamesShape
from server.records.penalty_rows import PenaltyRecord
from server.records.requests import Request
from server.records.violations import ViolationRecord


class StatementShape(TypedDict):
    """Why: what was taken and until when, for what, by whom or what, and how to object."""

    measure: str
    facts: str
    source: str
    automated_detection: bool
    automated_decision: bool
    decided_by: str
    clause: str
    rule: str
    redress: str


class PenaltyShape(TypedDict):
    """A penalty, or a hold until somebody has decided (`hold`).

    `step` is the ladder's; `ends_at` null: for good, or until the linked account is unblocked.
    `queued`: it is on record, and binds as soon as the counters are back. `may_apply` and
    `may_appeal` are as of now, but for requests that were filed already. Notices have no `names`.
    """

    id: str
    violation_id: str | None
    case_id: str | None
    type: str
    track: int
    step: int | None
    hold: bool
    enterprise_id: str
    member_id: str | None
    scope: str
    starts_at: str
    ends_at: str | None
    state: str
    may_apply: bool
    may_appeal: bool
    policy_version: int
    statement: StatementShape
    names: NotRequired[NamesShape]


class ViolationShape(TypedDict):
    """A violation as it was reported; `state` is reported, upheld, dismissed or overturned.

    `grounds` are of account blocks; `without` counts members hit who have no violation.
    """

    id: str
    type: str
    track: int
    severity: str
    source: str
    enterprise_id: str
    member_id: str | None
    scopes: list[str]
    grounds: dict[str, Any] | None
    facts: str
    evidence: list[str]
    occurred_at: str
    reported_at: str
    reported_by: str
    case_id: str | None
    state: str
    policy_version: int


class MessageShape(TypedDict):
    """What was asked (`reviewer`) or answered (`appellant`)."""

    at: str
    by: str
    text: str


class RequestShape(TypedDict):
    """An appeal or an unblock application; `due_at` is when it should be decided.

    While information is needed, `due_at` is when the appeal expires without it. `filed_by` is the
    holder of the key that filed it, `decided_by_you` whether the caller decided the penalty, so
    that somebody else has to decide about it; both for reviewers.
    """

    id: str
    kind: str
    penalty_id: str
    number: int
    enterprise_id: str
    member_id: str | None
    state: str
    grounds: str
    text: str
    thread: list[MessageShape]
    created_at: str
    changed_at: str
    due_at: str
    decided_at: str | None
    reason: str | None
    filed_by: str | None
    decided_by_you: NotRequired[bool]
    names: NotRequired[NamesShape]


def penalty_shape(record: PenaltyRecord, now_ms: int) -> PenaltyShape:
    """A penalty as it stands at `now_ms`."""
    one = record.penalty
    ends_ms = one.over_ms
    statement: Any = {**one.statement, "measure": measure_of(one)}
    stands = one.overturned_ms is None and (one.binds_at(now_ms) or not one.is_hold)
    return {
        "id": one.id,
        "violation_id": one.violation_id,
        "case_id": one.case_id,
        "type": one.type,
        "track": int(one.track),
        "step": one.step,
        "hold": one.is_hold,
        "enterprise_id": one.enterprise_id,
        "member_id": one.member_id,
        "scope": str(one.scope),
        "starts_at": instant(one.starts_ms),
        "ends_at": None if ends_ms is None else instant(ends_ms),
        "state": one.state(now_ms, untold=record.untold),
        "may_apply": one.may_apply and one.binds_at(now_ms),
        "may_appeal": one.may_appeal and stands,
        "policy_version": one.policy_version,
        "statement": statement,
    }


def violation_shape(record: ViolationRecord) -> ViolationShape:
    """A violation, for reviewers."""
    one = record.violation
    return {
        "id": one.id,
        "type": one.type,
        "track": int(one.track),
        "severity": one.severity,
        "source": one.source,
        "enterprise_id": one.enterprise_id,
        "member_id": one.member_id,
        "scopes": sorted(one.scopes),
        "grounds": None if one.grounds is None else asdict(one.grounds),
        "facts": one.facts,
        "evidence": list(one.evidence),
        "occurred_at": instant(one.occurred_ms),
        "reported_at": instant(record.reported_ms),
        "reported_by": record.reported_by,
        "case_id": record.case_id,
        "state": record.state,
        "policy_version": record.policy_version,
    }


def request_shape(request: Request, *, names: bool = False) -> RequestShape:
    """A request as both sides see it: without the names of those who decide.

    `names`: with that of who filed it.
    """
    return {
        "id": request.id,
        "kind": request.kind,
        "penalty_id": request.penalty_id,
        "number": request.number,
        "enterprise_id": request.enterprise_id,
        "member_id": request.member_id,
        "state": request.state,
        "grounds": request.grounds,
        "text": request.text,
        "thread": [
            {"at": instant(one.at_ms), "by": one.by, "text": one.text} for one in request.thread
        ],
        "created_at": instant(request.created_ms),
        "changed_at": instant(request.changed_ms),
        "due_at": instant(request.due_ms),
        "decided_at": None if request.decided_ms is None else instant(request.decided_ms),
        "reason": request.reason,
        "filed_by": request.filed_by if names else None,
    }

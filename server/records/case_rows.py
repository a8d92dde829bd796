"""A case as a row of its table, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.engine import RowMapping

from penalties.cases import Case, CaseDecision, Hold, Proposal
from penalties.restrictions import Scope
from penalties.violation import Grounds

_AS_THEY_ARE = (
    "id",
    "enterprise_id",
    "member_id",
    "level",
    "state",
    "posterior",
    "adds_before",
    "opened_ms",
    "changed_ms",
    "policy_version",
    "enforced_day",
    "deferred_day",
    "type",
    "source",
    "violation_id",
)
_SAID = ("at_ms", "action", "holder", "key_id", "note", "severity")
_LISTS = ("patterns", "flags", "evidence", "events")


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case with the events that opened and changed it last.

    `reports` are the contacts whose reports a dismissal found to be none.

    `untold`: Redis still has to be told of its hold or, of a decided case, the fold has not yet met
    the decision.
    """

    case: Case
    shard: int
    seq: int
    changed_seq: int
    untold: bool = False
    reports: tuple[str, ...] = ()


def row_of_case(record: CaseRecord) -> dict[str, Any]:
    """The row; lists are JSON text."""
    case, hold = record.case, record.case.hold
    return {
        **{name: getattr(case, name) for name in _AS_THEY_ARE},
        **{name: _text(getattr(case, name)) for name in _LISTS},
        "contributions": _text(case.contributions),
        "hold_starts_ms": hold and hold.starts_ms,
        "hold_ends_ms": hold and hold.ends_ms,
        "hold_lifted_ms": hold and hold.lifted_ms,
        **columns_of_decision(case.decision),
        "proposal": text_of_proposal(case.proposal),
        "shard": record.shard,
        "seq": record.seq,
        "changed_seq": record.changed_seq,
        "untold": record.untold,
        "reports": _text(record.reports),
    }


def columns_of_decision(decision: CaseDecision | None) -> dict[str, Any]:
    """What a decision adds to a row; what it made of the case stands in `state`."""
    return {
        "decided_ms": decision and decision.at_ms,
        "decided_by": decision and decision.holder,
        "key_id": decision and decision.key_id,
        "note": decision and decision.note,
        "severity": decision and decision.severity,
    }


def text_of_proposal(proposal: Proposal | None) -> str | None:
    """What the first of two holders said, as JSON."""
    if proposal is None:
        return None
    first = proposal.decision
    grounds = None if first.grounds is None else asdict(first.grounds)
    said = {name: getattr(first, name) for name in _SAID}
    scopes = sorted(first.scopes)
    return _text({**said, "scopes": scopes, "grounds": grounds, "before": proposal.before})


def record_of(row: RowMapping) -> CaseRecord:
    """The record that `row_of_case` wrote."""
    plain: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    lists: dict[str, Any] = {name: tuple(json.loads(row[name])) for name in _LISTS}
    hold = None
    if row["hold_starts_ms"] is not None:
        hold = Hold(row["hold_starts_ms"], row["hold_ends_ms"], row["hold_lifted_ms"])
    case = Case(
        **plain,
        **lists,
        contributions=json.loads(row["contributions"]),
        hold=hold,
        decision=_decision_of(row),
        proposal=_proposal_of(row["proposal"]),
    )
    reports = tuple(json.loads(row["reports"]))
    return CaseRecord(case, row["shard"], row["seq"], row["changed_seq"], row["untold"], reports)


def _decision_of(row: RowMapping) -> CaseDecision | None:
    if row["decided_ms"] is None:
        return None
    return CaseDecision(
        at_ms=row["decided_ms"],
        action="dismiss" if row["severity"] is None else "confirm",
        holder=row["decided_by"],
        key_id=row["key_id"],
        note=row["note"],
        severity=row["severity"],
    )


def _proposal_of(text: str | None) -> Proposal | None:
    if text is None:
        return None
    said = json.loads(text)
    grounds = None if said["grounds"] is None else Grounds(**said["grounds"])
    scopes = frozenset(Scope(scope) for scope in said["scopes"])
    first = CaseDecision(**{name: said[name] for name in _SAID}, scopes=scopes, grounds=grounds)
    return Proposal(first, said["before"])


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

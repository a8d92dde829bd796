"""The lines of the files that a replay writes (API "Command line")."""

from collections.abc import Mapping
from typing import Any

from penalties.penalty import Penalty
from penalties.rules import RULES
from penalties.violation import Violation
from quota.adds import Add, Decision, Refusal
from scoring.report import Report
from scoring.working import Flag, MemberKey
from server.http.fields import instant

_RULE_IDS = {rule.text: rule.id for rule in RULES.values()}
_OUTCOMES = ("accepted", "declined", "deleted", "blocked", "complained")


def flag_line(flag: Flag) -> dict[str, Any]:
    """One flag; `member_id` null means the whole enterprise."""
    return {
        "at": instant(flag.at_ms),
        "enterprise_id": flag.enterprise_id,
        "member_id": flag.member_id,
        "pattern": flag.pattern,
        "mode": flag.mode,
        "statistic": flag.statistic,
        "threshold": flag.threshold,
        "adds_before": flag.adds_before,
        "evidence": flag.evidence,
        "events": flag.events,
    }


def decision_line(at_ms: int, add: Add, answer: Decision | Refusal) -> dict[str, Any]:
    """One add with what was decided; `state` is `refused` where no decision was made."""
    line: dict[str, Any] = {
        "at": instant(at_ms),
        "enterprise_id": add.enterprise_id,
        "member_id": add.member_id,
        "target_id": add.contact,
        "way": add.way,
        "initiated_by": add.initiated_by,
    }
    if isinstance(answer, Refusal):
        return line | {
            "decision_id": None,
            "allowed": False,
            "reason": answer.code,
            "binding_limit": None,
            "state": "refused",
            "replayed": False,
            "policy_version": None,
        }
    return line | {
        "decision_id": answer.decision_id,
        "allowed": answer.allowed,
        "reason": answer.reason,
        "binding_limit": answer.binding_limit,
        "state": answer.state,
        "replayed": answer.replayed,
        "policy_version": answer.policy_version,
    }


def penalty_line(penalty: Penalty, at_ms: int) -> dict[str, Any]:
    """A penalty or a hold (`hold`) as of `at_ms`; `ends_at` null: for good, or until an event."""
    ends_ms = penalty.over_ms
    return {
        "at": instant(at_ms),
        "id": penalty.id,
        "violation_id": penalty.violation_id,
        "case_id": penalty.case_id,
        "type": penalty.type,
        "track": int(penalty.track),
        "step": penalty.step,
        "hold": penalty.is_hold,
        "enterprise_id": penalty.enterprise_id,
        "member_id": penalty.member_id,
        "scope": str(penalty.scope),
        "starts_at": instant(penalty.starts_ms),
        "ends_at": None if ends_ms is None else instant(ends_ms),
        "state": penalty.state(at_ms),
        "automated": penalty.automated,
        "rule": _RULE_IDS[str(penalty.statement["rule"])],
    }


def no_penalty_line(violation: Violation, at_ms: int, why_none: str) -> dict[str, Any]:
    """A violation that brought no penalty, and why not; what a penalty would have is null."""
    return {
        "at": instant(at_ms),
        "id": None,
        "violation_id": violation.id,
        "case_id": None,
        "type": violation.type,
        "track": int(violation.track),
        "step": None,
        "hold": False,
        "enterprise_id": violation.enterprise_id,
        "member_id": violation.member_id,
        "scope": None,
        "starts_at": None,
        "ends_at": None,
        "state": None,
        "automated": False,
        "rule": None,
        "why_none": why_none,
    }


def score_line(
    key: MemberKey, report: Report, figures: Mapping[str, int], *, flagged: bool, posterior: float
) -> dict[str, Any]:
    """One member at the end: its report, as `GET …/quota` has it, and its figures of the run.

    `posterior` is the probability that it abuses adding.
    """
    denied = sum(number for name, number in figures.items() if name.startswith("denied_"))
    return {
        "enterprise_id": key[0],
        "member_id": key[1],
        "score": report.score,
        "tier": report.tier,
        "parts": [
            {
                "name": part.name,
                "weight": part.weight,
                "value": part.value,
                "points": part.points,
                "inputs": part.inputs,
            }
            for part in report.parts
        ],
        "ceilings": [
            {"name": ceiling.name, "detail": ceiling.detail, "max_tier": ceiling.max_tier}
            for ceiling in report.ceilings
        ],
        "caps": {"active": report.caps.active, "passive": report.caps.passive},
        "standing": {
            "state": report.standing.state,
            "since": instant(report.standing.since_ms),
            "why": report.standing.why,
        },
        "adds": figures.get("allowed", 0),
        "denied": denied,
        **{name: figures.get(name, 0) for name in _OUTCOMES},
        "flagged": flagged,
        "posterior": posterior,
    }

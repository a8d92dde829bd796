"""The lines of the files that a replay writes (API "Command line")."""

from collections.abc import Mapping
from typing import Any

from quota.adds import Add, Decision, Refusal
from scoring.report import Report
from scoring.working import Flag, MemberKey
from server.http.fields import instant

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

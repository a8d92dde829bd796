"""A penalty, a violation and cases to change for a test."""

from typing import Any

from penalties.cases import Case
from penalties.catalogue import Track
from penalties.findings import Finding, opened
from penalties.penalty import Penalty
from penalties.restrictions import OF_ENTERPRISE, Scope
from penalties.violation import Violation

HOUR_MS = 3_600_000


def penalty(id_: str = "p1", **changed: Any) -> Penalty:
    """The first step of the ladder, from 1 ms on for 72 h, unless changed."""
    scope = changed.get("scope", Scope.INTEROP)
    plain: dict[str, Any] = {
        "id": id_,
        "violation_id": f"v-{id_}",
        "case_id": None,
        "type": "T1.HARASSING_CONTENT",
        "track": Track.LADDER,
        "step": 1 if scope is Scope.INTEROP else None,
        "is_hold": False,
        "severity": "normal",
        "enterprise_id": "acme",
        "member_id": None if scope in OF_ENTERPRISE else "li",
        "person_id": None,
        "scope": scope,
        "starts_ms": 1,
        "ends_ms": 1 + 72 * HOUR_MS,
        "may_apply": True,
        "may_appeal": True,
        "source": "own_initiative",
        "automated": False,
        "decided_by": ("ann",),
        "policy_version": 1,
    }
    return Penalty(**plain | changed)


def violation(id_: str = "v1", **changed: Any) -> Violation:
    """Harassing content of `li` at 1,000 ms, unless changed; the track follows the type."""
    type_ = changed.get("type", "T1.HARASSING_CONTENT")
    plain: dict[str, Any] = {
        "id": id_,
        "type": type_,
        "track": Track(int(type_[1])),
        "severity": "normal",
        "source": "own_initiative",
        "enterprise_id": "acme",
        "member_id": "li",
        "occurred_ms": 1_000,
        "facts": "Advertising was sent to 40 contacts.",
    }
    return Violation(**plain | changed)


def case_of(violation: Violation, now_ms: int) -> Case:
    """The case that a reported violation waits in for somebody's word."""
    return Case(
        id=f"c-{violation.id}",
        enterprise_id=violation.enterprise_id,
        member_id=violation.member_id,
        level="review",
        posterior=None,
        contributions={},
        patterns=(),
        flags=(),
        evidence=(violation.facts,),
        events=(),
        adds_before=0,
        opened_ms=now_ms,
        changed_ms=now_ms,
        policy_version=1,
        type=violation.type,
        source=violation.source,
        violation_id=violation.id,
    )


def case_of_patterns(id_: str, enterprise_id: str, member_id: str, now_ms: int) -> Case:
    """A case that asks for a hold, out of one finding."""
    found = Finding(
        at_ms=now_ms,
        enterprise_id=enterprise_id,
        member_id=member_id,
        level="enforce",
        posterior=0.99,
        contributions={"hard_negatives": 9.0},
        patterns=("hard_negatives",),
        adds_before=12,
        evidence=("5 of 9 blocked",),
    )
    return opened(id_, found, 1)

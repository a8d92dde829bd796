"""A violation is upheld: what it calls for is imposed."""

from __future__ import annotations

from penalties.catalogue import Track
from penalties.imposing import Imposing, imposed, report_hold
from penalties.penalty import Penalty
from penalties.tracks import Ruling, next_ordinal
from penalties.violation import Violation
from server.enforcement.changes import Changes
from server.records.standing import Situation
from server.records.violations import ViolationRecord


def new_record(violation: Violation, changes: Changes, *, is_upheld: bool) -> ViolationRecord:
    """A violation as it is reported now, upheld at once where nobody else has to say so."""
    return ViolationRecord(
        violation=violation,
        state="upheld" if is_upheld else "reported",
        reported_ms=changes.terms.now_ms,
        reported_by=changes.actor.holder,
        key_id=changes.actor.key_id,
        case_id=changes.case_id,
        policy_version=changes.terms.policy_version,
        shard=changes.terms.shard,
        # Linked accounts cost no points: scoring need not know of them.
        untold=is_upheld and violation.track is not Track.LINKED_ACCOUNT,
    )


def impose(
    changes: Changes, violation: Violation, ruling: Ruling, situation: Situation
) -> tuple[Penalty, ...]:
    """Imposes what was ruled, but for what the violation has brought already.

    An interim hold for it ends: what it waited for was decided.
    """
    how = _how(changes, situation)
    known = {one.id: one for one in situation.penalties}
    made = imposed(violation, ruling.measures, how)
    fresh = tuple(one for one in made if one.id not in known)
    for penalty in fresh:
        changes.impose(penalty)
    end_hold(changes, violation, situation)
    return fresh


def hold(changes: Changes, violation: Violation, situation: Situation) -> Penalty | None:
    """Holds what the report is about until it was decided: once, and only of a member.

    None where there is no member to hold; the hold there was where there was one already.
    """
    if violation.member_id is None:
        return None
    held = report_hold(violation, _how(changes, situation))
    known = next((one for one in situation.penalties if one.id == held.id), None)
    if known is not None:
        return known
    changes.impose(held)
    return held


def end_hold(changes: Changes, violation: Violation, situation: Situation) -> None:
    """Ends the interim hold for a violation where it still binds."""
    now_ms = changes.terms.now_ms
    for one in situation.penalties:
        if one.is_hold and one.violation_id == violation.id and one.binds_at(now_ms):
            changes.lift(one)


def _how(changes: Changes, situation: Situation) -> Imposing:
    return Imposing(
        now_ms=changes.terms.now_ms,
        decided_by=changes.deciders,
        policy=changes.terms.policy,
        policy_version=changes.terms.policy_version,
        person_id=situation.person_id,
        ordinal=next_ordinal(situation.penalties),
        case_id=changes.case_id,
    )

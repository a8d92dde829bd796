"""A violation is upheld: what it calls for is imposed."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Case, CaseDecision, decided
from penalties.catalogue import Track
from penalties.imposing import Imposing, imposed, report_hold, violation_of
from penalties.penalty import Penalty
from penalties.tracks import Ruling, next_ordinal, rule_on
from penalties.violation import Violation
from server.enforcement.changes import Changes
from server.records.standing import Situation
from server.records.standing import situation as situation_of
from server.records.violations import ViolationRecord

NEGATIVES = ("deleted", "blocked", "complained")
"""Outcomes that a violation found by patterns rests on."""
REPORTS = ("complained",)
"""Outcomes that are reports: what a contact claims of the member."""


def is_scored(violation: Violation, ruling: Ruling) -> bool:
    """Whether an upheld violation costs points.

    Linked accounts cost none; of one incident only the violation that its penalty is for does.
    """
    if violation.track is Track.LINKED_ACCOUNT:
        return False
    return bool(ruling.measures) or violation.member_id is None


def new_record(
    violation: Violation, changes: Changes, upheld: Ruling | None = None
) -> ViolationRecord:
    """A violation as it is reported now; `upheld` is the ruling where nobody else has to say so."""
    return ViolationRecord(
        violation=violation,
        state="reported" if upheld is None else "upheld",
        reported_ms=changes.terms.now_ms,
        reported_by=changes.actor.holder,
        key_id=changes.actor.key_id,
        case_id=changes.case_id,
        policy_version=changes.terms.policy_version,
        shard=changes.terms.shard,
        untold=upheld is not None and is_scored(violation, upheld),
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


async def uphold_alone(connection: AsyncConnection, changes: Changes, case: Case) -> Case | None:
    """An enforced case comes to the ladder's first step by itself; None where that is not its step.

    The policy says whether it may; never does a second or third step come by itself, nor anything
    that a first person wants a second one to decide.
    """
    if case.state != "open":
        return None
    situation = await situation_of(connection, case.enterprise_id, case.member_id, NEGATIVES)
    violation = violation_of(case, situation.contacts)
    terms = changes.terms
    ruling = rule_on(violation, situation.penalties, terms.policy, terms.now_ms)
    if ruling.needs_two or [measure.step for measure in ruling.measures] != [1]:
        return None
    changes.report(new_record(violation, changes, ruling))
    impose(changes, violation, ruling, situation)
    said = CaseDecision(
        terms.now_ms, "confirm", changes.actor.holder, "", "by the published rules", "normal"
    )
    confirmed = decided(replace(case, hold=None, violation_id=violation.id), said)
    if confirmed is None:
        raise ValueError(f"case {case.id} is {case.state}: it cannot be enforced")
    was, now = {"state": case.state}, {"state": confirmed.state}
    changes.deed("case.confirmed", "case", case.id, was, now, whose=case)
    return confirmed


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

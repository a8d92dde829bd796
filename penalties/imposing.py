"""From measures to penalties with their statements; from cases to holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from penalties.appeals import may_appeal, may_apply
from penalties.cases import HELD, Case
from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.policy import PenaltiesPolicy
from penalties.restrictions import OF_ENTERPRISE, Scope
from penalties.rules import RULES, Rule
from penalties.statements import facts_of_patterns, in_words, statement_of
from penalties.tracks import HOUR_MS, STEPS, Correction, Measure
from penalties.violation import OWN_IDS, Violation


@dataclass(frozen=True, slots=True)
class Imposing:
    """Who imposes, when, under which policy; `ordinal` is the number of the next strike.

    `decided_by` are different holders; none of them where the service did it by its rules.
    """

    now_ms: int
    decided_by: tuple[str, ...]
    policy: PenaltiesPolicy
    policy_version: int
    person_id: str | None = None
    ordinal: int = 1
    case_id: str | None = None


def imposed(
    violation: Violation, measures: Sequence[Measure], how: Imposing
) -> tuple[Penalty, ...]:
    """One penalty for each measure; their ids follow from the violation and the scope."""
    return tuple(_penalty(violation, measure, how) for measure in measures)


def pattern_hold(case: Case, policy: PenaltiesPolicy) -> Penalty | None:
    """What an enforced case withholds until a person decides; None where it holds nobody."""
    if case.hold is None:
        return None
    held = Penalty(
        id=case.id,
        violation_id=None,
        case_id=case.id,
        type=case.type,
        track=Track.LADDER,
        step=None,
        is_hold=True,
        severity="normal",
        enterprise_id=case.enterprise_id,
        member_id=case.member_id,
        person_id=None,
        scope=HELD,
        starts_ms=case.hold.starts_ms,
        ends_ms=case.hold.ends_ms,
        may_apply=False,
        may_appeal=True,
        source="automated",
        automated=True,
        decided_by=(),
        policy_version=case.policy_version,
        lifted_ms=case.hold.lifted_ms,
    )
    facts = facts_of_patterns(case.patterns)
    return _explained(held, RULES["hold.pattern"], _clause(case.type, policy), facts, policy)


def report_hold(violation: Violation, how: Imposing) -> Penalty:
    """What a report withholds until a second person, or a first, has decided."""
    held = replace(
        _bare(violation, Scope.INTEROP, how),
        id=_id("h", violation.id, Scope.INTEROP),
        is_hold=True,
        ends_ms=how.now_ms + how.policy.holds.interop_h * HOUR_MS,
        may_appeal=True,
    )
    clause = _clause(violation.type, how.policy)
    return _explained(held, RULES["hold.report"], clause, violation.facts, how.policy)


def restated(penalty: Penalty, correction: Correction, policy: PenaltiesPolicy) -> Penalty:
    """A step of the ladder as it stands once one before it was overturned."""
    moved = replace(penalty, step=correction.step, ends_ms=correction.ends_ms)
    rights = replace(moved, may_apply=may_apply(moved), may_appeal=may_appeal(moved, policy))
    facts = str(penalty.statement.get("facts", ""))
    clause = _clause(penalty.type, policy)
    return _explained(rights, STEPS[correction.step], clause, facts, policy)


def violation_of(case: Case, contacts: Sequence[str]) -> Violation:
    """What a case of patterns comes to once it is confirmed; `contacts` are those behind it.

    The conduct is as of the opening: what came later may belong to another incident.
    """
    return Violation(
        id=f"{OWN_IDS}v-{case.id}",
        type=case.type,
        track=Track(int(case.type[1])),
        severity="normal",
        source=case.source,
        enterprise_id=case.enterprise_id,
        member_id=case.member_id,
        occurred_ms=case.opened_ms,
        facts=facts_of_patterns(case.patterns),
        evidence=case.evidence,
        contacts=tuple(contacts),
    )


def _penalty(violation: Violation, measure: Measure, how: Imposing) -> Penalty:
    lasts_ms = measure.lasts_ms
    # Only `interop` waits for the linked account: a block is for good, a hold has its own end.
    waits = violation.track is Track.LINKED_ACCOUNT and measure.scope is Scope.INTEROP
    made = replace(
        _bare(violation, measure.scope, how),
        step=measure.step,
        ends_ms=None if lasts_ms is None else how.now_ms + lasts_ms,
        ordinal=how.ordinal if measure.is_strike else None,
        linked_account_id=violation.linked_account_id if waits else None,
    )
    rights = replace(made, may_apply=may_apply(made), may_appeal=may_appeal(made, how.policy))
    clause = _clause(violation.type, how.policy)
    facts = violation.facts
    if measure.scope in OF_ENTERPRISE and violation.grounds is not None:
        facts = f"{facts} {in_words(violation.grounds)}"
    return _explained(rights, measure.rule, clause, facts, how.policy)


def _bare(violation: Violation, scope: Scope, how: Imposing) -> Penalty:
    of_enterprise = scope in OF_ENTERPRISE
    return Penalty(
        id=_id("p", violation.id, scope),
        violation_id=violation.id,
        case_id=how.case_id,
        type=violation.type,
        track=violation.track,
        step=None,
        is_hold=False,
        severity=violation.severity,
        enterprise_id=violation.enterprise_id,
        member_id=None if of_enterprise else violation.member_id,
        person_id=None if of_enterprise else how.person_id,
        scope=scope,
        starts_ms=how.now_ms,
        ends_ms=None,
        may_apply=False,
        may_appeal=False,
        source=violation.source,
        automated=not how.decided_by,
        decided_by=how.decided_by,
        policy_version=how.policy_version,
    )


def _explained(
    penalty: Penalty, rule: Rule, clause: str, facts: str, policy: PenaltiesPolicy
) -> Penalty:
    return replace(penalty, statement=statement_of(penalty, rule, clause, facts, policy))


def _clause(type_: str, policy: PenaltiesPolicy) -> str:
    kind = policy.catalogue.get(type_)
    return kind.clause if kind is not None else "§2.1"


def _id(prefix: str, violation_id: str, scope: Scope) -> str:
    """The same again when the same violation is ruled on again."""
    return f"{prefix}-{sha256(f'{violation_id}|{scope}'.encode()).hexdigest()[:24]}"

"""A person decides a case: alone, as the first of two, or as the second."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Case, CaseDecision, State, decided
from penalties.imposing import violation_of
from penalties.tracks import Ruling, rule_on
from penalties.violation import Violation
from server.enforcement.changes import Actor, Changes, Terms
from server.enforcement.settling import is_untold, put_case
from server.enforcement.upholding import NEGATIVES, REPORTS, hold, impose, is_scored, new_record
from server.records import penalties, standing, violations
from server.records.case_rows import CaseRecord
from server.records.engine import Database, RecordsUnavailable
from server.records.penalty_rows import PenaltyRecord
from server.records.standing import Situation
from server.records.violations import ViolationRecord

_ATTEMPTS = 4


class NoCase(Exception):  # noqa: N818  somebody asked for what is not there
    """No case has this id."""


class CaseConflict(Exception):  # noqa: N818  two people disagree
    """The case allows no such decision now; `record` is how it stands."""

    def __init__(self, record: CaseRecord) -> None:
        super().__init__(record.case.id)
        self.record = record


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """A case after a decision, and what came of that; `penalties` are new or changed ones."""

    record: CaseRecord
    penalties: tuple[PenaltyRecord, ...] = ()
    violations: tuple[ViolationRecord, ...] = ()
    why_none: str | None = None


async def decide(
    database: Database,
    case_id: str,
    wanted: CaseDecision,
    terms: Terms,
    seen_state: State | None = None,
) -> DecidedCase:
    """Decides a case; the same by the same holder again changes nothing.

    `seen_state`: only while the case is in that state, None: whatever it is in.
    `terms.shard` is not asked for: the case's counts. Raises NoCase, CaseConflict,
    RecordsUnavailable.
    """
    for _ in range(_ATTEMPTS):
        try:
            async with database.write() as connection:
                return await _decide(connection, case_id, wanted, terms, seen_state)
        except IntegrityError:
            continue  # a strike of the same account came between: it is ruled on anew
    raise RecordsUnavailable(f"what case {case_id} is about keeps changing")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A decision that is wanted, and how things stand while nobody else can decide."""

    record: CaseRecord
    reported: ViolationRecord | None
    situation: Situation
    wanted: CaseDecision
    terms: Terms

    def changes(self, *before: str) -> Changes:
        """What this holder changes, with those who spoke `before`."""
        actor = Actor(self.wanted.holder, self.wanted.key_id)
        deciders = tuple(dict.fromkeys((*before, actor.holder)))
        case_id = self.record.case.id
        return Changes(actor, self.terms, self.wanted.note, deciders=deciders, case_id=case_id)


async def _decide(
    connection: AsyncConnection,
    case_id: str,
    wanted: CaseDecision,
    terms: Terms,
    seen_state: State | None,
) -> DecidedCase:
    found = await violations.with_case(connection, case_id)
    if found is None:
        raise NoCase
    record, reported = found
    if _was_said(record.case, wanted):
        return DecidedCase(record, await _made(connection, record.case))
    if seen_state not in {None, record.case.state}:
        raise CaseConflict(record)
    outcomes = REPORTS if wanted.action == "dismiss" else NEGATIVES
    situation = await standing.situation(
        connection, record.case.enterprise_id, record.case.member_id, outcomes
    )
    here = replace(terms, shard=record.shard)
    asked = _Asked(record, reported, situation, wanted, here)
    if wanted.action == "dismiss":
        return await _dismiss(connection, asked)
    return await _confirm(connection, asked)


async def _dismiss(connection: AsyncConnection, asked: _Asked) -> DecidedCase:
    """No violation: holds end, flags are written off, reports behind it count as dismissed."""
    record, now_ms = asked.record, asked.terms.now_ms
    after = decided(record.case, asked.wanted)
    if after is None:
        raise CaseConflict(record)
    changes, settled = asked.changes(), after.state == "dismissed"
    reports = asked.situation.contacts if settled and after.patterns else record.reports
    changed = replace(record, case=after, untold=is_untold(record, after), reports=reports)
    if settled:
        for one in asked.situation.penalties:
            if one.is_hold and one.case_id == after.id and one.binds_at(now_ms):
                changes.lift(one)
        if asked.reported is not None and asked.reported.state == "reported":
            changes.judge(asked.reported, "dismiss")
    put_case(changes, record, changed)
    await changes.write(connection)
    return DecidedCase(changed, tuple(changes.penalties))


async def _confirm(connection: AsyncConnection, asked: _Asked) -> DecidedCase:
    record, terms = asked.record, asked.terms
    if asked.reported is not None and asked.reported.state in {"dismissed", "overturned"}:
        raise CaseConflict(record)  # it was a mistake: what comes of that is another report
    violation = _violation(asked)
    if violation.grounds is not None:
        violation = await _with_number_hit(connection, violation)
    ruling = rule_on(violation, asked.situation.penalties, terms.policy, terms.now_ms)
    case = replace(record.case, violation_id=violation.id)
    after = decided(case, asked.wanted, needs_two=ruling.needs_two)
    if after is None:
        raise CaseConflict(record)
    waiting: tuple[PenaltyRecord, ...] = ()
    if after.state == "awaiting_second":
        changes = asked.changes()
        waiting = _wait(changes, violation, asked)
    else:
        proposal = case.proposal if case.state == "awaiting_second" else None
        changes = asked.changes(*(() if proposal is None else (proposal.decision.holder,)))
        _uphold(changes, violation, ruling, asked)
    changed = replace(record, case=after, untold=is_untold(record, after))
    put_case(changes, record, changed)
    await changes.write(connection)
    made = waiting or tuple(changes.penalties)
    return DecidedCase(changed, made, tuple(changes.violations), None if made else ruling.why_none)


def _wait(changes: Changes, violation: Violation, asked: _Asked) -> tuple[PenaltyRecord, ...]:
    """The first of two: what is reported is held meanwhile, unless it was upheld before."""
    reported = asked.reported
    if reported is None:
        changes.report(new_record(violation, changes))
    is_open = reported is None or reported.state == "reported"
    if not is_open or asked.wanted.action != "confirm":
        return ()
    held = hold(changes, violation, asked.situation)
    some = (*changes.penalties, *asked.situation.history)
    return tuple(one for one in some if held is not None and one.penalty.id == held.id)


def _uphold(changes: Changes, violation: Violation, ruling: Ruling, asked: _Asked) -> None:
    if asked.reported is None:
        changes.report(new_record(violation, changes, ruling))
    else:
        grounds = violation.grounds
        changes.judge(
            replace(asked.reported, violation=violation),
            "uphold",
            untold=is_scored(violation, ruling),
            severity=violation.severity,
            scopes=json.dumps(sorted(violation.scopes)),
            grounds=None if grounds is None else json.dumps(asdict(grounds)),
        )
    impose(changes, violation, ruling, asked.situation)


def _violation(asked: _Asked) -> Violation:
    """What the case is about, as grave as whoever spoke first says."""
    case, first = asked.record.case, asked.wanted
    if case.state == "awaiting_second" and case.proposal is not None:
        first = case.proposal.decision
    known = violation_of(case, asked.situation.contacts)
    if asked.reported is not None:
        known = asked.reported.violation
    return replace(
        known, severity=first.severity or "normal", scopes=first.scopes, grounds=first.grounds
    )


async def _with_number_hit(connection: AsyncConnection, violation: Violation) -> Violation:
    """An enterprise block says how many members without a violation it hits (DOMAIN §6)."""
    without = await violations.members_without(connection, violation.enterprise_id)
    grounds = violation.grounds
    if grounds is None:
        return violation
    return replace(violation, grounds=replace(grounds, without=without))


async def _made(connection: AsyncConnection, case: Case) -> tuple[PenaltyRecord, ...]:
    """What the case had brought when it was decided so, the member's first."""
    found = await penalties.of_case(connection, case.id)
    waits = case.state == "awaiting_second"
    some = [one for one in found if one.penalty.violation_id and one.penalty.is_hold == waits]
    return tuple(sorted(some, key=lambda one: one.penalty.member_id is None))


def _was_said(case: Case, wanted: CaseDecision) -> bool:
    """Whether this holder said the same before, as the first of two, the second, or alone."""
    if case.proposal is not None and case.proposal.decision.repeats(wanted):
        return True
    made = case.decision
    if not case.is_decided or made is None:
        return False
    return made.repeats(wanted) or (
        case.state == "confirmed" and made.said_by(wanted) and wanted.seconds(made)
    )

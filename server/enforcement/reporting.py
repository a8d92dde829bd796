"""A violation is reported: imposed at once, or held until a second person has said so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Case, CaseDecision, Proposal
from penalties.catalogue import Track
from penalties.tracks import Ruling, incident_of, rule_on, why_no_step
from penalties.violation import Violation
from server.enforcement.changes import Actor, Changes, Terms
from server.enforcement.upholding import hold, impose, new_record
from server.records import cases, links, penalties, standing, violations
from server.records.case_rows import CaseRecord, row_of_case
from server.records.engine import Database, RecordsUnavailable
from server.records.penalty_rows import PenaltyRecord
from server.records.standing import Situation
from server.records.tables import cases as cases_table
from server.records.violations import ViolationRecord

_ATTEMPTS = 4


class NotLinked(Exception):  # noqa: N818  a state of the account, no fault
    """The member is linked to no account of another service that is blocked; says why not."""


class ViolationConflict(Exception):  # noqa: N818  two callers disagree
    """The id stands for another violation already."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of a report; `penalties` are those of its own, the member's first.

    `why_none` says why there is none, where there is none.
    """

    violation: ViolationRecord
    penalties: tuple[PenaltyRecord, ...] = ()
    case: CaseRecord | None = None
    why_none: str | None = None
    is_new: bool = True


async def report(database: Database, asked: Violation, actor: Actor, terms: Terms) -> Reported:
    """Takes a report. The same id and content again gives what came of it.

    Two reports about one account at once are ruled on one after the other: the number of a strike
    is unique, whoever comes second reads again. Raises ViolationConflict, NotLinked,
    RecordsUnavailable.
    """
    for _ in range(_ATTEMPTS):
        try:
            async with database.write() as connection:
                return await _report(connection, asked, actor, terms)
        except (IntegrityError, NotLinked) as error:
            async with database.read() as connection:
                known = await _known(connection, asked)
            if known is not None:
                return known
            if isinstance(error, NotLinked):
                raise
    raise RecordsUnavailable(f"the penalties of {asked.enterprise_id} keep changing")


async def _report(
    connection: AsyncConnection, asked: Violation, actor: Actor, terms: Terms
) -> Reported:
    digest = _digest(asked)
    # Clocks may differ: nothing took place later than now.
    asked = replace(asked, occurred_ms=min(asked.occurred_ms, terms.now_ms))
    if asked.track is Track.LINKED_ACCOUNT and asked.severity == "normal":
        asked = await _with_link(connection, asked)
    situation = await standing.situation(connection, asked.enterprise_id, asked.member_id)
    ruling = rule_on(asked, situation.penalties, terms.policy, terms.now_ms)
    if asked.source == "automated" or ruling.needs_two:
        case = _case_of(asked, actor, terms)
        deciders = () if asked.source == "automated" else None
        changes = Changes(actor, terms, asked.facts, deciders=deciders, case_id=case.case.id)
        record = replace(new_record(asked, changes), asked=digest)
        _wait(changes, record, ruling, situation, case)
    else:
        case, changes = None, Changes(actor, terms, asked.facts)
        record = replace(new_record(asked, changes, ruling), asked=digest)
        changes.report(record)
        impose(changes, asked, ruling, situation)
    await changes.write(connection)
    made = tuple(one for one in changes.penalties if one.penalty.violation_id == asked.id)
    return Reported(record, made, case, None if made else ruling.why_none)


async def _with_link(connection: AsyncConnection, asked: Violation) -> Violation:
    """What is known of the link: the block lasts until that account is unblocked."""
    link = None
    if asked.member_id is not None:
        link = await links.link_of(connection, asked.enterprise_id, asked.member_id)
    if link is None:
        raise NotLinked("The member is linked to no WeChat account: set linked_account_id first.")
    known = await links.get(connection, link)
    if known is not None and known.state == "unblocked" and known.at_ms >= asked.occurred_ms:
        raise NotLinked("The linked WeChat account was unblocked after that.")
    return replace(asked, linked_account_id=link)


def _wait(
    changes: Changes,
    record: ViolationRecord,
    ruling: Ruling,
    situation: Situation,
    case: CaseRecord,
) -> None:
    """The violation is only reported; what is grave is held until it was decided."""
    asked = record.violation
    changes.report(record)
    changes.row(cases_table, row_of_case(case))
    shown = {"id": case.case.id, "type": asked.type, "state": case.case.state}
    changes.notice(f"case.opened:{case.case.id}", "case.opened", asked, shown)
    if ruling.needs_two:
        hold(changes, asked, situation)


def _case_of(asked: Violation, actor: Actor, terms: Terms) -> CaseRecord:
    """The case that waits: for a first person where a machine reported, else for a second."""
    by_machine = asked.source == "automated"
    first = CaseDecision(
        at_ms=terms.now_ms,
        action="confirm",
        holder=actor.holder,
        key_id=actor.key_id,
        note=asked.facts,
        severity=asked.severity,
        scopes=asked.scopes,
        grounds=asked.grounds,
    )
    case = Case(
        id=f"c-{sha256(asked.id.encode()).hexdigest()[:24]}",
        enterprise_id=asked.enterprise_id,
        member_id=asked.member_id,
        level="review",
        posterior=None,
        contributions={},
        patterns=(),
        flags=(),
        evidence=(asked.facts, *asked.evidence),
        events=(),
        adds_before=0,
        opened_ms=terms.now_ms,
        changed_ms=terms.now_ms,
        policy_version=terms.policy_version,
        state="open" if by_machine else "awaiting_second",
        type=asked.type,
        source=asked.source,
        violation_id=asked.id,
        proposal=None if by_machine else Proposal(first, "open"),
    )
    return CaseRecord(case, terms.shard, 0, 0)


async def _known(connection: AsyncConnection, asked: Violation) -> Reported | None:
    """What came of a report of that id. Raises ViolationConflict where that was another one."""
    record = await violations.get(connection, asked.id)
    if record is None:
        return None
    if record.asked != _digest(asked):
        raise ViolationConflict
    case = None if record.case_id is None else await cases.get(connection, record.case_id)
    waits = case is not None and not case.case.is_decided
    some = await penalties.of_violation(connection, asked.id)
    made = [one for one in some if one.penalty.is_hold == waits]
    made.sort(key=lambda one: one.penalty.member_id is None)
    why_none = None
    if record.state == "upheld" and not made:
        account = record.violation.enterprise_id, record.violation.member_id
        situation = await standing.situation(connection, *account)
        known = incident_of(record.violation, situation.penalties)
        why_none = None if known is None else why_no_step(known)
    return Reported(record, tuple(made), case, why_none, is_new=False)


def _digest(asked: Violation) -> str:
    """What was reported, in short: the same again is the same report, whatever came of it."""
    said = replace(asked, scopes=frozenset())
    return sha256(repr((said, sorted(asked.scopes))).encode()).hexdigest()

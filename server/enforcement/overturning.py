"""A penalty was a mistake: everything that came of it is undone, in one transaction (DOMAIN §6)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import RequestState, falls_with
from penalties.cases import Case, CaseDecision, decided
from penalties.penalty import Penalty
from penalties.tracks import corrected
from server.enforcement.changes import Changes
from server.enforcement.settling import is_untold, put_case
from server.enforcement.upholding import REPORTS
from server.records import cases, penalties, requests, standing, violations
from server.records.penalty_rows import PenaltyRecord

WITH_ANOTHER = "What the penalty was for was found to be a mistake."
"""The answer to requests that nobody answered by themselves: why is for the audit."""


async def overturn(
    connection: AsyncConnection, changes: Changes, record: PenaltyRecord, answered: str | None
) -> None:
    """Gathers what is undone with a penalty: lifted, the strike taken back, later steps corrected.

    The violation falls with it, and with that its points and the feedback it rests on; a hold takes
    its case with it, and a case its other holds. `answered` is the request that asked for it;
    others are answered with it. `record` was read by `standing.at_stake`.
    """
    one = record.penalty
    case = await _dismiss(connection, changes, one)
    fall = await _falls(connection, one, of_case=case is not None)
    for penalty in fall:
        changes.overturn(penalty)
    situation = await standing.situation(connection, one.enterprise_id, one.member_id)
    gone = {penalty.id for penalty in fall}
    stay = [other for other in situation.penalties if other.id not in gone]
    by_id = {other.id: other for other in stay}
    for penalty in fall:
        for correction in corrected(stay, penalty, changes.terms.policy, changes.terms.now_ms):
            changes.correct(by_id[correction.penalty_id], correction)
    wrong = {penalty.violation_id for penalty in fall}
    if case is not None and case.state == "dismissed":
        wrong.add(case.violation_id)  # escalated, it holds nobody of itself
    for violation_id in sorted(name for name in wrong if name is not None):
        await _judge(connection, changes, violation_id, one)
    await _answer_others(connection, changes, gone, answered)


async def _falls(
    connection: AsyncConnection, one: Penalty, *, of_case: bool
) -> tuple[Penalty, ...]:
    """What falls with a penalty; with a violation, or a case that was open, all of its holds."""
    siblings = [record.penalty for record in await penalties.beside(connection, one)]
    fall = falls_with(one, [other for other in siblings if other.violation_id == one.violation_id])
    if one.member_id is None or (one.violation_id is None and not of_case):
        return fall
    known = {other.id for other in fall}
    holds = [other for other in siblings if other.is_hold and other.case_id == one.case_id]
    standing_ = [other for other in holds if other.overturned_ms is None]
    return (*fall, *(other for other in standing_ if other.id not in known))


async def _judge(
    connection: AsyncConnection, changes: Changes, violation_id: str, one: Penalty
) -> None:
    """The violation falls, but a member's where only a block of the enterprise was wrong."""
    record = await violations.get(connection, violation_id, for_update=True)
    if record is None or record.violation.member_id != one.member_id:
        return
    if record.state == "upheld":
        changes.judge(record, "overturn")
    elif record.state == "reported":
        changes.judge(record, "dismiss")


async def _dismiss(connection: AsyncConnection, changes: Changes, one: Penalty) -> Case | None:
    """Nobody need look into a case that was a mistake; its reports were none.

    None where it was decided already, or where the penalty is no member's.
    """
    if one.member_id is None or one.case_id is None:
        return None
    record = await cases.get(connection, one.case_id)
    if record is None or record.case.is_decided:
        return None
    actor, now_ms = changes.actor, changes.terms.now_ms
    said = CaseDecision(now_ms, "dismiss", actor.holder, actor.key_id, changes.why, None)
    after = decided(record.case, said)
    if after is None:
        return None
    reports = record.reports
    if after.state == "dismissed" and after.patterns:
        account = record.case.enterprise_id, record.case.member_id
        reports = (await standing.situation(connection, *account, REPORTS)).contacts
    untold = is_untold(record, after)
    put_case(changes, record, replace(record, case=after, untold=untold, reports=reports))
    return after


async def _answer_others(
    connection: AsyncConnection, changes: Changes, gone: set[str], answered: str | None
) -> None:
    """Open requests about what fell have what they wanted."""
    now_ms = changes.terms.now_ms
    for request in await requests.open_of(connection, sorted(gone)):
        if request.id == answered:
            continue
        state: RequestState = "overturned" if request.kind == "appeal" else "approved"
        after = replace(
            request,
            state=state,
            changed_ms=max(now_ms, request.changed_ms + 1),
            decided_ms=now_ms,
            decided_by=changes.actor.holder,
            reason=WITH_ANOTHER,
        )
        if await requests.change(connection, request, after):
            changes.request(after, request)

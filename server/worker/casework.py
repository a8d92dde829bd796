"""Cases out of verdicts, in the transaction of their batch: opened, joined, enforced or put off."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Case
from penalties.findings import Finding, enforced, joined, opened
from penalties.findings import Today as BreakerDay
from penalties.imposing import pattern_hold
from penalties.policy import BreakerLimit
from server.enforcement import linking
from server.enforcement.changes import THE_SERVICE, Changes, Terms
from server.enforcement.linking import LinkEvent
from server.enforcement.pausing import paused
from server.enforcement.upholding import uphold_alone
from server.records import cases, outbox, violations
from server.records.case_rows import CaseRecord
from server.records.outbox import Notice
from server.records.penalty_rows import PenaltyRecord
from server.worker.metrics import CASES, DEFERRED, HOLDS
from server.worker.policies import Version
from server.worker.translate import Place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Called:
    """A verdict with the enterprise's local day and seats then, and the policy that made it."""

    finding: Finding
    place: Place
    day: int
    seats: int
    version: Version


@dataclass(frozen=True, slots=True)
class Met:
    """The fold came to the decision about a case: the patterns of its account begin anew."""

    case_id: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The fold came to what became of a violation."""

    violation_id: str
    state: str
    severity: str


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """Something happened to a linked account, or to who is linked to it."""

    event: LinkEvent
    version: Version


@dataclass(frozen=True, slots=True)
class Today:
    """Under what a case may be enforced: its enterprise's local day and seats, the policy.

    A hold would begin at `starts_ms`.
    """

    day: int
    seats: int
    starts_ms: int
    version: Version


@dataclass(frozen=True, slots=True)
class Deferral:
    """A case was put off by a limit; `is_first`: of its enterprise on that local day."""

    enterprise_id: str
    day: int
    limit: BreakerLimit
    is_first: bool


@dataclass(slots=True)
class Written:
    """What a transaction did to cases, to be told of once it is committed."""

    opened: list[Case] = field(default_factory=list)
    held: list[Case] = field(default_factory=list)
    deferred: list[Deferral] = field(default_factory=list)
    penalties: list[PenaltyRecord] = field(default_factory=list)
    """What changed, for Redis to be told."""

    def report(self) -> None:
        """Counts it, and warns of the first deferral of an enterprise's day."""
        for case in self.opened:
            CASES.labels(case.verdict).inc()
        HOLDS.inc(len(self.held))
        for deferral in self.deferred:
            DEFERRED.labels(deferral.limit).inc()
            if deferral.is_first:
                log.warning(
                    "enterprise %s: the circuit breaker's %s limit is reached for today; further "
                    "cases only ask for a review",
                    deferral.enterprise_id,
                    deferral.limit,
                )


Call = Called | Met | Judged | LinkChanged


async def write(
    connection: AsyncConnection, calls: Sequence[Call], now_ms: int, shards: int
) -> Written:
    """Writes what follows from a batch's verdicts and events, in their order.

    What became of violations comes last: whoever decides takes hold of a case before its violation.
    """
    written = Written()
    judged: list[Judged] = []
    for call in calls:
        match call:
            case Met():
                await cases.met(connection, call.case_id)
            case Judged():
                judged.append(call)
            case LinkChanged():
                terms = _terms(call.version, now_ms, 0)
                written.penalties += await linking.take(connection, call.event, terms, shards)
            case Called():
                await _take(connection, call, now_ms, written)
    for one in judged:
        await violations.met(connection, one.violation_id, one.state, one.severity)
    return written


async def enforce(
    connection: AsyncConnection, record: CaseRecord, today: Today, written: Written
) -> CaseRecord:
    """The case as the circuit breaker of the local day leaves it; its hold is on record then.

    While enforcement is paused it is put off, and tried again once that is over.
    """
    case, day = record.case, today.day
    if not case.asks_for_hold(day):
        return record
    if await paused(connection) is not None:
        return replace(record, case=replace(case, deferred_day=day - 1))
    here, in_all = await cases.enforced_on(connection, case.enterprise_id, day)
    breaker = BreakerDay(day, today.seats, here, in_all)
    case, limit = enforced(case, today.starts_ms, breaker, today.version.policy.penalties)
    if limit is not None:
        is_first = not await cases.was_deferred_on(connection, case.enterprise_id, day)
        written.deferred.append(Deferral(case.enterprise_id, day, limit, is_first))
        return replace(record, case=case)
    return await _act(connection, replace(record, case=case, untold=True), today, written)


async def _act(
    connection: AsyncConnection, record: CaseRecord, today: Today, written: Written
) -> CaseRecord:
    """Holds the member's active adds, or imposes the first step where the policy lets us."""
    terms = _terms(today.version, today.starts_ms, record.shard)
    why = "; ".join(record.case.patterns)
    changes = Changes(THE_SERVICE, terms, why, case_id=record.case.id)
    if terms.policy.ladder.automatic_steps:
        upheld = await uphold_alone(connection, changes, record.case)
        if upheld is not None:
            await changes.write(connection)
            written.penalties += changes.penalties
            return replace(record, case=upheld)
    held = pattern_hold(record.case, terms.policy)
    if held is not None:
        changes.impose(held)
    await changes.write(connection)
    written.penalties += changes.penalties
    written.held.append(record.case)
    return record


async def _take(connection: AsyncConnection, call: Called, now_ms: int, written: Written) -> None:
    found, place = call.finding, call.place
    known = await cases.open_of(connection, found.enterprise_id, found.member_id)
    if known is None:
        if await cases.is_judged(connection, found.enterprise_id, found.member_id):
            return
        case = opened(_case_id(place, found), found, call.version.number)
        record = CaseRecord(case, place.shard, place.seq, place.seq)
    else:
        record = replace(known, case=joined(known.case, found), changed_seq=place.seq)
    # From now on: a fold that lags must not use a hold up before anybody is held.
    today = Today(call.day, call.seats, now_ms, call.version)
    record = await enforce(connection, record, today, written)
    if known is None:
        await cases.add(connection, record)
        await outbox.put(connection, [_opened(record.case, now_ms)])
        written.opened.append(record.case)
    else:
        await cases.put(connection, record)


def _opened(case: Case, now_ms: int) -> Notice:
    shown = {"id": case.id, "type": case.type, "state": case.state, "verdict": case.verdict}
    account = case.enterprise_id, case.member_id
    return Notice(f"case.opened:{case.id}", "case.opened", *account, now_ms, shown)


def _terms(version: Version, now_ms: int, shard: int) -> Terms:
    return Terms(now_ms, version.policy.penalties, version.number, shard)


def _case_id(place: Place, found: Finding) -> str:
    """The same again when the event is folded again; no account has two cases of one event."""
    whose = "enterprise" if found.member_id is None else "member"
    return f"{place.shard}-{place.seq}-{whose}"

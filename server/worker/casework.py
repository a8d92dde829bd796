"""Cases out of verdicts, in the transaction of their batch: opened, joined, enforced or put off."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Case, Finding, Today, enforced, joined, opened
from penalties.imposing import pattern_hold
from penalties.policy import BreakerLimit, PenaltiesPolicy
from server.records import cases, penalties, violations
from server.records.case_rows import CaseRecord
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
class Terms:
    """On what terms a case may be enforced: its enterprise's local day and seats, the policy.

    A hold would begin at `starts_ms`.
    """

    day: int
    seats: int
    starts_ms: int
    policy: PenaltiesPolicy


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


Call = Called | Met | Judged


async def write(connection: AsyncConnection, calls: Sequence[Call], now_ms: int) -> Written:
    """Writes what follows from a batch's verdicts, in their order."""
    written = Written()
    for call in calls:
        if isinstance(call, Met):
            await cases.met(connection, call.case_id)
        elif isinstance(call, Judged):
            await violations.met(connection, call.violation_id, call.state, call.severity)
        else:
            await _take(connection, call, now_ms, written)
    return written


async def enforce(
    connection: AsyncConnection, record: CaseRecord, terms: Terms, written: Written
) -> CaseRecord:
    """The case as the circuit breaker of the local day leaves it; its hold is on record then."""
    case, day = record.case, terms.day
    if not case.asks_for_hold(day):
        return record
    here, in_all = await cases.enforced_on(connection, case.enterprise_id, day)
    case, limit = enforced(
        case, terms.starts_ms, Today(day, terms.seats, here, in_all), terms.policy
    )
    if limit is not None:
        is_first = not await cases.was_deferred_on(connection, case.enterprise_id, day)
        written.deferred.append(Deferral(case.enterprise_id, day, limit, is_first))
        return replace(record, case=case)
    written.held.append(case)
    held = pattern_hold(case, terms.policy)
    if held is not None:
        await penalties.add(connection, [PenaltyRecord(held, record.shard)])
    return replace(record, case=case, untold=True)


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
    terms = Terms(call.day, call.seats, now_ms, call.version.policy.penalties)
    record = await enforce(connection, record, terms, written)
    if known is None:
        await cases.add(connection, record)
        written.opened.append(record.case)
    else:
        await cases.put(connection, record)


def _case_id(place: Place, found: Finding) -> str:
    """The same again when the event is folded again; no account has two cases of one event."""
    whose = "enterprise" if found.member_id is None else "member"
    return f"{place.shard}-{place.seq}-{whose}"

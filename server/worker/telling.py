"""Tells Redis and the fold what was decided: again and again, until they know.

What binds goes to Redis before anything else goes on; what scoring has to know is an event of the
account's stream, and counts as told once the fold has met it, so that no Redis that loses the event
loses the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quota.calls import Event
from quota.ledger import Ledger
from server.records import cases, penalties, standing, violations
from server.records.case_rows import CaseRecord
from server.records.engine import Database
from server.records.penalty_rows import PenaltyRecord
from server.records.violations import ViolationRecord
from server.worker.restricting import push_restrictions
from server.worker.stores import Stores

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What a decision came to, for Redis and the fold; `case` was decided."""

    penalties: Sequence[PenaltyRecord] = ()
    violations: Sequence[ViolationRecord] = ()
    case: CaseRecord | None = None


async def tell(ledger: Ledger, database: Database, told: Told, default_zone: str) -> None:
    """Redis first: it binds the next pre-check. Raises StoreUnavailable, RecordsUnavailable."""
    await tell_penalties(ledger, database, told.penalties)
    if told.case is not None:
        await tell_decision(ledger, database, told.case, default_zone)
    untold = [one.violation.id for one in told.violations if one.untold]
    if untold:
        # As they stand now: one that was overturned meanwhile must not reach the fold as upheld
        # after it did as overturned.
        async with database.read() as connection:
            now = await violations.some(connection, untold)
        await tell_violations(ledger, now, default_zone)


async def tell_penalties(
    ledger: Ledger, database: Database, records: Sequence[PenaltyRecord]
) -> None:
    """Redis gets what binds whom now. Raises StoreUnavailable, RecordsUnavailable."""
    if not records:
        return
    async with database.read() as connection:
        accounts = await standing.accounts_of(connection, records)
    for account in accounts:
        await push_restrictions(ledger, database, *account)
    async with database.write() as connection:
        await penalties.told(connection, records)


async def tell_violations(
    ledger: Ledger, records: Sequence[ViolationRecord], default_zone: str
) -> None:
    """The fold gets what became of violations that cost points. Raises StoreUnavailable."""
    events = [_event(one) for one in records if one.untold]
    if events:
        await ledger.append(events, default_zone)


def _event(record: ViolationRecord) -> Event:
    """What became of a violation, as an event of its account: the same again when told again."""
    one = record.violation
    body: dict[str, Any] = {
        "type": f"violation.{record.state}",
        "at": record.reported_ms,
        "enterprise_id": one.enterprise_id,
        "violation_id": one.id,
        "track": int(one.track),
        "severity": one.severity,
    }
    if one.member_id is not None:
        body["member_id"] = one.member_id
    if record.state == "overturned":
        body["contacts"] = list(one.contacts)
    return Event(one.enterprise_id, f"violation-{one.id}-{record.state}-{one.severity}", body)


async def push_holds(stores: Stores, shard: int) -> None:
    """Gives Redis every hold and penalty of a shard that it does not know of yet.

    Raises what `AWAY` names.
    """
    while True:
        async with stores.database.read() as connection:
            records = await penalties.untold(connection, shard, AT_ONCE)
            held = await cases.untold_holds(connection, shard, AT_ONCE)
        await tell_penalties(stores.ledger, stores.database, records)
        async with stores.database.write() as connection:
            for record in held:
                await cases.told(connection, record.case.id)
        if len(records) < AT_ONCE and len(held) < AT_ONCE:
            return


async def tell_decision(
    ledger: Ledger, database: Database, record: CaseRecord, default_zone: str
) -> None:
    """A dismissed case's hold ends, and the fold gets the decision as an event of its account.

    Repeating it changes nothing; it stays to be told until the fold has met the event, so that no
    Redis that loses it lets the old evidence count on. Raises StoreUnavailable, RecordsUnavailable.
    """
    case, decision = record.case, record.case.decision
    if decision is None:
        raise ValueError(f"case {case.id} was not decided")
    if case.hold is not None:
        await push_restrictions(ledger, database, case.enterprise_id, case.member_id)
    body: dict[str, Any] = {
        "type": "case.dismissed" if decision.action == "dismiss" else "case.confirmed",
        "at": decision.at_ms,
        "enterprise_id": case.enterprise_id,
        "case_id": case.id,
    }
    if case.member_id is not None:
        body["member_id"] = case.member_id
    if record.reports:
        body["contacts"] = list(record.reports)
    await ledger.append([Event(case.enterprise_id, f"case-{case.id}", body)], default_zone)


async def tell_shard(stores: Stores, shard: int, default_zone: str) -> None:
    """Everything of a shard that is to be told; a part of it where there is much.

    Raises what `AWAY` names.
    """
    await push_holds(stores, shard)
    async with stores.database.read() as connection:
        decided = await cases.unmet(connection, shard, AT_ONCE)
        judged = await violations.untold(connection, shard, AT_ONCE)
    for record in decided:
        await tell_decision(stores.ledger, stores.database, record, default_zone)
    await tell_violations(stores.ledger, judged, default_zone)

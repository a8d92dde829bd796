"""Tells Redis what cases came to: holds before the stream goes on, decisions to the fold."""

from __future__ import annotations

from quota.calls import Event
from quota.ledger import Ledger
from server.records import cases
from server.records.case_rows import CaseRecord
from server.records.engine import Database
from server.worker.restricting import push_restrictions
from server.worker.stores import Stores

AT_ONCE = 100


async def push_holds(stores: Stores, shard: int) -> None:
    """Holds every member whose case is on record, and not yet told. Raises what `AWAY` names."""
    while True:
        async with stores.database.read() as connection:
            records = await cases.untold_holds(connection, shard, AT_ONCE)
        for record in records:
            whose = record.case.enterprise_id, record.case.member_id
            await push_restrictions(stores.ledger, stores.database, *whose)
            async with stores.database.write() as connection:
                await cases.told(connection, record.case.id)
        if len(records) < AT_ONCE:
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
    body = {
        "type": f"case.{case.state}",
        "at": decision.at_ms,
        "enterprise_id": case.enterprise_id,
        "case_id": case.id,
    }
    if case.member_id is not None:
        body["member_id"] = case.member_id
    await ledger.append([Event(case.enterprise_id, f"case-{case.id}", body)], default_zone)


async def tell_shard(stores: Stores, shard: int, default_zone: str) -> None:
    """Everything of a shard that is to be told; a part of it where there is much.

    Raises what `AWAY` names.
    """
    await push_holds(stores, shard)
    async with stores.database.read() as connection:
        decided = await cases.unmet(connection, shard, AT_ONCE)
    for record in decided:
        await tell_decision(stores.ledger, stores.database, record, default_zone)

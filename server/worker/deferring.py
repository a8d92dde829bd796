"""Cases that a circuit breaker put off are tried again on their enterprise's next local day."""

from __future__ import annotations

from dataclasses import replace

from scoring.views import EnterpriseView
from server.enforcement.pausing import paused
from server.records import cases, leases, views
from server.records.leases import Lease
from server.records.views import EnterpriseRow
from server.worker.casework import Today, Written, enforce
from server.worker.policies import Version
from server.worker.projection import Projection
from server.worker.stores import Stores


async def retry_deferred(stores: Stores, lease: Lease, version: Version) -> None:
    """Enforces what may be now; Redis is told after. Raises LeaseLost, RecordsUnavailable."""
    async with stores.database.read() as connection:
        if await paused(connection) is not None:
            return
        waiting = await cases.deferred(connection, lease.shard)
        companies = await views.enterprises_by_id(connection, waiting.keys())
    projection = Projection.of_rows(version, stores.ledger.now_ms(), companies.values())
    for enterprise_id, since_day in waiting.items():
        day, _ = projection.day(enterprise_id)
        if day > since_day:
            await _retry(stores, lease, version, companies[enterprise_id], day)


async def _retry(
    stores: Stores, lease: Lease, version: Version, company: EnterpriseRow, day: int
) -> None:
    now_ms, written = stores.ledger.now_ms(), Written()
    since_day = day - version.scoring.movement.seat_days + 1
    seats = EnterpriseView.from_json(company.data).seat_count(since_day)
    today = Today(day, seats, now_ms, version)
    async with stores.database.write() as connection:
        await leases.check(connection, lease)
        for record in await cases.deferred_before(connection, company.enterprise_id, day):
            tried = await enforce(connection, record, today, written)
            # Each is written before the next is counted.
            await cases.put(connection, replace(tried, changed_seq=lease.folded_seq))
    written.report()

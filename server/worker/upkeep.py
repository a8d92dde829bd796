"""What has to happen though no event says so: midnights, what ran out, waits or is too old."""

from __future__ import annotations

from server.records import cases, days, documents, journal, published
from server.records.leases import Lease
from server.worker.deferring import retry_deferred
from server.worker.metrics import HOLDS_EXPIRED
from server.worker.policies import Version
from server.worker.publish import SWEEP_MOST, sweep
from server.worker.stores import Stores
from server.worker.telling import tell_shard

DAY_MS = 86_400_000
FORGET_MS = 190 * DAY_MS
"""Longer than provenance reaches (180 days); the journal is kept as long (DOMAIN §7)."""
PRUNE_MOST = 1_000
HOLDS_AT_ONCE = 100
"""What `expire.lua` does in one call."""
DOCUMENTS_AT_ONCE = 10
"""Each may be 10 MiB, and the record has one writer."""


async def tend(stores: Stores, lease: Lease, version: Version) -> bool:
    """Returns expired holds, publishes a midnight's caps, looks after cases; True: more is waiting.

    Raises LeaseLost, or what `AWAY` names.
    """
    looked_at = await stores.ledger.log.expire_holds(lease.shard)
    HOLDS_EXPIRED.inc(looked_at)
    swept = await sweep(stores, lease, version)
    async with stores.database.read() as connection:
        has_cases = await cases.has_work(connection, lease.shard)
    if has_cases:
        await retry_deferred(stores, lease, version)
        await tell_shard(stores, lease.shard, version.policy.quota.default_time_zone)
    return looked_at >= HOLDS_AT_ONCE or swept >= SWEEP_MOST


async def prune(stores: Stores, lease: Lease) -> bool:
    """Deletes a little of what is too old; True where more is waiting.

    What belongs to no shard is shard 0's. Raises RecordsUnavailable.
    """
    now_ms, most = stores.ledger.now_ms(), PRUNE_MOST
    async with stores.database.write() as connection:
        gone = await journal.prune(
            connection, lease.shard, now_ms - journal.KEEP_MS, lease.folded_seq, most
        )
        if lease.shard == 0:
            before_ms = now_ms - FORGET_MS
            gone = max(gone, await published.prune(connection, before_ms, now_ms, most))
            before_day = now_ms // DAY_MS - days.KEEP_DAYS
            gone = max(gone, await days.prune(connection, before_day, most))
            deleted = await documents.prune_documents(connection, now_ms, DOCUMENTS_AT_ONCE)
            gone = most if deleted >= DOCUMENTS_AT_ONCE else gone
    return gone >= most

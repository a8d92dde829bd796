"""What has to happen though no event says so: midnights, what ran out, waits or is too old."""

from __future__ import annotations

from server.enforcement import batches
from server.enforcement.changes import Terms
from server.enforcement.expiring import AT_ONCE as EXPIRED_AT_ONCE
from server.enforcement.expiring import due, expire
from server.records import activity, days, documents, journal, published, sessions
from server.records.leases import Lease
from server.records.standing import has_work
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
        is_waiting = await has_work(connection, lease.shard)
    if is_waiting:
        await retry_deferred(stores, lease, version)
        await tell_shard(stores, lease.shard, version.policy.quota.default_time_zone)
    more = lease.shard == 0 and await _enforce_on_time(stores, version)
    return looked_at >= HOLDS_AT_ONCE or swept >= SWEEP_MOST or more


async def _enforce_on_time(stores: Stores, version: Version) -> bool:
    """Ends are noted, batches of overturns go on; True: more is waiting. Raises what `AWAY` names.

    Redis is told by each shard's own worker, of what the record marks as untold.
    """
    terms = Terms(stores.ledger.now_ms(), version.policy.penalties, version.number, 0)
    async with stores.database.read() as connection:
        is_due, batch = await due(connection, terms.now_ms), await batches.running(connection)
    noted = overturned = 0
    if is_due:
        async with stores.database.write() as connection:
            noted = await expire(connection, terms)
    if batch is not None:
        overturned = (await batches.go_on(stores.database, batch, terms)).overturned
    return noted >= EXPIRED_AT_ONCE or overturned >= batches.AT_ONCE


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
            gone = max(gone, await activity.prune(connection, now_ms, most))
            gone = max(gone, await sessions.prune(connection, now_ms, most))
            deleted = await documents.prune_documents(connection, now_ms, DOCUMENTS_AT_ONCE)
            gone = most if deleted >= DOCUMENTS_AT_ONCE else gone
    return gone >= most

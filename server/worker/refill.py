"""Brings a shard up: takes it over where Redis still has it, refills it where Redis lost some.

Redis lost some where the shard is closed, where it is behind the journal, or where it no longer
has events that were folded and not yet trimmed. A first start is a refill from an empty journal.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from uuid import uuid4

from prometheus_client import Counter

from quota.ledger import STREAM_MAX, Ledger
from quota.rebuild import JOURNAL_BACK_MS, ShardState, rebuild
from quota.shard_log import ShardMeta
from server.records import accounts, journal, leases, published
from server.records.leases import Lease, LeaseLost
from server.worker.policies import Version
from server.worker.publish import caps_changed, publish_changed, take_over
from server.worker.remembered import Remembered
from server.worker.restricting import Held, of_shard_now, push_restrictions
from server.worker.salvage import salvage
from server.worker.stores import Stores
from server.worker.telling import push_holds
from server.worker.translate import of_shard

__all__ = ["Standing", "bring_up", "closed_shards", "push_restrictions", "report_rolled_back"]

log = logging.getLogger(__name__)
REFILLS = Counter("contact_quota_refills_total", "Shards of Redis refilled from the record")
_EVER_MS = 1 << 62


@dataclass(slots=True)
class Standing:
    """How a shard stands: the policy its fold has come to, and what Redis was last seen to hold.

    If Redis has less later, it lost some. Up to `journal_top` events are folded out of the journal,
    behind it out of the stream. What is remembered of accounts goes with the standing.
    """

    version: Version
    epoch: str
    published_seq: int
    journal_top: int
    remembered: Remembered = field(default_factory=Remembered)

    def fits(self, meta: ShardMeta) -> bool:
        """Whether Redis still is what it was, but for what was added."""
        return meta.epoch == self.epoch and meta.published_seq >= self.published_seq


async def bring_up(stores: Stores, lease: Lease, version: Version) -> Standing:
    """Makes a shard ready to fold, and open. Raises LeaseLost, or what `AWAY` names."""
    shard = lease.shard
    # What there must be is read before what there is: an open shard goes on counting meanwhile.
    seen = stores.ledger.seen(shard)
    async with stores.database.read() as connection:
        top = max(lease.folded_seq, (await journal.last_seqs(connection, [shard]))[shard])
    meta = (await stores.ledger.log.meta([shard]))[0]
    if meta.fence > lease.fence:
        raise LeaseLost(f"shard {shard}: Redis knows a higher fence than {lease.fence}")
    if meta.epoch is None or not await _whole(stores, lease, meta, max(top, seen)):
        return await _refill(stores, lease, version, top)
    await take_over(stores, lease, meta.published_seq)
    await push_holds(stores, shard)  # before the stream is trimmed of what they rest on
    if meta.published_seq < lease.folded_seq:
        await publish_changed(stores, lease, version, meta.published_seq)
    return Standing(version, meta.epoch, max(meta.published_seq, lease.folded_seq), top)


async def _whole(stores: Stores, lease: Lease, meta: ShardMeta, least_seq: int) -> bool:
    shard = lease.shard
    if meta.seq < least_seq:
        return False
    if meta.published_seq >= lease.folded_seq:
        return True
    # Folded but not published: the stream must still have the last of these events.
    last = (await stores.ledger.log.read({shard: lease.folded_seq - 1}, 1))[shard]
    async with stores.database.read() as connection:
        kept = await journal.after(connection, shard, lease.folded_seq - 1, 1)
    return bool(last and kept) and (last[0].seq, last[0].body.decode()) == (
        kept[0].seq,
        kept[0].payload,
    )


async def _refill(stores: Stores, lease: Lease, version: Version, top: int) -> Standing:
    """Restrictions, counts, records, holds, caps and cool-downs out of the record."""
    ledger, shard = stores.ledger, lease.shard
    await ledger.log.close(shard)
    top = await salvage(stores, shard, top)
    state = await _rebuilt(stores, shard)
    async with stores.database.write() as connection:
        least = max(top, ledger.seen(shard))
        state.seq = await leases.number_from(connection, lease, least, 2 * STREAM_MAX)
    state.folded_seq = lease.folded_seq
    await _add_caps(stores, lease, version, state)
    held = await of_shard_now(ledger, stores.database, shard)
    for (enterprise_id, member_id), active in held.items():
        state.set_restrictions(enterprise_id, member_id, active)

    async def before_open() -> None:
        await _restrict_changed(stores, shard, held)

    epoch = uuid4().hex
    await ledger.log.refill(shard, state, epoch, fence=lease.fence, before_open=before_open)
    REFILLS.inc()
    level = logging.INFO if state.accounts else logging.DEBUG  # a first start has nothing to tell
    log.log(level, "shard %d: refilled from the record, %d accounts", shard, len(state.accounts))
    return Standing(version, epoch, lease.folded_seq, top)


async def _rebuilt(stores: Stores, shard: int) -> ShardState:
    ledger, database = stores.ledger, stores.database
    now_ms, rules = ledger.now_ms(), (await stores.policies.newest()).rules
    async with database.read() as connection:
        zones = await accounts.zones(connection, rules.policy.default_time_zone)
    ours = {e: zone for e, zone in zones.items() if of_shard(e, shard, ledger.shards)}
    entries = journal.received_between(database, shard, now_ms - JOURNAL_BACK_MS, _EVER_MS)
    events = [(entry.seq, entry.payload) async for entry in entries]
    return await asyncio.to_thread(rebuild, events, ours, rules, now_ms)


async def _add_caps(stores: Stores, lease: Lease, version: Version, state: ShardState) -> None:
    now_ms, shard = stores.ledger.now_ms(), lease.shard
    async for page in caps_changed(stores, version, lease, -1, now_ms):
        for caps in page:
            state.set_caps(caps.enterprise_id, caps.member_id, caps.active, caps.passive, caps.seq)
    async for rows in published.cooldowns_changed(stores.database, shard, -1, now_ms):
        for row in rows:
            key = (row.enterprise_id, row.contact, row.member_id or None)
            state.cooldowns[key] = row.until_ms


async def _restrict_changed(stores: Stores, shard: int, held: Held) -> None:
    """What was imposed or lifted while the shard was being filled, before it opens."""
    now = await of_shard_now(stores.ledger, stores.database, shard)
    for account in held.keys() | now.keys():
        if held.get(account) != now.get(account):
            await push_restrictions(stores.ledger, stores.database, *account)


async def closed_shards(ledger: Ledger) -> list[int]:
    """The shards that answer no pre-check yet; none once every shard is up."""
    shards = range(ledger.shards)
    metas = await ledger.log.meta(shards)
    return [shard for shard, meta in zip(shards, metas, strict=True) if meta.epoch is None]


async def report_rolled_back(ledger: Ledger) -> list[int]:
    """Closes shards of which this process has seen later events than Redis now has.

    A process that serves calls it now and then: the shard's worker need not have seen those events,
    and refills what it finds closed.
    """
    shards = range(ledger.shards)
    seen = [ledger.seen(s) for s in shards]  # before Redis is asked: it goes on counting meanwhile
    metas = await ledger.log.meta(shards)
    behind = [s for s, meta in zip(shards, metas, strict=True) if meta.seq < seen[s]]
    for shard in behind:
        await ledger.log.close(shard)
    return behind

"""Gives Redis what the record says: caps and cool-downs of views that changed, or whose day ended.

After a batch its views are at hand. Else they come from the record: after a crash between a batch's
commit and this, for a refill, and at midnight.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from quota.shard_log import Caps, Cooldown
from scoring.views import MemberView
from scoring.working import MemberKey
from server.records import published, views
from server.records.leases import Lease, LeaseLost
from server.records.views import CooldownRow, EnterpriseRow, MemberRow
from server.records.writing import chunks
from server.worker.folding import Batch
from server.worker.policies import Version
from server.worker.projection import Projection
from server.worker.stores import Stores
from server.worker.stretches import in_stretches

SWEEP_MOST = 50
"""Enterprises swept at a time; folding comes between."""
AT_ONCE = 250
"""Accounts whose caps one call gives Redis: pre-checks wait for the call, some milliseconds."""


async def publish_folded(stores: Stores, lease: Lease, batch: Batch, after_seq: int) -> None:
    """Publishes what a batch changed that was committed just now, and trims the stream of it.

    The same as `publish_changed` with the place before the batch as `after_seq`, without asking the
    record for what it was just given. Raises LeaseLost, or StoreUnavailable.
    """
    now_ms, seq, working = stores.ledger.now_ms(), lease.folded_seq, batch.working
    projection = Projection(batch.version, now_ms, working.enterprises)
    members = ((key, working.members[key]) for key in batch.members)
    caps = [projection.enterprise_caps(enterprise_id, seq) for enterprise_id in batch.enterprises]
    caps += await in_stretches(projection.member_caps(members, seq))
    *pages, last = list(chunks(caps, AT_ONCE)) or [()]
    for page in pages:
        await _publish(stores, lease, after_seq, caps=page)
    cooldowns = [_cooldown(row) for row in batch.cooldowns.values() if row.until_ms > now_ms]
    await _publish(stores, lease, seq, caps=last, cooldowns=cooldowns)


async def publish_changed(stores: Stores, lease: Lease, version: Version, after_seq: int) -> None:
    """Publishes what events behind `after_seq` changed, and trims the stream to what is unfolded.

    The mark of what is published moves last: after a crash in the middle all of it comes again.
    Raises LeaseLost, or what `AWAY` names.
    """
    shard, now_ms = lease.shard, stores.ledger.now_ms()
    async for caps in caps_changed(stores, version, lease, after_seq, now_ms):
        await _publish(stores, lease, after_seq, caps=caps)
    pages = published.cooldowns_changed(stores.database, shard, after_seq, now_ms)
    async for rows in pages:
        await _publish(stores, lease, after_seq, cooldowns=[_cooldown(row) for row in rows])
    await _publish(stores, lease, lease.folded_seq)


async def caps_changed(
    stores: Stores, version: Version, lease: Lease, after_seq: int, now_ms: int
) -> AsyncIterator[list[Caps]]:
    """The caps now of accounts that events behind `after_seq` changed (−1: all), in pages."""
    database, shard, seq = stores.database, lease.shard, lease.folded_seq
    async for companies in published.enterprises_changed(database, shard, after_seq):
        projection = Projection.of_rows(version, now_ms, companies)
        yield [projection.enterprise_caps(row.enterprise_id, seq) for row in companies]
    async for members in published.members_changed(database, shard, after_seq):
        companies = await _companies_of(stores, members)
        projection = Projection.of_rows(version, now_ms, companies)
        yield [*projection.member_caps(_views_of(members), seq)]


async def sweep(stores: Stores, lease: Lease, version: Version) -> int:
    """Publishes the caps that hold now of enterprises whose day ended or whose terms changed.

    At most `SWEEP_MOST` enterprises; returns how many. Raises LeaseLost, or what `AWAY` names.
    """
    now_ms = stores.ledger.now_ms()
    async with stores.database.read() as connection:
        due = await published.enterprises_to_sweep(connection, lease.shard, now_ms, SWEEP_MOST)
    for row in due:
        projection = Projection.of_rows(version, now_ms, [row])
        await _sweep_members(stores, lease, projection, row.enterprise_id)
        caps = projection.enterprise_caps(row.enterprise_id, lease.folded_seq)
        await _publish(stores, lease, lease.folded_seq, caps=[caps])
        _, next_due_ms = projection.day(row.enterprise_id)
        async with stores.database.write() as connection:
            await published.swept(connection, row.enterprise_id, next_due_ms)
    return len(due)


async def _sweep_members(
    stores: Stores, lease: Lease, projection: Projection, enterprise_id: str
) -> None:
    after_id = ""
    while True:
        async with stores.database.read() as connection:
            page = await published.members_after(
                connection, enterprise_id, after_id, published.PAGE
            )
        if page:
            caps = [*projection.member_caps(_views_of(page), lease.folded_seq)]
            await _publish(stores, lease, lease.folded_seq, caps=caps)
        if len(page) < published.PAGE:
            return
        after_id = page[-1].member_id


async def take_over(stores: Stores, lease: Lease, published_seq: int) -> None:
    """Fences off whoever held the shard before. Raises LeaseLost where that is us."""
    await _publish(stores, lease, published_seq)


async def _publish(
    stores: Stores,
    lease: Lease,
    seq: int,
    *,
    caps: Sequence[Caps] = (),
    cooldowns: Sequence[Cooldown] = (),
) -> None:
    ours = await stores.ledger.log.publish(
        lease.shard, fence=lease.fence, seq=seq, caps=caps, cooldowns=cooldowns
    )
    if not ours:
        raise LeaseLost(f"shard {lease.shard}: Redis knows a higher fence than {lease.fence}")


async def _companies_of(stores: Stores, members: Sequence[MemberRow]) -> list[EnterpriseRow]:
    ids = {row.enterprise_id for row in members}
    async with stores.database.read() as connection:
        return list((await views.enterprises_by_id(connection, ids)).values())


def _views_of(rows: Sequence[MemberRow]) -> Iterator[tuple[MemberKey, MemberView]]:
    for row in rows:
        yield (row.enterprise_id, row.member_id), MemberView.from_json(row.data)


def _cooldown(row: CooldownRow) -> Cooldown:
    return Cooldown(row.enterprise_id, row.contact, row.member_id or None, row.until_ms)

"""One batch of a shard: read, load, fold, refund, commit. Each event takes effect once.

What a crash leaves, step by step: before the commit nothing but refunds, which repeat without
effect; after it everything but what Redis has to hold: `publish` gives caps and cool-downs again,
`telling` the holds of cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from quota.shard_log import StreamEvent
from server.records import (
    accounts,
    activity,
    days,
    flags,
    journal,
    leases,
    outbox,
    published,
    views,
)
from server.records.accounts import Enterprise, Member
from server.records.leases import Lease
from server.records.penalty_rows import PenaltyRecord
from server.records.views import ContactRow, EnterpriseRow, MemberRow, RelationRow
from server.worker import casework, noticing, translate
from server.worker.folding import YIELD_EVERY, Batch, fold_events
from server.worker.loading import load
from server.worker.metrics import FLAGS
from server.worker.policies import Version
from server.worker.remembered import Remembered
from server.worker.stores import Stores
from server.worker.stretches import in_stretches, lengthened
from server.worker.translate import Journaled


@dataclass(frozen=True, slots=True)
class Folded:
    """What a batch came to: the lease at its new place, what was folded, the last event's time.

    `batch` has the policy it ended with. `terms_changed`: accounts without an event are due for a
    sweep. `holds`: cases hold members; `penalties` are those of whom Redis has still to be told, of
    other shards, too.
    """

    lease: Lease
    batch: Batch
    received_ms: int
    terms_changed: bool
    holds: bool
    penalties: tuple[PenaltyRecord, ...]


async def fold_batch(
    stores: Stores,
    lease: Lease,
    version: Version,
    events: Sequence[StreamEvent],
    remembered: Remembered,
) -> Folded:
    """Folds the shard's next events, at least one. Raises LeaseLost, or what `AWAY` names."""
    read = await in_stretches(translate.journaled(lease.shard, event) for event in events)
    times = lengthened(stores.ledger.now_ms() - read[0].entry.received_ms)
    working = await load(
        stores.database, lease, [each.event for each in read if each.event], remembered
    )
    known = frozenset(working.enterprises), frozenset(working.members)
    before = noticing.before(working, await stores.wanted.types())
    batch = await fold_events(working, version, read, YIELD_EVERY * times)
    for decision_id in batch.refunds:
        # Before the commit: repeating a refund changes nothing, but nothing would repeat one that a
        # crash after the commit had lost.
        await stores.ledger.settle(decision_id, "cancel", version.rules)
    rows, last = await _rows(batch, times), read[-1].entry
    # Until an activation was folded the shard has met none, though it follows the first version.
    number = batch.version.number if batch.activated else lease.policy_version
    async with stores.database.write() as connection:
        await leases.advance(connection, lease, last.seq, number)
        await _journal(connection, read)
        await _begin_accounts(connection, batch, *known)
        await _save(connection, lease.shard, batch, rows)
        await outbox.put(connection, noticing.notices(before, batch, read))
        now_ms, shards = stores.ledger.now_ms(), stores.ledger.shards
        written = await casework.write(connection, batch.casework, now_ms, shards)
    moved = replace(lease, folded_seq=last.seq, policy_version=number)
    remembered.end(moved, working)
    for flag in batch.flags:
        FLAGS.labels(flag.pattern, flag.mode).inc()
    written.report()
    terms_changed = batch.activated or bool(batch.described)
    holds, changed = bool(written.held), tuple(written.penalties)
    return Folded(moved, batch, last.received_ms, terms_changed, holds, changed)


async def _journal(connection: AsyncConnection, read: Sequence[Journaled]) -> None:
    """The embedded store, and a refill, have journaled events before they are folded."""
    shard = read[0].entry.shard
    top = (await journal.last_seqs(connection, [shard]))[shard]
    await journal.append(connection, [each.entry for each in read if each.entry.seq > top])


async def _begin_accounts(
    connection: AsyncConnection,
    batch: Batch,
    enterprises: frozenset[str],
    members: frozenset[tuple[str, str]],
) -> None:
    zone, views_of = batch.version.policy.quota.default_time_zone, batch.working
    await accounts.first_seen(
        connection,
        [
            Enterprise(e, view.first_seen_ms, view.first_seen_ms, time_zone=view.time_zone or zone)
            for e, view in views_of.enterprises.items()
            if e not in enterprises
        ],
        [
            Member(*key, view.first_seen_ms, view.first_seen_ms)
            for key, view in views_of.members.items()
            if key not in members
        ],
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The views of a batch as they are kept."""

    enterprises: Sequence[EnterpriseRow]
    members: Sequence[MemberRow]
    relations: Sequence[RelationRow]
    contacts: Sequence[ContactRow]


async def _rows(batch: Batch, times: int) -> _Rows:
    working, handover = batch.working, batch.version.policy.quota.handover_daily
    return _Rows(
        [
            translate.enterprise_row(e, working.enterprises[e], place, handover)
            for e, place in batch.enterprises.items()
        ],
        await in_stretches(
            (
                translate.member_row(key, working.members[key], place)
                for key, place in batch.members.items()
            ),
            times,
        ),
        await in_stretches(
            (
                translate.relation_row(key, working.relations[key], place)
                for key, place in batch.relations.items()
            ),
            times,
        ),
        await in_stretches(
            (
                translate.contact_row(key, working.contacts[key], place)
                for key, place in batch.contacts.items()
            ),
            times,
        ),
    )


async def _save(connection: AsyncConnection, shard: int, batch: Batch, rows: _Rows) -> None:
    await views.save(
        connection,
        enterprises=rows.enterprises,
        members=rows.members,
        relations=rows.relations,
        contacts=rows.contacts,
        cooldowns=list(batch.cooldowns.values()),
    )
    on_time = [day.record(key) for key, day in batch.days.items() if not day.is_over]
    late = [day.record(key) for key, day in batch.days.items() if day.is_over]
    await days.add(connection, on_time)
    await days.add_late(connection, late)
    await activity.add(connection, shard, batch.activity)
    await flags.append(connection, batch.flags)
    if batch.activated:
        await published.sweep_now(connection, shard, None)
    elif batch.described:
        await published.sweep_now(connection, shard, batch.described)

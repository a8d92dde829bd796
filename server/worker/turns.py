"""One turn of a worker: every shard it holds is brought up, folded one batch further, tended."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from quota.shard_log import ShardMeta, StreamEvent
from server.records import journal
from server.records.leases import LeaseLost
from server.worker import translate, upkeep
from server.worker.batch import fold_batch
from server.worker.leasing import Leasing, Shard
from server.worker.metrics import BATCH_SECONDS, FAILURES, FOLDED, LAG_SECONDS
from server.worker.publish import publish_folded
from server.worker.refill import Standing, bring_up
from server.worker.stores import AWAY, Stores
from server.worker.telling import push_holds, tell_penalties

log = logging.getLogger(__name__)
_REST_MS = 2_000
READ_AT_ONCE = 250
"""Events of one call to Redis: other tasks of the process wait while they are taken apart."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a worker turns. `poll_ms`: how long it waits where nothing was new.

    `batch`: the most events of a shard folded in one transaction. Where none has piled up they are
    as many as came during a turn.
    """

    ttl_ms: int = 10_000
    poll_ms: int = 150
    batch: int = 2_000
    upkeep_ms: int = 1_000
    prune_ms: int = 60_000


class Turns:
    """Goes round the shards that `leasing` holds. Nobody else folds, tends or gives them back."""

    def __init__(
        self, stores: Stores, leasing: Leasing, pace: Pace, clock_ms: Callable[[], int]
    ) -> None:
        self._stores = stores
        self._leasing = leasing
        self._pace = pace
        self._clock_ms = clock_ms
        self._count = 0
        self._prune_at_ms = 0

    async def turn(self) -> int:
        """Returns how many events were folded, 0 where all shards are idle.

        Raises what `AWAY` names; the shards it happened to are brought up again in the next turn.
        """
        leasing, now_ms = self._leasing, self._clock_ms()
        if leasing.has_lost:
            await leasing.keep()
        if leasing.surplus > 0:
            await leasing.give_back(leasing.surplus)
        shards = [shard for shard in leasing.held.values() if shard.rest_until_ms <= now_ms]
        for shard in shards:
            shard.rest_until_ms = 0
        self._count += 1
        first = self._count % max(len(shards), 1)  # so that no shard always comes last
        shards = shards[first:] + shards[:first]
        for shard in shards:
            if shard.standing is None:
                await self._attempt(shard, self._bring_up)
        folded = 0
        for shard, is_behind in await self._standing(shards):
            events = await self._read(shard) if is_behind else []
            if events:
                folded += await self._attempt(shard, partial(self._fold, events=events))
            if len(events) < self._pace.batch:
                await self._attempt(shard, self._tend)
        if not folded:
            LAG_SECONDS.set(0)
            await self._prune(shards, now_ms)
        return folded

    async def _attempt(self, shard: Shard, work: Callable[[Shard], Awaitable[int]]) -> int:
        """Does something with a shard; a failure costs the shard its standing, or its lease."""
        if self._leasing.held.get(shard.lease.shard) is not shard or shard.rest_until_ms:
            return 0
        try:
            return await work(shard)
        except LeaseLost as lost:
            log.info("%s", lost)
            self._leasing.lose(shard.lease)
        except AWAY:
            shard.standing = None
            raise
        except Exception:
            FAILURES.inc()
            number, seq = shard.lease.shard, shard.lease.folded_seq
            if shard.failed_seq != seq:
                log.exception("shard %d rests: what follows event %d cannot be folded", number, seq)
            shard.standing, shard.failed_seq = None, seq
            shard.rest_until_ms = self._clock_ms() + _REST_MS
        return 0

    async def _bring_up(self, shard: Shard) -> int:
        version = await self._stores.policies.at(shard.lease.policy_version)
        shard.standing = await bring_up(self._stores, shard.lease, version)
        return 0

    async def _standing(self, shards: Sequence[Shard]) -> list[tuple[Shard, bool]]:
        """The shards that have not fallen, with whether there may be something to fold."""
        standing = [shard for shard in shards if shard.standing]
        if not standing:
            return []
        metas = await self._stores.ledger.log.meta([shard.lease.shard for shard in standing])
        found = []
        for shard, meta in zip(standing, metas, strict=True):
            stood = self._stood(shard, meta)
            if stood is not None:
                is_behind = max(meta.seq, stood.journal_top) > shard.lease.folded_seq
                found.append((shard, is_behind))
        return found

    def _stood(self, shard: Shard, meta: ShardMeta) -> Standing | None:
        """How the shard stands; None where Redis lost some of it, which is to be refilled then."""
        stood = shard.standing
        if stood is None or stood.fits(meta):
            return stood
        log.warning("Redis lost what it held of shard %d; it is refilled", shard.lease.shard)
        shard.standing = None
        return None

    async def _read(self, shard: Shard) -> list[StreamEvent]:
        """What the shard has to fold, out of its journal first; nothing where it fell.

        Redis is asked how it stands after it gave events, so none are of a Redis that lost some.
        """
        lease, stood, log_ = shard.lease, shard.standing, self._stores.ledger.log
        if stood is None:
            return []
        if lease.folded_seq < stood.journal_top:
            return await self._journaled(shard, stood)
        events: list[StreamEvent] = []
        most = self._pace.batch
        while len(events) < most:
            after = events[-1].seq if events else lease.folded_seq
            count = min(READ_AT_ONCE, most - len(events))
            page = (await log_.read({lease.shard: after}, count))[lease.shard]
            events += page
            if len(page) < count:
                break
        (meta,) = await log_.meta([lease.shard])
        return [] if self._stood(shard, meta) is None else events

    async def _journaled(self, shard: Shard, stood: Standing) -> list[StreamEvent]:
        lease, count = shard.lease, self._pace.batch
        async with self._stores.database.read() as connection:
            entries = await journal.after(
                connection, lease.shard, lease.folded_seq, count, stood.journal_top
            )
        if not entries:
            stood.journal_top = lease.folded_seq
        return [translate.stream_event(entry) for entry in entries]

    async def _fold(self, shard: Shard, events: Sequence[StreamEvent]) -> int:
        stood = shard.standing
        if stood is None:
            return 0
        started = time.perf_counter()
        done = await fold_batch(self._stores, shard.lease, stood.version, events, stood.remembered)
        shard.lease, stood.version = done.lease, done.batch.version
        if done.terms_changed:
            shard.upkeep_at_ms = 0
        await tell_penalties(self._stores.ledger, self._stores.database, done.penalties)
        if done.holds:
            await push_holds(self._stores, shard.lease.shard)
        await publish_folded(self._stores, done.lease, done.batch, stood.published_seq)
        stood.published_seq = done.lease.folded_seq
        BATCH_SECONDS.observe(time.perf_counter() - started)
        FOLDED.inc(len(events))
        LAG_SECONDS.set(max(0, self._stores.ledger.now_ms() - done.received_ms) / 1000)
        return len(events)

    async def _tend(self, shard: Shard) -> int:
        now_ms = self._clock_ms()
        if shard.standing and now_ms >= shard.upkeep_at_ms:
            more = await upkeep.tend(self._stores, shard.lease, shard.standing.version)
            shard.upkeep_at_ms = 0 if more else now_ms + self._pace.upkeep_ms
        return 0

    async def _prune(self, shards: Sequence[Shard], now_ms: int) -> None:
        if now_ms < self._prune_at_ms:
            return
        more = [await upkeep.prune(self._stores, shard.lease) for shard in shards]
        self._prune_at_ms = 0 if any(more) else now_ms + self._pace.prune_ms

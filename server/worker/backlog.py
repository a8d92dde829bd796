"""How far the fold is behind: events that nobody has folded yet, and how old the oldest is."""

from __future__ import annotations

from dataclasses import dataclass

from quota.ledger import Ledger
from server.records import gauges, leases
from server.records.engine import Database
from server.worker.translate import journaled


@dataclass(frozen=True, slots=True)
class Backlog:
    """`oldest_ms`: when the oldest of `events` was received; None where there are none."""

    events: int
    oldest_ms: int | None

    def lag_s(self, now_ms: int) -> float:
        """Seconds that the oldest has waited, 0 where none does."""
        return 0.0 if self.oldest_ms is None else max(0, now_ms - self.oldest_ms) / 1000


async def backlog(ledger: Ledger, database: Database) -> Backlog:
    """The backlog of all shards; raises what `AWAY` names.

    Numbers alone do not tell: a refilled shard numbers on from above what it has. So the journal
    is asked what it has behind the fold, then the stream, what it has behind both.
    """
    async with database.read() as connection:
        folded = await leases.folded_seqs(connection)
    metas = await ledger.log.meta(sorted(folded))
    tops = dict(zip(sorted(folded), (meta.seq for meta in metas), strict=True))
    events, received = 0, []
    after: dict[int, int] = {}
    async with database.read() as connection:
        for shard, seq in folded.items():
            kept = await gauges.unfolded(connection, shard, seq)
            events += kept.count
            received += [] if kept.oldest_ms is None else [kept.oldest_ms]
            after[shard] = max(seq, kept.last_seq or 0)
    behind = {shard: seq for shard, seq in after.items() if tops[shard] > seq}
    for shard, found in (await ledger.log.read(behind, 1)).items():
        for first in found:
            events += max(0, tops[shard] - first.seq) + 1
            received.append(journaled(shard, first).entry.received_ms)
    return Backlog(events, min(received, default=None))

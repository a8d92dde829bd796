"""Keeps what the stream of a closed shard holds and the journal does not, before it is emptied.

Such events were acknowledged: written before a refill that a crash broke off, or by a Redis that
had come back without its last events and gave their numbers a second time.
"""

from __future__ import annotations

from dataclasses import replace

from server.records import journal
from server.worker import translate
from server.worker.stores import Stores

PAGE = 1_000


async def salvage(stores: Stores, shard: int, top: int) -> int:
    """Journals the stream's events that the journal lacks; returns the highest seq there is then.

    `top` is the highest seq journaled or folded. An event whose number another one has is appended
    behind it; doing all of it again changes nothing. Raises what `AWAY` names.
    """
    after = 0
    while page := (await stores.ledger.log.read({shard: after}, PAGE))[shard]:
        entries = [translate.journaled(shard, event).entry for event in page]
        async with stores.database.write() as connection:
            times = {entry.received_ms for entry in entries}
            known = await journal.received_at(connection, shard, times)
            lacking = []
            for entry in entries:
                if entry.seq > top:
                    lacking.append(entry)
                elif (entry.received_ms, entry.payload) not in known:
                    lacking.append(replace(entry, seq=top + 1))
                top = max(top, lacking[-1].seq) if lacking else top
            await journal.append(connection, lacking)
        after = page[-1].seq
    return top

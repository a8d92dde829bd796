"""What time alone brings: ends that are noted, appeals whose information never came."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import TRANSITIONS
from server.enforcement import metrics
from server.enforcement.changes import THE_SERVICE, Changes, Terms
from server.enforcement.shapes import penalty_shape
from server.records import penalties, requests
from server.records.requests import Request

AT_ONCE = 100


async def due(connection: AsyncConnection, now_ms: int) -> bool:
    """Whether there is anything that `expire` would do."""
    if await penalties.ended(connection, now_ms, 1):
        return True
    return bool(await requests.overdue(connection, now_ms, 1))


async def expire(connection: AsyncConnection, terms: Terms) -> int:
    """Notes up to `AT_ONCE` ends of each sort; how many that were. Nothing else waits for it.

    A penalty ends by the clock whether anybody notes it or not; this is for those who want to know.
    """
    ended = await penalties.ended(connection, terms.now_ms, AT_ONCE, for_update=True)
    late = await requests.overdue(connection, terms.now_ms, AT_ONCE)
    if not (ended or late):
        return 0
    changes = Changes(THE_SERVICE, terms, "its time was over")
    for record in ended:
        shown = penalty_shape(record, terms.now_ms)
        one = record.penalty
        changes.notice(f"penalty.ended:{one.id}", "penalty.ended", one, dict(shown))
    ids = [record.penalty.id for record in ended]
    pointless = await requests.open_of(connection, ids)
    holds = {record.penalty.id for record in ended if record.penalty.is_hold}
    moot = [one for one in pointless if one.kind == "application" or one.penalty_id in holds]
    for request in (*late, *(one for one in moot if one.id not in {each.id for each in late})):
        await _expire(connection, changes, request)
    await penalties.note_ends(connection, ids)
    await changes.write(connection)
    for record in ended:
        if record.penalty.lifted_ms is None:  # else it counted when it was lifted
            metrics.ended(record.penalty, "expired")
    return len(ended) + len(late)


async def _expire(connection: AsyncConnection, changes: Changes, request: Request) -> None:
    state = TRANSITIONS[request.kind].get((request.state, "expire"))
    if state is None:
        return
    now_ms = max(changes.terms.now_ms, request.changed_ms + 1)
    after = replace(request, state=state, changed_ms=now_ms, decided_ms=now_ms)
    if await requests.change(connection, request, after):
        changes.request(after, request)

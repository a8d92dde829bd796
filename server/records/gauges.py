"""How many there are now of what people watch: at their caps, waiting, binding. No ids here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import OPEN
from penalties.cases import UNDECIDED
from server.records.penalty_rows import not_over
from server.records.tables import (
    cases,
    days,
    deliveries,
    enterprise_views,
    journal,
    penalties,
    requests,
)

DAY_MS = 86_400_000
NEAR_SHARE = 5
"""Near its cap is whoever has at most the fifth part of it left, as `quota.low` says it."""

_FOR_US = tuple(sorted(OPEN - {"need_information"}))
"""States of a request in which it waits for a reviewer, not for whoever filed it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Requests that wait for a reviewer, and those of them that should have been decided."""

    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Cases that nobody has decided, by state; `put_off`: by the circuit breaker or a pause.

    `oldest_ms` is when the oldest of them was opened; None: there is none.
    """

    by_state: Mapping[str, int]
    put_off: int
    oldest_ms: int | None


@dataclass(frozen=True, slots=True)
class Unfolded:
    """What a shard's journal has behind the fold; `last_seq` and `oldest_ms` None: nothing."""

    count: int
    last_seq: int | None
    oldest_ms: int | None


async def at_caps(connection: AsyncConnection, now_ms: int) -> Mapping[tuple[str, str], int]:
    """Accounts that have used their active cap of the present local day, as far as it was folded.

    By `enterprise` or `member`, and `at` (nothing is left) or `near` (`NEAR_SHARE`). It reads the
    days of those who added anybody today.
    """
    today, view, left = now_ms // DAY_MS, enterprise_views, days.c.cap - days.c.charged
    kind = case((days.c.member_id == "", literal("enterprise")), else_=literal("member"))
    state = case((left <= 0, literal("at")), else_=literal("near"))
    by = days.c.enterprise_id, days.c.day, kind.label("kind"), state.label("state")
    # Counted before it is joined: a planner that knows nothing of the tables yet would go through
    # the day once for each enterprise.
    counted = (
        select(*by, func.count().label("found"))
        .where(
            # No zone is further than a day from UTC: the index has these days.
            days.c.day.between(today - 1, today + 1),
            days.c.charged > 0,
            left * NEAR_SHARE <= days.c.cap,
        )
        .group_by(days.c.enterprise_id, days.c.day, "kind", "state")
        .subquery()
    )
    is_today = and_(view.c.enterprise_id == counted.c.enterprise_id, view.c.day == counted.c.day)
    found = func.sum(counted.c.found).label("found")
    rows = await connection.execute(
        select(counted.c.kind, counted.c.state, found)
        .select_from(counted.join(view, is_today))
        .where(view.c.day_end_ms > now_ms)
        .group_by(counted.c.kind, counted.c.state)
    )
    return {(row.kind, row.state): int(row.found) for row in rows}


async def open_cases(connection: AsyncConnection) -> OpenCases:
    """Cases that nobody has decided. It reads those, by their state, and no other."""
    rows = await connection.execute(
        select(
            cases.c.state,
            func.count().label("found"),
            func.count().filter(cases.c.deferred_day.is_not(None)).label("put_off"),
            func.min(cases.c.opened_ms).label("oldest_ms"),
        )
        .where(cases.c.state.in_(UNDECIDED))
        .group_by(cases.c.state)
    )
    found = rows.all()
    return OpenCases(
        {row.state: row.found for row in found},
        sum(row.put_off for row in found),
        min((row.oldest_ms for row in found), default=None),
    )


async def requests_waiting(connection: AsyncConnection, now_ms: int) -> Mapping[str, Waiting]:
    """Appeals and applications that wait for a reviewer, by kind."""
    late = func.count().filter(requests.c.due_ms <= now_ms)
    rows = await connection.execute(
        select(requests.c.kind, func.count().label("found"), late.label("late"))
        .where(requests.c.kind.in_(("appeal", "application")), requests.c.state.in_(_FOR_US))
        .group_by(requests.c.kind)
    )
    return {row.kind: Waiting(row.found, row.late) for row in rows}


async def penalties_binding(
    connection: AsyncConnection, now_ms: int
) -> Mapping[tuple[int, str, bool], int]:
    """Penalties that bind now, by track, scope and whether they are holds."""
    by = penalties.c.track, penalties.c.scope, penalties.c.is_hold
    rows = await connection.execute(
        select(*by, func.count().label("found"))
        # What is not over was not noted as ended either: the index has few that are.
        .where(and_(penalties.c.end_noted.is_(False), not_over(now_ms)))
        .group_by(*by)
    )
    return {(row.track, row.scope, bool(row.is_hold)): row.found for row in rows}


async def undelivered(connection: AsyncConnection) -> Mapping[str, int]:
    """Notices to webhooks that wait, or were given up, by state."""
    rows = await connection.execute(
        select(deliveries.c.state, func.count().label("found"))
        .where(deliveries.c.state.in_(("waiting", "dead")))
        .group_by(deliveries.c.state)
    )
    return {row.state: row.found for row in rows}


async def unfolded(connection: AsyncConnection, shard: int, folded_seq: int) -> Unfolded:
    """What is in a shard's journal and not folded: of an embedded store, or after a refill."""
    query = select(func.count(), func.max(journal.c.seq), func.min(journal.c.received_ms))
    query = query.where(journal.c.shard == shard, journal.c.seq > folded_seq)
    return Unfolded(*(await connection.execute(query)).one())

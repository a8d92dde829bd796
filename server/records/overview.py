"""The platform at a glance: its local days, who is near the cap, what waits for people.

Index and table of days are far smaller without members, so each query says `member_id = ''` as the
index does, literally: neither engine uses a partial index for a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import OPEN, Kind, RequestState
from penalties.cases import UNDECIDED
from server.records.gauges import NEAR_SHARE
from server.records.tables import COUNTS, cases, days, enterprise_views, enterprises, requests

DAY_MS = 86_400_000
RECENT_MS = 30 * DAY_MS
"""Requests that were filed longer ago, and are closed, change no more."""

_OF_ENTERPRISE: ColumnElement[bool] = literal_column("days.member_id = ''")
_OTHERS = tuple(sorted(OPEN - {"need_information"}))
_KINDS, _STATES = get_args(Kind), get_args(RequestState)


@dataclass(frozen=True, slots=True)
class Near:
    """An enterprise that has used most of its active cap of the present local day."""

    enterprise_id: str
    name: str | None
    used: int
    cap: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """Cases that wait; `enforced` are those whose hold binds. None: there are none.

    `oldest_opened_ms` is of open ones. `put_off` are those whose hold has to wait: for the circuit
    breaker's next day, or while holds are paused.
    """

    open: int
    awaiting_second: int
    enforced: int
    put_off: int
    oldest_opened_ms: int | None
    newest_changed_ms: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests that wait for a reviewer; `newest_changed_ms` is of all recent ones."""

    appeals: int
    applications: int
    overdue: int
    newest_changed_ms: int | None


async def platform_day(connection: AsyncConnection, day: int) -> Mapping[str, int]:
    """What all enterprises counted on their local `day`; names of `tables.COUNTS`, no zeros."""
    row = (await connection.execute(day_query(day))).mappings().one()
    return {name: int(row[name]) for name in COUNTS if row[name]}


def day_query(day: int) -> Select[tuple[Any, ...]]:
    """The sums of a day, null where it has no row."""
    sums = [func.sum(days.c[name]).label(name) for name in COUNTS]
    return select(*sums).where(_OF_ENTERPRISE, days.c.day == day)


async def near_caps(connection: AsyncConnection, now_ms: int, most: int) -> list[Near]:
    """Enterprises with at most a fifth of today's active cap left, largest share used first.

    As far as events were folded; `cap` is that of the last one.
    """
    found = (await connection.execute(near_query(now_ms, most))).all()
    ids = [row.enterprise_id for row in found]
    named = select(enterprises.c.enterprise_id, enterprises.c.name)
    rows = await connection.execute(named.where(enterprises.c.enterprise_id.in_(ids)))
    names = {row.enterprise_id: row.name for row in rows}
    return [
        Near(one.enterprise_id, names.get(one.enterprise_id), one.charged, one.cap) for one in found
    ]


def near_query(now_ms: int, most: int) -> Select[tuple[str, int, int]]:
    """Id, active adds and active cap of those near it.

    No zone is further than a day from UTC, so the index has the present days of all of them.
    """
    today, view = now_ms // DAY_MS, enterprise_views
    used, cap = days.c.charged, days.c.cap
    return (
        select(days.c.enterprise_id, used, cap)
        .select_from(days.join(view, view.c.enterprise_id == days.c.enterprise_id))
        .where(
            _OF_ENTERPRISE,
            days.c.day.between(today - 1, today + 1),
            used > 0,
            (cap - used) * NEAR_SHARE <= cap,
            days.c.day == view.c.day,
            view.c.day_end_ms > now_ms,
        )
        .order_by((used * 1.0 / case((cap > 0, cap), else_=1)).desc(), days.c.enterprise_id)
        .limit(most)
    )


async def undecided(connection: AsyncConnection, now_ms: int) -> Undecided:
    """Cases that nobody has decided, or only the first of two."""
    binds = and_(cases.c.hold_lifted_ms.is_(None), cases.c.hold_ends_ms > now_ms)
    rows = await connection.execute(
        select(
            cases.c.state,
            func.count().label("found"),
            func.count().filter(binds).label("enforced"),
            func.count().filter(cases.c.deferred_day.is_not(None)).label("put_off"),
            func.min(cases.c.opened_ms).label("oldest_ms"),
            func.max(cases.c.changed_ms).label("newest_ms"),
        )
        .where(cases.c.state.in_(UNDECIDED))
        .group_by(cases.c.state)
    )
    by_state = {row.state: row for row in rows}
    count = {state: row.found for state, row in by_state.items()}
    return Undecided(
        count.get("open", 0),
        count.get("awaiting_second", 0),
        sum(row.enforced for row in by_state.values()),
        sum(row.put_off for row in by_state.values()),
        by_state["open"].oldest_ms if "open" in by_state else None,
        max((row.newest_ms for row in by_state.values()), default=None),
    )


async def asked(
    connection: AsyncConnection, now_ms: int, enterprise_id: str | None = None
) -> Asked:
    """Requests of an enterprise, or of all, that wait for a reviewer."""
    whose = [] if enterprise_id is None else [requests.c.enterprise_id == enterprise_id]
    of_kind = requests.c.kind.in_(_KINDS)
    late = func.count().filter(requests.c.due_ms <= now_ms)
    rows = await connection.execute(
        select(requests.c.kind, func.count().label("found"), late.label("late"))
        .where(*whose, of_kind, requests.c.state.in_(_OTHERS))
        .group_by(requests.c.kind)
    )
    by_kind = {row.kind: row for row in rows}
    is_recent = or_(
        and_(of_kind, requests.c.state.in_(_STATES), requests.c.created_ms > now_ms - RECENT_MS),
        and_(of_kind, requests.c.state.in_(sorted(OPEN))),
    )
    newest = select(func.max(requests.c.changed_ms)).where(*whose, is_recent)
    return Asked(
        by_kind["appeal"].found if "appeal" in by_kind else 0,
        by_kind["application"].found if "application" in by_kind else 0,
        sum(row.late for row in by_kind.values()),
        (await connection.execute(newest)).scalar_one(),
    )

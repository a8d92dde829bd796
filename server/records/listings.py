"""Lists of accounts with what is thought of them: filtered, sorted, a page at a time.

A page is found among narrow rows first, then described: sorting all of 50,000 members with their
profiles takes several times as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    FromClause,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import bound, cursors
from server.records.accounts import Enterprise, Member, enterprise_of, member_of
from server.records.cursors import CursorError
from server.records.gauges import NEAR_SHARE
from server.records.listing_pages import COARSE_STEP, Figures, Listing, Page, Sort
from server.records.tables import (
    DENIAL_REASONS,
    days,
    enterprise_views,
    enterprises,
    member_views,
    members,
)

_OF_MEMBERS = (
    (member_views, "ix_member_views_enterprise_id_member_id_score_cap_active"),
    (days, "ix_days_enterprise_id_day_member_id"),
)
_REAL = frozenset({"score", "share"})
_VIEWS, _TODAY = frozenset({"views"}), frozenset({"today"})
_NEEDED: Mapping[str | None, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys((None, "id", "restricted"), frozenset[str]()),
        **dict.fromkeys(("used", "denied", "unused"), _TODAY),
        **dict.fromkeys(("remaining", "share", "at_cap", "near_cap"), _VIEWS | _TODAY),
        "score": _VIEWS,
    }
)
"""What beside the accounts themselves an order or a filter looks at."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table of accounts; `on_views` and `on_today` join it to its views and the day's counts.

    `today_by_views`: which day it is stands in the views. `indexes` are those that have all that is
    looked at of a table's rows: SQLite takes the primary key instead, and reads whole documents.
    """

    table: Table
    key: Column[str]
    views: Table
    on_views: ColumnElement[bool]
    on_today: ColumnElement[bool]
    whose: tuple[ColumnElement[bool], ...]
    restricted: ColumnElement[bool]
    today_by_views: bool = False
    indexes: tuple[tuple[Table, str], ...] = ()

    def of_all(self, query: Select[Any]) -> Select[Any]:
        """A query over all accounts, by these indexes."""
        for table, index in self.indexes:
            query = query.with_hint(table, f"INDEXED BY {index}", "sqlite")
        return query

    def joined(self, page: Page, *, ordered: bool) -> FromClause:
        """The table with what has to be looked at of all rows; `ordered`: in the page's order."""
        needed = _NEEDED[page.only] | (_NEEDED[page.by] if ordered else frozenset())
        joined: FromClause = self.table
        if "views" in needed or (needed and self.today_by_views):
            joined = joined.outerjoin(self.views, self.on_views)
        return joined.outerjoin(days, self.on_today) if "today" in needed else joined


async def list_enterprises(
    connection: AsyncConnection, page: Page, now_ms: int
) -> Listing[Enterprise]:
    """Enterprises by `page`. Raises `CursorError`."""
    key, views = enterprises.c.enterprise_id, enterprise_views
    today = and_(
        days.c.enterprise_id == key,
        days.c.member_id == "",
        days.c.day == views.c.day,
        views.c.day_end_ms > now_ms,
    )
    restricted = bound.enterprise(key, now_ms)
    on_views = views.c.enterprise_id == key
    source = _Source(enterprises, key, views, on_views, today, (), restricted, today_by_views=True)
    rows, total = await _read(connection, source, page)
    shown = tuple((enterprise_of(row), _figures(row)) for row in rows[: page.limit])
    return Listing(shown, _next_cursor(rows, page), total)


async def list_members(
    connection: AsyncConnection, enterprise_id: str, page: Page, now_ms: int
) -> Listing[Member]:
    """Members of an enterprise by `page`. Raises `CursorError`."""
    present = select(enterprise_views.c.day).where(
        enterprise_views.c.enterprise_id == enterprise_id, enterprise_views.c.day_end_ms > now_ms
    )
    key, views = members.c.member_id, member_views
    # The id of the enterprise each time, not `members.c.enterprise_id`: a planner that takes two
    # columns of a key for independent expects far more rows than there are.
    today = and_(
        days.c.enterprise_id == enterprise_id,
        days.c.day == present.scalar_subquery(),
        days.c.member_id == key,
    )
    source = _Source(
        table=members,
        key=key,
        views=views,
        on_views=and_(views.c.enterprise_id == enterprise_id, views.c.member_id == key),
        on_today=today,
        whose=(members.c.enterprise_id == enterprise_id,),
        restricted=bound.member(enterprise_id, key, now_ms),
        indexes=_OF_MEMBERS,
    )
    rows, total = await _read(connection, source, page)
    shown = tuple((member_of(row), _figures(row)) for row in rows[: page.limit])
    return Listing(shown, _next_cursor(rows, page), total)


async def _read(
    connection: AsyncConnection, source: _Source, page: Page
) -> tuple[Sequence[RowMapping], int | None]:
    """The rows of a page and one more, if there is one; on the first page how many there are."""
    if connection.dialect.name == "postgresql":
        # It would compile the query for half a second, and then run it in a tenth of one.
        await connection.execute(select(func.set_config("jit", "off", literal(True))))
    where, place = _matching(source, page), _place(page)
    figures = _sorted_by(source, coarse=page.coarse)
    by, key = figures[page.by], source.key
    narrow = select(key.label("_key"), by.label("_by")).where(*where)
    narrow = narrow.select_from(source.joined(page, ordered=True))
    if place is not None:
        narrow = narrow.where(_behind(by, key, place, falls=page.falls))
    order = _ordered(by, key, falls=page.falls)
    found = source.of_all(narrow).order_by(*order).limit(page.limit + 1).subquery("found")
    query = (
        select(
            source.table,
            found.c["_by"],
            *(figure.label(f"_{name}") for name, figure in figures.items()),
            source.views.c.tier.label("_tier"),
            source.views.c.cap_active.label("_cap"),
            source.restricted.label("_restricted"),
        )
        .select_from(
            found.join(source.table, and_(*source.whose, key == found.c["_key"]))
            .outerjoin(source.views, source.on_views)
            .outerjoin(days, source.on_today)
        )
        .order_by(*_ordered(found.c["_by"], found.c["_key"], falls=page.falls))
    )
    rows = (await connection.execute(query)).mappings().all()
    if page.cursor is not None:
        return rows, None
    if len(rows) <= page.limit:
        return rows, len(rows)
    counted = select(func.count()).select_from(source.joined(page, ordered=False)).where(*where)
    return rows, (await connection.execute(source.of_all(counted))).scalar_one()


def _sorted_by(source: _Source, *, coarse: bool) -> dict[Sort, ColumnElement[Any]]:
    views = source.views.c
    used, cap = func.coalesce(days.c.charged, 0), func.coalesce(views.cap_active, 0)
    score = _coarse(views.score) if coarse else views.score
    return {
        "id": source.key,
        "used": used,
        "remaining": case((cap > used, cap - used), else_=0),
        "score": func.coalesce(score, -1.0),
        "denied": func.coalesce(_denied(), 0),
        "share": case(
            (cap > 0, cast(used, Double) / cap), (used > 0, literal(1.0)), else_=literal(0.0)
        ),
    }


def _coarse(score: ColumnElement[float]) -> ColumnElement[float]:
    """Half a step is rounded up. Databases round halves differently, and not each has `floor`."""
    steps = score / COARSE_STEP + 0.5
    whole = func.round(steps)
    return case((whole > steps, whole - 1), else_=whole) * COARSE_STEP


def _denied() -> ColumnElement[int]:
    return sum((days.c[f"denied_{reason}"] for reason in DENIAL_REASONS), start=literal(0))


def _matching(source: _Source, page: Page) -> list[ColumnElement[bool]]:
    where, views = list(source.whose), source.views.c
    if page.q:
        named = (source.key, source.table.c.name)
        where.append(or_(*(column.icontains(page.q, autoescape=True) for column in named)))
    used, cap = days.c.charged, views.cap_active
    match page.only:
        case "at_cap":
            where += [cap > 0, used >= cap]
        case "near_cap":
            where += [cap > 0, (cap - used) * NEAR_SHARE <= cap]
        case "denied":
            where.append(_denied() > 0)
        case "restricted":
            where.append(source.restricted)
        case "unused":
            where.append(func.coalesce(used, 0) <= 0)
    return where


def _ordered(
    by: ColumnElement[Any], key: ColumnElement[str], *, falls: bool
) -> list[ColumnElement[Any]]:
    return [by.desc() if falls else by.asc(), key]


def _behind(
    by: ColumnElement[Any], key: ColumnElement[str], place: tuple[Any, str], *, falls: bool
) -> ColumnElement[bool]:
    value, last = place
    return or_(by < value if falls else by > value, and_(by == value, key > last))


def _figures(row: RowMapping) -> Figures:
    return Figures(
        used=row["_used"],
        remaining=row["_remaining"],
        denied=row["_denied"],
        score=None if row["_tier"] is None else row["_score"],
        tier=row["_tier"],
        cap=row["_cap"],
        restricted=bool(row["_restricted"]),
    )


def _next_cursor(rows: Sequence[RowMapping], page: Page) -> str | None:
    if len(rows) <= page.limit:
        return None
    last = rows[page.limit - 1]
    return cursors.written([*_list_of(page), last["_by"], last["_id"]])


def _list_of(page: Page) -> list[str]:
    """What of a cursor says which list it is of."""
    return [page.by, "desc" if page.falls else "asc"]


def _place(page: Page) -> tuple[Any, str] | None:
    """The sort value and the id that the page before ended with."""
    if page.cursor is None:
        return None
    *of, value, last = cursors.read(page.cursor, 4)
    if of != _list_of(page) or not cursors.is_id(last) or not _fits(value, page.by):
        raise CursorError
    return value, last


def _fits(value: object, by: Sort) -> bool:
    """Whether what is sorted by can have that value."""
    if by == "id":
        return cursors.is_id(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 1 << 31 and (by in _REAL or isinstance(value, int))

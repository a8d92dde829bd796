"""Lists of accounts with what is thought of them: filtered, sorted, a page at a time."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.accounts import Enterprise, Member, enterprise_of, member_of
from server.records.tables import (
    DENIAL_REASONS,
    days,
    enterprise_views,
    enterprises,
    member_views,
    members,
)

Sort = Literal["used", "remaining", "score", "denied"]
Account = TypeVar("Account", Enterprise, Member)


class CursorError(ValueError):
    """A cursor that no list of ours handed out."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: `limit` rows behind `cursor`, largest `sort` first (None: by id)."""

    cursor: str | None = None
    limit: int = 50
    sort: Sort | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a list shows beside an account; the last three are None before its first folded event.

    `used`, `remaining` and `denied` are those of the present local day, as far as it was folded.
    """

    used: int
    remaining: int
    denied: int
    score: float | None
    tier: int | None
    cap: int | None


@dataclass(frozen=True, slots=True)
class Listing(Generic[Account]):
    """A page of accounts with their figures; `next_cursor` is None at the end."""

    rows: tuple[tuple[Account, Figures], ...]
    next_cursor: str | None


async def list_enterprises(
    connection: AsyncConnection, page: Page, now_ms: int
) -> Listing[Enterprise]:
    """Enterprises by `page`. Raises `CursorError`."""
    today = and_(
        days.c.enterprise_id == enterprises.c.enterprise_id,
        days.c.member_id == "",
        days.c.day == enterprise_views.c.day,
        enterprise_views.c.day_end_ms > now_ms,
    )
    source = enterprises.outerjoin(
        enterprise_views, enterprise_views.c.enterprise_id == enterprises.c.enterprise_id
    ).outerjoin(days, today)
    query = _query(enterprises, source, enterprise_views, enterprises.c.enterprise_id, page)
    rows = (await connection.execute(query)).mappings().all()
    shown = tuple((enterprise_of(row), _figures(row)) for row in rows[: page.limit])
    return Listing(shown, _next_cursor(rows, page, "enterprise_id"))


async def list_members(
    connection: AsyncConnection, enterprise_id: str, page: Page, now_ms: int
) -> Listing[Member]:
    """Members of an enterprise by `page`. Raises `CursorError`."""
    present = (
        select(enterprise_views.c.day)
        .where(
            enterprise_views.c.enterprise_id == enterprise_id,
            enterprise_views.c.day_end_ms > now_ms,
        )
        .scalar_subquery()
    )
    same = members.c.member_id
    source = members.outerjoin(
        member_views,
        and_(
            member_views.c.enterprise_id == members.c.enterprise_id,
            member_views.c.member_id == same,
        ),
    ).outerjoin(
        days,
        and_(
            days.c.enterprise_id == members.c.enterprise_id,
            days.c.member_id == same,
            days.c.day == present,
        ),
    )
    query = _query(members, source, member_views, same, page)
    query = query.where(members.c.enterprise_id == enterprise_id)
    rows = (await connection.execute(query)).mappings().all()
    shown = tuple((member_of(row), _figures(row)) for row in rows[: page.limit])
    return Listing(shown, _next_cursor(rows, page, "member_id"))


def _query(
    table: Table, source: FromClause, views: Table, key: Column[str], page: Page
) -> Select[tuple[Any, ...]]:
    denied = sum((days.c[f"denied_{reason}"] for reason in DENIAL_REASONS), start=literal(0))
    used = func.coalesce(days.c.charged, 0)
    cap = func.coalesce(views.c.cap_active, 0)
    figures: dict[str, ColumnElement[Any]] = {
        "used": used,
        "remaining": case((cap > used, cap - used), else_=0),
        "denied": func.coalesce(denied, 0),
        "score": func.coalesce(views.c.score, -1.0),
    }
    query = select(
        table,
        *(column.label(f"_{name}") for name, column in figures.items()),
        views.c.tier.label("_tier"),
        views.c.cap_active.label("_cap"),
    ).select_from(source)
    if page.q:
        named = (column.icontains(page.q, autoescape=True) for column in (key, table.c.name))
        query = query.where(or_(*named))
    value, last = _read_cursor(page)
    if page.sort is None:
        query = query.where(key > last) if last else query
        return query.order_by(key).limit(page.limit + 1)
    by = figures[page.sort]
    if last:
        query = query.where(or_(by < value, and_(by == value, key > last)))
    return query.order_by(by.desc(), key).limit(page.limit + 1)


def _figures(row: RowMapping) -> Figures:
    score = None if row["_tier"] is None else row["_score"]
    return Figures(
        row["_used"], row["_remaining"], row["_denied"], score, row["_tier"], row["_cap"]
    )


def _next_cursor(rows: Sequence[RowMapping], page: Page, key: str) -> str | None:
    if len(rows) <= page.limit:
        return None
    last = rows[page.limit - 1]
    place = [page.sort, None if page.sort is None else last[f"_{page.sort}"], last[key]]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(page: Page) -> tuple[float, str]:
    """The sort value and the id that the page before ended with; an empty id for none."""
    if page.cursor is None:
        return 0, ""
    try:
        padded = page.cursor + "=" * (-len(page.cursor) % 4)
        sort, value, last = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, TypeError) as error:
        raise CursorError("the cursor is none of this list") from error
    if sort != page.sort or not _is_id(last) or not _is_figure(value, page.sort):
        raise CursorError("the cursor is none of this list")
    return value or 0, last


def _is_id(value: object) -> bool:
    """Whether an id may be so: PostgreSQL refuses to compare with what it cannot hold."""
    if not isinstance(value, str) or "\0" in value:
        return False
    return value.encode(errors="ignore").decode() == value


def _is_figure(value: object, sort: Sort | None) -> bool:
    """Whether what is sorted by can have that value."""
    if sort is None:
        return value is None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 1 << 31 and (sort == "score" or isinstance(value, int))

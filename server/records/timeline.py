"""What happened to a member, newest first: journal, flags, cases, penalties and tiers, merged.

Each source is read by an index, behind the same place and no further than a page: what it has
beyond comes after the page, too. Of one instant, sources stand in the order of their names, and
within a source its own order counts, as the database compares.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import cursors, days
from server.records.case_rows import record_of
from server.records.cursors import CursorError
from server.records.tables import cases, flags, journal, penalties

ADD = "add.requested"
OUTCOMES = (
    "contact.accepted",
    "contact.declined",
    "contact.deleted",
    "contact.blocked",
    "contact.complained",
)
SOURCES = ("case", "day", "flag", "journal", "penalty")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something at an instant. `id` tells it from others of its source and instant.

    `body`: of the journal the event, of a case the record, of others what their rows say.
    """

    at_ms: int
    source: str
    id: str | int
    body: Any


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose timeline, and which part of it: `limit` happenings behind `cursor`.

    `hidden`: without outcomes, flags and cases. `begins_ms` says when a local day begins.
    """

    enterprise_id: str
    member_id: str
    now_ms: int
    begins_ms: Callable[[int], int]
    hidden: bool = True
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of happenings, newest first; `next_cursor` is None at the end."""

    items: tuple[Happening, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the page before ended."""

    at_ms: int
    source: str
    id: str | int

    def behind(
        self, source: str, at: ColumnElement[int], id_: ColumnElement[Any]
    ) -> ColumnElement[bool]:
        """The condition of what comes after it in a source."""
        if source != self.source:
            return at <= self.at_ms if source < self.source else at < self.at_ms
        return or_(at < self.at_ms, and_(at == self.at_ms, id_ < self.id))


async def read(connection: AsyncConnection, asked: Asked) -> Timeline:
    """A page of a member's timeline. Raises `CursorError`."""
    place = _place(asked.cursor)
    shown = SOURCES if not asked.hidden else ("day", "journal", "penalty")
    found: list[Happening] = []
    for source in shown:
        found += await _READ[source](connection, asked, place)
    # Sorting is stable: each source keeps its own order.
    found.sort(key=lambda one: (one.at_ms, one.source), reverse=True)
    page = tuple(found[: asked.limit])
    if len(found) <= asked.limit:
        return Timeline(page, None)
    last = page[-1]
    return Timeline(page, cursors.written([last.at_ms, last.source, last.id]))


def _place(cursor: str | None) -> _Place | None:
    if cursor is None:
        return None
    at_ms, source, id_ = cursors.read(cursor, 3)
    if source not in SOURCES or not cursors.is_whole(at_ms):
        raise CursorError
    right = cursors.is_whole if source in {"day", "journal"} else cursors.is_id
    if not right(id_):
        raise CursorError
    return _Place(at_ms, source, id_)


def _page(
    query: Select[Any],
    source: str,
    at: ColumnElement[int],
    id_: ColumnElement[Any],
    part: tuple[Asked, _Place | None],
) -> Select[Any]:
    asked, place = part
    if place is not None:
        query = query.where(place.behind(source, at, id_))
    return query.order_by(at.desc(), id_.desc()).limit(asked.limit + 1)


async def _journal(
    connection: AsyncConnection, asked: Asked, place: _Place | None
) -> list[Happening]:
    types = (ADD,) if asked.hidden else (ADD, *OUTCOMES)
    at, seq = journal.c.received_ms, journal.c.seq
    query = select(at, seq, journal.c.payload).where(
        journal.c.enterprise_id == asked.enterprise_id,
        journal.c.member_id == asked.member_id,
        journal.c.type.in_(types),
    )
    rows = await connection.execute(_page(query, "journal", at, seq, (asked, place)))
    return [Happening(at_ms, "journal", seq, from_json(text)) for at_ms, seq, text in rows]


async def _flags(
    connection: AsyncConnection, asked: Asked, place: _Place | None
) -> list[Happening]:
    query = select(flags).where(
        flags.c.enterprise_id == asked.enterprise_id, flags.c.member_id == asked.member_id
    )
    rows = await connection.execute(_page(query, "flag", flags.c.at_ms, flags.c.id, (asked, place)))
    return [Happening(row["at_ms"], "flag", row["id"], row) for row in rows.mappings()]


async def _cases(
    connection: AsyncConnection, asked: Asked, place: _Place | None
) -> list[Happening]:
    query = select(cases).where(
        cases.c.enterprise_id == asked.enterprise_id, cases.c.member_id == asked.member_id
    )
    page = _page(query, "case", cases.c.opened_ms, cases.c.id, (asked, place))
    found = [record_of(row).case for row in (await connection.execute(page)).mappings()]
    return [Happening(one.opened_ms, "case", one.id, one) for one in found]


async def _penalties(
    connection: AsyncConnection, asked: Asked, place: _Place | None
) -> list[Happening]:
    """Up to three of each penalty: that it was imposed, that it ended, that it was overturned."""
    one = penalties.c
    whose = one.enterprise_id == asked.enterprise_id, one.member_id == asked.member_id
    told = one.id, one.type, one.scope, one.is_hold
    lifted_first = or_(one.ends_ms.is_(None), one.lifted_ms < one.ends_ms)
    ended_ms = case(
        (and_(one.lifted_ms.is_not(None), lifted_first), one.lifted_ms), else_=one.ends_ms
    )
    ended = ended_ms <= asked.now_ms, or_(one.overturned_ms.is_(None), ended_ms < one.overturned_ms)
    events = union_all(
        *(
            select(*told, at.label("at_ms"), literal(event).label("event")).where(*whose, *where)
            for event, at, where in (
                ("imposed", one.starts_ms, ()),
                ("ended", ended_ms, ended),
                ("overturned", one.overturned_ms, (one.overturned_ms.is_not(None),)),
            )
        )
    ).subquery("events")
    id_ = (events.c.id + " " + events.c.event).label("place")
    query = select(events, id_)
    page = _page(query, "penalty", events.c.at_ms, id_, (asked, place))
    rows = (await connection.execute(page)).mappings()
    return [Happening(row["at_ms"], "penalty", row["place"], row) for row in rows]


async def _days(connection: AsyncConnection, asked: Asked, place: _Place | None) -> list[Happening]:
    """Days whose tier is another than that of the day before: at most `days.KEEP_DAYS` are kept."""
    rows = await days.tiers(connection, asked.enterprise_id, asked.member_id)
    found = [
        Happening(asked.begins_ms(day), "day", day, {"day": day, "from": before, "to": tier})
        for (_, before), (day, tier) in pairwise(rows)
        if tier != before
    ]
    if place is not None:
        # Each day begins at an instant of its own, so its number needs no comparing.
        edge = (place.at_ms, place.source)
        found = [one for one in found if (one.at_ms, one.source) < edge]
    return found[::-1][: asked.limit + 1]


_Read = Callable[[AsyncConnection, Asked, _Place | None], Awaitable[list[Happening]]]
_READ: Mapping[str, _Read] = {
    "case": _cases,
    "day": _days,
    "flag": _flags,
    "journal": _journal,
    "penalty": _penalties,
}

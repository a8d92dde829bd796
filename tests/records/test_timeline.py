"""A member's timeline: every source merged, newest first, cut into pages at any place."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from server.records import cases, cursors, days, flags, journal, penalties, tables, timeline
from server.records.case_rows import CaseRecord
from server.records.cursors import CursorError
from server.records.days import DayRecord
from server.records.engine import Database
from server.records.flags import FlagRecord
from server.records.journal import Entry
from server.records.penalty_rows import PenaltyRecord
from server.records.timeline import Asked, Happening, Timeline
from tests.penalties.build import case_of, penalty, violation

NOW_MS = 10
TIMES = st.integers(1, 4)


def asked(**changed: Any) -> Asked:
    plain: dict[str, Any] = {"hidden": False, "limit": 50, "begins_ms": lambda day: day}
    return Asked("acme", "li", NOW_MS, **plain | changed)


def entry(seq: int, at_ms: int, type_: str = timeline.ADD, member: str = "li") -> Entry:
    return Entry(0, seq, type_, at_ms, "acme", member, json.dumps({"type": type_, "seq": seq}))


def flag(number: int, at_ms: int) -> FlagRecord:
    return FlagRecord(
        f"f-{number}", 0, 1, at_ms, "acme", "li", "p", "review", 1.5, 1.0, 3, "[]", 1, "[]"
    )


async def pages(database: Database, part: Asked) -> list[Happening]:
    """All pages of a timeline, one after the other."""
    found: list[Happening] = []
    for _ in range(99):
        page = await read(database, part)
        assert len(page.items) <= part.limit
        found += page.items
        if page.next_cursor is None:
            return found
        part = replace(part, cursor=page.next_cursor)
    raise AssertionError("it never ends")


async def read(database: Database, part: Asked) -> Timeline:
    async with database.read() as connection:
        return await timeline.read(connection, part)


async def filled(
    database: Database,
    entries: Sequence[Entry] = (),
    raised: Sequence[FlagRecord] = (),
    tiers: Sequence[int] = (),
    opened: Sequence[int] = (),
    imposed: Sequence[Any] = (),
) -> None:
    """A record of exactly this; `opened` are times of cases, `tiers` those of days from 1 on."""
    async with database.write() as connection:
        for table in (tables.journal, tables.flags, tables.cases, tables.penalties, tables.days):
            await connection.execute(delete(table))
        await journal.append(connection, entries)
        await flags.append(connection, raised)
        for number, at_ms in enumerate(opened):
            case = case_of(violation(f"v-{number}"), at_ms)
            await cases.add(connection, CaseRecord(replace(case, id=f"c-{number}"), 0, 1, 1))
        await penalties.add(connection, [PenaltyRecord(one, 0) for one in imposed])
        records = [DayRecord("acme", "li", n, {}, 5, 1.0, t) for n, t in enumerate(tiers, 1)]
        await days.add(connection, records)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    times=st.lists(st.tuples(TIMES, st.sampled_from((timeline.ADD, *timeline.OUTCOMES)))),
    raised=st.lists(TIMES, max_size=4),
    tiers=st.lists(st.integers(0, 2), max_size=4),
    opened=st.lists(TIMES, max_size=4),
    ends=st.lists(st.tuples(TIMES, TIMES, st.none() | TIMES), max_size=4),
    limit=st.integers(1, 4),
    hidden=st.booleans(),
)
async def test_pages_are_one_list_newest_first(
    database: Database,
    times: list[tuple[int, str]],
    raised: list[int],
    tiers: list[int],
    opened: list[int],
    ends: list[tuple[int, int, int | None]],
    limit: int,
    hidden: bool,
) -> None:
    imposed = [
        penalty(f"p-{n}", starts_ms=start, ends_ms=start + more, overturned_ms=over)
        for n, (start, more, over) in enumerate(ends)
    ]
    entries = [entry(n, at_ms, type_) for n, (at_ms, type_) in enumerate(times, 1)]
    await filled(
        database, entries, [flag(n, at) for n, at in enumerate(raised)], tiers, opened, imposed
    )
    part = asked(hidden=hidden)
    whole = (await read(database, part)).items
    assert await pages(database, replace(part, limit=limit)) == list(whole)
    assert [one.at_ms for one in whole] == sorted((one.at_ms for one in whole), reverse=True)
    of = {source: [one for one in whole if one.source == source] for source in timeline.SOURCES}
    shown = [one for one in entries if not hidden or one.type == timeline.ADD]
    assert {one.id for one in of["journal"]} == {one.seq for one in shown}
    assert len(of["flag"]) == (0 if hidden else len(raised))
    assert len(of["case"]) == (0 if hidden else len(opened))
    changes = sum(before != after for before, after in pairwise(tiers))
    assert len(of["day"]) == changes
    events = [(one.body["id"], one.body["event"]) for one in of["penalty"]]
    assert events.count(("p-0", "imposed")) == min(len(ends), 1)
    overturned = {name for name, event in events if event == "overturned"}
    assert overturned == {one.id for one in imposed if one.overturned_ms is not None}


async def test_a_penalty_that_was_lifted_ended_then_and_one_that_binds_did_not(
    database: Database,
) -> None:
    lifted = penalty("p-1", starts_ms=1, ends_ms=9, lifted_ms=4)
    binds = penalty("p-2", starts_ms=2, ends_ms=NOW_MS + 1)
    for_good = penalty("p-3", starts_ms=3, ends_ms=None)
    early = penalty("p-4", starts_ms=5, ends_ms=9, overturned_ms=6)
    await filled(database, imposed=[lifted, binds, for_good, early])
    found = [
        (one.at_ms, one.body["id"], one.body["event"]) for one in await pages(database, asked())
    ]
    assert found == [
        (6, "p-4", "overturned"),
        (5, "p-4", "imposed"),
        (4, "p-1", "ended"),
        (3, "p-3", "imposed"),
        (2, "p-2", "imposed"),
        (1, "p-1", "imposed"),
    ]


async def test_what_is_somebody_elses_is_not_in_it(database: Database) -> None:
    await filled(database, [entry(1, 1, member="mu"), entry(2, 2, "usage.reported"), entry(3, 3)])
    assert [one.id for one in await pages(database, asked())] == [3]


@pytest.mark.parametrize(
    "place",
    [
        [1, "journal"],
        [1, "journal", "x"],
        [1, "penalty", 3],
        [1, "penalty", "p\0"],
        [1, "nothing", "x"],
        [1.5, "journal", 1],
        [True, "journal", 1],
        [1 << 63, "journal", 1],
        [1, "journal", 1 << 64],
        [1, ["journal"], 1],
    ],
)
async def test_a_cursor_that_was_made_up_is_refused(database: Database, place: Any) -> None:
    with pytest.raises(CursorError):
        await read(database, asked(cursor=cursors.written(place)))

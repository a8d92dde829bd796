"""Accounts, their history and what is listed of them."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from server.records import accounts, days, listings, views
from server.records.accounts import Enterprise, Member
from server.records.cursors import CursorError
from server.records.days import DayRecord
from server.records.engine import Database
from server.records.listing_pages import Page, Sort
from server.records.views import EnterpriseRow, MemberRow

ACME = Enterprise("acme", 5, 5, "Acme", "Asia/Tokyo", "verified", {"logo": "x"})


async def test_a_description_replaces_another_but_not_the_first_sight(database: Database) -> None:
    async with database.write() as connection:
        await accounts.first_seen(
            connection, [Enterprise("acme", 1, 1)], [Member("acme", "li", 1, 1)]
        )
        await accounts.put_enterprise(connection, ACME)
        await accounts.put_member(connection, Member("acme", "li", 9, 9, "Li", 3, "wx", "p-1"))
        await accounts.first_seen(connection, [Enterprise("acme", 2, 2)], [])
        assert await accounts.get_enterprise(connection, "acme") == replace(ACME, first_seen_ms=1)
        member = await accounts.get_member(connection, "acme", "li")
        assert member == Member("acme", "li", 1, 9, "Li", 3, "wx", "p-1")
        assert await accounts.get_member(connection, "acme", "wu") is None
        assert await accounts.zones(connection, "Asia/Shanghai") == {"acme": "Asia/Tokyo"}


def _day(day: int, cap: int, **counts: int) -> DayRecord:
    return DayRecord("acme", "li", day, counts, cap, 50.0, 2)


async def test_counts_add_up_and_a_day_that_is_over_keeps_its_cap(database: Database) -> None:
    async with database.write() as connection:
        await days.add(connection, [_day(1, 20, requested=1, denied_member_burst=1)])
        await days.add(connection, [_day(1, 30, requested=2, allowed=2)])
        await days.add_late(connection, [_day(1, 99, charged=-1), _day(2, 40, charged=1)])
        first, second = await days.history(connection, "acme", "li", 1)
        assert await days.history(connection, "acme", "", 1) == []
    assert (first.cap, first.denied) == (30, {"member_burst": 1})
    assert first.counts == {
        "requested": 3, "allowed": 2, "charged": -1, "denied_member_burst": 1,
    }  # fmt: skip
    assert (second.cap, second.counts) == (40, {"charged": 1})


async def test_old_days_go_a_few_at_a_time(database: Database) -> None:
    async with database.write() as connection:
        await days.add(connection, [_day(n, 20, requested=1) for n in range(10)])
        assert await days.prune(connection, 8, 5) == 5
        assert [d.day for d in await days.history(connection, "acme", "li", 0)] == [5, 6, 7, 8, 9]
        assert await days.prune(connection, 8, 5) == 3


async def _listed(database: Database) -> None:
    row = EnterpriseRow("acme", 0, "{}", 1, 7, 1_000, 60.0, 2, 300, 3000, 500)
    members = [MemberRow("acme", f"m{n}", 0, "{}", 1, 7, 10.0 * n, 1, 20, 200) for n in range(5)]
    seen = [Member("acme", f"m{n}", 1, 1) for n in range(6)]
    counts = [{"charged": n, "denied_member_burst": 5 - n} for n in range(5)]
    today = [DayRecord("acme", f"m{n}", 7, counts[n], 20, 1, 1) for n in range(5)]
    async with database.write() as connection:
        await accounts.first_seen(connection, [Enterprise("acme", 1, 1)], seen)
        await views.save(connection, enterprises=[row], members=members)
        await days.add(connection, today)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, ["m0", "m1", "m2", "m3", "m4", "m5"]),
        ("used", ["m4", "m3", "m2", "m1", "m0", "m5"]),
        ("remaining", ["m0", "m1", "m2", "m3", "m4", "m5"]),
        ("score", ["m4", "m3", "m2", "m1", "m0", "m5"]),
        ("denied", ["m0", "m1", "m2", "m3", "m4", "m5"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 6])
async def test_lists_page_by_page_in_every_order(
    database: Database, sort: Sort | None, order: list[str], limit: int
) -> None:
    await _listed(database)
    found: list[str] = []
    page = Page(limit=limit, sort=sort)
    for _ in range(7):
        async with database.read() as connection:
            listing = await listings.list_members(connection, "acme", page, 999)
        found += [member.member_id for member, _ in listing.rows]
        if listing.next_cursor is None:
            break
        page = replace(page, cursor=listing.next_cursor)
    assert found == order


async def test_figures_are_those_of_a_day_that_still_runs(database: Database) -> None:
    await _listed(database)
    async with database.read() as connection:
        running = await listings.list_members(connection, "acme", Page(), 999)
        over = await listings.list_members(connection, "acme", Page(), 1_000)
        every = await listings.list_enterprises(connection, Page(q="ACM"), 999)
    assert [f.used for _, f in running.rows] == [0, 1, 2, 3, 4, 0]
    assert running.rows[3][1].remaining == 17
    assert running.rows[5][1].score is None
    assert [f.used for _, f in over.rows] == [0] * 6
    assert [e.enterprise_id for e, _ in every.rows] == ["acme"]


async def test_a_search_is_no_pattern_and_a_cursor_is_checked(database: Database) -> None:
    await _listed(database)
    async with database.read() as connection:
        assert (await listings.list_members(connection, "acme", Page(q="%"), 0)).rows == ()
        found = await listings.list_members(connection, "acme", Page(limit=1, sort="used"), 0)
        for cursor in ("x", "bm9uZQ", found.next_cursor):
            with pytest.raises(CursorError):
                await listings.list_members(connection, "acme", Page(cursor=cursor), 0)


@pytest.mark.parametrize(
    "place",
    [
        ["used", "desc", 1.5, "m1"],
        ["used", "desc", 1 << 31, "m1"],
        ["used", "desc", True, "m1"],
        ["score", "desc", float("inf"), "m1"],
        ["score", "desc", float("nan"), "m1"],
        ["score", "desc", 10**400, "m1"],
        ["score", "desc", 5.0, "m\0"],
        ["score", "desc", 5.0, "m\ud800"],
    ],
)
async def test_a_cursor_that_was_made_up_is_refused(database: Database, place: list[Any]) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    async with database.read() as connection:
        with pytest.raises(CursorError):
            await listings.list_members(connection, "acme", Page(cursor, sort=place[0]), 0)


async def test_a_cursor_may_hold_any_score(database: Database) -> None:
    await _listed(database)
    cursor = base64.urlsafe_b64encode(json.dumps(["score", "desc", 20, "m2"]).encode()).decode()
    async with database.read() as connection:
        page = await listings.list_members(connection, "acme", Page(cursor, sort="score"), 0)
    assert [member.member_id for member, _ in page.rows][:2] == ["m1", "m0"]

"""Lists of members, against sorted lists: every order, with ties and accounts of no fold yet."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from penalties.restrictions import Scope
from server.http.rounding import coarse_score
from server.records import accounts, cursors, days, listings, penalties, tables, views
from server.records.accounts import Enterprise, Member
from server.records.days import DayRecord
from server.records.engine import Database
from server.records.listing_pages import COARSE_STEP, Figures, Listing, Only, Order, Page, Sort
from server.records.penalty_rows import PenaltyRecord
from server.records.views import EnterpriseRow, MemberRow
from tests.penalties.build import penalty

DAY, NOW_MS, DAY_END_MS = 7, 999, 1_000
ORDERS: tuple[Order | None, ...] = (None, *get_args(Order))
SORTS: tuple[Sort | None, ...] = (None, *get_args(Sort))


@dataclass(frozen=True)
class One:
    """A member as a test makes it; without a view where `cap` is None."""

    member_id: str
    used: int = 0
    denied: int = 0
    cap: int | None = None
    score: float = 0.0

    def counts(self) -> dict[str, int]:
        return {"charged": self.used, "denied_member_burst": self.denied}

    def figures(self) -> dict[str, Any]:
        cap = self.cap or 0
        share = self.used / cap if cap > 0 else float(self.used > 0)
        return {
            "id": self.member_id,
            "used": self.used,
            "remaining": max(cap - self.used, 0),
            "score": -1.0 if self.cap is None else self.score,
            "denied": self.denied,
            "share": share,
        }


async def filled(database: Database, some: list[One]) -> None:
    """An enterprise of exactly these members, and another one that has the same."""
    async with database.write() as connection:
        for table in (tables.members, tables.member_views, tables.days, tables.penalties):
            await connection.execute(delete(table))
        for company in ("acme", "other"):
            row = EnterpriseRow(company, 0, "{}", 1, DAY, DAY_END_MS, 60.0, 2, 300, 3000, 500)
            seen = [Member(company, one.member_id, 1, 1) for one in some]
            await accounts.first_seen(connection, [Enterprise(company, 1, 1)], seen)
            folded = [
                MemberRow(company, one.member_id, 0, "{}", 1, DAY, one.score, 1, one.cap, 9)
                for one in some
                if one.cap is not None
            ]
            await views.save(connection, enterprises=[row], members=folded)
            today = [
                DayRecord(company, one.member_id, DAY, one.counts(), 20, 1, 1)
                for one in some
                if one.used or one.denied
            ]
            yesterday = [replace(one, day=DAY - 1, counts={"charged": 3}) for one in today]
            await days.add(connection, today + yesterday)


async def listed(database: Database, page: Page) -> list[tuple[str, Figures]]:
    """All pages of a list, one after the other."""
    found: list[tuple[str, Figures]] = []
    total: int | None = None
    for turn in itertools.count():
        async with database.read() as connection:
            listing: Listing[Member] = await listings.list_members(connection, "acme", page, NOW_MS)
        assert (listing.total is None) is (turn > 0)
        found += [(member.member_id, figures) for member, figures in listing.rows]
        total = total if turn else listing.total
        if listing.next_cursor is None:
            assert total == len(found)
            return found
        page = replace(page, cursor=listing.next_cursor)
    raise AssertionError


def expected(some: list[One], page: Page) -> list[str]:
    """Ids in the order of the page, as Python sorts."""
    by_id = sorted(some, key=lambda one: one.member_id)
    by_id.sort(key=lambda one: one.figures()[page.by], reverse=page.falls)
    return [one.member_id for one in by_id]


MEMBERS = st.lists(
    st.builds(
        One,
        member_id=st.text("ab:9Z", min_size=1, max_size=3),
        used=st.integers(0, 6),
        denied=st.integers(0, 2),
        cap=st.none() | st.integers(0, 5),
        score=st.sampled_from((0.0, 33.333333333333336, 50.0, 0.1 + 0.2)),
    ),
    unique_by=lambda one: one.member_id,
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=MEMBERS, limit=st.integers(1, 5))
async def test_pages_in_every_order_are_the_sorted_list(
    database: Database, some: list[One], limit: int
) -> None:
    await filled(database, some)
    for sort, order in itertools.product(SORTS, ORDERS):
        page = Page(limit=limit, sort=sort, order=order)
        assert [name for name, _ in await listed(database, page)] == expected(some, page), page


FILTERS: Mapping[str, Callable[[Figures], bool]] = {
    "at_cap": lambda f: f.used >= (f.cap or 99),
    "near_cap": lambda f: f.used * 5 >= (f.cap or 99) * 4,
    "denied": lambda f: f.denied > 0,
    "unused": lambda f: f.used == 0,
    "restricted": lambda f: f.restricted,
}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=MEMBERS)
async def test_a_filter_keeps_what_it_says_in_order(database: Database, some: list[One]) -> None:
    assert set(FILTERS) == set(get_args(Only))
    await filled(database, some)
    async with database.write() as connection:
        for n, one in enumerate(some[::2]):
            held = penalty(f"p-{n}", member_id=one.member_id)
            await penalties.add(connection, [PenaltyRecord(held, 0)])
    all_of_them = await listed(database, Page(sort="share"))
    held_ids = {one.member_id for one in some[::2]}
    assert {name for name, figures in all_of_them if figures.restricted} == held_ids
    for only in get_args(Only):
        found = await listed(database, Page(sort="share", only=only, limit=2))
        kept = [one for one in all_of_them if FILTERS[only](one[1])]
        assert found == kept, only


async def test_a_coarse_list_has_no_finer_score_in_rows_order_or_cursor(
    database: Database,
) -> None:
    some = [One(f"m{n}", cap=5, score=60 + n * 0.7) for n in range(9)]
    await filled(database, some)
    page = Page(limit=2, sort="score", order="asc", coarse=True)
    found = await listed(database, page)
    scores = [figures.score for _, figures in found]
    assert all(score is not None and score % COARSE_STEP == 0 for score in scores)
    assert found == sorted(found, key=lambda row: (row[1].score or 0, row[0]))
    async with database.read() as connection:
        listing = await listings.list_members(connection, "acme", page, NOW_MS)
    assert listing.next_cursor is not None
    assert cursors.read(listing.next_cursor, 4) == ["score", "asc", 60.0, "m1"]


async def test_a_coarse_list_rounds_as_a_score_that_stands_alone(database: Database) -> None:
    scores = (0.0, 2.4, 2.5, 7.5, 12.4999, 12.5, 17.5, 62.5, 67.5, 97.5, 100.0)
    await filled(database, [One(f"m{n:02}", cap=5, score=one) for n, one in enumerate(scores)])
    found = await listed(database, Page(coarse=True))
    assert [figures.score for _, figures in found] == [coarse_score(one) for one in scores]
    assert found[scores.index(12.5)][1].score == 15


async def _restricted(database: Database) -> list[str]:
    return [name for name, _ in await listed(database, Page(only="restricted"))]


async def _impose(database: Database, *held: Any) -> None:
    async with database.write() as connection:
        await penalties.add(connection, [PenaltyRecord(one, 0) for one in held])


async def test_restricted_are_those_whom_something_binds_now(database: Database) -> None:
    await filled(database, [One("a"), One("b"), One("c"), One("d")])
    over = penalty("p-1", enterprise_id="acme", member_id="a", ends_ms=NOW_MS)
    lifted = replace(penalty("p-2", enterprise_id="acme", member_id="b"), lifted_ms=NOW_MS)
    elsewhere = penalty("p-3", enterprise_id="other", member_id="c")
    admin = penalty("p-4", enterprise_id="acme", scope=Scope.ADMIN_ACCOUNT)
    await _impose(database, over, lifted, elsewhere, admin)
    assert await _restricted(database) == []
    await _impose(
        database,
        penalty("p-5", enterprise_id="acme", member_id="d", ends_ms=NOW_MS + 1, is_hold=True),
    )
    assert await _restricted(database) == ["d"]
    await _impose(database, penalty("p-6", enterprise_id="acme", scope=Scope.ENTERPRISE_ACCOUNT))
    assert await _restricted(database) == ["a", "b", "c", "d"]


async def test_what_follows_a_person_restricts_each_of_its_accounts(database: Database) -> None:
    await filled(database, [One("a"), One("b"), One("c")])
    async with database.write() as connection:
        for company, name, person in (("acme", "a", "p"), ("acme", "b", "q"), ("other", "c", "q")):
            await accounts.put_member(connection, Member(company, name, 1, 1, person_id=person))
    await _impose(
        database,
        penalty("p-1", enterprise_id="other", member_id="b", person_id="p", scope=Scope.INTEROP),
    )
    assert await _restricted(database) == ["a"]
    await _impose(
        database, penalty("p-2", enterprise_id="other", member_id="c", scope=Scope.INTEROP)
    )
    assert await _restricted(database) == ["a", "b"]


@pytest.mark.parametrize("only", [None, "at_cap", "restricted"])
async def test_enterprises_are_sorted_and_filtered_alike(
    database: Database, only: Only | None
) -> None:
    async with database.write() as connection:
        for n in range(5):
            name = f"e{n}"
            row = EnterpriseRow(name, 0, "{}", 1, DAY, DAY_END_MS, 10.0 * n, 2, 4, 40, 500)
            await accounts.first_seen(connection, [Enterprise(name, 1, 1)], [])
            await views.save(connection, enterprises=[row])
            await days.add(connection, [DayRecord(name, "", DAY, {"charged": 2 * n}, 4, 1, 1)])
    await _impose(
        database,
        penalty("p-1", enterprise_id="e1", scope=Scope.ADMIN_ACCOUNT),
        penalty("p-2", enterprise_id="e2"),
    )
    async with database.read() as connection:
        page = Page(sort="share", order="asc", only=only)
        listing = await listings.list_enterprises(connection, page, NOW_MS)
    ids = [one.enterprise_id for one, _ in listing.rows]
    wanted = {None: ["e0", "e1", "e2", "e3", "e4"], "at_cap": ["e2", "e3", "e4"]}
    assert ids == wanted.get(only, ["e1"])
    assert listing.total == len(ids)

"""The platform on record: its days, who is near the cap, what waits; days by their own index."""

from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Hold
from server.records import accounts, cases, days, overview, views
from server.records.accounts import Enterprise
from server.records.days import DayRecord
from server.records.engine import Database
from server.records.overview import Asked, Near, Undecided
from server.records.views import EnterpriseRow
from tests.appeals import insert_appeal
from tests.conftest import Clock
from tests.enforced import case

DAY_MS = 86_400_000


def _day(enterprise: str, member: str, day: int, cap: int = 10, **counts: int) -> DayRecord:
    return DayRecord(enterprise, member, day, counts, cap, 50.0, 1)


async def test_a_day_is_what_all_enterprises_counted(database: Database) -> None:
    async with database.write() as connection:
        await days.add(
            connection,
            [
                _day("acme", "", 7, requested=3, allowed=2, denied_member_burst=1),
                _day("acme", "li", 7, requested=3),
                _day("beta", "", 7, requested=4, complained=1),
                _day("beta", "", 8, requested=9),
            ],
        )
        found = await overview.platform_day(connection, 7)
        nothing = await overview.platform_day(connection, 6)
    assert found == {"requested": 7, "allowed": 2, "denied_member_burst": 1, "complained": 1}
    assert nothing == {}


async def test_near_its_cap_is_who_has_a_fifth_left_of_the_present_day(
    database: Database, clock: Clock
) -> None:
    today = clock() // DAY_MS

    async def used(connection: AsyncConnection, name: str, charged: int, **more: Any) -> None:
        on = more.get("day", today)
        ends_ms = more.get("ends_ms", clock() + 1)
        view = EnterpriseRow(name, 0, "{}", 5, today, ends_ms, 60.0, 2, 10, 100, 500)
        await views.save(connection, enterprises=[view])
        await days.add(connection, [_day(name, "", on, more.get("cap", 10), charged=charged)])

    async with database.write() as connection:
        await accounts.first_seen(connection, [Enterprise("acme", 1, 1, name="Acme")], [])
        await used(connection, "acme", 9)
        await used(connection, "beta", 8)
        await used(connection, "full", 10)
        await used(connection, "far", 7)
        await used(connection, "idle", 0)
        await used(connection, "yesterday", 10, day=today - 1)
        await used(connection, "over", 10, ends_ms=clock())
        await used(connection, "large", 99, cap=100)
        await days.add(connection, [_day("acme", "li", today, charged=10)])
        found = await overview.near_caps(connection, clock(), 3)
        every = await overview.near_caps(connection, clock(), 10)
    assert [one.enterprise_id for one in every] == ["full", "large", "acme", "beta"]
    assert found == every[:3]
    assert found[2] == Near("acme", "Acme", 9, 10)


async def test_cases_that_wait_are_counted_with_their_holds(database: Database) -> None:
    hold = Hold(starts_ms=0, ends_ms=100)
    waiting = [
        case("c1", 1, opened_ms=5, changed_ms=9, hold=hold),
        case("c2", 2, opened_ms=4, changed_ms=6, hold=replace(hold, ends_ms=50)),
        case("c3", 3, opened_ms=6, changed_ms=6, deferred_day=7),
        case("c4", 4, opened_ms=3, changed_ms=8, state="awaiting_second", hold=hold),
        case("c5", 5, opened_ms=1, changed_ms=99, state="confirmed", deferred_day=7),
    ]
    async with database.write() as connection:
        assert await overview.undecided(connection, 50) == Undecided(0, 0, 0, 0, None, None)
        for record in waiting:
            await cases.add(connection, record)
        found = await overview.undecided(connection, 50)
    assert found == Undecided(3, 1, 2, 1, 4, 9)


async def test_requests_that_wait_for_a_reviewer_are_counted(
    database: Database, clock: Clock
) -> None:
    old_ms = clock() - 40 * DAY_MS
    at = {"created_ms": clock(), "changed_ms": clock(), "due_ms": clock() + 1}
    async with database.write() as connection:
        none = await overview.asked(connection, clock())
        await insert_appeal(connection, "a1", **at)
        await insert_appeal(connection, "a2", **{**at, "due_ms": clock()}, state="under_review")
        await insert_appeal(connection, "a3", **{**at, "due_ms": 1}, state="need_information")
        await insert_appeal(connection, "a4", **at, enterprise_id="beta", kind="application")
        late = {**at, "changed_ms": clock() + 7}
        await insert_appeal(connection, "a5", **late, enterprise_id="beta", state="rejected")
        long_ago = {"created_ms": old_ms, "changed_ms": clock() + 9, "due_ms": old_ms}
        await insert_appeal(connection, "a6", **long_ago, state="rejected")
        every = await overview.asked(connection, clock())
        acme = await overview.asked(connection, clock(), "acme")
        await insert_appeal(connection, "a7", **long_ago, state="need_information")
        waits = await overview.asked(connection, clock(), "acme")
    assert none == Asked(0, 0, 0, None)
    assert every == Asked(2, 1, 1, clock() + 7)
    assert acme == Asked(2, 0, 1, clock())
    assert waits.newest_changed_ms == clock() + 9


async def test_days_are_found_by_the_index_without_members(database: Database) -> None:
    async with database.write() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plans = [
            await _plan(connection, overview.day_query(7)),
            await _plan(connection, overview.near_query(7 * DAY_MS, 10)),
        ]
    for plan in plans:
        assert "ix_days_day_of_enterprises" in plan, plan


async def _plan(connection: AsyncConnection, query: Any) -> str:
    compiled = query.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
    how = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = await connection.exec_driver_sql(f"{how} {compiled}")
    return "\n".join(str(row) for row in rows)

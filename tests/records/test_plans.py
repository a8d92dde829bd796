"""How the engine goes about queries once it has statistics: SQLite, after `ANALYZE`."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.restrictions import Scope
from server.records import gauges, listings, penalties, standing
from server.records.accounts import Member, put_member
from server.records.engine import Database
from server.records.listing_pages import Page
from server.records.penalty_rows import PenaltyRecord
from tests.enforced import World, case
from tests.penalties.build import penalty
from tests.stored import ON_SQLITE

NOW_MS = 1_000


async def _accounts_of(connection: AsyncConnection) -> None:
    some = await penalties.by_ids(connection, ["p1", "p2"])
    assert await standing.accounts_of(connection, some) == [("acme", "m1"), ("acme", "m2")]


Read = Callable[[AsyncConnection], Awaitable[object]]
READS: dict[str, Read] = {
    "all that binds": lambda connection: standing.binding(connection, NOW_MS),
    "what binds a shard": lambda connection: standing.binding(connection, NOW_MS, shard=0),
    "what binds one": lambda connection: standing.binding_of(connection, NOW_MS, "acme", "m1"),
    "whom it binds": _accounts_of,
    "who has a person": lambda connection: standing.accounts_with(connection, {"p1"}),
}


async def _plans_of(database: Database, read: Read) -> list[str]:
    """The steps of every query that is made."""
    async with database.read() as connection:
        asked: list[tuple[str, Any]] = []
        event.listen(
            connection.sync_connection,
            "before_cursor_execute",
            lambda _c, _cursor, statement, values, *_: asked.append((statement, values)),
        )
        await read(connection)
        return [
            step.detail
            for statement, values in list(asked)
            for step in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


@ON_SQLITE
@pytest.mark.parametrize("name", READS)
async def test_members_are_never_gone_through_where_nobody_has_a_person(
    database: Database, name: str
) -> None:
    async with database.write() as connection:
        for n in range(300):
            await put_member(connection, Member("acme", f"m{n}", 0, 0))
        some = [penalty(f"p{n}", member_id=f"m{n}", scope=Scope.INTEROP) for n in range(50)]
        await penalties.add(connection, [PenaltyRecord(one, shard=0) for one in some])
        await connection.execute(text("ANALYZE"))
    plans = await _plans_of(database, READS[name])
    assert any(" members" in step for step in plans), plans
    # The index of those who have a person is empty: to go through it is nothing.
    through = [step for step in plans if step.startswith(("SCAN members", "SCAN owner"))]
    assert [step for step in through if "ix_members_person_id" not in step] == []
    assert not any("AUTOMATIC" in step for step in plans), plans


@ON_SQLITE
async def test_all_members_are_sorted_without_their_documents(database: Database) -> None:
    page = Page(sort="remaining", order="desc")
    plans = await _plans_of(
        database, lambda connection: listings.list_members(connection, "acme", page, NOW_MS)
    )
    views = [step for step in plans if "member_views" in step]
    assert "COVERING INDEX ix_member_views_enterprise_id_member_id_score_cap_active" in views[0]
    assert any("days USING INDEX ix_days_enterprise_id_day_member_id" in step for step in plans)


@ON_SQLITE
async def test_cases_that_were_decided_are_not_gone_through_for_the_gauges(
    database: Database,
) -> None:
    decided = [case(f"c{n}", seq=n, state="dismissed", opened_ms=n) for n in range(300)]
    async with database.write() as connection:
        await World(cases=[*decided, case("open", seq=301)]).keep(connection)
        await connection.execute(text("ANALYZE"))
    plans = await _plans_of(database, gauges.open_cases)
    assert plans == ["SEARCH cases USING INDEX ix_cases_state_opened_ms (state=?)"]

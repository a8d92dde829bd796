"""Figures to publish: what a small world comes to, and any world counted one by one."""

from typing import Any

import pytest

from penalties.restrictions import Scope
from server.records import transparency
from server.records.accounts import Enterprise
from server.records.engine import Database
from server.records.figures import (
    Blocked,
    Cases,
    Ended,
    Figures,
    Flagged,
    Imposed,
    Judged,
    Requests,
)
from server.records.transparency import Period
from tests.enforced import World, case, deed, flag, reported, request
from tests.penalties.build import penalty
from tests.records.counting import Count
from tests.records.worlds import PERIOD, random_world

NONE = {"opened": 0, "confirmed": 0, "dismissed": 0}
NO_APPEALS = dict.fromkeys(("overturned", "modified", "rejected", "withdrawn", "expired"), 0)
NO_APPLICATIONS = dict.fromkeys(("approved", "rejected", "withdrawn", "expired"), 0)
EMPTY = Figures(
    imposed=[],
    ended={name: Ended() for name in ("application", "modification", "overturn")},
    violations=[],
    cases=Cases(NONE, NONE, None),
    appeals=Requests(0, NO_APPEALS, None, 0),
    applications=Requests(0, NO_APPLICATIONS, None, 0),
    blocked=Blocked(0, 0, 0),
    flags=[],
)


async def figures(database: Database, world: World, period: Period = PERIOD) -> Figures:
    async with database.write() as connection:
        await world.keep(connection)
    async with database.read() as connection:
        return await transparency.figures(connection, period)


async def test_an_empty_record_comes_to_nothing(database: Database) -> None:
    assert await figures(database, World()) == EMPTY


async def test_what_is_outside_the_period_comes_to_nothing(database: Database) -> None:
    world = World(
        penalties=[penalty("p1", starts_ms=999), penalty("p2", starts_ms=1_060)],
        violations=[reported("v1", 999), reported("v2", 1_060)],
        cases=[case("c1", opened_ms=999), case("c2", 0, opened_ms=1_060)],
        requests=[request("a1", created_ms=999), request("a2", created_ms=1_060, number=2)],
        flags=[flag("f1", 999), flag("f2", 1_060)],
        enterprises=[Enterprise("acme", 1_060, 1_060)],
        deeds=[deed("violation.upheld", "v1", 999), deed("case.dismissed", "c1", 1_060, "open")],
    )
    assert await figures(database, world) == EMPTY


async def test_a_small_world_counted_by_hand(database: Database) -> None:
    world = World(
        penalties=[
            penalty("p1", starts_ms=1_000),
            penalty("p2", starts_ms=1_059, overturned_ms=1_059),
            penalty("p3", starts_ms=1_001, is_hold=True, automated=True, source="automated"),
            penalty("p4", scope=Scope.ENTERPRISE_ACCOUNT, starts_ms=1_002, violation_id="v1"),
        ],
        violations=[reported("v1", 1_000, without=3), reported("v2", 5, state="overturned")],
        cases=[
            case("c1", 8, opened_ms=900),
            case("c2", 0, opened_ms=1_010),
            case("c3", 9, opened_ms=1_000),
        ],
        requests=[
            request("u1", kind="application", state="approved", decided_ms=1_005, due_ms=2_000),
            request("a1", state="modified", created_ms=1_000, decided_ms=1_050, due_ms=1_049),
            request("a2", penalty_id="p2", state="overturned", created_ms=999, decided_ms=1_059),
        ],
        flags=[flag("f1", 1_000), flag("f2", 1_001, mode="shadow"), flag("f3", 1_059)],
        enterprises=[Enterprise("acme", 1, 1), Enterprise("beta", 1_059, 1_059)],
        deeds=[
            deed("violation.upheld", "v1", 1_000),
            deed("violation.overturned", "v2", 1_059, "upheld"),
            deed("case.confirmed", "c1", 1_000, "open"),
            deed("case.dismissed", "c2", 1_020, "awaiting_second"),
        ],
    )
    ladder = (1, "T1.HARASSING_CONTENT")
    assert await figures(database, world) == Figures(
        imposed=[
            Imposed(*ladder, "enterprise_account", "own_initiative", False, False, 1),
            Imposed(*ladder, "interop", "automated", True, True, 1),
            Imposed(*ladder, "interop", "own_initiative", False, False, 2),
        ],
        ended={"application": Ended(1), "modification": Ended(1), "overturn": Ended(1)},
        violations=[
            Judged(
                *ladder,
                "own_initiative",
                {"reported": 1, "upheld": 1, "dismissed": 0, "overturned": 1},
            )
        ],
        cases=Cases(
            {"opened": 1, "confirmed": 1, "dismissed": 0},
            {"opened": 1, "confirmed": 0, "dismissed": 1},
            55.0,
        ),
        appeals=Requests(1, {**NO_APPEALS, "overturned": 1, "modified": 1}, 55.0, 2),
        applications=Requests(0, {**NO_APPLICATIONS, "approved": 1}, 1_004.0, 0),
        blocked=Blocked(1, 2, 3),
        flags=[Flagged("p", "review", 2), Flagged("p", "shadow", 1)],
    )


async def test_a_case_is_decided_when_that_was_first_said(database: Database) -> None:
    """Escalating a confirmed case is no second decision, and moves no figure to another month."""
    world = World(
        cases=[case("c1", opened_ms=990)],
        deeds=[
            deed("case.confirmed", "c1", 999, "open"),
            deed("case.awaiting_second", "c1", 1_000, "confirmed"),
            deed("case.confirmed", "c1", 1_010, "awaiting_second"),
        ],
    )
    assert await figures(database, world) == EMPTY
    async with database.read() as connection:
        before = await transparency.figures(connection, Period(980, 1_000))
    assert before.cases == Cases({"opened": 1, "confirmed": 1, "dismissed": 0}, NONE, 9.0)


async def test_what_is_overturned_was_not_ended_by_the_application_it_answers(
    database: Database,
) -> None:
    made = {"kind": "application", "state": "approved", "decided_ms": 1_005}
    world = World(
        penalties=[penalty("p1", overturned_ms=1_005), penalty("p2", overturned_ms=1_009)],
        requests=[request("u1", **made), request("u2", penalty_id="p2", **made)],
    )
    found = await figures(database, world)
    assert found.ended == {
        "application": Ended(1),
        "modification": Ended(),
        "overturn": Ended(2),
    }


async def test_a_penalty_modified_twice_is_one(database: Database) -> None:
    made: dict[str, Any] = {"state": "modified", "decided_ms": 1_005}
    world = World(
        penalties=[penalty("p1")], requests=[request(**made), request("a2", number=2, **made)]
    )
    found = await figures(database, world)
    assert found.ended["modification"] == Ended(1)
    assert found.appeals.closed["modified"] == 2


async def test_of_an_enterprise_blocked_twice_members_are_hit_once(database: Database) -> None:
    blocks = [("acme", 3), ("acme", 7), ("acme", 5), ("beta", 2), ("beta", None)]
    block = {"scope": Scope.ENTERPRISE_ACCOUNT, "starts_ms": 1_001}
    world = World(
        penalties=[
            penalty(f"p{n}", violation_id=f"v{n}", enterprise_id=e, **block)
            for n, (e, _) in enumerate(blocks)
        ],
        violations=[reported(f"v{n}", without=hit) for n, (_, hit) in enumerate(blocks)],
    )
    found = await figures(database, world)
    assert found.blocked == Blocked(2, 0, 9)


@pytest.mark.parametrize(("took", "middle"), [([5], 5.0), ([9, 1], 5.0), ([4, 1, 9], 4.0)])
async def test_a_median_is_the_middle_or_between_the_two(
    database: Database, took: list[int], middle: float
) -> None:
    answered = [
        request(f"a{n}", number=n, state="rejected", created_ms=1_010 - t, decided_ms=1_010)
        for n, t in enumerate(took)
    ]
    found = await figures(database, World(requests=answered))
    assert found.appeals.median_ms == middle


@pytest.mark.parametrize("seed", range(12))
async def test_any_world_comes_to_what_counting_it_gives(database: Database, seed: int) -> None:
    world = random_world(seed)
    counted = Count(world, PERIOD).figures()
    assert await figures(database, world) == counted
    assert counted.appeals.median_ms is not None

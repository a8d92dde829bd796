"""What gauges are read from: at their caps, waiting, binding, undelivered, not folded."""

from penalties.restrictions import Scope
from server.records import days, gauges, journal, views
from server.records.days import DayRecord
from server.records.engine import Database
from server.records.gauges import DAY_MS, OpenCases, Unfolded, Waiting
from server.records.journal import Entry
from server.records.tables import deliveries
from server.records.views import EnterpriseRow
from server.records.writing import insert_new
from tests.enforced import World, case, request
from tests.penalties.build import penalty

TODAY = 20_000
NOON_MS = TODAY * DAY_MS + DAY_MS // 2


def view(enterprise_id: str, day: int = TODAY, day_end_ms: int = NOON_MS + 1) -> EnterpriseRow:
    return EnterpriseRow(enterprise_id, 0, "{}", 1, day, day_end_ms, 50.0, 1, 100, 100, 100)


def used(enterprise: str, member: str, charged: int, cap: int, day: int = TODAY) -> DayRecord:
    return DayRecord(enterprise, member, day, {"charged": charged}, cap, 50.0, 1)


async def test_near_and_at_their_caps_are_those_of_the_present_local_day(
    database: Database,
) -> None:
    behind, ahead = TODAY - 1, TODAY + 1
    records = [
        used("acme", "", 80, 100),  # near, exactly
        used("acme", "li", 20, 20),
        used("acme", "wu", 25, 20),  # above a cap that was cut
        used("acme", "an", 15, 20),  # a quarter is left
        used("acme", "yi", 0, 0),
        used("west", "", 79, 100, behind),
        used("west", "ko", 19, 20, behind),
        used("east", "ma", 16, 20, ahead),
        # Days that are over, or whose end was not folded yet.
        used("acme", "li", 20, 20, TODAY - 1),
        used("past", "", 100, 100),
        used("past", "xu", 20, 20),
    ]
    companies = [view("acme"), view("west", behind), view("east", ahead)]
    async with database.write() as connection:
        await views.save(connection, enterprises=[*companies, view("past", day_end_ms=NOON_MS)])
        await days.add(connection, records)
        found = await gauges.at_caps(connection, NOON_MS)
    assert found == {
        ("enterprise", "near"): 1,
        ("member", "at"): 2,
        ("member", "near"): 2,
    }


async def test_cases_requests_and_penalties_are_counted_while_they_wait_or_bind(
    database: Database,
) -> None:
    world = World(
        cases=[
            case("c1", opened_ms=40),
            case("c2", member_id="wu", state="awaiting_second", opened_ms=30, deferred_day=3),
            case("c3", member_id="an", opened_ms=50, deferred_day=3),
            case("c4", member_id="yi", state="dismissed", opened_ms=20, deferred_day=3),
        ],
        requests=[
            request("a1", due_ms=100),
            request("a2", number=2, state="under_review", due_ms=101),
            request("a3", number=3, state="need_information", due_ms=1),
            request("a4", number=4, state="rejected", due_ms=1),
            request("b1", kind="application", due_ms=100),
        ],
        penalties=[
            penalty("p1", scope=Scope.ACTIVE_ADDS, starts_ms=1, ends_ms=101, is_hold=True),
            penalty("p2", scope=Scope.ACTIVE_ADDS, starts_ms=1, ends_ms=100),
            penalty("p3", scope=Scope.INTEROP, starts_ms=1, ends_ms=None),
            penalty("p4", scope=Scope.INTEROP, starts_ms=1, ends_ms=None, overturned_ms=50),
            penalty("p5", scope=Scope.INTEROP, starts_ms=1, ends_ms=None, lifted_ms=50),
        ],
    )
    async with database.write() as connection:
        await world.keep(connection)
        assert await gauges.open_cases(connection) == OpenCases(
            {"open": 2, "awaiting_second": 1}, put_off=2, oldest_ms=30
        )
        waiting = await gauges.requests_waiting(connection, 100)
        binding = await gauges.penalties_binding(connection, 100)
    assert waiting == {"appeal": Waiting(2, 1), "application": Waiting(1, 1)}
    assert binding == {(1, "active_adds", True): 1, (1, "interop", False): 1}


async def test_no_open_case_has_no_age(database: Database) -> None:
    async with database.write() as connection:
        await World(cases=[case("c1", state="dismissed")]).keep(connection)
        assert await gauges.open_cases(connection) == OpenCases({}, put_off=0, oldest_ms=None)


async def test_notices_that_wait_or_were_given_up(database: Database) -> None:
    states = ("waiting", "waiting", "dead", "delivered")
    rows = [
        {
            "webhook_id": "w1",
            "seq": seq,
            "enterprise_id": "acme",
            "member_id": "li",
            "state": state,
            "attempts": 0,
            "next_ms": 0,
            "changed_ms": 0,
            "error": None,
        }
        for seq, state in enumerate(states)
    ]
    async with database.write() as connection:
        await insert_new(connection, deliveries, rows)
        assert await gauges.undelivered(connection) == {"waiting": 2, "dead": 1}


async def test_what_the_journal_has_behind_the_fold(database: Database) -> None:
    entries = [Entry(0, seq, "contact.added", 1_000 + seq, "acme", "li", "{}") for seq in (3, 4, 9)]
    async with database.write() as connection:
        await journal.append(connection, entries)
        assert await gauges.unfolded(connection, 0, 3) == Unfolded(2, 9, 1_004)
        assert await gauges.unfolded(connection, 0, 9) == Unfolded(0, None, None)
        assert await gauges.unfolded(connection, 1, 0) == Unfolded(0, None, None)

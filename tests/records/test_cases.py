"""Cases on record: read for writing, decided once, counted for the circuit breaker."""

import asyncio
from dataclasses import replace
from typing import Any

from penalties.cases import Case, CaseDecision, Hold, decided
from server.records import cases, standing
from server.records.case_rows import CaseRecord
from server.records.cases import CaseFilter
from server.records.engine import Database


def record(n: int = 1, **changed: Any) -> CaseRecord:
    """The n-th case of `acme`'s member `m<n>`, opened at n ms."""
    plain: dict[str, Any] = {
        "id": f"0-{n}-member",
        "enterprise_id": "acme",
        "member_id": f"m{n}",
        "level": "enforce",
        "posterior": 0.75,
        "contributions": {"hard_negatives": 6.5, "machine_timing": 0.0},
        "patterns": ("hard_negatives",),
        "flags": (f"0-{n}-hard_negatives",),
        "evidence": ("5 blocked — of 9",),
        "events": ("e1", "e2"),
        "adds_before": 9,
        "opened_ms": n,
        "changed_ms": n,
        "policy_version": 2,
    }
    return CaseRecord(Case(**plain | changed), 0, n, n)


def decision(action: Any = "dismiss", holder: str = "ann") -> CaseDecision:
    return CaseDecision(50, action, holder, "k-1", "looked", None)


async def _add(database: Database, *records: CaseRecord) -> None:
    async with database.write() as connection:
        for each in records:
            await cases.add(connection, each)


async def test_a_case_comes_back_as_it_was_kept(database: Database) -> None:
    held = record(2, hold=Hold(2, 9), enforced_day=20_000)
    after = decided(held.case, decision())
    assert after is not None
    whole = record(3, member_id=None, posterior=None, level="review", deferred_day=7)
    kept = [record(1), replace(held, case=after, untold=True), whole]
    await _add(database, *kept, *kept)
    async with database.read() as connection:
        assert [await cases.get(connection, each.case.id) for each in kept] == kept
        assert await cases.get(connection, "0-9-member") is None
        assert await cases.open_of(connection, "acme", "m1") == kept[0]
        assert await cases.open_of(connection, "acme", None) == whole
        assert await cases.open_of(connection, "acme", "m2") is None


async def test_a_decided_case_is_judged_until_the_fold_meets_the_decision(
    database: Database,
) -> None:
    await _add(database, record())
    after = decided(record().case, decision())
    assert after is not None
    async with database.write() as connection:
        assert not await cases.is_judged(connection, "acme", "m1")
        await cases.put(connection, replace(record(), case=after, untold=True))
        await cases.told(connection, "0-1-member")
        assert await cases.is_judged(connection, "acme", "m1")
        assert [each.case.id for each in await cases.unmet(connection, 0, 9)] == ["0-1-member"]
        assert await cases.untold_holds(connection, 0, 9) == []
        await cases.met(connection, "0-1-member")
        assert not await cases.is_judged(connection, "acme", "m1")
        assert await cases.unmet(connection, 0, 9) == []


async def test_untold_holds_are_found_by_shard_until_they_are_told(database: Database) -> None:
    await _add(database, *(replace(record(n), untold=n != 2) for n in (1, 2, 3)))
    async with database.write() as connection:
        assert [each.seq for each in await cases.untold_holds(connection, 0, 9)] == [1, 3]
        assert await cases.untold_holds(connection, 1, 9) == []
        await cases.told(connection, "0-1-member")
        assert [each.seq for each in await cases.untold_holds(connection, 0, 1)] == [3]


async def test_cases_enforced_on_a_day_are_counted_here_and_in_all(database: Database) -> None:
    await _add(
        database,
        record(1, enforced_day=5),
        record(2, enforced_day=5, enterprise_id="beta"),
        record(3, enforced_day=4),
        record(4, deferred_day=5),
    )
    async with database.write() as connection:
        assert await cases.enforced_on(connection, "acme", 5) == (1, 2)
        assert await cases.enforced_on(connection, "gamma", 5) == (0, 2)
        assert await cases.enforced_on(connection, "acme", 6) == (0, 0)


async def test_what_was_put_off_is_found_on_a_later_day_in_order_of_opening(
    database: Database,
) -> None:
    await _add(
        database,
        record(3, deferred_day=5),
        record(1, deferred_day=4),
        record(2),
        record(4, deferred_day=5, state="confirmed"),
        record(5, deferred_day=6, enterprise_id="beta"),
    )
    async with database.write() as connection:
        assert await cases.deferred(connection, 0) == {"acme": 4, "beta": 6}
        assert await cases.deferred(connection, 1) == {}
        assert await standing.has_work(connection, 0)
        assert not await standing.has_work(connection, 1)
        found = await cases.deferred_before(connection, "acme", 6)
        assert [each.seq for each in found] == [1, 3]
        assert [each.seq for each in await cases.deferred_before(connection, "acme", 5)] == [1]
        assert await cases.was_deferred_on(connection, "acme", 5)
        assert not await cases.was_deferred_on(connection, "acme", 6)


async def test_cases_are_listed_newest_first_a_page_at_a_time(database: Database) -> None:
    await _add(
        database,
        *(record(n, opened_ms=n // 2) for n in range(1, 6)),
        record(6, opened_ms=9, enterprise_id="beta", member_id="m1", state="confirmed"),
    )
    async with database.read() as connection:

        async def ids(**which: Any) -> list[int]:
            found = await cases.listed(connection, CaseFilter(**which))
            return [each.seq for each in found]

        assert await ids() == [6, 5, 4, 3, 2, 1]
        assert await ids(limit=2, cursor="0-6-member") == [5, 4]
        assert await ids(cursor="0-4-member") == [3, 2, 1]
        assert await ids(state="confirmed") == [6]
        assert await ids(enterprise_id="acme", member_id="m1") == [1]
        assert await ids(member_id="m1") == [6, 1]
        assert await ids(cursor="unknown") == []


async def test_whoever_enforces_counts_those_who_came_before(database: Database) -> None:
    seen: list[int] = []

    async def enforce(n: int) -> None:
        async with database.write() as connection:
            _, in_all = await cases.enforced_on(connection, "acme", 5)
            await asyncio.sleep(0)
            await cases.add(connection, record(n, enforced_day=5))
        seen.append(in_all)

    await asyncio.gather(*(enforce(n) for n in range(1, 6)))
    assert sorted(seen) == [0, 1, 2, 3, 4]

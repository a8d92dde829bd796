"""Local days: DST, changes of zone, clocks that step back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quota.days import Calendar, calendar_at, change_zone, local_day, midnight_ms
from quota.ledger import Ledger
from quota.policy import Rules
from tests.conftest import Clock
from tests.quota import model_days
from tests.quota.opening import decide, set_caps, used
from tests.quota.rules import add

HOUR_MS = 3_600_000
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
zones = st.sampled_from(ZONES)
instants = st.integers(1_735_689_600_000, 1_893_456_000_000)  # 2025 to 2030


def ms(zone: str, *local: int) -> int:
    year, month, day, *time = local
    at = datetime(year, month, day, *time, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]
    return int(at.timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "local", "hours"),
    [
        ("Asia/Shanghai", (2026, 11, 22), 24),
        ("America/New_York", (2026, 3, 8), 23),
        ("America/New_York", (2026, 11, 1), 25),
        ("America/New_York", (2026, 11, 2), 24),
        ("Australia/Lord_Howe", (2026, 4, 5), 24.5),
        ("America/Havana", (2026, 3, 8), 23),
        ("America/Havana", (2026, 11, 1), 25),
        ("Africa/Cairo", (2026, 4, 24), 23),
    ],
)
def test_days_are_as_long_as_the_zone_makes_them(
    zone: str, local: tuple[int, int, int], hours: float
) -> None:
    noon = ms(zone, *local, 12)
    calendar = calendar_at(zone, noon)
    begun = midnight_ms(zone, calendar.day)
    assert (calendar.end_ms - begun) / HOUR_MS == hours
    assert local_day(zone, begun) == calendar.day == local_day(zone, noon)
    assert local_day(zone, begun - 1) == calendar.day - 1


@given(zones, instants)
def test_midnight_is_the_first_instant_of_its_date(zone: str, now_ms: int) -> None:
    calendar = calendar_at(zone, now_ms)
    begun = midnight_ms(zone, calendar.day)
    assert begun <= now_ms < calendar.end_ms < calendar.next_end_ms
    assert local_day(zone, calendar.end_ms) == calendar.day + 1
    assert local_day(zone, calendar.end_ms - 1) == calendar.day
    assert begun == model_days.begins_ms(zone, calendar.day)
    assert calendar.end_ms == model_days.begins_ms(zone, calendar.day + 1)


@given(zones, zones, instants)
def test_a_move_extends_the_day_to_the_new_zones_midnight(old: str, new: str, now_ms: int) -> None:
    before = calendar_at(old, now_ms)
    after = change_zone(before, new)
    assert after.day == before.day
    assert after.end_ms >= before.end_ms
    begins = local_day(new, after.end_ms)
    assert after.end_ms == midnight_ms(new, begins)
    assert begins > before.day
    assert after.end_ms - before.end_ms <= 26 * HOUR_MS


@given(instants, st.lists(st.tuples(st.integers(0, 40), zones), max_size=12), zones)
def test_no_day_starts_twice_or_is_shorter_than_23_hours(
    now_ms: int, moves: list[tuple[int, str]], zone: str
) -> None:
    calendar = calendar_at(zone, now_ms)
    for hours, moved_to in moves:
        now_ms += hours * HOUR_MS
        while now_ms >= calendar.end_ms:
            calendar = _asserted_next(calendar, calendar.end_ms)
        calendar = change_zone(calendar, moved_to)
    for _ in range(3):
        calendar = _asserted_next(calendar, calendar.end_ms)


def _asserted_next(calendar: Calendar, now_ms: int) -> Calendar:
    following = calendar_at(calendar.zone, now_ms, calendar.day)
    assert following.day > calendar.day
    assert following.end_ms - calendar.end_ms >= 23 * HOUR_MS
    assert following.end_ms == calendar.next_end_ms
    return following


def test_a_date_that_was_open_is_not_opened_again() -> None:
    now_ms = ms("Asia/Shanghai", 2026, 11, 22, 12)
    today = calendar_at("Asia/Shanghai", now_ms)
    early = calendar_at("Asia/Shanghai", now_ms, today.day)
    assert early.day == today.day + 1
    assert early.end_ms == midnight_ms("Asia/Shanghai", today.day + 2)
    assert calendar_at("Asia/Shanghai", now_ms, today.day - 1) == today


async def _fill(ledger: Ledger, rules: Rules, name: str) -> int:
    """How many adds are still allowed today."""
    batch = [add(f"{name}-{n}") for n in range(7)]
    return sum(getattr(answer, "allowed", False) for answer in await ledger.spend(batch, rules))


@pytest.mark.parametrize(
    ("first_s", "hours"),
    [("2026-03-08T05:00:00Z", 23), ("2026-11-01T04:00:00Z", 25), ("2026-11-02T05:00:00Z", 24)],
)
async def test_new_york_gets_one_full_cap_a_day(
    ledger: Ledger, rules: Rules, clock: Clock, first_s: str, hours: int
) -> None:
    clock.now_ms = int(datetime.fromisoformat(first_s).timestamp() * 1000)
    await ledger.accounts.change_zone("acme", "America/New_York")
    assert await _fill(ledger, rules, "a") == 5
    clock.forward(hours=hours, ms=-1)
    assert await _fill(ledger, rules, "b") == 0
    clock.forward(ms=1)
    assert await _fill(ledger, rules, "c") == 5


async def test_shanghai_is_the_default_zone(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    assert await _fill(ledger, rules, "a") == 5
    denied = await decide(ledger, add(), rules)
    midnight = int(datetime(2026, 11, 22, 16, tzinfo=UTC).timestamp() * 1000)
    assert denied.retry_at_ms == midnight
    clock.now_ms = midnight
    assert await _fill(ledger, rules, "b") == 5


async def _move(ledger: Ledger, zone: str) -> None:
    await ledger.accounts.change_zone("acme", zone)
    await ledger.accounts.change_zone("acme", zone)


@pytest.mark.parametrize("idle", [False, True], ids=["in the open day", "before it was opened"])
async def test_a_move_never_gives_a_second_full_cap_within_23_hours(
    ledger: Ledger, rules: Rules, clock: Clock, idle: bool
) -> None:
    """New York's midnight is 13 h in Shanghai: a day begun then must not end 11 h later."""
    await _move(ledger, "America/New_York")
    clock.now_ms = ms("America/New_York", 2026, 11, 21, 23)
    assert await _fill(ledger, rules, "a") == 5
    clock.forward(hours=1, minutes=30)
    expected = 5
    if not idle:
        assert await _fill(ledger, rules, "b") == 5
        expected = 0
    await _move(ledger, "Asia/Shanghai")
    assert await _fill(ledger, rules, "c") == expected
    day_ends = ms("Asia/Shanghai", 2026, 11, 24)
    assert (await ledger.accounts.enterprise("acme", rules)).day_end_ms == day_ends
    clock.now_ms = ms("Asia/Shanghai", 2026, 11, 23)
    assert await _fill(ledger, rules, "d") == 0
    clock.now_ms = day_ends
    assert await _fill(ledger, rules, "e") == 5


async def test_a_move_opens_the_day_with_nothing_used_and_no_refunds(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    for n in range(3):
        spent = await decide(ledger, add(f"h{n}", way="admin_assigned"), rules)
        await ledger.settle(spent.decision_id, "cancel", rules)
    await _fill(ledger, rules, "a")
    clock.forward(hours=13)
    await _move(ledger, "America/New_York")
    for name in ("enterprise_daily_active", "handover_daily", "member_daily_active"):
        assert await used(ledger, rules, name) == 0
    assert (await decide(ledger, add(), rules)).limits[1].used == 1


async def test_a_day_never_goes_backwards_when_the_clock_steps_back(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    clock.forward(hours=12)
    today = await decide(ledger, add("c0"), rules)
    assert await _fill(ledger, rules, "a") == 4
    clock.forward(hours=-3)
    denied = await decide(ledger, add("c1"), rules)
    assert (denied.day, denied.reason) == (today.day, "member_daily_cap")
    clock.forward(hours=3)
    assert not (await decide(ledger, add("c1"), rules)).allowed
    clock.forward(hours=24)
    assert (await decide(ledger, add("c1"), rules)).day == today.day + 1


@pytest.mark.parametrize("days", [1, 2, 40])
async def test_a_day_after_idle_ones_is_the_date(
    ledger: Ledger, rules: Rules, clock: Clock, days: int
) -> None:
    first = await decide(ledger, add(), rules)
    clock.forward(days=days)
    peeked = await ledger.accounts.member("acme", "li", rules)
    assert (peeked.day, peeked.limit("member_daily_active").used) == (first.day + days, 0)
    later = await decide(ledger, add(), rules)
    assert (later.day, later.limits[0].used) == (first.day + days, 1)


async def test_a_batch_over_many_zones_is_decided_in_order(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    for zone in ZONES:
        await ledger.accounts.change_zone(zone.replace("/", "."), zone)
    await set_caps(ledger, 1)
    batch = [add(f"c{n}", enterprise=zone.replace("/", ".")) for n in (1, 2) for zone in ZONES]
    answers = await ledger.spend(batch, rules)
    expected = [local_day(zone, clock.now_ms) for zone in ZONES]
    assert [getattr(a, "day", None) for a in answers] == expected * 2
    assert [a.limits[0].used for a in answers if hasattr(a, "limits")] == [1] * 12 + [2] * 12

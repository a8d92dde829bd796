import asyncio
import json

from fakeredis import FakeAsyncRedis
from hypothesis import given, settings
from hypothesis import strategies as st

from quota.calls import Event
from quota.ledger import Ledger
from quota.rebuild import ShardState
from server.replay.calendars import Calendars

ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago")
START_MS = 1_772_900_000_000
"""A day before New York's clocks go forward in 2026."""
HOUR_MS = 3_600_000

steps = st.lists(
    st.tuples(st.integers(0, 60 * HOUR_MS), st.none() | st.sampled_from(ZONES)), max_size=12
)


async def stamped_by_the_ledger(events: list[tuple[int, str | None]]) -> list[tuple[int, int]]:
    now_ms = START_MS
    redis = FakeAsyncRedis()
    ledger = Ledger(redis, shards=1, clock_ms=lambda: now_ms)
    await ledger.log.refill(0, ShardState(), "e", fence=1)
    for number, (wait_ms, zone) in enumerate(events):
        now_ms += wait_ms
        if zone is not None:
            await ledger.accounts.change_zone("acme", zone)
        event = Event("acme", f"e{number}", {"type": "x", "enterprise_id": "acme"})
        await ledger.append([event], ZONES[0])
    found = (await ledger.log.read({0: 0}, 100))[0]
    await redis.aclose()
    bodies = [json.loads(each.body) for each in found]
    return [(body["day"], body["day_end_ms"]) for body in bodies]


@settings(max_examples=40, deadline=None)
@given(steps)
def test_days_are_those_that_the_ledger_stamps(events: list[tuple[int, str | None]]) -> None:
    calendars, now_ms, found = Calendars(ZONES[0]), START_MS, []
    for wait_ms, zone in events:
        now_ms += wait_ms
        calendars.advance("acme", now_ms)
        if zone is not None:
            calendars.change_zone("acme", zone)
        today = calendars.today("acme")
        found.append((today.day, today.end_ms))
    assert found == asyncio.run(stamped_by_the_ledger(events))


def test_a_clock_never_goes_back() -> None:
    calendars = Calendars(ZONES[0])
    assert calendars.advance("acme", START_MS + 5) == START_MS + 5
    assert calendars.advance("acme", START_MS) == START_MS + 5


def test_each_enterprise_has_a_clock_of_its_own() -> None:
    calendars = Calendars(ZONES[0])
    calendars.advance("acme", START_MS + 48 * HOUR_MS)
    assert calendars.advance("other", START_MS) == START_MS
    assert calendars.today("other").day == calendars.today("acme").day - 2
    assert calendars.latest_ms == START_MS + 48 * HOUR_MS


def test_at_the_end_every_enterprise_stands_at_the_latest_time_of_all() -> None:
    calendars = Calendars(ZONES[0])
    calendars.advance("acme", START_MS + 48 * HOUR_MS)
    calendars.advance("other", START_MS)
    assert calendars.end("other") == calendars.today("acme")

"""Numbers move by themselves, and the page says when they do not."""

import signal
import time

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHIN_S = 2.0
"""How soon a number has moved; measured from before the add, and tried thrice on a busy machine."""


async def test_an_add_moves_the_gauge_without_a_reload(platform: Platform, visits: Visits) -> None:
    platform.add("moves", "li")
    visit = await visits.new(platform.key("enterprise:moves"))
    await visit.live()
    gauge = visit.page.get_by_role("meter").first
    await expect(gauge).to_have_attribute("aria-valuenow", "1")
    took = []
    for used in (2, 3, 4):
        began = time.monotonic()
        platform.add("moves", "li")
        await expect(gauge).to_have_attribute("aria-valuenow", str(used))
        took.append(time.monotonic() - began)
    assert min(took) < WITHIN_S


async def test_a_members_gauge_moves_on_its_own_page(platform: Platform, visits: Visits) -> None:
    platform.add("moves-too", "li")
    visit = await visits.new(platform.key("member:moves-too/li"))
    await visit.live()
    gauge = visit.page.get_by_role("meter").first
    await expect(gauge).to_have_attribute("aria-valuenow", "1")
    platform.add("moves-too", "li")
    await expect(gauge).to_have_attribute("aria-valuenow", "2")


async def test_a_new_penalty_comes_into_what_happened(platform: Platform, visits: Visits) -> None:
    platform.add("happens", "li")
    visit = await visits.new(platform.key("member:happens/li"))
    await visit.live()
    happened = visit.page.get_by_role("region", name="What happened")
    await expect(happened).to_contain_text("Active add allowed")
    platform.violation("happens", "li")
    await expect(visit.page.get_by_text("Restrictions in force")).to_be_visible()
    await expect(happened).to_contain_text("Penalty imposed")


async def test_a_service_that_stands_still_is_told_of_and_comes_back(
    platform: Platform, visits: Visits
) -> None:
    platform.add("still", "li")
    # What it was asked meanwhile may be late for its own deadlines.
    visit = await visits.new(platform.key("enterprise:still"), expected=frozenset({503}))
    await visit.live()
    platform.served.process.send_signal(signal.SIGSTOP)
    try:
        mark = visit.page.locator("[data-live=stale]")
        await expect(mark).to_contain_text("Not live: these are the numbers of")
    finally:
        platform.served.process.send_signal(signal.SIGCONT)
    await visit.live()
    platform.add("still", "li")
    await expect(visit.page.get_by_role("meter").first).to_have_attribute("aria-valuenow", "2")


async def test_a_page_opened_while_the_service_is_silent_says_so(
    platform: Platform, visits: Visits
) -> None:
    # What it was asked meanwhile may be late for its own deadlines.
    visit = await visits.new(platform.admin, expected=frozenset({503}))
    await visit.live()
    platform.served.process.send_signal(signal.SIGSTOP)
    try:
        for name in ("Enterprises", "Overview"):
            await visit.page.get_by_role("link", name=name, exact=True).click()
            mark = visit.page.locator("[data-live=stale]")
            await expect(mark).to_contain_text("the service does not answer")
    finally:
        platform.served.process.send_signal(signal.SIGCONT)
    await visit.live()


async def test_a_redis_that_is_away_is_named_and_numbers_go_on_afterwards(
    platform: Platform, visits: Visits
) -> None:
    platform.add("away", "li")
    visit = await visits.new(platform.key("enterprise:away"))
    visit.expected |= {503}
    await visit.live()
    platform.redis.signal(signal.SIGSTOP)
    try:
        mark = visit.page.locator("[data-live=away]")
        await expect(mark).to_contain_text("The quota store is out of reach")
    finally:
        platform.redis.signal(signal.SIGCONT)
    await visit.live()

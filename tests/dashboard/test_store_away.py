"""Redis is away: pages show what the record knows, and say what a decision made now comes to."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

OUT_OF_REACH = "The quota store is out of reach"
BINDS_LATER = "What you decide now is kept and binds as soon as the counters are back."
BEYOND_PATIENCE = frozenset({503})


@contextmanager
def redis_away(platform: Platform) -> Iterator[None]:
    """It answers nothing until the block is left."""
    platform.redis.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        platform.redis.signal(signal.SIGCONT)


async def test_who_decides_is_told_before_and_after_that_it_binds_later(
    platform: Platform, visits: Visits
) -> None:
    platform.blocked("later", "li")
    reviewer = platform.key("reviewer", holder="rui")
    visit = await visits.new(reviewer, "/cases", expected=BEYOND_PATIENCE)
    await visit.live()
    await visit.page.locator(".case-list a", has_text="later").click()
    with redis_away(platform):
        await expect(visit.page.locator("[data-live=away]")).to_contain_text(OUT_OF_REACH)
        await expect(visit.page.locator("main > .notice")).to_contain_text(BINDS_LATER)
        await visit.page.get_by_role("button", name="Dismiss", exact=True).click()
        dialog = visit.page.get_by_role("dialog")
        await expect(dialog).to_contain_text(BINDS_LATER)
        await dialog.get_by_role("textbox").fill("A customer of long standing.")
        await dialog.get_by_role("button", name="Dismiss").click()
        said = visit.page.get_by_text("Its holds end as soon as the counters are back.")
        await expect(said).to_be_visible()
        assert await visit.page.get_by_text("holds have ended").count() == 0
    await visit.live()
    await expect(visit.page.get_by_text(BINDS_LATER)).to_have_count(0)


@pytest.mark.parametrize("name", ["Appeals", "Cases"])
async def test_the_mark_names_the_store(platform: Platform, visits: Visits, name: str) -> None:
    visit = await visits.new(platform.admin, expected=BEYOND_PATIENCE)
    await visit.page.get_by_role("link", name=name, exact=True).click()
    await visit.live()
    with redis_away(platform):
        await expect(visit.page.locator("[data-live=away]")).to_contain_text(OUT_OF_REACH)
    await visit.live()


async def test_a_members_page_opened_meanwhile_shows_what_is_on_record(
    platform: Platform, visits: Visits
) -> None:
    platform.ask("PUT", "/v1/enterprises/recorded", {"name": "Harbour Trading"})
    platform.ask("PUT", "/v1/enterprises/recorded/members/zhao", {"name": "赵敏"})
    platform.add("recorded", "zhao")
    platform.violation("recorded", "zhao")
    visit = await visits.new(platform.admin, expected=BEYOND_PATIENCE)
    with redis_away(platform):
        await visit.go("/enterprises/recorded/members/zhao")
        await expect(visit.page.get_by_role("heading", level=1)).to_have_text("赵敏")
        await expect(visit.page.locator("main > .notice")).to_contain_text(OUT_OF_REACH)
        await expect(visit.page.get_by_role("link", name="Member of Harbour")).to_be_visible()
        happened = visit.page.get_by_role("region", name="What happened")
        await expect(happened).to_contain_text("Penalty imposed")
        await expect(visit.page.locator("[data-live=away]")).to_contain_text(OUT_OF_REACH)
        await expect(visit.page.get_by_text("nothing was decided")).to_have_count(0)
        assert await visit.findings() == []
    await expect(visit.page.get_by_role("meter").first).to_be_visible()
    await visit.live()


async def test_an_enterprises_page_does_so_too(platform: Platform, visits: Visits) -> None:
    platform.ask("PUT", "/v1/enterprises/recorded-too", {"name": "Acme Textiles"})
    platform.add("recorded-too", "zhao")
    visit = await visits.new(platform.key("enterprise:recorded-too"), expected=BEYOND_PATIENCE)
    await visit.live()
    with redis_away(platform):
        await visit.page.reload()
        await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Acme Textiles")
        await expect(visit.page.locator("main > .notice")).to_contain_text(OUT_OF_REACH)
        await expect(visit.page.locator(".scroll[aria-label=Members]")).to_contain_text("zhao")
    await expect(visit.page.get_by_role("meter").first).to_be_visible()

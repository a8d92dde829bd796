"""Whoever turns the page of a list by keyboard reads on at the head of its table."""

import time

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 30
FOLDED_S = 30.0


@pytest.fixture(scope="module")
def crowded(platform: Platform) -> Platform:
    """An enterprise of one page of members and five more."""
    for number in range(MANY):
        platform.add("turned", f"m-{number:02}", initiated_by="contact", way="qr_code")
    end = time.monotonic() + FOLDED_S
    path = "/v1/enterprises/turned/members?sort=id&limit=50"
    while len(platform.ask("GET", path)["items"]) < MANY:
        assert time.monotonic() < end, "the adds were not folded"
    return platform


async def test_its_head_comes_into_view_and_the_table_takes_the_focus(
    crowded: Platform, visits: Visits
) -> None:
    visit = await visits.new(
        crowded.key("reviewer"),
        "/enterprises/turned?sort=id&order=asc",
        viewport={"width": 1280, "height": 600},
    )
    table, names = visit.page.locator(".rows section"), visit.page.locator(".rows tbody th a")
    await expect(names.first).to_have_text("m-00")
    await visit.page.get_by_role("button", name="Next").focus()
    await expect(table.locator("thead")).not_to_be_in_viewport()
    for way, first in (("Next", "m-25"), ("Previous", "m-00")):
        button = visit.page.get_by_role("button", name=way)
        await expect(button).to_be_enabled()
        await button.focus()
        await visit.page.keyboard.press("Enter")
        await expect(names.first).to_have_text(first)
        await expect(table).to_be_focused()
        await expect(table.locator("thead")).to_be_in_viewport(ratio=1)
        await expect(names.first).to_be_in_viewport(ratio=1)
    await visit.page.keyboard.press("Tab")
    await expect(table.locator("thead button").first).to_be_focused()

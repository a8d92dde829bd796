"""A dialog in a window as low as 1280 × 1024 is at 400 %."""

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOW = {"width": 320, "height": 256}


async def test_it_opens_with_its_title_and_its_buttons_leave_the_room_to_what_is_asked(
    platform: Platform, visits: Visits
) -> None:
    platform.blocked("low", "li")
    visit = await visits.new(platform.key("reviewer", holder="rui"), "/cases", viewport=LOW)
    await visit.live()
    await visit.page.locator(".case-list a", has_text="low").click()
    await visit.page.get_by_role("button", name="Escalate").click()
    dialog = visit.page.get_by_role("dialog")
    title = dialog.get_by_role("heading", level=2)
    act = dialog.get_by_role("button", name="Escalate")
    await expect(title).to_be_in_viewport(ratio=1)
    await expect(title).to_be_focused()
    await expect(act).not_to_be_in_viewport()
    first = dialog.get_by_role("checkbox").first
    await visit.page.keyboard.press("Tab")
    await expect(first).to_be_focused()
    await expect(first).to_be_in_viewport(ratio=1)
    await act.focus()
    await expect(act).to_be_in_viewport(ratio=1)
    assert await visit.findings() == []

    await visit.page.keyboard.press("Escape")
    await visit.page.keyboard.press("?")
    await expect(dialog.get_by_role("heading", name="Keys")).to_be_in_viewport(ratio=1)

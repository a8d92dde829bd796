"""Chinese and English, light and dark, a phone."""

import re

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACME = "enterprises/acme"
ENGLISH = re.compile(r"\b(?:Overview|Enterprise|Cases|Member|Standing|Score|Guidance)\b")


async def test_the_browsers_language_is_spoken_and_the_switch_is_remembered(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin, locale="zh-CN")
    html = visit.page.locator("html")
    await expect(html).to_have_attribute("lang", "zh-Hans")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("概览")
    await visit.page.get_by_role("combobox", name="语言").select_option("en")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Overview")
    await expect(html).to_have_attribute("lang", "en")
    await visit.page.reload()
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Overview")


@pytest.mark.parametrize("path", ["", "/enterprises", "/enterprises/acme", "/cases", "/requests"])
async def test_a_chinese_page_has_no_english_words_left(
    platform: Platform, visits: Visits, path: str
) -> None:
    platform.add("acme", "li")
    visit = await visits.new(platform.admin, path, locale="zh-CN")
    await visit.live()
    assert ENGLISH.findall(await visit.page.locator("main").inner_text()) == []


async def test_colours_follow_the_system_until_they_are_chosen(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = await visit.page.evaluate(ground)
    await visit.page.get_by_role("combobox", name="Colours").select_option("light")
    assert await visit.page.evaluate(ground) != dark
    await visit.page.emulate_media(color_scheme="light")
    await visit.page.get_by_role("combobox", name="Colours").select_option("dark")
    assert await visit.page.evaluate(ground) == dark


@pytest.mark.parametrize(
    "path", ["", "/enterprises/acme", "/enterprises/acme/members/li", "/cases"]
)
async def test_a_phone_never_scrolls_sideways(
    platform: Platform, visits: Visits, path: str
) -> None:
    platform.add("acme", "li")
    visit = await visits.new(
        platform.admin, path, viewport={"width": 360, "height": 740}, is_mobile=True
    )
    await visit.live()
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await visit.page.evaluate(wider) <= 0

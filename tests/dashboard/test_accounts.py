"""Enterprises and members: lists that are searched and shared; what is shown of whom to whom."""

import time

import pytest
from playwright.async_api import Locator, expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visit, Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = 60
FOLDED_S = 30.0


@pytest.fixture(scope="module")
def crowded(platform: Platform) -> Platform:
    """An enterprise of sixty members that passive adds made known; one of them added actively."""
    for number in range(MANY):
        platform.add("crowd", f"m-{number:02}", initiated_by="contact", way="qr_code")
    platform.add("crowd", "m-07")
    end = time.monotonic() + FOLDED_S
    path = "/v1/enterprises/crowd/members?sort=used&limit=1"
    while not [one for one in platform.ask("GET", path)["items"] if one["used"]]:
        assert time.monotonic() < end, "the add was not folded"
    return platform


async def at_members(visits: Visits, platform: Platform, query: str = "") -> Visit:
    """A reviewer at the members of the crowded enterprise."""
    visit = await visits.new(platform.key("reviewer"), f"/enterprises/crowd{query}")
    await expect(names(visit).first).to_be_visible()
    return visit


def names(visit: Visit) -> Locator:
    """The names of the members that are listed, from the first on."""
    return visit.page.locator(".rows tbody th a")


def said(visit: Visit) -> Locator:
    """Which of how many are shown."""
    return visit.page.get_by_role("navigation", name="Pages of the list").get_by_role("status")


async def test_members_are_turned_page_by_page_and_back(crowded: Platform, visits: Visits) -> None:
    visit = await at_members(visits, crowded, "?sort=id&order=asc")
    await expect(said(visit)).to_have_text("1–25 of 60")
    for shown, first in (("26–50 of 60", "m-25"), ("51–60 of 60", "m-50")):
        await visit.page.get_by_role("button", name="Next").click()
        await expect(said(visit)).to_have_text(shown)
        await expect(names(visit).first).to_have_text(first)
    await visit.page.get_by_role("button", name="Previous").click()
    await expect(names(visit).first).to_have_text("m-25")
    await visit.page.go_back()
    await expect(names(visit).first).to_have_text("m-50")


async def test_heads_sort_both_ways_and_the_address_says_so(
    crowded: Platform, visits: Visits
) -> None:
    visit = await at_members(visits, crowded)
    await expect(names(visit).first).to_have_text("m-07")
    used = visit.page.get_by_role("columnheader", name="Used")
    await expect(used).to_have_attribute("aria-sort", "descending")
    await used.get_by_role("button").click()
    await expect(used).to_have_attribute("aria-sort", "ascending")
    await expect(visit.page).to_have_url(
        f"{visit.url}/dashboard/enterprises/crowd?sort=used&order=asc"
    )
    await expect(names(visit).first).not_to_have_text("m-07")
    await visit.page.go_back()
    await expect(names(visit).first).to_have_text("m-07")


async def test_a_search_finds_a_member_and_can_be_shared(crowded: Platform, visits: Visits) -> None:
    visit = await at_members(visits, crowded)
    await visit.page.get_by_label("Search by id or name").press_sequentially("m-42")
    await expect(said(visit)).to_have_text("1–1 of 1")
    shared = await at_members(visits, crowded, visit.page.url.partition("/crowd")[2])
    await expect(names(shared)).to_have_text(["m-42"])
    await expect(shared.page.get_by_label("Search by id or name")).to_have_value("m-42")
    await names(shared).first.click()
    await expect(shared.page.get_by_role("heading", level=1)).to_have_text("m-42")
    await shared.page.go_back()
    await expect(names(shared)).to_have_text(["m-42"])


async def test_a_filter_leaves_those_who_are_so(crowded: Platform, visits: Visits) -> None:
    visit = await at_members(visits, crowded, "?sort=id&order=asc")
    await visit.page.get_by_label("Show", exact=True).select_option("unused")
    await expect(said(visit)).to_have_text("1–25 of 59")
    await visit.page.get_by_label("Show", exact=True).select_option("at_cap")
    await expect(visit.page.get_by_text("Nothing matches")).to_be_visible()
    await expect(said(visit)).to_have_text("No matches")


async def test_an_unverified_enterprise_reads_what_keeps_it_down_and_what_leads_on(
    crowded: Platform, visits: Visits
) -> None:
    visit = await visits.new(crowded.key("enterprise:crowd"))
    score = visit.page.get_by_role("region", name="How the score is made")
    await expect(score.get_by_role("img")).to_be_visible()
    await expect(score.get_by_role("listitem")).to_contain_text("Enterprise not verified")
    await expect(score.get_by_role("listitem")).to_contain_text("at most tier 1")
    await expect(score.get_by_role("row", name="Compliance")).to_contain_text("of 20")
    caps = visit.page.get_by_role("region", name="Today's caps")
    await expect(caps).to_contain_text("Resets at 00:00 local time")
    await expect(caps).to_contain_text("Asia/Shanghai")
    ways = visit.page.get_by_role("region", name="The way to more")
    await expect(ways).to_contain_text("a day, from")


async def test_a_restricted_member_reads_why_and_what_happened_but_no_outcome(
    platform: Platform, visits: Visits
) -> None:
    platform.blocked("reads", "li")
    platform.violation("reads", "li")
    visit = await visits.new(platform.key("member:reads/li"))
    await expect(visit.page.get_by_text("Restrictions in force")).to_be_visible()
    penalties = visit.page.get_by_role("region", name="Penalties")
    await penalties.get_by_text("Statement of reasons").first.click()
    await expect(penalties).to_contain_text("Advertising was sent to 40 contacts.")
    happened = visit.page.get_by_role("region", name="What happened")
    await expect(happened).to_contain_text("Penalty imposed")
    await expect(happened).to_contain_text("Active add allowed")
    await expect(happened.get_by_label("Answers")).to_have_count(0)
    await expect(visit.page.get_by_role("region", name="The last 30 days")).to_have_count(0)


async def test_a_restriction_comes_first_beside_the_gauge_and_in_the_list(
    platform: Platform, visits: Visits
) -> None:
    platform.add("forbids", "li")
    platform.violation("forbids", "li")
    visit = await visits.new(platform.key("enterprise:forbids"))
    row = visit.page.locator(".rows tbody tr")
    await expect(row).to_contain_text("restricted, so it may not be available")
    await expect(visit.page.get_by_text("rounded to steps of 5")).to_be_visible()
    await row.get_by_role("link").click()
    caps = visit.page.get_by_role("region", name="Today's caps")
    await expect(caps.get_by_text("None possible: restricted").first).to_be_visible()
    await expect(caps.get_by_text("of the cap unused").first).to_be_visible()
    await expect(caps).to_contain_text("0 active (restricted)")
    await expect(visit.page.get_by_role("heading", level=1)).to_be_focused()


async def test_the_first_page_leaves_the_focus_at_the_beginning(
    crowded: Platform, visits: Visits
) -> None:
    visit = await at_members(visits, crowded)
    await visit.page.reload()
    await expect(names(visit).first).to_be_visible()
    await visit.page.keyboard.press("Tab")
    await expect(visit.page.get_by_role("link", name="Skip to the content")).to_be_focused()


async def test_a_reviewer_sees_outcomes_and_flags_and_hides_kinds(
    platform: Platform, visits: Visits
) -> None:
    platform.blocked("looked-into", "li")
    reviewer = platform.key("reviewer")
    visit = await visits.new(reviewer, "/enterprises/looked-into/members/li")
    happened = visit.page.get_by_role("region", name="What happened")
    await expect(happened).to_contain_text("The contact blocked the member")
    await expect(happened).to_contain_text("Hard negatives")
    await happened.get_by_label("Answers").uncheck()
    await expect(happened).not_to_contain_text("The contact blocked the member")
    await expect(happened).to_contain_text("Hard negatives")


async def test_no_day_that_stays_above_hides_what_takes_the_focus(
    platform: Platform, visits: Visits
) -> None:
    for _ in range(20):
        platform.add("sticky", "li", initiated_by="contact", way="qr_code")
    platform.blocked("sticky", "li")
    visit = await visits.new(
        platform.key("reviewer"),
        "/enterprises/sticky/members/li",
        viewport={"width": 1000, "height": 400},
    )
    happened = visit.page.get_by_role("region", name="What happened")
    await expect(happened.get_by_role("link", name="Reasons")).to_be_visible()
    await happened.locator("summary.run").first.click()
    links = happened.locator("ol a, ol summary")
    under = "link => scrollBy(0, link.getBoundingClientRect().top - 2)"
    await links.first.evaluate(under)
    hidden = """link => link.getBoundingClientRect().top
        < link.closest(".timeline-day").querySelector("h3").getBoundingClientRect().bottom"""
    assert await links.first.evaluate(hidden)
    await links.nth(1).evaluate("link => link.focus({ preventScroll: true })")
    await visit.page.keyboard.press("Shift+Tab")
    await expect(links.first).to_be_focused()
    assert not await links.first.evaluate(hidden)

"""An admin reads the policy, checks another one and puts it into force; reads and saves figures."""

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_policy_is_checked_compared_and_put_into_force(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin, "/policy")
    page = visit.page
    await page.get_by_role("searchbox").fill("handover_daily")
    await expect(page.locator("dl.values")).to_contain_text("handover_daily")

    written = page.get_by_role("textbox", name="Policy")
    await written.fill("[quota]\nhandover_daily = 321\n")
    await page.get_by_role("button", name="Check", exact=True).click()
    await expect(page.get_by_text("The service would take it")).to_be_visible()
    change = page.get_by_role("row", name="quota.handover_daily")
    await expect(change.last).to_contain_text("321")

    await page.get_by_role("button", name="Put into force").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Put into force").click()
    await expect(page.get_by_text("Version 2, in force")).to_be_visible()
    assert platform.ask("GET", "/v1/policy")["policy"]["quota"]["handover_daily"] == 321
    # What lies between the two versions is told, too.
    await expect(page.get_by_role("row", name="quota.handover_daily").first).to_contain_text("321")


async def test_a_version_that_somebody_else_puts_into_force_is_shown(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin, "/policy")
    await visit.live()
    made = platform.ask("PUT", "/v1/policy", {"quota": {"handover_daily": 322}})
    await expect(visit.page.get_by_text(f"Version {made['version']}, in force")).to_be_visible()


async def test_a_mistake_is_named_where_it_is(platform: Platform, visits: Visits) -> None:
    visit = await visits.new(platform.admin, "/policy")
    visit.expected |= {400}
    await visit.page.get_by_role("textbox", name="Policy").fill("[quota]\nhandover_daily = -1\n")
    await visit.page.get_by_role("button", name="Check", exact=True).click()
    alert = visit.page.get_by_role("alert")
    await expect(alert).to_contain_text("quota.handover_daily")
    await alert.get_by_role("button", name="Line 2").click()
    marked = "(one) => one.value.slice(one.selectionStart, one.selectionEnd)"
    assert await visit.page.locator("textarea").evaluate(marked) == "handover_daily = -1"


async def test_figures_are_saved_as_a_table(platform: Platform, visits: Visits) -> None:
    platform.add("acme", "li")
    platform.violation("acme", "li")
    visit = await visits.new(platform.key("reviewer"), "/transparency")
    async with visit.page.expect_download() as waiting:
        await visit.page.get_by_role("link", name="CSV").click()
    download = await waiting.value
    assert download.suggested_filename.endswith(".csv")
    rows = (await download.path()).read_text().splitlines()
    assert rows[0].startswith("section,figure,from,to")


async def test_a_period_that_cannot_be_counted_is_told_without_figures(
    platform: Platform, visits: Visits
) -> None:
    platform.add("acme", "li")
    visit = await visits.new(platform.key("reviewer"), "/transparency")
    page = visit.page
    csv = page.get_by_role("link", name="CSV")
    # A young organisation has no month before: what happened since it began is shown at once.
    await expect(page.get_by_role("button", name="This month so far")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(csv).to_be_visible()
    for first, last, said in (
        ("2024-01-01", "2026-01-01", "at most 366 days"),
        ("2026-02-01", "2026-01-01", "must not be before"),
        ("2999-01-01", "2999-01-31", "still to come"),
    ):
        await page.get_by_label("First day").fill(first)
        await page.get_by_label("Last day").fill(last)
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_role("alert")).to_contain_text(said)
        await expect(csv).to_have_count(0)
    await page.get_by_role("button", name="This month so far").click()
    await expect(csv).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)

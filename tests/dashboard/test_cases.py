"""A reviewer decides cases in the browser, alone or with a second person, by pointer or by keys."""

import pytest
from playwright.async_api import Locator, expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visit, Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def chosen(
    visits: Visits, key: str, enterprise: str, expected: frozenset[int] = frozenset()
) -> Visit:
    """A reviewer who has opened the enterprise's case out of the queue."""
    visit = await visits.new(key, "/cases", expected=expected)
    await visit.live()
    entry = visit.page.locator(".case-list a", has_text=enterprise)
    await entry.click()
    await expect(entry).to_have_attribute("aria-current", "true")
    return visit


async def test_a_confirmed_case_restricts_its_member(platform: Platform, visits: Visits) -> None:
    reviewer = platform.key("reviewer", holder="rui")
    waiting = await visits.new(reviewer, "/cases")
    await waiting.live()
    platform.blocked("confirmed", "li")
    # It comes into the queue of whoever has it open, and holds the member until it is decided.
    await expect(waiting.page.locator(".case-list a", has_text="confirmed")).to_be_visible()

    visit = await chosen(visits, reviewer, "confirmed")
    await expect(visit.page.locator("article")).to_contain_text("Probability of abuse")
    await visit.page.get_by_role("button", name="Confirm", exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("Forty people were asked within an hour.")
    await dialog.get_by_role("button", name="Confirm").click()
    await expect(visit.page.locator("article .badge").first).to_have_text("Confirmed")
    assert platform.reason("confirmed", "li") == "member_restricted"

    member = await visits.new(platform.key("member:confirmed/li"))
    await expect(member.page.locator("main")).to_contain_text("Restricted")
    content = await member.page.locator("main").inner_text()
    assert "Forty people" not in content, "a note is for the platform only"


async def test_a_dismissed_case_frees_its_member_all_by_keys(
    platform: Platform, visits: Visits
) -> None:
    platform.blocked("dismissed", "li")
    visit = await chosen(visits, platform.key("reviewer", holder="rui"), "dismissed")
    await visit.page.locator("article h2").focus()
    await visit.page.keyboard.press("d")
    await expect(visit.page.get_by_role("dialog")).to_be_visible()
    await visit.page.get_by_role("dialog").get_by_role("textbox").focus()
    # Letters of a note are no commands.
    await visit.page.keyboard.type("checked: decline, e-mail, joke, kind")
    await expect(visit.page.get_by_role("dialog")).to_have_count(1)
    await visit.page.keyboard.press("Tab")
    await visit.page.keyboard.press("Tab")
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("dialog")).to_have_count(0)
    await expect(visit.page.locator("article .badge").first).to_have_text("Dismissed")
    assert platform.reason("dismissed", "li") == "ok"


async def test_what_is_severe_takes_two_people(platform: Platform, visits: Visits) -> None:
    rui, mei = (platform.key("reviewer", holder=holder) for holder in ("rui", "mei"))
    platform.add("severe", "li")
    platform.violation("severe", "li", rui, severity="severe")

    first = await chosen(visits, rui, "severe")
    await expect(first.page.locator("article")).to_contain_text("The first word was yours")
    # The interim hold is told where it belongs, and nothing says that there is none.
    await expect(first.page.locator("article")).to_contain_text("Hold: interop")
    await expect(first.page.locator("dl.pairs dt", has_text="Hold")).to_have_count(0)
    assert await first.page.get_by_role("button", name="as the second person").count() == 0

    second = await chosen(visits, mei, "severe")
    await second.page.get_by_role("button", name="Confirm as the second person").click()
    dialog = second.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("at once, and for good: member account")
    await dialog.get_by_role("textbox").fill("I saw the messages, too.")
    await dialog.get_by_role("button", name="Confirm as the second person").click()
    await expect(second.page.locator("article .badge").first).to_have_text("Confirmed")
    # The first one's page follows by itself.
    await expect(first.page.locator("article .badge").first).to_have_text("Confirmed")


async def _severe(visit: Visit, note: str) -> Locator:
    """The dialog of whoever finds it severe, but for pressing the button."""
    await visit.page.get_by_role("button", name="Confirm", exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("severe").check()
    await dialog.get_by_role("textbox").fill(note)
    return dialog


async def test_who_was_late_is_no_second_person_unawares(
    platform: Platform, visits: Visits
) -> None:
    rui, mei = (platform.key("reviewer", holder=holder) for holder in ("rui", "mei"))
    platform.blocked("raced", "li")
    first = await chosen(visits, rui, "raced")
    late = await chosen(visits, mei, "raced", expected=frozenset({409}))
    dialogs = [await _severe(first, "Forty people."), await _severe(late, "I counted them.")]
    await dialogs[0].get_by_role("button", name="Confirm").click()
    await expect(first.page.locator("article .badge").first).to_have_text("Awaits a second person")

    await expect(dialogs[1]).to_contain_text("Once a second person says the same")
    await dialogs[1].get_by_role("button", name="Confirm").click()
    await expect(dialogs[1]).to_contain_text("rui asked to confirm this case as severe")
    await expect(dialogs[1]).to_contain_text("at once, and for good: member account")
    await expect(late.page.locator("article .badge").first).to_have_text("Awaits a second person")
    await expect(dialogs[1].get_by_role("textbox")).to_have_value("I counted them.")
    await dialogs[1].get_by_role("button", name="Confirm as the second person").click()
    await expect(late.page.locator("article .badge").first).to_have_text("Confirmed")


async def test_what_a_decision_brings_is_said_before_it_is_made(
    platform: Platform, visits: Visits
) -> None:
    platform.blocked("asked", "li")
    visit = await chosen(visits, platform.key("reviewer", holder="rui"), "asked")
    await visit.page.set_viewport_size({"width": 1280, "height": 600})
    await visit.page.get_by_role("button", name="Confirm", exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("withheld for a time")
    await dialog.get_by_label("severe").check()
    await expect(dialog).to_contain_text("this blocks for good: member account")
    await dialog.get_by_role("button", name="Cancel").click()

    await visit.page.get_by_role("button", name="Escalate").click()
    # However long the form is, what sends it is in sight, and says nothing wrong to axe.
    await expect(dialog.get_by_role("button", name="Escalate")).to_be_in_viewport(ratio=1)
    assert await visit.findings() == []


async def test_a_case_its_result_and_its_penalty_say_the_same_times(
    platform: Platform, visits: Visits
) -> None:
    platform.blocked("zoned", "li")
    visit = await chosen(visits, platform.key("reviewer", holder="rui"), "zoned")
    article, statement = visit.page.locator("article"), visit.page.locator("dl.statement")
    await expect(article).to_contain_text("Times are those of Asia/Shanghai")
    hold = article.locator("li", has_text="Hold: active adds")
    until = (await hold.locator(".muted").inner_text()).removeprefix("until ")
    await hold.get_by_role("link").click()
    await expect(statement).to_contain_text(until)

    await visit.page.go_back()
    await visit.page.get_by_role("button", name="Confirm", exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("Forty people were asked within an hour.")
    await dialog.get_by_role("button", name="Confirm").click()
    said = visit.page.locator(".message")
    await expect(said).to_contain_text("until")
    until = (await said.inner_text()).partition("until ")[2].partition(".")[0]
    await article.get_by_role("link", name="Withheld").click()
    await expect(statement).to_contain_text(until)

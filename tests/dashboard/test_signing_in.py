"""Each role signs in with its key and sees what is for it, and nothing else."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visit, Visits
from tests.http.service import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

REVIEWS = ["Overview", "Enterprises", "Cases", "Appeals", "Transparency"]
PLACES = {
    "admin": [*REVIEWS[:4], "Policy", "Transparency"],
    "reviewer": REVIEWS,
    "enterprise:acme": ["My quota", "Appeals"],
    "member:acme/li": ["My quota", "Appeals"],
}


@pytest.mark.parametrize("scope", PLACES)
async def test_a_role_sees_its_places_and_its_first_page(
    platform: Platform, visits: Visits, scope: str
) -> None:
    platform.add("acme", "li")
    visit = await visits.new(platform.key(scope, holder="zoe"))
    await expect(visit.page.locator(".side nav a")).to_have_text(PLACES[scope])
    await expect(visit.page.get_by_text("zoe")).to_be_visible()
    await visit.live()
    title = {"admin": "Overview", "reviewer": "Overview"}.get(scope, "acme|li")
    await expect(visit.page).to_have_title(re.compile(title))


async def test_a_wrong_key_is_told_of_and_the_right_one_still_taken(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new()
    visit.expected |= {401}
    await visit.page.get_by_label("API key").fill("cq_nobody")
    await visit.page.get_by_role("button", name="Sign in").click()
    await expect(visit.page.get_by_role("alert")).to_contain_text("This key is not valid")
    await visit.sign_in(platform.admin)


async def test_a_gateways_key_is_told_that_it_opens_no_page(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new()
    await _sign_in_again(visit, platform.key("gateway"))
    title = visit.page.get_by_role("heading", level=1)
    await expect(title).to_have_text("Your key opens no page")
    await expect(visit.page.locator(".side nav")).to_have_count(0)
    await visit.go("/requests")
    await expect(title).to_have_text("Your key opens no page")


async def test_a_reviewer_is_told_whom_the_policy_is_for(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.key("reviewer"), "/policy")
    await expect(visit.page.get_by_text("This page is for admins")).to_be_visible()


async def test_whoever_signs_out_leaves_nothing_in_other_tabs(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.key("reviewer"), "/cases", frozenset({401}))
    await visit.page.locator("main").evaluate("main => main.append('typed by the former')")
    other = await visit.context.new_page()
    await other.goto(f"{visit.url}/dashboard")
    await other.get_by_role("button", name="Sign out").click()
    await expect(other.get_by_label("API key")).to_be_visible()
    await expect(visit.page.get_by_label("API key")).to_be_visible()
    await expect(visit.page.get_by_text("typed by the former")).to_have_count(0)
    await expect(visit.page.locator(".side")).to_have_count(0)
    await expect(visit.page.get_by_text("Your session has ended")).to_have_count(0)


async def test_after_signing_out_the_way_back_leads_to_the_sign_in(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin)
    await visit.live()
    await visit.page.get_by_role("button", name="Sign out").click()
    await expect(visit.page.get_by_label("API key")).to_be_visible()
    assert await visit.context.cookies() == []
    await visit.page.reload()
    await expect(visit.page.get_by_label("API key")).to_be_visible()


async def test_on_a_phone_the_way_out_is_in_a_menu_and_the_head_leaves_room(
    platform: Platform, visits: Visits
) -> None:
    phone = {"width": 390, "height": 844}
    visit = await visits.new(platform.key("reviewer"), "/enterprises", viewport=phone)

    async def leaves_room() -> bool:
        head = await visit.page.locator(".side").bounding_box()
        return head is not None and head["height"] < 110

    await until(leaves_room)  # once it is live: what it says before is longer
    await visit.page.get_by_text("Settings").click()
    assert await visit.findings() == []
    await visit.page.get_by_role("button", name="Sign out").click()
    await expect(visit.page.get_by_label("API key")).to_be_visible()


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_on_the_narrowest_phone_the_whole_menu_is_seen(
    platform: Platform, visits: Visits, locale: str
) -> None:
    phone = {"width": 320, "height": 640}
    visit = await visits.new(platform.admin, "/cases", viewport=phone, locale=locale)
    places = visit.page.locator(".side nav a")
    await expect(places).to_have_count(len(PLACES["admin"]))
    for place in await places.all():
        box = await place.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= phone["width"]
    assert not await visit.page.locator(".side nav").evaluate("nav => nav.scrollWidth > innerWidth")


async def test_a_revoked_key_ends_what_it_had_opened(platform: Platform, visits: Visits) -> None:
    made = platform.ask("POST", "/v1/keys", {"scopes": ["reviewer"], "note": "short"})
    visit = await visits.new(made["key"])
    visit.expected |= {401}
    await visit.live()
    platform.ask("DELETE", f"/v1/keys/{made['id']}")
    await expect(visit.page.get_by_label("API key")).to_be_visible()


async def test_the_cookie_is_no_scripts_business_and_the_key_is_kept_nowhere(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin)
    await visit.live()
    (cookie,) = await visit.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert await visit.page.evaluate("document.cookie") == ""
    kept = await visit.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert platform.admin not in kept


@pytest.mark.parametrize("path", ["", "/enterprises/other", "/cases", "/policy", "/transparency"])
async def test_a_members_key_opens_nothing_of_others(
    platform: Platform, visits: Visits, path: str
) -> None:
    platform.add("acme", "li")
    platform.add("other", "wang")
    refused = frozenset({403} if path == "/enterprises/other" else ())
    visit = await visits.new(platform.key("member:acme/li"), path, refused)
    await expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
    assert "wang" not in await visit.page.content()


async def test_what_was_typed_outlives_the_session_for_whoever_signs_in_again(
    platform: Platform, visits: Visits
) -> None:
    platform.add("typed", "li")
    penalty = platform.violation("typed", "li")["penalty"]
    key = platform.key("member:typed/li")
    visit = await visits.new(key, f"/penalties/{penalty['id']}", frozenset({401}))
    await visit.page.get_by_role("button", name="Appeal").click()
    appeal = visit.page.locator("dialog", has=visit.page.locator("[name=grounds]"))
    await appeal.locator("[name=grounds]").fill("mistake")
    await appeal.locator("[name=text]").fill("All forty had asked for the price list.")
    await visit.context.clear_cookies()
    await appeal.locator("button[type=submit]").click()
    await expect(visit.page.get_by_label("API key")).to_be_focused()
    await expect(appeal).to_be_hidden()
    for _ in range(2):
        await visit.page.keyboard.press("Escape")
    await _sign_in_again(visit, key)
    await expect(appeal.locator("[name=text]")).to_have_value(
        "All forty had asked for the price list."
    )
    await expect(visit.page.locator("input[name=key]")).to_have_count(0)
    await appeal.locator("button[type=submit]").click()
    await expect(appeal).to_have_count(0)
    (filed,) = platform.ask("GET", "/v1/appeals?limit=1", key=key)["items"]
    assert filed["penalty_id"] == penalty["id"]


async def test_numbers_move_again_for_whoever_signs_in_again(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin)
    await visit.live()
    await visit.page.get_by_role("button", name="30 days").focus()
    await visit.context.clear_cookies()
    await _looks_at_it_again(visit)
    await expect(visit.page.get_by_text("Your session has ended")).to_be_visible()
    assert await visit.findings() == []
    await _sign_in_again(visit, platform.admin)
    await visit.live()
    await expect(visit.page.get_by_role("button", name="30 days")).to_be_focused()
    await expect(visit.page).to_have_title(re.compile("Overview"))


async def test_another_key_over_an_ended_session_finds_nothing_of_the_former(
    platform: Platform, visits: Visits
) -> None:
    platform.add("former", "li")
    visit = await visits.new(platform.key("enterprise:former"), "/requests", frozenset({401, 403}))
    await visit.page.locator("main").evaluate("main => main.append('typed by the former')")
    await visit.context.clear_cookies()
    await _looks_at_it_again(visit)
    await _sign_in_again(visit, platform.key("enterprise:latter", holder="zoe"))
    await expect(visit.page.get_by_text("zoe")).to_be_visible()
    await expect(visit.page.get_by_text("typed by the former")).to_have_count(0)


async def test_somebody_else_in_another_tab_is_seen_in_this_one_when_it_is_looked_at(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.key("reviewer", holder="rui"), "/cases")
    await visit.page.locator("main").evaluate("main => main.append('typed by the former')")
    await _signs_in_elsewhere(visit, platform.key("reviewer", holder="zoe"))
    await _looks_at_it_again(visit)
    await expect(visit.page.locator(".side .foot")).to_contain_text("zoe")
    await expect(visit.page.get_by_text("typed by the former")).to_have_count(0)


async def test_the_same_key_in_another_tab_leaves_this_one_its_actions(
    platform: Platform, visits: Visits
) -> None:
    platform.add("twice", "li")
    penalty = platform.violation("twice", "li")["penalty"]
    key = platform.key("member:twice/li")
    visit = await visits.new(key, f"/penalties/{penalty['id']}", frozenset({403}))
    await visit.page.get_by_role("button", name="Appeal").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.locator("[name=grounds]").fill("mistake")
    await dialog.locator("[name=text]").fill("All forty had asked for the price list.")
    await _signs_in_elsewhere(visit, key)
    await dialog.locator("button[type=submit]").click()
    await expect(dialog).to_have_count(0)


async def test_who_could_not_be_signed_out_is_told_so(platform: Platform, visits: Visits) -> None:
    visit = await visits.new(platform.admin, "/policy")
    page = "<h1>Bad gateway</h1>"
    await visit.page.route(
        "**/dashboard/session", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    await visit.page.get_by_role("button", name="Sign out").click()
    await expect(visit.page.get_by_text("The service did not answer")).to_be_visible()
    await expect(visit.page.locator(".side nav")).to_be_visible()


async def test_a_dialog_stays_until_what_it_sent_is_answered(
    platform: Platform, visits: Visits
) -> None:
    visit = await visits.new(platform.admin)
    answers = asyncio.Event()

    async def late(route: Route) -> None:
        await answers.wait()
        await route.continue_()

    await visit.page.route("**/v1/enforcement**", late)
    await visit.page.get_by_role("button", name="Pause").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.locator("[name=reason]").fill("A drill.")
    await dialog.locator("button[type=submit]").click()
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_disabled()
    for _ in range(2):
        await visit.page.keyboard.press("Escape")
    await expect(dialog).to_be_visible()
    answers.set()
    await expect(dialog).to_have_count(0)
    platform.ask("POST", "/v1/enforcement/resume", {"reason": "The drill is over."})


async def _sign_in_again(visit: Visit, key: str) -> None:
    """By the form that stands over the pages."""
    form = visit.page.locator("form", has=visit.page.locator("[name=key]"))
    await form.locator("[name=key]").fill(key)
    await form.locator("button[type=submit]").click()


async def _signs_in_elsewhere(visit: Visit, key: str) -> None:
    """In another tab of the same browser, which has the same cookies."""
    answer = await visit.context.request.post(f"{visit.url}/dashboard/session", data={"key": key})
    assert answer.ok


async def _looks_at_it_again(visit: Visit) -> None:
    """As after another tab; a browser without a screen has none that are hidden."""
    await visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

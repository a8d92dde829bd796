"""A member appeals in the browser, a reviewer who did not decide the penalty overturns it there."""

import pytest
from playwright.async_api import FilePayload, expect

from tests.appeals import PDF
from tests.dashboard.platform_under_test import Json, Platform
from tests.dashboard.visit import Visit, Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_appeal_is_filed_answered_and_overturned(
    platform: Platform, visits: Visits
) -> None:
    rui, mei = (platform.key("reviewer", holder=holder) for holder in ("rui", "mei"))
    platform.add("acme", "li")
    penalty = platform.violation("acme", "li", rui)["penalty"]
    # Messages are withheld, adds with them: this is a step of the ladder, on interop.
    assert platform.reason("acme", "li") == "member_restricted"

    member = await visits.new(platform.key("member:acme/li"), f"/penalties/{penalty['id']}")
    await expect(member.page.locator("main")).to_contain_text("Advertising was sent to 40 contacts")
    await member.page.get_by_role("button", name="Appeal").click()
    dialog = member.page.get_by_role("dialog")
    await dialog.locator("[name=grounds]").fill("mistake")
    await dialog.locator("[name=text]").fill("All forty had asked for the price list.")
    await dialog.locator("button[type=submit]").click()
    await expect(dialog).to_have_count(0)

    reviewer = await visits.new(mei, "/requests")
    await reviewer.live()
    row = reviewer.page.locator("main table").get_by_role("row", name="acme")
    await row.get_by_role("link", name="li", exact=True).click()
    await expect(reviewer.page.locator("main")).to_contain_text("asked for the price list")
    await reviewer.page.get_by_role("button", name="Begin the review").click()
    await reviewer.page.get_by_role("button", name="Ask for information").click()
    await reviewer.page.get_by_role("dialog").locator("[name=text]").fill("Who were they?")
    await reviewer.page.get_by_role("dialog").locator("button[type=submit]").click()
    await expect(reviewer.page.locator("main")).to_contain_text("Needs information")

    await member.go("/requests")
    await member.page.locator("main table").get_by_role("link").first.click()
    await expect(member.page.locator("main")).to_contain_text("Who were they?")
    await member.page.get_by_role("button", name="Answer", exact=True).click()
    await member.page.get_by_role("dialog").locator("[name=text]").fill("Buyers of ours.")
    await member.page.get_by_role("dialog").locator("button[type=submit]").click()
    await expect(member.page.locator("main")).to_contain_text("Under review")

    await expect(reviewer.page.locator("main")).to_contain_text("Buyers of ours.")
    await reviewer.page.get_by_role("button", name="Decide", exact=True).click()
    decision = reviewer.page.get_by_role("dialog")
    await decision.get_by_label("Overturn: it never was right").check()
    await decision.locator("textarea").fill("The forty confirm it.")
    await decision.locator("button[type=submit]").click()
    await expect(reviewer.page.locator("main")).to_contain_text("Overturned")
    assert platform.reason("acme", "li") == "ok"


async def test_whoever_decided_the_penalty_cannot_decide_the_appeal(
    platform: Platform, visits: Visits
) -> None:
    rui = platform.key("reviewer", holder="rui")
    penalty = platform.violation("judge", "mu", rui)["penalty"]
    filed = platform.ask(
        "POST",
        f"/v1/penalties/{penalty['id']}/appeals",
        {"grounds": "mistake", "text": "No."},
        platform.key("member:judge/mu"),
    )
    visit = await visits.new(rui, f"/requests/appeals/{filed['id']}")
    await expect(visit.page.locator("main")).to_contain_text("You decided what is objected to")
    # The service refuses each of the three steps, so none is offered.
    for step in ("Begin the review", "Ask for information", "Decide"):
        await expect(visit.page.get_by_role("button", name=step)).to_have_count(0)
    await visit.go("/requests")
    await expect(visit.page.get_by_role("row", name="judge")).to_contain_text("somebody else")
    await expect(visit.page.locator("main")).to_contain_text("are your own (Europe/Berlin)")
    other = await visits.new(
        platform.key("reviewer", holder="mei"), f"/requests/appeals/{filed['id']}"
    )
    await expect(other.page.get_by_role("button", name="Begin the review")).to_be_visible()


async def test_a_member_sees_the_statement_of_reasons_and_no_reviewers_tools(
    platform: Platform, visits: Visits
) -> None:
    penalty = platform.violation("stated", "mu")["penalty"]
    visit = await visits.new(platform.key("member:stated/mu"), f"/penalties/{penalty['id']}")
    main = visit.page.locator("main")
    for part in ("Advertising was sent", "§2.1"):
        await expect(main).to_contain_text(part)
    await expect(visit.page.get_by_role("button", name="Confirm")).to_have_count(0)


def appealed(platform: Platform, enterprise: str, member: str) -> Json:
    """What a member filed against a penalty that someone else than mei decided."""
    rui = platform.key("reviewer", holder="rui")
    penalty = platform.violation(enterprise, member, rui)["penalty"]
    return platform.ask(
        "POST",
        f"/v1/penalties/{penalty['id']}/appeals",
        {"grounds": "mistake", "text": "All forty had asked."},
        platform.key(f"member:{enterprise}/{member}"),
    )


async def bring(visit: Visit, content: bytes) -> None:
    """Brings a document by the form, of the kind that is chosen."""
    file: FilePayload = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content}
    await visit.page.locator("form.bring [name=file]").set_input_files(file)
    await visit.page.get_by_role("button", name="Bring the document").click()


async def test_documents_are_brought_one_after_another_of_the_kind_that_is_chosen(
    platform: Platform, visits: Visits
) -> None:
    path = f"/requests/appeals/{appealed(platform, 'brings', 'li')['id']}"
    visit = await visits.new(platform.key("member:brings/li"), path)
    for number in (1, 2):
        await bring(visit, PDF + b"%d" % number)
        await expect(visit.page.locator(".documents li")).to_have_count(number)
        await expect(visit.page.locator("form.bring [name=kind]")).to_have_value("other")
        await expect(visit.page.locator("form.bring [name=file]")).to_have_value("")


async def test_what_others_do_about_an_appeal_is_seen_and_leaves_the_page_where_it_is(
    platform: Platform, visits: Visits
) -> None:
    appeal = appealed(platform, "follows", "li")
    path, li = f"/appeals/{appeal['id']}", platform.key("member:follows/li")
    mei = platform.key("reviewer", holder="mei")
    visit = await visits.new(mei, f"/requests{path}", viewport={"width": 1000, "height": 400})
    await visit.live()
    main = visit.page.locator("main")
    await expect(main).to_contain_text("No document was brought")
    before = await visit.page.locator("dl.statement").inner_text()
    await visit.page.evaluate("scrollTo(0, document.body.scrollHeight)")

    appellant = await visits.new(li, f"/requests{path}")
    await bring(appellant, PDF)
    await expect(appellant.page.locator(".documents li")).to_have_count(1)
    decision = {"outcome": "modified", "reason": "Twenty had asked."}
    platform.ask("POST", f"/v1{path}/decision", decision, mei)
    await expect(main).to_contain_text("Decision: Modified")
    await expect(main.get_by_role("link", name="Download: Other")).to_be_visible()
    statement = visit.page.locator("dl.statement")
    await expect(statement).not_to_have_text(before, use_inner_text=True)
    assert await visit.page.evaluate("scrollY") > 0
    await expect(visit.page.get_by_role("heading", level=1)).not_to_be_focused()


async def test_whoever_acts_keeps_a_focus_where_the_button_is_gone(
    platform: Platform, visits: Visits
) -> None:
    appeal = appealed(platform, "acts", "li")
    mei = platform.key("reviewer", holder="mei")
    visit = await visits.new(mei, f"/requests/appeals/{appeal['id']}")
    await visit.page.get_by_role("button", name="Begin the review").click()
    await expect(visit.page.locator("main")).to_contain_text("Under review")
    await expect(visit.page.get_by_role("heading", level=1)).to_be_focused()
    await visit.page.get_by_role("button", name="Decide", exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Reject: it stands").check()
    await dialog.locator("textarea").fill("Nobody had asked.")
    await dialog.locator("button[type=submit]").click()
    await expect(visit.page.locator("main")).to_contain_text("Decision: Rejected")
    await expect(visit.page.get_by_role("heading", level=1)).to_be_focused()


async def test_who_was_late_is_told_who_decided_and_asked_no_more(
    platform: Platform, visits: Visits
) -> None:
    appeal = appealed(platform, "late", "li")
    reviewers = [platform.key("reviewer", holder=holder) for holder in ("mei", "kim")]
    path, refused = f"/requests/appeals/{appeal['id']}", frozenset({409})
    _, late = seen = [await visits.new(key, path, expected=refused) for key in reviewers]
    for visit in seen:
        await visit.page.get_by_role("button", name="Decide", exact=True).click()
        dialog = visit.page.get_by_role("dialog")
        await dialog.get_by_label("Reject: it stands").check()
        await dialog.locator("textarea").fill("The messages are there.")
    for visit in seen:
        dialog = visit.page.get_by_role("dialog")
        await dialog.locator("button[type=submit]").click()
        await expect(dialog).to_have_count(0)
    await expect(late.page.locator(".message")).to_contain_text("rejected, by mei")
    await expect(late.page.get_by_role("button", name="Decide", exact=True)).to_have_count(0)

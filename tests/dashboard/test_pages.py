"""Every page, for everyone who may open it: without a mistake, and usable by everyone."""

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visit, Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBER = "/enterprises/acme/members/li"
REVIEWED = ("", "/enterprises", "/enterprises/acme", MEMBER, "/cases", "/requests", "/transparency")
OPEN_TO = {
    "admin": (*REVIEWED, "/policy", "/nowhere"),
    "reviewer": REVIEWED,
    "enterprise:acme": ("/enterprises/acme", MEMBER, "/requests"),
    "member:acme/li": (MEMBER, "/requests"),
}
EVERY = [(scope, path) for scope, paths in OPEN_TO.items() for path in paths]


@pytest.fixture(scope="module")
def told(platform: Platform) -> Platform:
    """A platform on which something happened: adds, a denial, a case, a penalty, an appeal."""
    for _ in range(6):
        platform.add("acme", "li")
    platform.blocked("acme", "mu")
    made = platform.violation("acme", "li")
    path = f"/v1/penalties/{made['penalty']['id']}/appeals"
    platform.ask("POST", path, {"grounds": "mistake", "text": "They had asked for it."})
    return platform


@pytest.mark.parametrize(("scope", "path"), EVERY)
async def test_a_page_opens_without_a_mistake_and_nothing_serious_is_found(
    told: Platform, visits: Visits, scope: str, path: str
) -> None:
    visit = await visits.new(told.key(scope), path, color_scheme="light")
    await expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
    await expect(visit.page.locator(".skeleton")).to_have_count(0)
    assert await visit.findings() == []
    await visit.page.emulate_media(color_scheme="dark")
    assert await visit.findings() == []


async def test_the_sign_in_page_is_usable_by_everyone(visits: Visits) -> None:
    visit = await visits.new()
    await expect(visit.page.get_by_label("API key")).to_be_visible()
    assert await visit.findings() == []


async def test_everything_on_the_first_page_is_reached_by_keyboard(
    told: Platform, visits: Visits
) -> None:
    visit = await visits.new(told.admin)
    await visit.live()
    before, wanted, reached = [""], await _usable(visit), set[str]()
    while before != wanted:  # what it says may have gone on meanwhile
        before, reached, wanted = wanted, await _reached(visit), await _usable(visit)
    assert set(wanted) <= reached


async def _usable(visit: Visit) -> list[str]:
    """What somebody may want to reach, by what it says."""
    found: list[str] = await visit.page.evaluate(
        "[...document.querySelectorAll('a, button, select, summary')]"
        ".map(one => one.textContent + one.tagName)"
    )
    return found


async def _reached(visit: Visit) -> set[str]:
    """What is reached by sixty steps from the beginning."""
    await visit.page.keyboard.press("Tab")
    await visit.page.locator("body").press("Home")
    reached = set()
    for _ in range(60):
        await visit.page.keyboard.press("Tab")
        focused = await visit.page.evaluate(
            "document.activeElement.textContent + document.activeElement.tagName"
        )
        reached.add(focused)
    return reached


async def test_a_page_that_does_not_exist_says_so(told: Platform, visits: Visits) -> None:
    visit = await visits.new(told.admin, "/no/such/page")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("No such page")


async def test_no_account_learns_what_only_the_platform_may_know(
    told: Platform, visits: Visits
) -> None:
    for scope, path in (
        ("enterprise:acme", "/enterprises/acme/members/mu"),
        ("member:acme/li", ""),
    ):
        visit = await visits.new(told.key(scope), path)
        await visit.live()
        seen = (await visit.page.content()).lower()
        for word in ("hard_negatives", "hard negatives", "posterior", "threshold", "cusum"):
            assert word not in seen, (scope, word)

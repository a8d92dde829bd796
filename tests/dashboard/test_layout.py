"""Every page at 400 %, in both languages, as widely spaced as readers may want it; its targets."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.dashboard import layout
from tests.dashboard.platform_under_test import Platform, running
from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDED_S = 30.0
LONG = "someone-of-the-northern-sales-team-0017"
PAGES = {
    "overview": "",
    "enterprises": "/enterprises",
    "enterprise": "/enterprises/acme",
    "member": f"/enterprises/acme/members/{LONG}",
    "cases": "/cases",
    "case": "/cases/{case}",
    "appeals": "/requests",
    "applications": "/requests?kind=applications",
    "appeal": "/requests/appeals/{appeal}",
    "penalty": "/penalties/{penalty}",
    "policy": "/policy",
    "transparency": "/transparency",
    "nowhere": "/nowhere",
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layout")


@pytest.fixture(scope="module")
def platform(directory: Path) -> Iterator[Platform]:
    with running(directory) as platform:
        yield platform


@pytest.fixture(scope="module")
def ids(platform: Platform, directory: Path) -> dict[str, str]:
    """What is in addresses of pages: a case, a penalty and its appeal, which is overdue."""
    platform.blocked("acme", LONG)
    platform.violation("acme", "li")
    for _ in range(6):
        platform.add("acme", LONG)
    penalty = platform.violation("acme", LONG)["penalty"]["id"]
    text = "They had asked for it: https://example.org/" + "a-long-address-" * 5
    filed = {"grounds": "mistake", "text": text}
    appeal = platform.ask("POST", f"/v1/penalties/{penalty}/appeals", filed)["id"]
    with closing(sqlite3.connect(directory / "data/contact-quota.sqlite", timeout=60)) as record:
        record.execute("UPDATE requests SET due_ms = created_ms")
        record.commit()
    return {"case": found_case(platform), "penalty": penalty, "appeal": appeal}


def found_case(platform: Platform) -> str:
    """The case that patterns made, once the block was folded."""
    end = time.monotonic() + FOLDED_S
    while True:
        for case in platform.ask("GET", "/v1/cases")["items"]:
            if case["contributions"]:
                return str(case["id"])
        assert time.monotonic() < end, "the block was not folded"


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("page", PAGES)
async def test_at_400_percent_all_fits_however_it_is_spaced(
    platform: Platform, visits: Visits, ids: dict[str, str], page: str, locale: str
) -> None:
    path = PAGES[page].format(**ids)
    visit = await visits.new(
        platform.admin,
        path,
        expected=frozenset({404}),
        viewport=layout.NARROW,
        locale=locale,
    )
    await layout.shown(visit)
    assert await layout.cut(visit) == []
    await layout.space(visit)
    assert await layout.cut(visit) == []


async def test_what_is_pressed_is_at_least_24_pixels_high(
    platform: Platform, visits: Visits, ids: dict[str, str]
) -> None:
    visit = await visits.new(platform.admin)
    small: list[str] = []
    for page, path in PAGES.items():
        await visit.go(path.format(**ids))
        await layout.shown(visit)
        small += [f"{page}: {one}" for one in await layout.small_targets(visit)]
    assert small == []


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("width", [1280, 320])
async def test_a_box_is_a_stop_of_the_tab_key_where_there_is_more_in_it(
    platform: Platform, visits: Visits, width: int
) -> None:
    visit = await visits.new(
        platform.admin, "/transparency", viewport={"width": width, "height": 800}
    )
    await layout.shown(visit)
    await visit.page.wait_for_function("""() => {
      const boxes = [...document.querySelectorAll("section.scroll")];
      const isWider = (box) => box.scrollWidth > box.clientWidth + 1;
      return boxes.length > 5 && boxes.every((box) => (box.tabIndex === 0) === isWider(box));
    }""")
    stops = await visit.page.locator("section.scroll[tabindex='0']").count()
    assert (stops > 0) == (width == layout.NARROW["width"])

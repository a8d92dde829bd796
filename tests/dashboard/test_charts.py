"""Charts are drawn from an account's first day on."""

import time

import pytest
from playwright.async_api import expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visits
from tests.http.service import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDED_S = 30.0
DRAWN = """canvas => {
  const name = getComputedStyle(document.documentElement).getPropertyValue("--series-1");
  const [, colour] = name.match(/#(\\w{6})/);
  const wanted = [0, 2, 4].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) {
    if (wanted.every((part, place) => data[at + place] === part)) return true;
  }
  return false;
}"""
"""Whether something of the first series' colour is on it; in light colours."""


async def test_the_history_of_one_day_is_drawn(platform: Platform, visits: Visits) -> None:
    platform.add("first-day", "li")
    end = time.monotonic() + FOLDED_S
    while not platform.ask("GET", "/v1/enterprises/first-day/history?days=30")["days"]:
        assert time.monotonic() < end, "the add was not folded"
    visit = await visits.new(platform.key("enterprise:first-day"), color_scheme="light")
    history = visit.page.get_by_role("region", name="The last 30 days")
    await expect(history.get_by_role("button").first).to_have_attribute("aria-pressed", "true")
    canvas = history.locator("canvas")
    await expect(canvas).to_be_visible()

    async def is_drawn() -> bool:
        # It is another element when the chart is made anew.
        return bool(await canvas.evaluate(DRAWN))

    await until(is_drawn)

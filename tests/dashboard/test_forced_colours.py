"""Where the system forces its own few colours what is told by a length or a swatch is seen."""

import pytest
from playwright.async_api import Locator, expect

from tests.dashboard.platform_under_test import Platform
from tests.dashboard.visit import Visit, Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")

_CONTRAST = """(one, pseudo) => {
  const luminance = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
    const [red, green, blue] = parts.map(
      (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = getComputedStyle(document.body).backgroundColor;
  const [less, more] = [getComputedStyle(one, pseudo).backgroundColor, ground]
    .map(luminance).sort((one, other) => one - other);
  return (more + 0.05) / (less + 0.05);
}"""
"""How much what something is filled with differs from the page's ground."""
SEEN = 3.0
"""WCAG 1.4.11."""


@pytest.fixture(scope="module")
def busy(platform: Platform) -> Platform:
    """A member with adds and denials."""
    for _ in range(12):
        platform.add("forced", "li")
    return platform


async def contrast(one: Locator, pseudo: str | None = None) -> float:
    await expect(one).to_be_visible()
    return float(await one.evaluate(_CONTRAST, pseudo))


async def in_forced(visits: Visits, platform: Platform, scheme: str, path: str) -> Visit:
    visit = await visits.new(platform.admin, path, forced_colors="active", color_scheme=scheme)
    await visit.live()
    return visit


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_bars_swatches_and_the_live_mark_are_seen(
    busy: Platform, visits: Visits, scheme: str
) -> None:
    visit = await in_forced(visits, busy, scheme, "/enterprises/forced/members/li")
    for seen in (".score-piece", ".parts .mark", ".part-bar > span", ".share-bar > span"):
        filled = visit.page.locator(f"{seen}:not([style*='width: 0%'])")
        assert await contrast(filled.first) >= SEEN, seen
    assert await contrast(visit.page.locator(".live"), "::before") >= SEEN
    swatch = visit.page.locator(".legend .mark")
    assert await contrast(swatch.first) >= SEEN


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_is_pressed_looks_so(busy: Platform, visits: Visits, scheme: str) -> None:
    visit = await in_forced(visits, busy, scheme, "")
    looks = "one => { const { backgroundColor, color } = getComputedStyle(one); \
        return [backgroundColor, color].join(); }"
    switch = visit.page.get_by_role("group", name="Range")
    pressed = switch.locator("[aria-pressed=true]")
    assert await pressed.evaluate(looks) != await switch.locator("[aria-pressed=false]").evaluate(
        looks
    )


async def test_chosen_colours_give_way_to_the_forced_ground(busy: Platform, visits: Visits) -> None:
    visit = await in_forced(visits, busy, "dark", "/enterprises/forced/members/li")
    await visit.page.get_by_role("combobox", name="Colours").select_option("light")
    assert await contrast(visit.page.locator(".score-piece").first) >= SEEN

"""What a page's layout does to what is on it, asked of the browser."""

import time

from playwright.async_api import expect

from tests.dashboard.visit import Visit

NARROW = {"width": 320, "height": 640}
"""CSS pixels: what 1280 are at 400 % (WCAG 1.4.10)."""
REST_S = 10.0

_SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
"""The spacing that a reader may want (WCAG 1.4.12)."""

_CUT = """() => {
  const root = document.documentElement;
  const name = (one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 40)}`;
  const isSeen = (one) => !one.closest(".hidden-but-read, .skip, svg, .plot");
  const found = [];
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`);
  for (const one of [...document.querySelectorAll("body *")].filter(isSeen)) {
    const { left, right, width } = one.getBoundingClientRect();
    const scrolls = !["visible", "clip"].includes(getComputedStyle(one).overflowX);
    const isTable = one.closest(".scroll") !== null;
    if (width > 0 && left < -1) found.push(`left of the window: ${name(one)}`);
    if (isTable || /^(INPUT|SELECT|TEXTAREA)$/.test(one.tagName)) continue;
    if (width > 0 && right > root.clientWidth + 1) found.push(`right of the window: ${name(one)}`);
    if (scrolls && one.scrollWidth > one.clientWidth + 1) found.push(`cut: ${name(one)}`);
  }
  return found;
}"""
"""What does not fit in; only tables and charts may be wider than what they are in."""

_SMALL = """() => {
  const words = (one) => [...one.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
  const isSaid = (one) => getComputedStyle(one).display === "inline" && words(one.parentElement);
  const target = (one) => (/checkbox|radio/.test(one.type) && one.closest("label")) || one;
  return [...document.querySelectorAll("a, button, summary, input, select, textarea")]
    .filter((one) => !one.matches(".skip") && !isSaid(one))
    .map((one) => [one, target(one).getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && Math.min(width, height) < 24)
    .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 80)}: ${width}x${height}`);
}"""
"""Targets of less than 24 px that do not stand in a sentence (WCAG 2.5.8)."""


async def shown(visit: Visit) -> None:
    """Waits until a page has what it shows, and opens whatever can be opened on it."""
    await expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
    await expect(visit.page.locator(".skeleton, [aria-busy=true]")).to_have_count(0)
    await visit.page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
    )


async def cut(visit: Visit) -> list[str]:
    """What does not fit into the window or into what it is in, once the page has come to rest.

    A chart is made as wide as its place a moment after that has its width.
    """
    end = time.monotonic() + REST_S
    while (found := list(await visit.page.evaluate(_CUT))) and time.monotonic() < end:
        await visit.page.wait_for_timeout(100)
    return found


async def space(visit: Visit) -> None:
    """Sets all text as widely as a reader may."""
    await visit.page.evaluate(_SPACED)


async def small_targets(visit: Visit) -> list[str]:
    """What is pressed and hard to hit."""
    return list(await visit.page.evaluate(_SMALL))

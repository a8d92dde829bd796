"""Somebody at the dashboard: a browser's page with whatever went wrong on it."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.dashboard.chromium import AXE
from tests.dashboard.platform_under_test import Platform

SOON_MS = 15_000
"""For what a loaded machine does late; what has to be quick says so itself."""
expect.set_options(timeout=SOON_MS)
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


class Visits:
    """Visitors of one test, each with cookies of its own."""

    def __init__(self, browser: Browser, platform: Platform) -> None:
        self._browser = browser
        self._platform = platform
        self._visits: list[Visit] = []

    async def new(
        self,
        key: str | None = None,
        path: str = "",
        expected: frozenset[int] = frozenset(),
        **context: Any,
    ) -> "Visit":
        """Somebody new at a page; with `key` signed in, as people do it.

        `expected` are statuses of refused requests that the test asks for.
        """
        usual = {
            "locale": "en-GB",
            "timezone_id": "Europe/Berlin",
            "reduced_motion": "reduce",  # contrast is measured where nothing fades
        }
        options = usual | context
        made = await self._browser.new_context(**options)
        made.set_default_timeout(SOON_MS)
        visit = Visit(made, await made.new_page(), self._platform.url)
        visit.expected |= expected
        self._visits.append(visit)
        await visit.go(path)
        if key is not None:
            await visit.sign_in(key)
        return visit

    async def end(self) -> None:
        """Closes all. Raises AssertionError where a page made a mistake."""
        for visit in self._visits:
            await visit.context.close()
        mistakes = [mistake for visit in self._visits for mistake in visit.mistakes]
        if mistakes:
            raise AssertionError("\n".join(mistakes))


class Visit:
    """One visitor; `mistakes` are errors of the console and of scripts, and requests elsewhere.

    `expected` are statuses of refused requests that the test asks for.
    """

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.mistakes: list[str] = []
        self.expected: set[int] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.mistakes.append(f"script: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        status = _STATUS.match(message.text)
        if message.type in {"error", "warning"} and not (
            status and int(status[1]) in self.expected
        ):
            self.mistakes.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and not request.url.startswith(self.url):
            self.mistakes.append(f"asked elsewhere: {request.url}")

    async def go(self, path: str) -> None:
        """Opens a page by its address below /dashboard."""
        await self.page.goto(f"{self.url}/dashboard{path}")

    async def sign_in(self, key: str) -> None:
        """Types the key where it is asked for, and waits until it was taken."""
        await self.page.locator("input[name=key]").fill(key)
        await self.page.locator("button[type=submit]").click()
        await expect(self.page.locator(".side nav")).to_be_visible()

    async def live(self) -> None:
        """Waits until numbers move."""
        await expect(self.page.locator("[data-live=live]")).to_be_visible()

    async def findings(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 A and AA, where it is serious or worse."""
        # Rows that are about to be others are dimmed.
        await expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        if not await self.page.evaluate("typeof axe === 'object'"):
            await self.page.evaluate(AXE.read_text())
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = await self.page.evaluate(
            "rules => axe.run({runOnly: {type: 'tag', values: rules}})", rules
        )
        return [
            f"{one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary'][:200]}"
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]

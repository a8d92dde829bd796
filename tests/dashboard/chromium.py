"""The machine's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "Chromium is not installed: `apt-get install chromium` lets this test run"
AXE = Path(__file__).parents[2] / "server/web/node_modules/axe-core/axe.min.js"


def chromium() -> str | None:
    """Where it is installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def require_chromium() -> str:
    """Skips where no Chromium is installed; in CI that is a failure."""
    found = chromium()
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@asynccontextmanager
async def launched(executable: str) -> AsyncIterator[Browser]:
    """A browser without a window, until the block ends."""
    # Whoever runs tests as root in a container has no sandbox; what is opened here is our own page.
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=executable, args=options)
        yield browser
        await browser.close()

"""Pictures of every page, of the sample organisation: `make screenshots`.

`python -m tests.dashboard.screenshots [DIRECTORY]` writes `docs/images/dashboard/*.png`, or there.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FloatRect, Page

from tests.dashboard.chromium import MISSING, chromium, launched
from tests.http.process import COMMAND

WHERE = Path(__file__).parents[2] / "docs/images/dashboard"
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
TALLEST = 1_500
"""Pixels; what follows on a longer page looks like what was before."""
SETTLED_MS = 1_500
"""Until charts are drawn and the first numbers came in."""


@dataclass(frozen=True)
class Shot:
    """A picture: its name, its page below /dashboard, and whose browser it is."""

    name: str
    path: str
    viewport: Mapping[str, int] = field(default_factory=lambda: WIDE)
    language: str = "en-GB"
    colours: str = "light"
    first: str | None = None
    """The beginning of links of which the first is followed: ids are others in each sample."""


COMPANY = "/enterprises/harbour"
TODAY, MONTH = datetime.now(UTC).date(), timedelta(days=30)
SHOTS = (
    Shot("overview", ""),
    Shot("enterprises", "/enterprises"),
    Shot("enterprise", COMPANY),
    Shot("member", f"{COMPANY}/members/zhao"),
    Shot("cases", "/cases", first="/dashboard/cases/"),
    Shot("appeals", "/requests", first="/dashboard/requests/"),
    Shot("penalty", f"{COMPANY}/members/qian", first="/dashboard/penalties/"),
    Shot("policy", "/policy"),
    Shot("transparency", f"/transparency?from={TODAY - MONTH}&to={TODAY}"),
    Shot("overview-dark", "", colours="dark"),
    Shot("enterprise-chinese", COMPANY, language="zh-CN"),
    Shot("member-phone", f"{COMPANY}/members/li", viewport=PHONE),
)


@contextmanager
def sample(directory: Path) -> Iterator[tuple[str, str]]:
    """Address and admin key of a running sample organisation, until the block ends."""
    with (directory / "demo.log").open("w") as log:
        process = subprocess.Popen(
            [*COMMAND, "demo", "--port", "0", "--data", str(directory / "data")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield _said_at_start(process)
        finally:
            process.terminate()
            process.wait(30)


def _said_at_start(process: "subprocess.Popen[str]") -> tuple[str, str]:
    url = ""
    for line in process.stdout or ():
        if found := re.search(r"http://[\w.:]+", line):
            url = url or found[0]
        if url and (key := re.search(r"dmin.*?(cq_[\w-]+)", line)):
            return url, key[1]
    raise SystemExit("the sample organisation did not start")


async def take(browser: Browser, url: str, key: str, shot: Shot, where: Path) -> None:
    """One picture, of a page from its top."""
    context: dict[str, Any] = {
        "viewport": shot.viewport,
        "locale": shot.language,
        "color_scheme": shot.colours,
        "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",
    }
    visitor = await browser.new_context(**context)
    page = await visitor.new_page()
    await page.goto(f"{url}/dashboard{shot.path}")
    await page.locator("input[name=key]").fill(key)
    await page.locator("button[type=submit]").click()
    await _settled(page)
    if shot.first is not None:
        await page.locator(f"main a[href^='{shot.first}']").first.click()
        await _settled(page)
    height = await page.evaluate("document.documentElement.scrollHeight")
    clip = FloatRect(x=0, y=0, width=shot.viewport["width"], height=min(height, TALLEST))
    await page.screenshot(path=where / f"{shot.name}.png", full_page=True, clip=clip)
    await visitor.close()


async def _settled(page: Page) -> None:
    await page.locator("main h1").wait_for()
    await page.wait_for_timeout(SETTLED_MS)


async def take_all(executable: str, url: str, key: str, where: Path) -> None:
    """Every picture."""
    async with launched(executable) as browser:
        for shot in SHOTS:
            await take(browser, url, key, shot, where)
            print(where / f"{shot.name}.png")  # noqa: T201  a command


def main(asked: list[str]) -> int:
    """Takes all pictures; the exit code."""
    executable = chromium()
    if executable is None:
        print(MISSING, file=sys.stderr)  # noqa: T201  a command
        return 1
    where = Path(asked[0]) if asked else WHERE
    where.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, sample(Path(directory)) as (url, key):
        asyncio.run(take_all(executable, url, key, where))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

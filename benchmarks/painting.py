"""An enterprise's page with many members, as its administrator's browser shows it.

    python benchmarks/painting.py          # 50,000 members on SQLite, ten visits, 1 minute
    python benchmarks/painting.py --quick  # 1,000 members, two visits

The service runs on the record that `benchmarks/members.py` measures, beside a Chromium without a
window. A first visit is one of a browser that has nothing of ours but the session; then the page is
left and opened again. First paint is Chromium's first contentful paint, rows are there when the
first of the members is in the page, both since the page was asked for. Sorting and searching end in
the frame in which other rows are there; a search begins with the last letter typed, and waits .06 s
for another one.
"""

import asyncio
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as BrowserError
from rich.console import Console

from benchmarks.members_world import ENTERPRISE, World
from benchmarks.speed import command, report
from benchmarks.speed.machine import machine
from benchmarks.speed.policy import write_policy
from benchmarks.speed.programs import ProgramError, Service, service
from benchmarks.speed.rounds import median
from server.records import migrations
from server.records.engine import open_database

MEMBERS, QUICK_MEMBERS = 50_000, 1_000
VISITS, QUICK_VISITS = 10, 2
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WANTED_MS = {"first paint": 1_000, "rows are there": 1_000, "sorted": 200, "found": 200}
FIRST = "at the first visit, {}"
ROWS = ".rows tbody a[href*='/members/']"
SEARCHED = "m00007"
LONGEST_S = 20
WATCH = """() => {
  const rows = () => document.querySelector(".rows tbody").innerText;
  const before = rows();
  window.otherRows = new Promise((done) => {
    const begin = ({ timeStamp }) => {
      const look = () => {
        const busy = document.querySelector("[aria-busy=true]");
        if (busy || rows() === before) requestAnimationFrame(look);
        else done(performance.now() - timeStamp);
      };
      look();
    };
    for (const kind of ["click", "input"]) {
      addEventListener(kind, begin, { capture: true, once: true });
    }
  });
}"""
"""Runs in the page: `otherRows` is how long it took from what is done next."""
Taken = dict[str, list[float]]
"""Milliseconds of each visit, by what was waited for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    parser = command.parser("painting", __doc__ or "")
    parser.add_argument("--members", type=int, help=f"of the enterprise [{MEMBERS:,}]")
    parser.add_argument("--visits", type=int, help=f"how often it is opened [{VISITS}]")
    given = command.parsed(parser, arguments)
    given.members = given.members or (QUICK_MEMBERS if given.quick else MEMBERS)
    given.visits = given.visits or (QUICK_VISITS if given.quick else VISITS)
    return command.compared(given, measure, _report)


def measure(given: Namespace, directory: Path, tell: Callable[[str], None]) -> Taken:
    """Writes the record, serves it, visits. Raises ProgramError where there is no Chromium."""
    browser = next((found for name in NAMES if (found := shutil.which(name))), None)
    if browser is None:
        raise ProgramError("Chromium is not installed: `apt-get install chromium`")
    tell(f"writing {given.members:,} members")
    asyncio.run(_write(directory / "contact-quota.sqlite", given.members))
    policy = write_policy(directory / "policy.toml")
    tell("starting")
    with service(directory, policy=policy, worker=True) as running:
        return asyncio.run(_visited(running, browser, given.visits, tell))


async def _write(file: Path, members: int) -> None:
    database = open_database(str(file))
    await migrations.upgrade(database)
    await World(members, 1_000, int(time.time() * 1000)).fill(database)
    await database.close()


async def _visited(
    running: Service, executable: str, visits: int, tell: Callable[[str], None]
) -> Taken:
    taken: Taken = {}
    try:
        async with _launched(executable) as browser:
            for number in range(1, visits + 1):
                tell(f"visit {number} of {visits}")
                for what, ms in (await _visit(browser, running)).items():
                    taken.setdefault(what, []).append(ms)
    except BrowserError as error:
        raise ProgramError(f"the page at {running.url}/dashboard: {error.message}") from error
    return taken


@asynccontextmanager
async def _launched(executable: str) -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        # As root in a container there is no sandbox, and only our own page is opened.
        browser = await driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def _visit(browser: Browser, running: Service) -> dict[str, float]:
    """A new browser's first visit, its second one, and what it does there."""
    context = await browser.new_context()
    try:
        await _sign_in(context, running)
        page = await context.new_page()
        first = await _opened(page, running)
        await page.goto("about:blank")
        again = await _opened(page, running)
        done = {"sorted": await _sorted(page), "found": await _found(page)}
    finally:
        await context.close()
    return {FIRST.format(what): ms for what, ms in first.items()} | again | done


async def _sign_in(context: BrowserContext, running: Service) -> None:
    answer = await context.request.post(
        f"{running.url}/dashboard/session", data={"key": running.key}
    )
    if not answer.ok:
        raise ProgramError(f"{running.url}: signing in was answered {answer.status}")


async def _opened(page: Page, running: Service) -> dict[str, float]:
    await page.goto(f"{running.url}/dashboard/enterprises/{ENTERPRISE}", wait_until="commit")
    await page.wait_for_selector(ROWS)
    rows_ms = await page.evaluate("performance.now()")
    painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    return {"first paint": await page.evaluate(painted), "rows are there": rows_ms}


async def _sorted(page: Page) -> float:
    head = page.get_by_role("columnheader", name="Score").get_by_role("button")
    return await _until_other_rows(page, head.click)


async def _found(page: Page) -> float:
    field = page.get_by_role("searchbox")
    await _until_other_rows(page, partial(field.fill, SEARCHED[:-1]))
    return await _until_other_rows(page, partial(field.press_sequentially, SEARCHED[-1]))


async def _until_other_rows(page: Page, act: Callable[[], Awaitable[None]]) -> float:
    """Milliseconds from the click or letter to the frame with the rows that it asked for."""
    await page.evaluate(WATCH)
    await act()
    try:
        async with asyncio.timeout(LONGEST_S):
            taken: float = await page.evaluate("window.otherRows")
    except TimeoutError as error:
        raise ProgramError(f"{page.url}: no other rows came within {LONGEST_S} s") from error
    return taken


def _report(taken: Taken, out: Path | None, console: Console) -> None:
    measured = machine()
    rows = [
        [
            what,
            f"{median(each):.0f}",
            f"{max(each):.0f}",
            f"{WANTED_MS[what.rpartition(', ')[2]]:,}",
        ]
        for what, each in taken.items()
    ]
    shown = report.table("A page with many members", ["what", "median", "slowest", "wanted"], rows)
    notes = [f"milliseconds, of {len(next(iter(taken.values())))} visits by Chromium"]
    report.present([shown], measured, notes, console=console)
    console.print(f"written to {report.write(out, 'painting', {'ms': taken}, measured)}")


if __name__ == "__main__":
    sys.exit(main())

"""Lists, history and timeline of an enterprise with many members, on the record and over HTTP.

    python benchmarks/members.py                    # 50,000 members on SQLite, 4 minutes
    python benchmarks/members.py --quick            # 1,000 members, seconds
    python benchmarks/members.py --database postgresql://USER:PASSWORD@HOST/AN_EMPTY_ONE

The record is written as months of use would leave it: 30 days of each member, their views, 500
penalties, a member with 10,000 events. Then every order of the list is asked for both ways, alone,
with a search and with each filter, as the first page with its total; history of 30 days and pages
of the timeline, too. Each is asked for `--times` and the median is told, which must be below
what is wanted: 200 ms for a list, 100 ms for the others. Over HTTP the slowest of them are asked
again, by the enterprise's own key: with the JSON and all.
"""

import itertools
import json
import secrets
import sys
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode

from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from rich.console import Console

from benchmarks.members_world import DAYS, ENTERPRISE, LIVELY, World
from benchmarks.speed import command, report
from benchmarks.speed.loops import loop
from benchmarks.speed.machine import machine
from benchmarks.speed.rounds import median
from quota.days import midnight_ms
from server.http.app import build_app
from server.records import days, listings, migrations, timeline
from server.records.engine import Database, open_database
from server.records.listing_pages import Only, Order, Page, Sort
from server.records.timeline import Asked
from server.settings import Settings
from server.wiring import open_services

MEMBERS, QUICK_MEMBERS = 50_000, 1_000
EVENTS, QUICK_EVENTS = 10_000, 200
TIMES, QUICK_TIMES = 7, 1
WANTED_LIST_MS, WANTED_MS = 200, 100
SHOWN = 8
"""So many of the slowest lists are told, and asked for over HTTP."""
SEARCHES = ("Li m", "m00007", "nobody")
Tell = Callable[[str], None]
Read = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Results:
    """Milliseconds of every list and of what else was asked, by what it was."""

    members: int
    lists: Mapping[str, float]
    others: Mapping[str, float]
    http: Mapping[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    parser = command.parser("members", __doc__ or "")
    parser.add_argument("--members", type=int, help=f"of the enterprise [{MEMBERS:,}]")
    parser.add_argument("--times", type=int, help=f"each is asked for [{TIMES}]")
    parser.add_argument("--database", help="an empty PostgreSQL database instead of SQLite")
    given = command.parsed(parser, arguments)
    given.members = given.members or (QUICK_MEMBERS if given.quick else MEMBERS)
    given.times = given.times or (QUICK_TIMES if given.quick else TIMES)
    given.events = QUICK_EVENTS if given.quick else EVENTS
    return command.compared(given, measure, _report)


def measure(given: Namespace, directory: Path, tell: Tell) -> Results:
    """Writes the record, then asks."""
    url = given.database or str(directory / "contact-quota.sqlite")
    world = World(given.members, given.events, int(time.time() * 1000))
    with loop() as runner:
        return runner.run(_measured(url, world, given.times, directory, tell))


async def _measured(url: str, world: World, times: int, directory: Path, tell: Tell) -> Results:
    database = open_database(url)
    try:
        tell(f"writing {world.members:,} members")
        await migrations.upgrade(database)
        await world.fill(database)
        lists = {
            name: await _median_ms(partial(_list, database, page, world.now_ms), times)
            for name, page in _pages(tell)
        }
        tell("history and timeline")
        others = {
            name: await _median_ms(read, times) for name, read in _others(database, world).items()
        }
    finally:
        await database.close()
    tell("the same over HTTP")
    slowest = sorted(lists, key=lambda name: -lists[name])[:SHOWN]
    return Results(world.members, lists, others, await _over_http(url, directory, slowest, times))


def _pages(tell: Tell) -> list[tuple[str, Page]]:
    """Every order, both ways: alone, with each search, with each filter; by its query."""
    more: list[dict[str, Any]] = [{}, *({"q": q} for q in SEARCHES)]
    more += [{"filter": only} for only in get_args(Only)]
    orders = list(itertools.product(get_args(Sort), get_args(Order), more))
    tell(f"{len(orders)} lists")
    return [
        (
            urlencode({"sort": sort, "order": order, **with_}),
            Page(sort=sort, order=order, q=with_.get("q"), only=with_.get("filter")),
        )
        for sort, order, with_ in orders
    ]


async def _list(database: Database, page: Page, now_ms: int) -> None:
    async with database.read() as connection:
        await listings.list_members(connection, ENTERPRISE, page, now_ms)


def _others(database: Database, world: World) -> dict[str, Read]:
    asked = Asked(
        ENTERPRISE, LIVELY, world.now_ms, partial(midnight_ms, "Asia/Shanghai"), hidden=False
    )

    async def history(member_id: str) -> None:
        async with database.read() as connection:
            await days.history(connection, ENTERPRISE, member_id, world.day - DAYS)

    async def timeline_of(depth: int, *, hidden: bool) -> None:
        """The page behind so many others; only that one is what takes the time."""
        part, place = asked, None
        for _ in range(depth + 1):
            part = Asked(
                ENTERPRISE, LIVELY, world.now_ms, asked.begins_ms, hidden=hidden, cursor=place
            )
            async with database.read() as connection:
                place = (await timeline.read(connection, part)).next_cursor

    return {
        f"history of {DAYS} days, a member": partial(history, LIVELY),
        f"history of {DAYS} days, the enterprise": partial(history, ""),
        f"timeline of {world.events:,} events, first page": partial(timeline_of, 0, hidden=False),
        "the same, as the enterprise sees it": partial(timeline_of, 0, hidden=True),
        "the same, ten pages": partial(timeline_of, 9, hidden=False),
    }


async def _over_http(
    url: str, directory: Path, lists: Sequence[str], times: int
) -> dict[str, float]:
    secret = secrets.token_urlsafe(24)
    settings = Settings(data=directory / "data", database=url, admin_key=SecretStr(secret))
    path = f"/v1/enterprises/{ENTERPRISE}"
    found: dict[str, float] = {}
    async with (
        open_services(settings) as running,
        TestClient(TestServer(build_app(running.services))) as client,
    ):
        scope = {"scopes": [f"enterprise:{ENTERPRISE}"], "note": "benchmark"}
        sent = {"Authorization": f"Bearer {secret}"}
        async with client.post("/v1/keys", json=scope, headers=sent) as made:
            sent = {"Authorization": f"Bearer {json.loads(await made.read())['key']}"}

        async def get(what: str) -> None:
            async with client.get(path + what, headers=sent) as response:
                response.raise_for_status()
                await response.read()

        whole = [f"/members?{query}" for query in lists]
        whole += [f"/history?days={DAYS}", f"/members/{LIVELY}/timeline"]
        for what in whole:
            found[what] = await _median_ms(partial(get, what), times)
    return found


async def _median_ms(read: Read, times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await read()
        taken.append((time.perf_counter() - began) * 1e3)
    return median(taken)


def _report(made: Results, out: Path | None, console: Console) -> None:
    measured = machine()
    slowest = sorted(made.lists.items(), key=lambda one: -one[1])
    rows = [[name, f"{ms:.0f}"] for name, ms in slowest[:SHOWN]]
    rows.append([f"median of all {len(slowest)}", f"{median(list(made.lists.values())):.0f}"])
    others = [[name, f"{ms:.1f}"] for name, ms in made.others.items()]
    http = [[name, f"{ms:.0f}"] for name, ms in made.http.items()]
    columns = ["what", "ms"]
    tables = [
        report.table(f"First pages of {made.members:,} members, the slowest", columns, rows),
        report.table("Of one account", columns, others),
        report.table("Over HTTP, by the enterprise's key", columns, http),
    ]
    notes = [f"wanted: a list below {WANTED_LIST_MS} ms, anything else below {WANTED_MS} ms"]
    report.present(tables, measured, notes, console=console)
    figures = {"members": made.members, "lists": made.lists, "others": made.others}
    path = report.write(out, "members", {**figures, "http": made.http}, measured)
    console.print(f"written to {path}")


if __name__ == "__main__":
    sys.exit(main())

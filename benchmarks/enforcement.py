"""What a decision about an account, and a page of penalties, cost on PostgreSQL.

python benchmarks/enforcement.py --database postgresql://USER:PASSWORD@HOST/AN_EMPTY_ONE [--out f]
"""

import asyncio
import json
import random
import secrets
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table as Shown
from sqlalchemy import event, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import CaseDecision
from penalties.catalogue import Track
from penalties.findings import Finding, opened
from penalties.penalty import Penalty
from penalties.restrictions import Scope
from penalties.violation import Violation
from server.enforcement import answering, deciding, reporting, requesting
from server.enforcement.answering import Answer
from server.enforcement.changes import Actor, Terms
from server.enforcement.requesting import Asking
from server.http.app import build_app
from server.policy import default_policy
from server.records import accounts, cases, migrations, penalties, standing
from server.records.accounts import Member
from server.records.case_rows import CaseRecord
from server.records.engine import Database, open_database
from server.records.penalties import PenaltyFilter
from server.records.penalty_rows import PenaltyRecord, row_of_penalty
from server.records.tables import penalties as penalties_table
from server.settings import Settings
from server.wiring import open_services

NOW_MS = 1_795_320_000_000
HOUR_MS = 3_600_000
ENTERPRISES = 1_000
LARGEST_SHARE = 0.2
"""Of all penalties, those of one enterprise."""
GOOD_SHARE = 0.02
"""Of all penalties, those for good: they bind, however old they are."""
ACCOUNTS = 3
ROWS_AT_ONCE = 500
TIMES = 30
PAGE = 100


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile, BEGIN and COMMIT aside."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


def _terms(at_ms: int) -> Terms:
    return Terms(at_ms, default_policy().penalties, 1, 0)


def _violation(name: str, at_ms: int, **changed: Any) -> Violation:
    plain: dict[str, Any] = {
        "id": name,
        "type": "T1.HARASSING_CONTENT",
        "track": Track.LADDER,
        "severity": "normal",
        "source": "own_initiative",
        "enterprise_id": "acme",
        "member_id": name,
        "occurred_ms": at_ms,
        "facts": "Advertising was sent to 40 contacts.",
    }
    return Violation(**plain | changed)


def _said(holder: str, severity: Any, at_ms: int) -> CaseDecision:
    return CaseDecision(at_ms, "confirm", holder, "k", f"looked {holder}", severity)


async def _case(database: Database, name: str) -> str:
    """A pattern's case about a member of that name."""
    found = Finding(
        at_ms=NOW_MS,
        enterprise_id="acme",
        member_id=name,
        level="review",
        posterior=0.99,
        contributions={"hard_negatives": 9.0},
        patterns=("hard_negatives",),
        adds_before=12,
        evidence=("5 of 9 blocked",),
    )
    async with database.write() as connection:
        await cases.add(connection, CaseRecord(opened(f"0-1-{name}", found, 1), 0, 1, 1))
    return f"0-1-{name}"


async def _decisions(database: Database) -> dict[str, list[float]]:
    """Round trips and milliseconds of each sort of decision, the median of `TIMES`."""
    taken: dict[str, list[tuple[int, float]]] = {}

    async def measured(name: str, call: Awaitable[Any]) -> Any:
        with statements(database) as sent:
            started = time.perf_counter()
            result = await call
            taken.setdefault(name, []).append((len(sent), (time.perf_counter() - started) * 1e3))
        return result

    for n in range(TIMES):
        await _one_of_each(database, n, measured)
    return {
        name: [_median(column) for column in zip(*some, strict=True)]
        for name, some in taken.items()
    }


async def _one_of_each(
    database: Database, n: int, measured: Callable[[str, Awaitable[Any]], Awaitable[Any]]
) -> None:
    ann, bob, terms = Actor("ann", "k"), Actor("bob", "k"), _terms(NOW_MS + n)
    one = _violation(f"v-{n}", terms.now_ms)
    made = await measured("report: a step", reporting.report(database, one, ann, terms))
    grave = _violation(f"s-{n}", terms.now_ms, severity="severe")
    waiting = await measured("report: severe", reporting.report(database, grave, ann, terms))
    case_id = await _case(database, f"m-{n}")
    word = _said("ann", "normal", terms.now_ms)
    await measured("confirm: a step", deciding.decide(database, case_id, word, terms))
    case_id = await _case(database, f"w-{n}")
    first, second = _said("ann", "severe", terms.now_ms), _said("bob", None, terms.now_ms)
    await measured("confirm: first of two", deciding.decide(database, case_id, first, terms))
    await measured("confirm: second", deciding.decide(database, case_id, second, terms))
    await measured(
        "confirm: second, of a report",
        deciding.decide(database, waiting.case.case.id, second, terms),
    )
    asking = Asking("appeal", made.penalties[0].penalty.id, "member", "mistake", "not me")
    actor = Actor("member", "k")
    filed = await measured("appeal: filed", requesting.file(database, asking, actor, terms))
    right = Answer("appeal", "overturned", "a mistake")
    await measured("appeal: overturned", answering.answer(database, filed.id, right, bob, terms))


def _penalties(count: int) -> Iterator[dict[str, Any]]:
    draw = random.Random(1)
    for n in range(count):
        starts_ms = NOW_MS - draw.randrange(365 * 24 * HOUR_MS)
        number = 0 if draw.random() < LARGEST_SHARE else draw.randrange(ENTERPRISES)
        one = Penalty(
            id=f"p-{n:07}",
            violation_id=f"of-{n}",
            case_id=None,
            type="T1.HARASSING_CONTENT",
            track=Track.LADDER,
            step=1,
            is_hold=False,
            severity="normal",
            enterprise_id=f"e{number}",
            member_id=f"m{n}",
            person_id=None,
            scope=Scope.INTEROP,
            starts_ms=starts_ms,
            ends_ms=None if draw.random() < GOOD_SHARE else starts_ms + 72 * HOUR_MS,
            may_apply=True,
            may_appeal=True,
            source="own_initiative",
            automated=False,
            decided_by=("ann",),
            policy_version=1,
            ordinal=1,
            statement={"facts": "Advertising was sent to 40 contacts. " * 8},
        )
        yield {**row_of_penalty(PenaltyRecord(one, 0)), "end_noted": True}


async def _fill(connection: AsyncConnection, count: int) -> None:
    """Penalties of as many members; each person has `ACCOUNTS` of them."""
    rows, number = _penalties(count), 0
    while some := list(islice(rows, ROWS_AT_ONCE)):
        await connection.execute(insert(penalties_table), some)
        members = [
            Member(row["enterprise_id"], row["member_id"], 0, 0, person_id=f"p{n // ACCOUNTS}")
            for n, row in enumerate(some, start=number)
        ]
        await accounts.first_seen(connection, [], members)
        number += len(some)


async def _pages(database: Database) -> dict[str, float]:
    """Milliseconds of a page of `PAGE`, the median of `TIMES`; each is of one transaction."""
    asked: dict[str, dict[str, Any]] = {
        "all": {},
        "all, after a cursor in the middle": {"cursor": "p-0050000"},
        "the largest enterprise": {"enterprise_id": "e0"},
        "active": {"active": True},
        "active, after a cursor in the middle": {"active": True, "cursor": "p-0050000"},
        "active, of the largest enterprise": {"active": True, "enterprise_id": "e0"},
    }
    taken: dict[str, list[float]] = {}
    for name, which in asked.items():
        wanted = PenaltyFilter(at_ms=NOW_MS, limit=PAGE, **which)
        for _ in range(TIMES):
            started = time.perf_counter()
            async with database.read() as connection:
                await penalties.listed(connection, wanted)
            taken.setdefault(name, []).append((time.perf_counter() - started) * 1e3)
    return {name: _median(some) for name, some in taken.items()}


async def _binding(database: Database) -> float:
    """Milliseconds of what binds one member."""
    taken = []
    for n in range(TIMES):
        started = time.perf_counter()
        async with database.read() as connection:
            await standing.binding_of(connection, NOW_MS, f"e{n}", f"m{n}")
        taken.append((time.perf_counter() - started) * 1e3)
    return _median(taken)


def _median(some: Sequence[float]) -> float:
    return sorted(some)[len(some) // 2]


async def _over_http(url: str) -> float:
    """Milliseconds of `GET /v1/penalties?limit=100`, the median of `TIMES`."""
    with TemporaryDirectory() as directory:
        key = secrets.token_urlsafe(24)
        settings = Settings(data=Path(directory), database=url, admin_key=SecretStr(key))
        taken = []
        async with (
            open_services(settings) as running,
            TestClient(TestServer(build_app(running.services))) as client,
        ):
            for _ in range(TIMES):
                started = time.perf_counter()
                path, sent = f"/v1/penalties?limit={PAGE}", {"Authorization": f"Bearer {key}"}
                async with client.get(path, headers=sent) as response:
                    response.raise_for_status()
                    await response.read()
                taken.append((time.perf_counter() - started) * 1e3)
    return _median(taken)


async def _measure(url: str, count: int) -> dict[str, Any]:
    database = open_database(url)
    await migrations.upgrade(database)
    async with database.write(None) as connection:
        await _fill(connection, count)
    async with database.write(None) as connection:
        await connection.execute(text("ANALYZE"))
    decisions, pages = await _decisions(database), await _pages(database)
    figures: dict[str, Any] = {"decisions": decisions, "pages_ms": pages}
    pages["no page: what binds a member"] = await _binding(database)
    await database.close()
    figures["pages_ms"]["all, over HTTP"] = await _over_http(url)
    return figures


def main() -> None:
    """Fills the database, measures, prints two tables."""
    parser = ArgumentParser(description="Measure what enforcement costs on PostgreSQL.")
    parser.add_argument("--database", required=True, help="an empty database of PostgreSQL")
    parser.add_argument("--penalties", type=int, default=100_000)
    parser.add_argument("--out", type=Path, help="where the figures are written as JSON")
    given = parser.parse_args()
    figures = asyncio.run(_measure(given.database, given.penalties))
    decisions = Shown("a decision's transaction", "round trips", "ms")
    for name, (trips, ms) in figures["decisions"].items():
        decisions.add_row(name, str(trips), f"{ms:.1f}")
    pages = Shown(f"{PAGE} of {given.penalties:,} penalties", "ms")
    for name, ms in figures["pages_ms"].items():
        pages.add_row(name, f"{ms:.1f}")
    console = Console()
    console.print(decisions)
    console.print(pages)
    if given.out is not None:
        given.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()

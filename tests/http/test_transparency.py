"""Figures to publish, as JSON and as a table: of which period, for whom, and naming nobody."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import pytest_asyncio

from penalties.restrictions import Scope
from server.http.transparency import KEYS
from server.records.accounts import Enterprise
from tests.enforced import World, case, deed, flag, reported, request
from tests.http.service import Answer, Service
from tests.http.tables import table
from tests.penalties.build import penalty

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOUR_MS = 3_600_000
OCTOBER = "from=2026-10-01&to=2026-11-01"
LADDER = {"track": 1, "type": "T1.HARASSING_CONTENT", "source": "own_initiative"}


def at(hours: float, day: int = 1) -> int:
    """That many hours into a day of October 2026, in epoch milliseconds."""
    begin = datetime(2026, 10, day, tzinfo=UTC).timestamp()
    return round(begin * 1000 + hours * HOUR_MS)


def october() -> World:
    """A penalty that was appealed against, a hold, a block, and what led to them."""
    return World(
        penalties=[
            penalty("p1", starts_ms=at(0), overturned_ms=at(60)),
            penalty("p2", starts_ms=at(2), is_hold=True, automated=True),
            penalty("p3", starts_ms=at(3), scope=Scope.ENTERPRISE_ACCOUNT, violation_id="v3"),
        ],
        violations=[reported("v1", at(0), state="overturned"), reported("v3", at(3), without=4)],
        cases=[case("c1", 7, opened_ms=at(1)), case("c2", 0, opened_ms=at(1))],
        requests=[
            request("a1", state="overturned", created_ms=at(10), decided_ms=at(60), due_ms=at(58)),
            request("a2", penalty_id="p3", created_ms=at(11), due_ms=at(59)),
            request(
                "u1", kind="application", state="withdrawn", created_ms=at(1), changed_ms=at(2)
            ),
        ],
        flags=[flag("f1", at(1), "hard_negatives", "enforce")],
        enterprises=[Enterprise(f"e{n}", at(0), at(0)) for n in range(3)],
        deeds=[
            deed("violation.upheld", "v1", at(0)),
            deed("violation.upheld", "v3", at(3)),
            deed("violation.overturned", "v1", at(60), "upheld"),
            deed("case.dismissed", "c1", at(2.5), "open"),
            deed("case.confirmed", "c2", at(13), "awaiting_second"),
        ],
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reporting(shared: Service) -> Service:
    """The module's service with October on record."""
    async with shared.services.database.write() as connection:
        await october().keep(connection)
    return shared


async def figures(service: Service, query: str) -> Any:
    answer = await service.get(f"/v1/transparency?{query}")
    assert answer.status == 200, answer.raw
    return answer.body


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.raw.decode(), newline="")))


async def test_october_comes_to_what_happened_in_it(reporting: Service) -> None:
    interop = {"scope": "interop", "automated_decision": False, "imposed": 1}
    assert await figures(reporting, OCTOBER) == {
        "from": "2026-10-01T00:00:00Z",
        "to": "2026-11-01T00:00:00Z",
        "penalties": {
            "imposed": 2,
            "by_sort": [LADDER | interop | {"scope": "enterprise_account"}, LADDER | interop],
        },
        "holds": {"imposed": 1, "by_sort": [LADDER | interop | {"automated_decision": True}]},
        "ended_early": {
            "by_decision": [
                {"ended_by": "application", "penalties": 0, "holds": 0},
                {"ended_by": "modification", "penalties": 0, "holds": 0},
                {"ended_by": "overturn", "penalties": 1, "holds": 0},
            ]
        },
        "violations": {
            **(counts := {"reported": 2, "upheld": 2, "dismissed": 0, "overturned": 1}),
            "by_type": [LADDER | counts],
        },
        "cases": {
            "opened": 2,
            "confirmed": 1,
            "dismissed": 1,
            "median_hours_until_decided": 6.75,
            "by_origin": [
                {"origin": "patterns", "opened": 1, "confirmed": 0, "dismissed": 1},
                {"origin": "reports", "opened": 1, "confirmed": 1, "dismissed": 0},
            ],
        },
        "appeals": {
            "filed": 2,
            "overturned": 1,
            "modified": 0,
            "rejected": 0,
            "withdrawn": 0,
            "expired": 0,
            "share_overturned": 1.0,
            "median_hours_until_decided": 50.0,
            "beyond_target": 1,
        },
        "applications": {
            "filed": 1,
            "approved": 0,
            "rejected": 0,
            "withdrawn": 1,
            "expired": 0,
            "median_hours_until_decided": None,
            "beyond_target": 0,
        },
        "enterprises": {
            "blocked": 1,
            "on_record": 3,
            "share_blocked": 0.333333,
            "members_hit_without_violation": 4,
        },
        "flags": {
            "raised": 1,
            "by_pattern": [{"pattern": "hard_negatives", "mode": "enforce", "raised": 1}],
        },
    }


async def test_a_table_has_every_figure_of_the_object_once(reporting: Service) -> None:
    shape = await figures(reporting, OCTOBER)
    cells = rows(await reporting.get(f"/v1/transparency?{OCTOBER}&format=csv"))
    found = {
        (row["section"], row["figure"], *(row[key] for key in KEYS)): row["value"] for row in cells
    }
    assert len(found) == len(cells)
    wanted = {}
    for section, parts in shape.items():
        for name, value in parts.items() if isinstance(parts, dict) else ():
            inner = value if isinstance(value, list) else [{name: value}]
            place = f"{section}.{name}" if isinstance(value, list) else section
            for part in inner:
                keys = [_written(part.get(key)) for key in KEYS]
                for figure in part.keys() - set(KEYS):
                    wanted[place, figure, *keys] = _written(part[figure])
    assert found == wanted
    assert {(row["from"], row["to"]) for row in cells} == {(shape["from"], shape["to"])}


def _written(value: object) -> str:
    return "" if value is None else json.dumps(value).strip('"')


async def test_a_table_is_lines_of_as_many_cells_that_end_in_crlf(reporting: Service) -> None:
    answer = await reporting.get(f"/v1/transparency?{OCTOBER}&format=csv")
    *lines, rest = answer.raw.decode().split("\r\n")
    assert rest == ""
    assert lines[0] == f"section,figure,from,to,{','.join(KEYS)},value"
    assert len({len(line) for line in csv.reader(lines)}) == 1
    name = "transparency-2026-10-01-2026-11-01.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


async def test_a_kind_of_violation_with_a_comma_or_quotes_stays_one_cell(shared: Service) -> None:
    odd = 'T1.A,B"C'
    in_july = at(0) - 90 * 24 * HOUR_MS
    async with shared.services.database.write() as connection:
        await World(penalties=[penalty("odd", type=odd, starts_ms=in_july)]).keep(connection)
    query = "from=2026-07-01&to=2026-08-01&format=csv"
    cells = rows(await shared.get(f"/v1/transparency?{query}"))
    assert [row["type"] for row in cells if row["section"] == "penalties.by_sort"] == [odd]


async def test_an_empty_period_gives_zeros(reporting: Service) -> None:
    query = "from=2026-08-01&to=2026-09-01"
    shape = await figures(reporting, query)
    numbers = [
        value
        for parts in shape.values()
        if isinstance(parts, dict)
        for value in parts.values()
        if not isinstance(value, list)
    ]
    assert set(numbers) == {0, None}
    assert shape["appeals"]["share_overturned"] is None
    assert shape["enterprises"]["share_blocked"] is None
    assert shape["penalties"]["by_sort"] == shape["flags"]["by_pattern"] == []
    cells = rows(await reporting.get(f"/v1/transparency?{query}&format=csv"))
    assert {row["value"] for row in cells} == {"0", ""}


async def test_the_page_defines_every_figure_and_no_other(reporting: Service) -> None:
    defined = table("transparency.md", "figure")
    for row in rows(await reporting.get(f"/v1/transparency?{OCTOBER}&format=csv")):
        place = f"{row['section']}.{row['figure']}"
        by = defined[place]["by"].split(", ") if defined[place]["by"] else []
        assert by == [key for key in KEYS if row[key]], place
        defined[place]["seen"] = "yes"
    assert all("seen" in row for row in defined.values())


async def test_nobody_is_named(reporting: Service) -> None:
    for wanted in ("json", "csv"):
        answer = await reporting.get(f"/v1/transparency?{OCTOBER}&format={wanted}")
        for name in ("acme", "li", "ann", "e0", "k-ann", "p1", "v1"):
            assert name not in answer.raw.decode().replace('"', ",").split(",")

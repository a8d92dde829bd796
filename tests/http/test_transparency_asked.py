"""How figures to publish are asked for: which period, as what, by whom."""

from datetime import UTC, datetime
from typing import Any

import pytest

from server.http.transparency import last_month
from server.records.transparency import Period
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")

OCTOBER = "from=2026-10-01&to=2026-11-01"


async def figures(service: Service, query: str) -> Any:
    answer = await service.get(f"/v1/transparency?{query}")
    assert answer.status == 200, answer.raw
    return answer.body


@pytest.mark.parametrize(
    ("accept", "query", "is_table"),
    [
        ("text/csv", "", True),
        ("TEXT/CSV;q=0.5", "", True),
        ("text/*", "", True),
        ("text/csv, */*", "", True),
        ("text/csv;q=0.9, application/json;q=0.8", "", True),
        ("application/json;q=0.1, text/csv", "", True),
        ("*/*", "", False),
        ("", "", False),
        ("application/json, text/csv", "", False),
        ("text/csv;q=0", "", False),
        ("text/csv;q=x, */*;q=0.1", "", False),
        ("text/html, image/png", "", False),
        (";;,,=", "", False),
        ("text/csv", "&format=json", False),
        ("application/json", "&format=csv", True),
    ],
)
async def test_a_table_is_sent_to_whoever_wants_one(
    shared: Service, accept: str, query: str, *, is_table: bool
) -> None:
    path = f"/v1/transparency?{OCTOBER}{query}"
    answer = await shared.call("GET", path, headers={"Accept": accept})
    sent = answer.headers["Content-Type"].partition(";")[0]
    assert (answer.status, sent) == (200, "text/csv" if is_table else "application/json")
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("query", "begin", "end"),
    [
        ("from=2026-10-01&to=2026-10-02", "2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z"),
        (
            "from=2026-10-01T08:00:00%2B08:00&to=2026-10-01T00:00:00.001Z",
            "2026-10-01T00:00:00Z",
            "2026-10-01T00:00:00.001Z",
        ),
        ("from=2024-01-01&to=2025-01-01", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
    ],
)
async def test_a_period_is_days_or_instants(
    shared: Service, query: str, begin: str, end: str
) -> None:
    shape = await figures(shared, query)
    assert (shape["from"], shape["to"]) == (begin, end)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("from=2026-10-01", "query.to"),
        ("to=2026-10-01", "query.from"),
        ("from=2026-10-01&to=2026-10-01", "query.from"),
        ("from=2026-10-02&to=2026-10-01", "query.from"),
        ("from=2026-10-01&to=2027-10-03", "query.to"),
        ("from=2026-13-01&to=2026-10-01", "query.from"),
        ("from=2026-10-01&to=2026-02-30", "query.to"),
        ("from=20261001&to=2026-11-01", "query.from"),
        ("from=&to=2026-11-01", "query.from"),
        ("from=2026-10-01T00:00:00&to=2026-11-01", "query.from"),
        ("from=1790812800&to=2026-11-01", "query.from"),
        ("from=0001-01-01T00:00:00%2B14:00&to=0001-02-01", "query.from"),
        ("from=9999-12-01&to=9999-12-31T23:59:59-14:00", "query.to"),
        (f"{OCTOBER}&format=xml", "query.format"),
        (f"{OCTOBER}&enterprise=acme", "query.enterprise"),
        (f"{OCTOBER}&from=2026-10-02", "query.from"),
        ("from_=2026-10-01&to=2026-11-01", "query.from_"),
    ],
)
async def test_a_mistake_names_its_parameter(shared: Service, query: str, place: str) -> None:
    answer = await shared.get(f"/v1/transparency?{query}")
    assert (answer.status, answer.is_problem) == (400, True)
    assert place in answer.places


@pytest.mark.parametrize(
    ("now", "begin", "end"),
    [
        ("2026-11-22T04:00:00", "2026-10-01", "2026-11-01"),
        ("2026-01-01T00:00:00", "2025-12-01", "2026-01-01"),
        ("2025-12-31T23:59:59", "2025-11-01", "2025-12-01"),
        ("2024-03-31T12:00:00", "2024-02-01", "2024-03-01"),
    ],
)
async def test_without_a_period_it_is_the_last_full_month(now: str, begin: str, end: str) -> None:
    def ms(text: str) -> int:
        return round(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)

    assert last_month(ms(now)) == Period(ms(f"{begin}T00:00:00"), ms(f"{end}T00:00:00"))


async def test_the_last_full_month_is_what_is_sent(shared: Service) -> None:
    sent = before = ""
    while not sent or before != _this_month():  # that has ended meanwhile
        before, sent = _this_month(), (await figures(shared, ""))["to"]
    assert sent == before


def _this_month() -> str:
    return datetime.now(UTC).strftime("%Y-%m-01T00:00:00Z")


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("admin", 200),
        ("reviewer", 200),
        ("gateway", 403),
        ("enterprise:acme", 403),
        ("member:acme/li", 403),
    ],
)
async def test_reviewers_and_admins_read_the_figures(
    shared: Service, scope: str, status: int
) -> None:
    answer = await shared.get("/v1/transparency", await shared.key(scope))
    assert answer.status == status

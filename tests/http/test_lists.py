"""Lists over HTTP: orders, filters, totals, and how exact an enterprise sees scores."""

from typing import Any
from uuid import uuid4

import pytest

from server.records import views
from server.records.views import MemberRow
from tests.http.service import Service, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def company_of(shared: Service) -> str:
    """Members `a`, `b`, `c` with 0, 5 (and a denial) and 3 adds of 5."""
    company = f"e-{uuid4().hex[:12]}"
    await shared.put(f"/v1/enterprises/{company}/members/a", {"name": "Ada"})
    for member, adds in (("b", 6), ("c", 3)):
        for n in range(adds):
            await shared.precheck(f"wm-{n}", enterprise_id=company, member_id=member)

    async def folded() -> bool:
        rows = (await listed(shared, company, "sort=used"))["items"]
        return [row["used"] for row in rows] == [5, 3, 0]

    await until(folded)
    return company


async def listed(shared: Service, company: str, query: str, key: str | None = None) -> Any:
    path = f"/v1/enterprises/{company}/members?{query}"
    answer = await (shared.get(path) if key is None else shared.get(path, key))
    assert answer.status == 200, answer.raw
    return answer.body


async def ids(shared: Service, company: str, query: str) -> list[str]:
    return [row["member_id"] for row in (await listed(shared, company, query))["items"]]


async def test_a_list_has_orders_filters_and_a_total(shared: Service) -> None:
    company = await company_of(shared)
    assert await ids(shared, company, "") == ["a", "b", "c"]
    assert await ids(shared, company, "sort=id") == ["c", "b", "a"]
    assert await ids(shared, company, "sort=share") == ["b", "c", "a"]
    assert await ids(shared, company, "sort=share&order=asc") == ["a", "c", "b"]
    for only, wanted in (("at_cap", ["b"]), ("near_cap", ["b"]), ("denied", ["b"])):
        assert await ids(shared, company, f"filter={only}") == wanted
    assert await ids(shared, company, "filter=unused") == ["a"]
    assert await ids(shared, company, "filter=restricted") == []
    first = await listed(shared, company, "limit=2&sort=used&order=asc")
    assert first["total"] == 3
    query = f"limit=2&sort=used&order=asc&cursor={first['next_cursor']}"
    rest = await listed(shared, company, query)
    assert ("total" in rest, [row["member_id"] for row in rest["items"]]) == (False, ["b"])
    assert (await listed(shared, company, "q=ada"))["total"] == 1


async def test_a_cursor_of_another_order_is_refused(shared: Service) -> None:
    company = await company_of(shared)
    cursor = (await listed(shared, company, "limit=1&sort=used"))["next_cursor"]
    for other in ("sort=used&order=asc", "sort=denied", ""):
        answer = await shared.get(f"/v1/enterprises/{company}/members?{other}&cursor={cursor}")
        assert (answer.status, answer.places) == (400, ["query.cursor"])


async def test_a_penalised_member_is_restricted(shared: Service) -> None:
    company = await company_of(shared)
    found = {
        "type": "T1.HARASSING_CONTENT",
        "enterprise_id": company,
        "member_id": "c",
        "facts": "Advertising to 40 contacts.",
        "evidence": [],
        "source": "own_initiative",
        "occurred_at": "2026-01-01T00:00:00Z",
    }
    assert (await shared.post("/v1/violations", found)).status == 201
    assert await ids(shared, company, "filter=restricted") == ["c"]
    rows = (await listed(shared, company, ""))["items"]
    assert [row["restricted"] for row in rows] == [False, False, True]


async def test_an_enterprise_sees_scores_in_steps_here_and_whole_in_its_quota(
    shared: Service,
) -> None:
    company = await company_of(shared)
    row = MemberRow(company, "b", 0, "{}", 1, 20_000, 61.7, 2, 5, 50)
    async with shared.services.database.write() as connection:
        await views.save(connection, members=[row])
    key = await shared.key(f"enterprise:{company}")
    by_id = {one["member_id"]: one for one in (await listed(shared, company, "", key))["items"]}
    assert by_id["b"]["score"] == 60
    (exact,) = (await listed(shared, company, "q=b"))["items"]
    assert exact["score"] == 61.7
    quota = (await shared.get(f"/v1/enterprises/{company}/quota", key)).body
    assert quota["score"] == round(sum(part["points"] for part in quota["parts"]))
    assert (quota["name"], quota["time_zone"]) == (None, shared.zone)
    assert quota["seats"] == 0
    member = (await shared.get(f"/v1/enterprises/{company}/members/c/quota", key)).body
    assert (member["seats"], member["score"]) == (None, round(member["score"]))

"""Policy versions over HTTP: what was in force, and what a check says of the same."""

import asyncio

import pytest

from server.http import policy_versions
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_versions_are_listed_newest_first_with_what_a_check_says(shared: Service) -> None:
    for handover in (401, 402):
        assert (
            await shared.put("/v1/policy", {"quota": {"handover_daily": handover}})
        ).status == 200
    checked = (await shared.post("/v1/policy/check", {"quota": {"handover_daily": 402}})).body
    listed = (await shared.get("/v1/policy/versions?limit=2")).body
    newest, before = listed["items"]
    assert newest["version"] == before["version"] + 1
    assert newest["digest"] == checked["digest"] != before["digest"]
    assert newest["created_at"] <= newest["activated_at"]
    assert newest["made_by"]
    rest = (await shared.get(f"/v1/policy/versions?cursor={listed['next_cursor']}")).body
    assert [one["version"] for one in rest["items"]][-1] == 1
    assert rest["next_cursor"] is None


async def test_others_have_a_turn_between_two_versions(
    shared: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for handover in (405, 406):
        await shared.put("/v1/policy", {"quota": {"handover_daily": handover}})
    turns, met = 0, []

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def read(_: str) -> None:
        met.append(turns)

    monkeypatch.setattr(policy_versions, "_digest", read)
    task = asyncio.ensure_future(others())
    assert (await shared.get("/v1/policy/versions")).status == 200
    task.cancel()
    assert len(met) == len(set(met)) >= 3


async def test_a_version_is_as_it_was_put(shared: Service) -> None:
    put = (await shared.put("/v1/policy", {"quota": {"handover_daily": 403}})).body
    await shared.put("/v1/policy", {"quota": {"handover_daily": 404}})
    assert (await shared.get(f"/v1/policy/versions/{put['version']}")).body == put


@pytest.mark.parametrize("version", ["999999", "0", "x", "-1", "1.0", "99999999999999999999"])
async def test_no_such_version_is_404(shared: Service, version: str) -> None:
    answer = await shared.get(f"/v1/policy/versions/{version}")
    assert (answer.status, answer.is_problem) == (404, True)


@pytest.mark.parametrize("query", ["cursor=0", "cursor=x", "limit=0", "limit=201", "page=2"])
async def test_a_query_that_is_none_is_400(shared: Service, query: str) -> None:
    assert (await shared.get(f"/v1/policy/versions?{query}")).status == 400


async def test_only_admins_look_at_versions(shared: Service) -> None:
    key = await shared.key("reviewer")
    for path in ("/v1/policy/versions", "/v1/policy/versions/1"):
        assert (await shared.get(path, key)).status == 403

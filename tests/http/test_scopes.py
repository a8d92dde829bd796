"""Who may call what and who sees what: the tables of `docs/http.md`, held against the service."""

import asyncio
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.http.routes import ROUTES
from server.http.routing import Route
from server.http.scopes import Scope
from server.records import days
from server.records.days import DayRecord
from tests.http.service import Answer, Service, until
from tests.http.tables import table

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLS = table("http.md", "operation")
FIELDS = table("http.md", "field")
IDS = {
    "enterprise_id": "acme",
    "member_id": "li",
    "decision_id": "0-x",
    "case_id": "0-1-member",
    "key_id": "k-none",
    "penalty_id": "p-none",
    "violation_id": "v-none",
    "application_id": "u-none",
    "appeal_id": "a-none",
    "document_id": "d-none",
    "webhook_id": "w-none",
    "version": "1",
    "seq": "1",
}
SCOPE = {
    "gateway": "gateway",
    "enterprise": "enterprise:acme",
    "member": "member:acme/li",
    "reviewer": "reviewer",
    "admin": "admin",
}
SAID = {
    "POST /v1/penalties/{penalty_id}/unblock-applications": {"text": "t"},
    "POST /v1/penalties/{penalty_id}/appeals": {"grounds": "g", "text": "t"},
    "POST /v1/appeals/{appeal_id}/information": {"text": "t"},
}
"""Bodies that are right, for routes whose subject is somebody else's."""
QUERY = {"GET /v1/live": "?topic=quota:acme/li"}
"""What says whose account it is where the path does not."""
OTHERS = ["enterprise:other", "member:acme/mu", "member:other/li"]


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


DOCUMENTED = {name_of(route): route for route in ROUTES if route.documented}


async def test_the_table_lists_every_route() -> None:
    assert list(CALLS) == list(DOCUMENTED)


@pytest.mark.parametrize("name", DOCUMENTED)
async def test_a_route_opens_for_its_scopes_only(shared: Service, name: str) -> None:
    route, row = DOCUMENTED[name], CALLS[name]
    assert bool(row["everyone"]) is (not route.scopes)
    assert {scope for scope in SCOPE if row[scope]} == {str(scope) for scope in route.scopes}
    for scope, text in SCOPE.items():
        key = await shared.key(text)
        answer = await _call(shared, route, key)
        closed = not row[scope] and not row["everyone"]
        assert (answer.status == 403) is closed, (scope, answer.raw)
        assert answer.status != 401, answer.raw
        assert row[scope] in ({"", "own"} if scope in {"enterprise", "member"} else {"", "yes"})


@pytest.mark.parametrize("name", [name for name, row in CALLS.items() if "own" in row.values()])
@pytest.mark.parametrize("other", OTHERS)
async def test_a_scope_ends_at_its_account(shared: Service, name: str, other: str) -> None:
    route = DOCUMENTED[name]
    answer = await _call(shared, route, await shared.key(other), SAID.get(name))
    if route.owned and "{" not in route.path and name not in QUERY:
        assert (answer.status, answer.body["items"]) == (200, [])
    else:
        closed = 404 if route.owned and name not in QUERY else 403
        assert (answer.status, answer.is_problem) == (closed, True)


@pytest.mark.parametrize("name", [name for name, row in CALLS.items() if not row["everyone"]])
async def test_without_a_live_key_it_is_401(shared: Service, name: str) -> None:
    for key in (None, "", "cq_nobody", "x" * 5000):
        answer = await _call(shared, DOCUMENTED[name], key)
        assert (answer.status, answer.is_problem) == (401, True)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def _call(shared: Service, route: Route, key: str | None, said: object = None) -> Answer:
    path = route.path.format_map(IDS) + QUERY.get(name_of(route), "")
    method = "GET" if route.method == "*" else route.method
    body: object = said if said is not None else {} if route.body else None
    return await shared.call(method, path, body, key=key)


async def test_a_revoked_key_ends_at_once(shared: Service) -> None:
    made = (await shared.post("/v1/keys", {"scopes": ["reviewer"], "note": "n"})).body
    assert (await shared.get("/v1/flags", made["key"])).status == 200
    assert (await shared.call("DELETE", f"/v1/keys/{made['id']}")).status == 204
    assert (await shared.get("/v1/flags", made["key"])).status == 401
    assert (await shared.call("DELETE", f"/v1/keys/{made['id']}")).status == 404
    listed = (await shared.get("/v1/keys")).body["items"]
    (found,) = [key for key in listed if key["id"] == made["id"]]
    assert found["revoked_at"] is not None
    assert (found["holder"], "key" in found) == (made["id"], False)


async def test_the_widest_scope_of_a_key_counts(shared: Service) -> None:
    key = await shared.key("member:acme/li", "reviewer")
    company = await _lively(shared)
    quota = (await shared.get(f"/v1/enterprises/{company}/members/li/quota", key)).body
    assert _part(quota, "feedback")["inputs"]


async def _lively(shared: Service) -> str:
    """An enterprise with 24 outcomes of one member, six of them complaints."""
    company = f"e-{uuid4().hex[:12]}"
    await shared.put(f"/v1/enterprises/{company}", {"verification": "verified"})
    scans = [
        {
            "enterprise_id": company,
            "member_id": "li",
            "target_id": f"wm-{n}",
            "way": "qr_code",
            "initiated_by": "contact" if n >= 4 else "member",
        }
        for n in range(24)
    ]
    decided = await shared.post("/v1/precheck/batch", {"items": scans})
    assert all(item["allowed"] for item in decided.body["items"])
    at = decided.body["items"][0]["limits"][0]["resets_at"]
    outcome = ["contact.complained"] * 6 + ["contact.accepted"] * 18
    events = [
        {
            "event_id": f"v-{n}",
            "type": kind,
            "at": _now(),
            "enterprise_id": company,
            "member_id": "li",
            "target_id": f"wm-{n}",
        }
        for n, kind in enumerate(outcome)
    ]
    assert at
    assert (await shared.post("/v1/events", {"events": events})).status == 202
    await _earlier(shared, company)

    async def folded() -> bool:
        days = (await shared.get(f"/v1/enterprises/{company}/history")).body["days"]
        return bool(days[-1]["accepted"] + days[-1].get("complained", 0) == 24)

    await until(folded)
    return company


async def _earlier(shared: Service, company: str) -> None:
    """One outcome seven days ago: figures take more than a week."""
    today = (
        await shared.services.ledger.accounts.enterprise(company, shared.services.policy.rules())
    ).day
    async with shared.services.database.write() as connection:
        await days.add(
            connection,
            [
                DayRecord(company, m, today - 6, {"accepted": 1, "resolved": 1}, 5, 0.0, 0)
                for m in ("", "li")
            ],
        )


def _now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.mark.parametrize("scope", ["enterprise", "member", "reviewer", "admin"])
async def test_a_scope_sees_what_the_table_says(shared: Service, scope: str) -> None:
    company = await _lively(shared)
    text = {"enterprise": f"enterprise:{company}", "member": f"member:{company}/li"}
    key = await shared.key(text.get(scope, scope))
    quota, history, timeline = await asyncio.gather(
        shared.get(f"/v1/enterprises/{company}/members/li/quota", key),
        shared.get(f"/v1/enterprises/{company}/history", key),
        shared.get(f"/v1/enterprises/{company}/members/li/timeline", key),
    )
    bodies = {"quota": quota, "history": history, "timeline": timeline}
    for field, row in FIELDS.items():
        page, _, path = field.partition(": ")
        answer = bodies[page]
        seen = answer.status == 200 and _found(answer.body, path)
        assert seen is bool(row[scope]), field
    assert quota.body["negative"] == {"share": 0.25, "over_days": 28, "at_least_outcomes": 20}
    # To the day, where the moment may be that of one contact's complaint.
    since = datetime.fromisoformat(quota.body["standing"]["since"])
    local = since.astimezone(ZoneInfo(shared.zone)).time()
    assert (local == time.min) is (scope in {"enterprise", "member"})


def _found(body: Any, path: str) -> bool:
    """Whether a field has a value; lists are searched by name or kind."""
    for step in path.split("."):
        if isinstance(body, list):
            named = [item for item in body if step in (item.get("name"), item.get("kind"))]
            body = named[0] if named else body[0].get(step) if body else None
        else:
            body = None if body is None else body.get(step)
    return body not in (None, "", {}, [])


def _part(quota: Any, name: str) -> Any:
    return next(part for part in quota["parts"] if part["name"] == name)


async def test_few_outcomes_give_no_figure(shared: Service) -> None:
    company = f"e-{uuid4().hex[:12]}"
    await shared.precheck(enterprise_id=company)
    key = await shared.key(f"enterprise:{company}")
    quota = (await shared.get(f"/v1/enterprises/{company}/members/li/quota", key)).body
    assert quota["negative"] is None
    assert _part(quota, "feedback")["inputs"] == {}


async def test_the_throttle_is_for_other_keys(shared: Service) -> None:
    key = await shared.key("reviewer")
    services = shared.services
    caller = await services.keys.find(key)
    assert caller is not None
    assert caller.throttled
    await services.throttle.admit(caller)
    for _ in range(1199):
        await services.throttle.admit(caller)
    answer = await shared.get("/v1/flags", key)
    assert (answer.status, answer.is_problem) == (429, True)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    for scope in ("gateway", "admin"):
        unthrottled = await services.keys.find(await shared.key(scope))
        assert unthrottled is not None
        assert not unthrottled.throttled


async def test_every_scope_is_in_the_tables() -> None:
    assert set(SCOPE) == {str(scope) for scope in Scope}

"""Accounts over HTTP: described, listed, explained, routed to; the policy in force."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from quota.adds import Restriction
from tests.http.service import Service, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


def fresh() -> str:
    return f"e-{uuid4().hex[:12]}"


def part(quota: Any, name: str) -> Any:
    return next(part for part in quota["parts"] if part["name"] == name)


async def test_an_enterprise_is_described_as_a_whole(shared: Service) -> None:
    path = f"/v1/enterprises/{fresh()}"
    assert (await shared.get(path)).status == 404
    described = {
        "name": "Acme",
        "time_zone": "Europe/Berlin",
        "verification": "certified",
        "profile": {"legal_name": "Acme GmbH", "domain": ""},
    }
    assert (await shared.put(path, described)).status == 200
    assert (await shared.get(path)).body.items() >= described.items()
    assert (await shared.put(path, {})).body.items() >= {"name": None, "profile": {}}.items()
    assert (await shared.get(path)).body["time_zone"] == shared.zone


async def test_describing_an_enterprise_raises_its_score(shared: Service) -> None:
    company = fresh()
    await shared.precheck(enterprise_id=company)
    path = f"/v1/enterprises/{company}"
    before = (await shared.get(f"{path}/quota")).body
    described = {
        "verification": "certified",
        "profile": {"legal_name": "Acme", "logo": " ", "domain": False, "size": True},
    }
    await shared.put(path, described)

    async def scored() -> bool:
        after = (await shared.get(f"{path}/quota")).body
        return bool(part(after, "profile")["inputs"]["enterprise_fields"] == 2)

    await until(scored)
    after = (await shared.get(f"{path}/quota")).body
    assert after["score"] > before["score"]
    assert [ceiling["name"] for ceiling in before["ceilings"]] == ["unverified"]
    assert "unverified" not in [ceiling["name"] for ceiling in after["ceilings"]]


async def test_a_new_time_zone_never_cuts_the_day(shared: Service) -> None:
    company = fresh()
    before = await shared.precheck(enterprise_id=company)
    await shared.put(f"/v1/enterprises/{company}", {"time_zone": "America/New_York"})
    after = await shared.precheck("wm-2", enterprise_id=company)
    assert after["limits"][0]["used"] == 2
    assert after["limits"][0]["resets_at"] >= before["limits"][0]["resets_at"]


async def test_a_member_is_described_as_a_whole(shared: Service) -> None:
    path = f"/v1/enterprises/{fresh()}/members/li"
    assert (await shared.get(path)).status == 404
    described = {
        "name": "Li",
        "activated_at": None,
        "linked_account_id": "wx-1",
        "person_id": "p-1",
        "profile": {"real_name": "Li Na"},
    }
    assert (await shared.put(path, described)).status == 200
    assert (await shared.get(path)).body.items() >= described.items()
    assert (await shared.get(path.rpartition("/members")[0])).status == 200


async def test_only_an_admin_says_that_a_member_is_older(shared: Service) -> None:
    path = f"/v1/enterprises/{fresh()}/members/li"
    gateway = await shared.key("gateway")
    long_ago = {"activated_at": (datetime.now(UTC) - timedelta(days=400)).isoformat()}
    assert (await shared.put(path, long_ago, gateway)).status == 403
    assert (await shared.get(path)).status == 404
    assert (await shared.put(path, long_ago)).status == 200
    assert (await shared.put(path, long_ago, gateway)).status == 200, "nothing changes"


async def test_an_account_has_a_quota_from_its_first_event_on(shared: Service) -> None:
    company = fresh()
    paths = [f"/v1/enterprises/{company}/quota", f"/v1/enterprises/{company}/members/li/quota"]
    assert [(await shared.get(path)).status for path in paths] == [404, 404]
    await shared.precheck(enterprise_id=company)
    for path in paths:
        quota = (await shared.get(path)).body
        assert quota["score"] == pytest.approx(sum(part["points"] for part in quota["parts"]))
        assert quota["tier"] == 0
        assert quota["standing"]["state"] == "collecting"
        assert quota["policy_version"] >= 1
        assert quota["tier_scores"] == [0, 30, 50, 70, 85]
    assert (await shared.get(f"/v1/enterprises/{company}/members/mu/quota")).status == 404


async def test_what_is_available_is_the_least_of_all_limits(shared: Service) -> None:
    company = fresh()
    for n in range(3):
        await shared.precheck(f"wm-{n}", enterprise_id=company)
    quota = (await shared.get(f"/v1/enterprises/{company}/members/li/quota")).body
    assert quota["available"] == {"active": 2, "passive": 50}
    for member in ("a", "b", "c"):
        for n in range(5):
            await shared.precheck(f"wm-{n}", enterprise_id=company, member_id=member)
    quota = (await shared.get(f"/v1/enterprises/{company}/members/li/quota")).body
    assert quota["available"]["active"] == 2
    await shared.precheck("wm-9", enterprise_id=company, member_id="d")
    await shared.precheck("wm-8", enterprise_id=company, member_id="d")
    quota = (await shared.get(f"/v1/enterprises/{company}/members/li/quota")).body
    assert quota["available"]["active"] == 0, "the enterprise's cap of 20 is used up"


async def test_history_counts_by_local_day(shared: Service) -> None:
    company = fresh()
    for n in range(7):
        await shared.precheck(f"wm-{n}", enterprise_id=company)
    await shared.precheck("wm-9", enterprise_id=company, initiated_by="contact")
    path = f"/v1/enterprises/{company}/members/li/history?days=3"

    async def folded() -> bool:
        days = (await shared.get(path)).body["days"]
        return bool(days) and days[0]["requested"] == 8

    await until(folded)
    (day,) = (await shared.get(path)).body["days"]
    assert (day["allowed"], day["denied"]) == (6, {"member_daily_cap": 2})
    assert (day["active"], day["cap"], day["tier"]) == (5, 5, 0)


async def test_lists_are_sorted_and_paged(shared: Service) -> None:
    company = fresh()
    for member, adds in (("a", 1), ("b", 3), ("c", 2)):
        for n in range(adds):
            await shared.precheck(f"wm-{n}", enterprise_id=company, member_id=member)
    path = f"/v1/enterprises/{company}/members?sort=used&limit=2"

    async def folded() -> bool:
        rows = (await shared.get(path)).body["items"]
        return [row["used"] for row in rows] == [3, 2]

    await until(folded)
    first = (await shared.get(path)).body
    assert [row["member_id"] for row in first["items"]] == ["b", "c"]
    rest = (await shared.get(f"{path}&cursor={first['next_cursor']}")).body
    assert ([row["member_id"] for row in rest["items"]], rest["next_cursor"]) == (["a"], None)
    found = (await shared.get(f"/v1/enterprises?q={company}")).body["items"]
    assert [row["used"] for row in found] == [6]
    assert (await shared.get(f"/v1/enterprises/{fresh()}/members")).status == 404


async def test_a_scan_goes_to_the_member_with_the_most_headroom(shared: Service) -> None:
    company = fresh()
    for n in range(2):
        await shared.precheck(f"wm-{n}", enterprise_id=company, initiated_by="contact")
    path = f"/v1/enterprises/{company}/qr-routes"
    body = {"members": ["li", "mu"], "target_id": "wm-9", "hold_s": 30}
    routed = (await shared.post(path, body)).body
    assert routed["member_id"] == "mu"
    assert routed["decision"]["state"] == "held"
    committed = await shared.post(f"/v1/decisions/{routed['decision']['decision_id']}/commit")
    assert committed.body["state"] == "committed"


async def test_a_scan_repeated_today_meets_the_first(shared: Service) -> None:
    company = fresh()
    path = f"/v1/enterprises/{company}/qr-routes"
    body = {"members": ["li", "mu"], "target_id": "wm-9", "hold_s": 30}
    first = (await shared.post(path, body)).body
    again = (await shared.post(path, {**body, "members": ["mu", "li"]})).body
    assert first["member_id"] == "li"
    assert again == {"member_id": "li", "decision": {**first["decision"], "replayed": True}}
    decision = f"/v1/decisions/{first['decision']['decision_id']}"
    await shared.post(f"{decision}/commit")
    assert (await shared.post(path, body)).body["decision"]["state"] == "committed"
    quota = (await shared.get(f"/v1/enterprises/{company}/members/mu/quota")).status
    assert quota == 404, "nothing was ever charged to mu"


async def test_a_scan_whose_hold_was_cancelled_is_routed_anew(shared: Service) -> None:
    company = fresh()
    path = f"/v1/enterprises/{company}/qr-routes"
    body = {"members": ["li", "mu"], "target_id": "wm-9"}
    first = (await shared.post(path, body)).body
    await shared.post(f"/v1/decisions/{first['decision']['decision_id']}/cancel")
    scan = {"enterprise_id": company, "member_id": "li", "initiated_by": "contact"}
    await shared.post("/v1/precheck", {**scan, "target_id": "wm-1"})
    again = (await shared.post(path, body)).body
    assert (again["member_id"], again["decision"]["replayed"]) == ("mu", False)


async def test_a_scan_a_member_spent_already_stays_with_it(shared: Service) -> None:
    company = fresh()
    scan = {"member_id": "mu", "way": "qr_code", "initiated_by": "contact"}
    spent = await shared.precheck("wm-9", enterprise_id=company, **scan)
    path = f"/v1/enterprises/{company}/qr-routes"
    routed = (await shared.post(path, {"members": ["li", "mu"], "target_id": "wm-9"})).body
    assert routed["member_id"] == "mu"
    assert routed["decision"] == {**spent, "replayed": True}


async def test_a_scan_passes_by_members_that_are_restricted(shared: Service) -> None:
    company = fresh()
    held = Restriction("p-1", "interop", None, may_apply=False, may_appeal=True)
    await shared.services.ledger.accounts.restrict(company, "li", [held])
    path = f"/v1/enterprises/{company}/qr-routes"
    routed = (await shared.post(path, {"members": ["li", "mu"], "target_id": "wm-9"})).body
    assert routed["member_id"] == "mu"


async def test_nobody_with_headroom_is_a_conflict(shared: Service) -> None:
    company = fresh()
    items = [
        {
            "enterprise_id": company,
            "member_id": "li",
            "target_id": f"wm-{n}",
            "initiated_by": "contact",
        }
        for n in range(51)
    ]
    decided = (await shared.post("/v1/precheck/batch", {"items": items})).body["items"]
    assert [item["allowed"] for item in decided].count(False) == 1
    body = {"members": ["li"], "target_id": "wm-x"}
    answer = await shared.post(f"/v1/enterprises/{company}/qr-routes", body)
    assert (answer.status, answer.is_problem) == (409, True)


async def test_events_count_once(shared: Service) -> None:
    event = {
        "event_id": "v-1",
        "type": "contact.accepted",
        "at": datetime.now(UTC).isoformat(),
        "enterprise_id": fresh(),
        "member_id": "li",
        "target_id": "wm-77",
    }
    twice = await shared.post("/v1/events", {"events": [event, event]})
    assert (twice.status, twice.body) == (202, {"accepted": 1, "duplicates": 1})
    again = await shared.post("/v1/events", {"events": [event | {"target_id": "other"}]})
    assert again.body == {"accepted": 0, "duplicates": 1}

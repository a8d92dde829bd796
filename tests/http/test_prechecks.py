"""Pre-checks over HTTP: decisions, headers, retries, holds, cancels, batches."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from quota.adds import Restriction
from tests.http.service import Service, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


def fresh() -> str:
    return f"e-{uuid4().hex[:12]}"


async def test_the_first_add_is_allowed_and_says_what_is_left(shared: Service) -> None:
    answer = await shared.post(
        "/v1/precheck", {"enterprise_id": fresh(), "member_id": "li", "target_id": "wm-77"}
    )
    decision = answer.body
    assert (decision["allowed"], decision["reason"], decision["state"]) == (True, "ok", "spent")
    assert [limit["name"] for limit in decision["limits"]] == [
        "member_daily_active",
        "enterprise_daily_active",
        "member_burst_active",
        "enterprise_burst_active",
    ]
    member = decision["limits"][0]
    assert (member["cap"], member["used"], member["remaining"]) == (5, 1, 4)
    assert '"member_daily_active";q=5;w=86400' in answer.headers["RateLimit-Policy"]
    assert '"member_daily_active";r=4;t=' in answer.headers["RateLimit"]
    assert "Retry-After" not in answer.headers
    assert decision["retry_at"] is decision["restriction"] is decision["binding_limit"] is None


async def test_a_denial_is_200_and_says_when_to_come_back(shared: Service) -> None:
    company = fresh()
    for n in range(5):
        assert (await shared.precheck(f"wm-{n}", enterprise_id=company))["allowed"]
    answer = await shared.post(
        "/v1/precheck", {"enterprise_id": company, "member_id": "li", "target_id": "wm-5"}
    )
    decision = answer.body
    assert (answer.status, decision["allowed"], decision["reason"]) == (
        200,
        False,
        "member_daily_cap",
    )
    assert decision["binding_limit"] == "member_daily_active"
    assert decision["state"] == "denied"
    assert decision["advice"] == ["spread_qr_code"]
    assert decision["retry_at"] == decision["limits"][0]["resets_at"]
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400


async def test_ways_go_by_name_and_by_code(shared: Service) -> None:
    company = fresh()
    for n, way in enumerate([1, "1", "qr_code"]):
        decision = await shared.precheck(
            f"wm-{n}", enterprise_id=company, way=way, initiated_by="contact"
        )
        assert decision["limits"][0]["name"] == "member_daily_passive"
    handed = await shared.precheck("wm-9", enterprise_id=company, way=202)
    assert [limit["name"] for limit in handed["limits"]] == ["handover_daily"]


async def test_a_retry_gives_the_first_decision_again(shared: Service) -> None:
    company = fresh()
    first = await shared.precheck(enterprise_id=company, request_id="r-1")
    again = await shared.precheck(enterprise_id=company, request_id="r-1")
    assert again == first | {"replayed": True}
    peek = await shared.precheck("wm-0", enterprise_id=company, mode="peek", request_id="r-1")
    assert (peek["state"], peek["replayed"], peek["limits"][0]["used"]) == ("peeked", False, 1)


async def test_the_same_request_id_with_other_content_is_a_conflict(shared: Service) -> None:
    company = fresh()
    await shared.precheck(enterprise_id=company, request_id="r-1")
    body = {"enterprise_id": company, "member_id": "li", "target_id": "o", "request_id": "r-1"}
    answer = await shared.post("/v1/precheck", body)
    assert (answer.status, answer.is_problem) == (409, True)
    (item,) = (await shared.post("/v1/precheck/batch", {"items": [body]})).body["items"]
    assert item["status"] == 409


async def test_the_same_add_again_today_is_the_repeat(shared: Service) -> None:
    company = fresh()
    first = await shared.precheck(enterprise_id=company)
    again = await shared.precheck(enterprise_id=company)
    assert (again["decision_id"], again["replayed"]) == (first["decision_id"], True)
    assert again["limits"][0]["used"] == 1


async def test_a_retry_beside_its_first_attempt_charges_once(shared: Service) -> None:
    company = fresh()
    asked = (shared.precheck(enterprise_id=company, request_id="r-1") for _ in range(20))
    decisions = await asyncio.gather(*asked)
    assert len({decision["decision_id"] for decision in decisions}) == 1
    assert sum(not decision["replayed"] for decision in decisions) == 1
    peek = await shared.precheck("wm-0", enterprise_id=company, mode="peek")
    assert peek["limits"][0]["used"] == 1


async def test_a_hold_is_committed_or_cancelled(shared: Service) -> None:
    company = fresh()
    held = await shared.precheck(enterprise_id=company, mode="hold", hold_s=60)
    assert held["state"] == "held"
    path = f"/v1/decisions/{held['decision_id']}"
    for _ in range(2):
        done = await shared.post(f"{path}/commit")
        assert done.body == {"decision_id": held["decision_id"], "state": "committed"}
    assert (await shared.post(f"{path}/cancel")).status == 409


async def test_a_cancel_gives_back_once(shared: Service) -> None:
    company = fresh()
    spent = await shared.precheck(enterprise_id=company)
    path = f"/v1/decisions/{spent['decision_id']}"
    for _ in range(2):
        assert (await shared.post(f"{path}/cancel")).body["state"] == "cancelled"
    assert (await shared.post(f"{path}/commit")).status == 409
    peek = await shared.precheck("wm-0", enterprise_id=company, mode="peek")
    assert peek["limits"][0]["used"] == 0


@pytest.mark.parametrize("decision_id", ["0-nothing", "99-x", "x", "9999999999999999-x"])
async def test_an_unknown_decision_is_404(shared: Service, decision_id: str) -> None:
    answer = await shared.post(f"/v1/decisions/{decision_id}/cancel")
    assert (answer.status, answer.is_problem) == (404, True)


async def test_a_batch_is_decided_in_order(shared: Service) -> None:
    company = fresh()
    items = [
        {"enterprise_id": company, "member_id": "li", "target_id": f"wm-{n}"} for n in range(8)
    ]
    answer = await shared.post("/v1/precheck/batch", {"items": items})
    assert [item["allowed"] for item in answer.body["items"]] == [True] * 5 + [False] * 3
    assert (await shared.post("/v1/precheck/batch", {"items": []})).body == {"items": []}


async def test_a_restriction_denies_and_says_how_to_object(shared: Service) -> None:
    company = fresh()
    await shared.precheck(enterprise_id=company)
    held = Restriction("p-1", "interop", 4_000_000_000_000, may_apply=True, may_appeal=True)
    await shared.services.ledger.accounts.restrict(company, "li", [held])
    decision = await shared.precheck("wm-1", enterprise_id=company)
    assert decision["reason"] == "member_restricted"
    assert decision["restriction"] == {
        "penalty_id": "p-1",
        "scope": "interop",
        "ends_at": "2096-10-02T07:06:40Z",
        "may_apply": True,
        "may_appeal": True,
    }
    assert decision["advice"] == ["see_restriction", "apply_for_unblocking", "appeal"]
    shown = (await shared.get(f"/v1/restrictions/{company}/li")).body
    assert shown["restrictions"] == [decision["restriction"]]
    assert shown["forbidden"] == ["active_add", "other_external", "passive_add"]
    quota = (await shared.get(f"/v1/enterprises/{company}/members/li/quota")).body
    assert quota["available"] == {"active": 0, "passive": 0}
    assert quota["restrictions"] == [decision["restriction"]]
    asked = [{"enterprise_id": company, "member_id": m} for m in ("mu", "li", "mu")]
    batch = (await shared.post("/v1/restrictions/batch", {"items": asked})).body["items"]
    assert [bool(item["restrictions"]) for item in batch] == [False, True, False]


async def test_a_cool_down_tells_neither_why_nor_until_when(shared: Service) -> None:
    company = fresh()
    await shared.precheck(enterprise_id=company)
    event = {
        "event_id": "v-1",
        "type": "contact.blocked",
        "at": datetime.now(UTC).isoformat(),
        "enterprise_id": company,
        "member_id": "li",
        "target_id": "wm-77",
    }
    await shared.post("/v1/events", {"events": [event]})
    body = {"enterprise_id": company, "member_id": "mu", "target_id": "wm-77", "mode": "peek"}

    async def cooling() -> bool:
        return not (await shared.post("/v1/precheck", body)).body["allowed"]

    await until(cooling)
    answer = await shared.post("/v1/precheck", body | {"mode": "spend"})
    decision = answer.body
    assert (decision["reason"], decision["binding_limit"]) == ("contact_cooldown", None)
    assert (decision["retry_at"], decision["restriction"]) == (None, None)
    assert decision["advice"] == ["let_contact_scan"]
    assert "Retry-After" not in answer.headers
    scan = await shared.precheck(
        enterprise_id=company, member_id="mu", way="qr_code", initiated_by="contact"
    )
    assert scan["allowed"]


async def test_the_contact_and_its_number_reach_no_event(shared: Service) -> None:
    company, number = fresh(), "+8613800004321"
    await shared.precheck("wm-secret", enterprise_id=company, target_phone=number, greeting="Hi!")
    ledger = shared.services.ledger
    streams = [await ledger.redis.xrange(f"{{s{s}}}:events") for s in range(ledger.shards)]
    async with shared.services.database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT payload FROM journal")).scalars().all()
    everything = repr(streams) + "".join(rows)
    assert company in everything
    assert "wm-secret" not in everything
    assert number[1:] not in everything
    assert "Hi!" not in everything

"""What a sceptic found: ways round a rule, answers that differed, values that no store takes."""

from typing import Any

import pytest

from tests.http.enforcing import (
    appeal,
    confirm,
    decide,
    now,
    reason,
    report,
    reviewers,
    violation,
)
from tests.http.service import Service, until


async def test_a_hold_that_is_over_is_no_way_to_what_came_of_it(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    made = await report(service, ann, type="T3.FRAUD")
    early = (await appeal(service, made["penalty"]["id"], acme)).body
    await confirm(service, made["case"]["id"], bob)
    late = await appeal(service, made["penalty"]["id"], acme, text="once more")
    assert late.status == 409
    for key in (bob, *(await reviewers(service, "cat"))):
        refused = await decide(service, early["id"], key, "overturned")
        assert (refused.status, refused.is_problem) == (409, True)

    async def closed() -> bool:
        shown = await service.get(f"/v1/appeals/{early['id']}", acme)
        return bool(shown.body["state"] == "expired")

    await until(closed)
    assert await reason(service) == "member_restricted"


async def test_an_overturned_link_does_not_come_back_with_a_description(
    service: Service, bob: str, acme: str
) -> None:
    path, link = "/v1/enterprises/acme/members/li", {"linked_account_id": "wx-1"}
    await service.put(path, link)
    whose = {"enterprise_id": "acme", "member_id": "li", **link}
    event = {"event_id": "l-1", "type": "linked_account.blocked", "at": now(), **whose}
    await service.post("/v1/events", {"events": [event]})

    async def held() -> bool:
        return await reason(service) == "member_restricted"

    await until(held)
    (penalty,) = (await service.get("/v1/penalties?active=true", acme)).body["items"]
    refused = await appeal(service, penalty["id"], acme)
    assert (refused.status, "wrong_link" in refused.body["detail"]) == (409, True)
    filed = (await appeal(service, penalty["id"], acme, grounds="Stale state")).body
    assert (await decide(service, filed["id"], bob, "overturned")).status == 200
    before = await service.journaled()
    await service.put(path, {**link, "name": "Li"})

    async def folded() -> bool:
        shown = (await service.get(path)).body
        return shown["name"] == "Li" and await service.journaled() > before

    await until(folded)
    await service.put(path, {**link, "name": "Li Na"})
    assert await reason(service) == "ok"
    assert (await service.get("/v1/penalties?active=true", acme)).body["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"occurred_at": now(minutes=3)},
        {
            "severity": "severe",
            "scopes": ["enterprise_account"],
            "grounds": {"number": 2, "share": "all", "gravity": "g", "intent": "i"},
        },
        {"type": "T3.PLUGIN", "source": "automated"},
    ],
)
async def test_the_same_report_again_is_the_same_whatever_came_of_it(
    service: Service, ann: str, bob: str, body: dict[str, Any]
) -> None:
    sent = violation(violation_id="v-1", **body)
    first = await service.post("/v1/violations", sent, ann)
    again = await service.post("/v1/violations", sent, ann)
    assert (again.status, again.body["penalty"]) == (201, first.body["penalty"])
    if first.body["case"] is None:
        return
    for key in (bob, *(await reviewers(service, "cat"))):
        await confirm(service, first.body["case"]["id"], key, severity="severe")
    last = await service.post("/v1/violations", sent, ann)
    assert (last.status, last.body["penalty"]["hold"]) == (201, False)
    assert last.body["penalty"]["scope"] == "member_account"


async def test_nobody_takes_an_id_that_the_service_makes(service: Service, ann: str) -> None:
    refused = await service.post("/v1/violations", violation(violation_id="auto:v-0-3-member"), ann)
    assert (refused.status, refused.places) == (400, ["body.violation_id"])


async def test_nobody_is_called_like_the_service(service: Service) -> None:
    for name in ("contact-quota", " Contact-Quota "):
        body = {"scopes": ["reviewer"], "note": "n", "holder": name}
        refused = await service.post("/v1/keys", body)
        assert (refused.status, refused.places) == (400, ["body.holder"])


async def test_an_escalation_is_agreed_to_by_naming_it(
    service: Service, ann: str, bob: str
) -> None:
    grounds = {"number": 2, "share": "all", "gravity": "g", "intent": "i"}
    made = await report(service, ann, type="T3.PLUGIN", source="automated")
    path = f"/v1/cases/{made['case']['id']}/escalate"
    await service.post(path, {"scopes": ["enterprise_account"], "grounds": grounds}, ann)
    assert (await confirm(service, made["case"]["id"], bob)).status == 409
    other = await service.post(path, {"scopes": ["admin_account"], "grounds": grounds}, bob)
    assert other.status == 409
    same = await service.post(path, {"scopes": ["enterprise_account"], "grounds": grounds}, bob)
    assert (same.status, len(same.body["penalties"])) == (200, 2)


async def test_documents_are_brought_by_those_concerned(
    service: Service, ann: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    refused = await service.call("POST", f"/v1/appeals/{filed['id']}/documents", key=ann)
    assert refused.status == 403


async def test_elsewhere_nobody_learns_whose_penalty_it_is(service: Service, ann: str) -> None:
    for enterprise, member in (("acme", "li"), ("beta", "lili")):
        path = f"/v1/enterprises/{enterprise}/members/{member}"
        await service.put(path, {"person_id": "person-1"})
    penalty = (await report(service, ann))["penalty"]
    here = (await service.get("/v1/restrictions/acme/li")).body["restrictions"]
    there = (await service.get("/v1/restrictions/beta/lili")).body["restrictions"]
    assert [one["penalty_id"] for one in here] == [penalty["id"]]
    assert there == [
        {**here[0], "penalty_id": "elsewhere", "may_apply": False, "may_appeal": False}
    ]


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        (
            "/v1/violations",
            violation(occurred_at="0001-01-01T00:00:00+12:00"),
            "body.occurred_at",
        ),
        (
            "/v1/appeals/a-1/decision",
            {"outcome": "modified", "reason": "r", "ends_at": "9999-12-31T23:59:59-12:00"},
            "body.ends_at",
        ),
        ("/v1/penalties/p-1/appeals", {"grounds": "a\u0000b", "text": "t"}, "body.grounds"),
        (
            "/v1/penalties/overturn-batch",
            {"from": now(hours=-2), "to": now(hours=-1), "reason": "r", "policy_version": 2**31},
            "body.policy_version",
        ),
    ],
)
async def test_what_no_store_takes_is_refused(
    service: Service, path: str, body: dict[str, Any], place: str
) -> None:
    answer = await service.post(path, body)
    assert (answer.status, answer.places) == (400, [place])


async def test_keys_of_one_person_are_one_however_they_spell_it(service: Service) -> None:
    rui, loud = await reviewers(service, "rui", " RUI ")
    made = await report(service, rui, type="T3.FRAUD")
    assert (await confirm(service, made["case"]["id"], loud)).status == 409
    blank = {"scopes": ["reviewer"], "note": "n", "holder": " "}
    assert (await service.post("/v1/keys", blank)).places == ["body.holder"]


async def test_a_withdrawn_appeal_uses_nothing_up(service: Service, ann: str, acme: str) -> None:
    penalty = (await report(service, ann))["penalty"]
    for _ in range(3):
        filed = await appeal(service, penalty["id"], acme)
        assert filed.status == 201
        await service.post(f"/v1/appeals/{filed.body['id']}/withdraw", None, acme)
    assert (await appeal(service, penalty["id"], acme)).status == 201


async def test_who_may_not_decide_does_not_take_it_under_review(
    service: Service, ann: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    refused = await service.post(f"/v1/appeals/{filed['id']}/review", None, ann)
    assert (refused.status, refused.is_problem) == (409, True)


async def test_what_is_over_offers_nothing_and_says_when_it_ended(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    done = (await decide(service, filed["id"], bob, "overturned")).body["penalties"][0]
    again = (await decide(service, filed["id"], bob, "overturned")).body["penalties"][0]
    assert again["id"] == done["id"]
    assert (done["may_apply"], done["may_appeal"]) == (False, False)
    ended = done["ends_at"][:10]
    assert ended in done["statement"]["measure"]


async def test_a_repeat_says_why_there_was_no_step(service: Service, ann: str) -> None:
    await report(service, ann)
    body = {"violation_id": "v-2", "occurred_at": now(minutes=-2)}
    first = await report(service, ann, **body)
    assert first["why_none"] == (await report(service, ann, **body))["why_none"] is not None

"""Appeals and applications over HTTP: who may ask, who may decide, and what an answer undoes."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from server.records.tables import penalties
from tests.http.enforcing import Json, appeal, confirm, decide, reason, report, reviewers
from tests.http.service import Answer, Service, until


async def _apply(service: Service, penalty_id: str, key: str, text: str = "please") -> Answer:
    path = f"/v1/penalties/{penalty_id}/unblock-applications"
    return await service.post(path, {"text": text}, key)


async def _earlier(service: Service, penalty_id: str, ms: int = 10**9) -> None:
    """As if it had been imposed, and had ended, that much earlier."""
    columns = {name: penalties.c[name] - ms for name in ("starts_ms", "ends_ms")}
    async with service.services.database.write() as connection:
        await connection.execute(
            update(penalties).where(penalties.c.id == penalty_id).values(columns)
        )


async def _quota(service: Service, member: str = "li") -> Json:
    body: Json = (await service.get(f"/v1/enterprises/acme/members/{member}/quota")).body
    return body


async def _points(service: Service) -> float:
    (part,) = [p for p in (await _quota(service))["parts"] if p["name"] == "compliance"]
    return float(part["inputs"]["violation_points"])


async def test_an_overturned_penalty_never_was(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    await service.precheck("wm-1")
    await until(lambda: _is_in_use(service))
    before = (await _quota(service))["score"]
    penalty = (await report(service, ann))["penalty"]
    await until(lambda: _is_scored(service, 3))
    assert (await _quota(service))["standing"]["state"] == "restricted"
    filed = (await appeal(service, penalty["id"], acme)).body
    assert (filed["state"], filed["number"]) == ("submitted", 1)
    assert await reason(service) == "member_restricted"
    done = await decide(service, filed["id"], bob, "overturned")
    assert done.status == 200, done.raw
    assert (done.body["state"], done.body["penalties"][0]["state"]) == (
        "overturned",
        "overturned",
    )
    assert await reason(service) == "ok"
    await until(lambda: _is_scored(service, 0))
    assert (await _quota(service))["score"] == before
    violation = await service.get(f"/v1/violations/{penalty['violation_id']}")
    assert violation.body["state"] == "overturned"
    assert (await report(service, ann))["penalty"]["step"] == 1


async def _is_in_use(service: Service) -> bool:
    """The fold came to the pre-check."""
    (part,) = [p for p in (await _quota(service))["parts"] if p["name"] == "usage"]
    return bool(part["points"] > 0)


async def _is_scored(service: Service, points: float) -> bool:
    return await _points(service) == points


async def test_later_steps_move_down_and_time_served_is_credited(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    first = (await report(service, ann))["penalty"]
    await _earlier(service, first["id"])
    second = (await report(service, ann))["penalty"]
    assert second["step"] == 2
    filed = (await appeal(service, first["id"], acme)).body
    done = (await decide(service, filed["id"], bob, "overturned")).body
    states = {one["id"]: one for one in done["penalties"]}
    moved = states[second["id"]]
    assert (moved["step"], moved["may_apply"]) == (1, False)
    assert moved["state"] == "ended"  # 72 h, of which 72 h were served for nothing
    assert await reason(service) == "ok"


async def test_an_approved_application_ends_it_and_keeps_the_strike(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = await _apply(service, penalty["id"], acme)
    assert filed.status == 201, filed.raw
    path = f"/v1/unblock-applications/{filed.body['id']}/decision"
    mine = await service.post(path, {"outcome": "approved", "reason": "r"}, ann)
    assert (mine.status, mine.body["detail"][:24]) == (409, "You decided the penalty:")
    done = await service.post(path, {"outcome": "approved", "reason": "r"}, bob)
    assert (done.status, done.body["state"]) == (200, "approved")
    assert await reason(service) == "ok"
    await _earlier(service, penalty["id"])
    assert (await report(service, ann))["penalty"]["step"] == 2


async def test_who_may_ask_for_what(service: Service, ann: str, bob: str, acme: str) -> None:
    li = await service.key("member:acme/li")
    first = (await report(service, ann))["penalty"]
    assert (await _apply(service, first["id"], li)).status == 409
    assert (await appeal(service, first["id"], li)).status == 201
    assert (await appeal(service, first["id"], acme, text="another")).status == 409
    await _earlier(service, first["id"])
    second = (await report(service, ann))["penalty"]
    refused = await _apply(service, second["id"], acme)
    assert (refused.status, "first step" in refused.body["detail"]) == (409, True)
    await _earlier(service, second["id"])
    third = await report(service, ann)
    held = await appeal(service, third["penalty"]["id"], acme, text="no third one")
    assert held.status == 201
    done = (await confirm(service, third["case"]["id"], bob)).body
    final = await appeal(service, done["penalty"]["id"], acme)
    assert (final.status, "§5.3" in final.body["detail"]) == (409, True)


async def test_one_application_for_each_penalty_and_three_in_thirty_days(
    service: Service, ann: str, acme: str
) -> None:
    ids = [(await report(service, ann, member_id=f"m{n}"))["penalty"]["id"] for n in range(4)]
    filed = [await _apply(service, penalty_id, acme) for penalty_id in ids]
    assert [answer.status for answer in filed] == [201, 201, 201, 409]
    again = await _apply(service, ids[0], acme)
    assert (again.status, again.body) == (201, filed[0].body)  # the same, still open
    assert (await _apply(service, ids[0], acme, "other words")).status == 409


async def test_information_goes_back_and_forth(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    path = f"/v1/appeals/{filed['id']}"
    reviewed = await service.post(f"{path}/review", None, bob)
    assert reviewed.body["state"] == "under_review"
    early = await service.post(f"{path}/information", {"text": "unasked"}, acme)
    assert early.status == 409
    asked = await decide(service, filed["id"], bob, "need_information", reason="Which contact?")
    assert asked.body["state"] == "need_information"
    told = await service.post(f"{path}/information", {"text": "None of ours."}, acme)
    assert (told.status, told.body["state"]) == (200, "under_review")
    assert [(one["by"], one["text"]) for one in told.body["thread"]] == [
        ("reviewer", "Which contact?"),
        ("appellant", "None of ours."),
    ]
    rejected = await decide(service, filed["id"], bob, "rejected")
    assert rejected.body["state"] == "rejected"
    assert await reason(service) == "member_restricted"
    same = await appeal(service, penalty["id"], acme)
    assert (same.status, "something new" in same.body["detail"]) == (409, True)
    reopened = await appeal(service, penalty["id"], acme, text="A new witness came.")
    assert (reopened.status, reopened.body["number"]) == (201, 2)
    await decide(service, reopened.body["id"], bob, "rejected")
    assert (await appeal(service, penalty["id"], acme, text="And another.")).status == 409


async def test_a_modified_penalty_ends_earlier_and_stays_a_strike(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    later = await decide(service, filed["id"], bob, "modified", ends_at="2099-01-01T00:00:00Z")
    assert later.status == 409
    done = await decide(service, filed["id"], bob, "modified")
    assert (done.status, done.body["penalties"][0]["state"]) == (200, "ended")
    assert await reason(service) == "ok"


async def test_a_reviewer_sees_what_somebody_else_has_to_decide(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    path = f"/v1/appeals/{(await appeal(service, penalty['id'], acme)).body['id']}"
    seen = {key: (await service.get(path, key)).body for key in (ann, bob, acme)}
    assert [one.get("decided_by_you") for one in seen.values()] == [True, False, None]
    (listed,) = (await service.get("/v1/appeals", ann)).body["items"]
    assert listed["decided_by_you"] is True


async def test_of_two_reviewers_at_once_one_wins(service: Service, ann: str, acme: str) -> None:
    others = await reviewers(service, "r1", "r2", "r3", "r4")
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    outcomes = ("overturned", "rejected") * 2
    answers = await asyncio.gather(
        *(
            decide(service, filed["id"], key, outcome)
            for key, outcome in zip(others, outcomes, strict=True)
        )
    )
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    (won,) = [answer.body for answer in answers if answer.status == 200]
    assert (await service.get(f"/v1/appeals/{filed['id']}")).body["state"] == won["state"]


async def test_the_same_answer_again_changes_nothing(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    first = await decide(service, filed["id"], bob, "overturned")
    again = await decide(service, filed["id"], bob, "overturned")
    assert (first.status, again.status) == (200, 200)
    assert again.body["decided_at"] == first.body["decided_at"]
    assert (await decide(service, filed["id"], bob, "rejected")).status == 409


async def test_a_whole_enterprise_brings_its_documents(
    service: Service, ann: str, bob: str, acme: str
) -> None:
    grounds = {"number": 12, "share": 0.4, "gravity": "fraud", "intent": "organised"}
    body: dict[str, Any] = {"severity": "severe", "scopes": ["enterprise_account"]}
    made = await report(service, ann, grounds=grounds, **body)
    done = (await confirm(service, made["case"]["id"], bob)).body
    block = done["penalties"][1]
    li = await service.key("member:acme/li")
    assert (await appeal(service, block["id"], li)).status == 404
    filed = (await appeal(service, block["id"], acme)).body
    (cat,) = await reviewers(service, "cat")
    refused = await decide(service, filed["id"], cat, "overturned")
    assert (refused.status, "business_licence" in refused.body["detail"]) == (409, True)
    assert (await decide(service, filed["id"], bob, "rejected")).status == 409
    assert (await decide(service, filed["id"], cat, "rejected")).status == 200


async def test_nobody_elses_penalty_or_appeal_is_there(
    service: Service, ann: str, acme: str
) -> None:
    penalty = (await report(service, ann))["penalty"]
    filed = (await appeal(service, penalty["id"], acme)).body
    strangers = [
        await service.key("enterprise:other"),
        await service.key("member:acme/wu"),
        await service.key("member:other/li"),
    ]
    for key in strangers:
        for method, path, sent in (
            ("GET", f"/v1/penalties/{penalty['id']}", None),
            ("GET", f"/v1/appeals/{filed['id']}", None),
            ("POST", f"/v1/appeals/{filed['id']}/withdraw", None),
            ("POST", f"/v1/appeals/{filed['id']}/information", {"text": "t"}),
            ("POST", f"/v1/penalties/{penalty['id']}/appeals", {"grounds": "g", "text": "t"}),
            ("POST", f"/v1/penalties/{penalty['id']}/unblock-applications", {"text": "t"}),
        ):
            mine = await service.call(method, path, sent, key=key)
            nobodys = await service.call(
                method,
                path.replace(penalty["id"], "p-none").replace(filed["id"], "a-none"),
                sent,
                key=key,
            )
            assert (mine.status, mine.body) == (404, nobodys.body), path
        for path in ("/v1/penalties", "/v1/appeals", "/v1/unblock-applications"):
            assert (await service.get(path, key)).body["items"] == []
            named = await service.get(f"{path}?enterprise=acme&member=li", key)
            assert named.status == 403 or named.body["items"] == []
    assert len((await service.get("/v1/penalties", acme)).body["items"]) == 1
    assert len((await service.get("/v1/appeals", acme)).body["items"]) == 1


async def test_an_enterprise_learns_nothing_of_who_decided_or_complained(
    service: Service, acme: str
) -> None:
    (zoe,) = await reviewers(service, "zoe-of-the-platform")
    made = await report(service, zoe, source="user_report", evidence=["contact wm-9 wrote to us"])
    shown = await service.get(f"/v1/penalties/{made['penalty']['id']}", acme)
    for secret in (b"zoe", b"wm-9", b"wrote"):
        assert secret not in shown.raw
    assert (await service.get(f"/v1/violations/{made['violation']['id']}", acme)).status == 403


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/v1/penalties/p-1/appeals", {"grounds": "g"}, "body.text"),
        ("/v1/penalties/p-1/appeals", {"grounds": "", "text": "t"}, "body.grounds"),
        ("/v1/penalties/p-1/unblock-applications", {"text": " "}, "body.text"),
        ("/v1/appeals/a-1/decision", {"outcome": "approved", "reason": "r"}, "body.outcome"),
        ("/v1/appeals/a-1/decision", {"outcome": "rejected"}, "body.reason"),
        (
            "/v1/appeals/a-1/decision",
            {"outcome": "rejected", "reason": "r", "ends_at": "2099-01-01T00:00:00Z"},
            "body.ends_at",
        ),
        (
            "/v1/unblock-applications/u-1/decision",
            {"outcome": "overturned", "reason": "r"},
            "body.outcome",
        ),
    ],
)
async def test_what_cannot_be_is_refused(
    service: Service, path: str, body: Json, place: str
) -> None:
    answer = await service.post(path, body)
    assert (answer.status, answer.places) == (400, [place])


async def test_what_is_not_there_is_not_found(service: Service) -> None:
    said = {"outcome": "rejected", "reason": "r"}
    answers = [
        await service.get("/v1/penalties/p-1"),
        await service.get("/v1/appeals/a-1"),
        await service.get("/v1/unblock-applications/u-1"),
        await service.post("/v1/penalties/p-1/appeals", {"grounds": "g", "text": "t"}),
        await service.post("/v1/appeals/a-1/decision", said),
        await service.post("/v1/unblock-applications/u-1/decision", said),
        await service.post("/v1/appeals/a-1/review"),
    ]
    assert [(answer.status, answer.is_problem) for answer in answers] == [(404, True)] * 7

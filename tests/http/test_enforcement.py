"""Our own mistakes: batches of overturns by two holders, enforcement paused and resumed."""

import asyncio
from typing import Any

import pytest

from tests.http.enforcing import Json, now, reason, report, reviewers
from tests.http.service import Answer, Service, until
from tests.http.test_cases import opened
from tests.worker.suspicion import touchy

BATCH = "/v1/penalties/overturn-batch"


def selection(**changed: Any) -> Json:
    return {"from": now(hours=-1), "to": now(), "reason": "a wrong list"} | changed


async def _states(service: Service) -> set[str]:
    return {one["state"] for one in (await service.get("/v1/penalties?limit=500")).body["items"]}


async def test_a_batch_is_counted_first_and_overturned_by_another_holder(
    service: Service, ann: str, bob: str
) -> None:
    for n in range(5):
        await report(service, ann, member_id=f"m{n}")
    await report(service, ann, member_id="m0", type="T3.FRAUD")
    wanted = selection()
    dry = await service.post(BATCH, wanted, ann)
    assert (dry.status, dry.body["state"]) == (200, "awaiting_second"), dry.raw
    assert dry.body["counts"] == {"penalties": 6, "holds": 1, "accounts": 5, "enterprises": 1}
    again = await service.post(BATCH, wanted, ann)
    assert again.body["state"] == "awaiting_second"
    assert await _states(service) == {"active"}
    done = await service.post(BATCH, wanted, bob)
    assert (done.body["state"], done.body["remaining"]) == ("done", 0), done.raw
    assert await _states(service) == {"overturned"}
    assert [await reason(service, f"m{n}") for n in range(5)] == ["ok"] * 5
    once_more = await service.post(BATCH, wanted, bob)
    assert (once_more.status, once_more.body["state"]) == (200, "done")
    deeds = (await service.get("/v1/audit?subject_kind=batch")).body["items"]
    assert [(deed["action"], deed["holder"]) for deed in deeds] == [
        ("batch.confirmed", "bob"),
        ("batch.asked", "ann"),
        ("batch.asked", "ann"),
    ]


async def test_a_batch_takes_only_what_was_selected(service: Service, ann: str, bob: str) -> None:
    await service.services.policy.activate(touchy(), "test")
    case = await opened(service)
    await report(service, ann, member_id="wu")
    for wanted, left in (
        (selection(pattern="machine_timing"), 2),
        (selection(policy_version=9), 2),
        (selection(**{"from": now(days=-9), "to": now(days=-8)}), 2),
        (selection(pattern="hard_negatives"), 1),
    ):
        await service.post(BATCH, wanted, ann)
        assert (await service.post(BATCH, wanted, bob)).body["state"] == "done"
        active = (await service.get("/v1/penalties?active=true")).body["items"]
        assert len(active) == left, wanted
    assert await reason(service) == "ok"
    found = (await service.get(f"/v1/cases/{case['id']}")).body
    assert (found["state"], found["note"]) == ("dismissed", "a wrong list")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"from": now(days=1)}, "body.from"),
        ({"to": now(days=1)}, "body.to"),
        ({"reason": ""}, "body.reason"),
        ({"policy_version": 0}, "body.policy_version"),
        ({"pattern": "a b"}, "body.pattern"),
    ],
)
async def test_a_batch_that_cannot_be_is_refused(
    service: Service, changed: Json, place: str
) -> None:
    answer = await service.post(BATCH, selection(**changed))
    assert (answer.status, answer.places) == (400, [place])


async def test_while_paused_patterns_hold_nobody_and_people_still_decide(
    service: Service, ann: str
) -> None:
    await service.services.policy.activate(touchy(), "test")
    paused = await service.post("/v1/enforcement/pause", {"reason": "a wrong threshold"}, ann)
    assert (paused.status, paused.body["paused"], paused.body["by"]) == (200, True, "ann")
    again = await service.post("/v1/enforcement/pause", {"reason": "another"}, ann)
    assert again.body == paused.body == (await service.get("/v1/enforcement", ann)).body
    case = await _reviewed(service)
    assert (case["verdict"], case["hold"]) == ("review", None)
    assert await reason(service) == "ok"
    assert (await report(service, ann, member_id="wu"))["penalty"]["step"] == 1
    resumed = await service.post("/v1/enforcement/resume", {"reason": "mended"}, ann)
    assert resumed.body["paused"] is False

    async def held() -> bool:
        return await reason(service) == "member_restricted"

    await until(held)
    deeds = (await service.get("/v1/audit?subject_kind=enforcement")).body["items"]
    assert [deed["action"] for deed in deeds] == ["enforcement.resumed", "enforcement.paused"]


async def _reviewed(service: Service) -> Json:
    contact = {"target_id": "wm-1", "member_id": "li", "enterprise_id": "acme"}
    await service.precheck(**contact)
    event = {"event_id": "v-1", "type": "contact.blocked", "at": now(), **contact}
    await service.post("/v1/events", {"events": [event]})
    found: list[Json] = []

    async def is_open() -> bool:
        found[:] = (await service.get("/v1/cases?member=li")).body["items"]
        return bool(found)

    await until(is_open)
    return found[0]


async def test_two_who_confirm_a_batch_at_once_overturn_it_once(service: Service, ann: str) -> None:
    for n in range(8):
        await report(service, ann, member_id=f"m{n}")
    wanted = selection()
    await service.post(BATCH, wanted, ann)
    others = await reviewers(service, "r1", "r2", "r3")
    answers: list[Answer] = await asyncio.gather(
        *(service.post(BATCH, wanted, key) for key in others)
    )
    assert {answer.status for answer in answers} == {200}
    assert await _states(service) == {"overturned"}
    deeds = (await service.get("/v1/audit?action=penalty.overturned&limit=500")).body["items"]
    assert len(deeds) == 8

"""Violations are reported over HTTP: what they bring, by whom, and that it binds at once."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.http.enforcing import Json, confirm, now, reason, report, reviewers, violation
from tests.http.service import Service, serving, until
from tests.redis_server import RedisServer


def _hours(penalty: Json) -> float:
    starts, ends = (datetime.fromisoformat(penalty[name]) for name in ("starts_at", "ends_at"))
    return (ends - starts).total_seconds() / 3_600


async def _served(service: Service, penalty_id: str) -> None:
    """The penalty ended a while ago, and so did the conduct it is for."""
    from sqlalchemy import update  # noqa: PLC0415

    from server.records.tables import penalties  # noqa: PLC0415

    async with service.services.database.write() as connection:
        await connection.execute(
            update(penalties)
            .where(penalties.c.id == penalty_id)
            .values(starts_ms=penalties.c.starts_ms - 10**9, ends_ms=penalties.c.starts_ms - 10**6)
        )


async def test_the_first_violation_withholds_interop_before_the_answer(
    service: Service, ann: str
) -> None:
    assert await reason(service) == "ok"
    made = await report(service, ann)
    penalty = made["penalty"]
    assert (penalty["step"], penalty["scope"], penalty["state"]) == (1, "interop", "active")
    assert _hours(penalty) == 72
    assert (penalty["may_apply"], penalty["may_appeal"], made["case"]) == (True, True, None)
    assert await reason(service) == "member_restricted"
    assert await reason(service, initiated_by="contact") == "member_restricted"
    held = (await service.get("/v1/restrictions/acme/li")).body
    assert [one["penalty_id"] for one in held["restrictions"]] == [penalty["id"]]
    assert held["forbidden"] == ["active_add", "other_external", "passive_add"]
    assert (await service.get(f"/v1/penalties/{penalty['id']}")).body == penalty


async def test_a_statement_says_what_why_by_whom_and_how_to_object(
    service: Service, ann: str
) -> None:
    made = await report(service, ann, source="user_report")
    statement = made["penalty"]["statement"]
    assert list(statement) == [
        "measure",
        "facts",
        "source",
        "automated_detection",
        "automated_decision",
        "decided_by",
        "clause",
        "rule",
        "redress",
    ]
    assert statement["facts"] == "Advertising was sent to 40 contacts."
    assert statement["source"] == "Reported by users."
    assert (statement["automated_detection"], statement["automated_decision"]) == (False, False)
    assert statement["decided_by"] == "One reviewer."
    assert statement["clause"] == "§2.1, §2.2 (1)"
    assert "administrator may apply" in statement["redress"]


async def test_the_ladder_climbs_once_for_each_incident(service: Service, ann: str) -> None:
    bob = (await reviewers(service, "bob"))[0]
    first = await report(service, ann)
    same = await report(service, ann, type="T1.INDUCED_SHARING", occurred_at=now(minutes=-1))
    assert (same["penalty"], same["violation"]["state"]) == (None, "upheld")
    assert first["penalty"]["id"] in same["why_none"]
    await _served(service, first["penalty"]["id"])
    second = (await report(service, ann))["penalty"]
    assert (second["step"], _hours(second)) == (2, 168)
    assert (second["may_apply"], second["may_appeal"]) == (False, True)
    await _served(service, second["id"])
    third = await report(service, ann)
    assert (third["penalty"]["hold"], third["case"]["state"]) == (True, "awaiting_second")
    assert _hours(third["penalty"]) == 72
    assert third["case"]["first"]["by"] == "ann"
    refused = await confirm(service, third["case"]["id"], ann, severity="severe")
    assert refused.status == 409
    done = (await confirm(service, third["case"]["id"], bob)).body
    assert (done["penalty"]["step"], done["penalty"]["ends_at"]) == (3, None)
    assert done["case"]["state"] == "confirmed"
    assert (done["penalty"]["may_apply"], done["penalty"]["may_appeal"]) == (False, False)
    hold = (await service.get(f"/v1/penalties/{third['penalty']['id']}")).body
    assert hold["state"] == "ended"
    assert done["penalty"]["statement"]["decided_by"] == "Two reviewers."


async def test_a_severe_one_takes_two_holders_whatever_the_keys(service: Service, ann: str) -> None:
    other_key_of_ann, bob = await reviewers(service, "ann", "bob")
    made = await report(service, ann, severity="severe", scopes=["admin_account"])
    case_id = made["case"]["id"]
    assert made["penalty"]["scope"] == "interop"
    assert (await confirm(service, case_id, other_key_of_ann, note="mine")).status == 409
    done = (await confirm(service, case_id, bob)).body
    assert [one["scope"] for one in done["penalties"]] == ["member_account", "admin_account"]
    assert [one["member_id"] for one in done["penalties"]] == ["li", None]
    again = await confirm(service, case_id, bob)
    assert (again.status, [one["id"] for one in again.body["penalties"]]) == (
        200,
        [one["id"] for one in done["penalties"]],
    )
    held = (await service.get("/v1/restrictions/acme/li")).body
    assert held["forbidden"] == [
        "account",
        "active_add",
        "administration",
        "other_external",
        "passive_add",
    ]
    other = (await service.get("/v1/restrictions/acme/wu")).body
    assert other["forbidden"] == ["administration"]
    assert await reason(service, "wu") == "ok"


async def test_an_enterprise_block_says_what_it_rests_on(service: Service, ann: str) -> None:
    bob = (await reviewers(service, "bob"))[0]
    await service.precheck("wm-1", member_id="wu")
    grounds = {"number": 12, "share": "0.4", "gravity": "fraud", "intent": "organised"}
    body = {"severity": "severe", "scopes": ["enterprise_account"], "grounds": grounds}
    made = await report(service, ann, **body)
    done = (await confirm(service, made["case"]["id"], bob)).body
    assert [one["scope"] for one in done["penalties"]] == ["member_account", "enterprise_account"]
    assert await reason(service, "wu") == "enterprise_restricted"
    audit = (await service.get("/v1/audit?action=penalty.imposed")).body["items"]
    assert {deed["holder"] for deed in audit} == {"ann", "bob"}


async def test_a_machines_report_waits_for_a_person(service: Service, ann: str) -> None:
    bob, cat = await reviewers(service, "bob", "cat")
    made = await report(service, ann, type="T3.PLUGIN", source="automated")
    assert (made["case"]["state"], made["penalty"]["hold"]) == ("open", True)
    assert made["penalty"]["statement"]["decided_by"].startswith("The service")
    first = (await confirm(service, made["case"]["id"], bob)).body
    assert (first["case"]["state"], first["penalty"]["id"]) == (
        "awaiting_second",
        made["penalty"]["id"],
    )
    done = (await confirm(service, made["case"]["id"], cat)).body
    assert done["penalty"]["scope"] == "member_account"


async def test_dismissing_ends_the_hold_and_the_violation(service: Service, ann: str) -> None:
    made = await report(service, ann, type="T3.FRAUD")
    assert await reason(service) == "member_restricted"
    path = f"/v1/cases/{made['case']['id']}/dismiss"
    assert (await service.post(path, {"note": "no fraud"}, ann)).status == 200
    assert await reason(service) == "ok"
    found = (await service.get(f"/v1/violations/{made['violation']['id']}")).body
    assert found["state"] == "dismissed"


async def test_the_same_report_again_is_the_same_answer(service: Service, ann: str) -> None:
    body = violation(violation_id="v-77")
    first = await service.post("/v1/violations", body, ann)
    again = await service.post("/v1/violations", body, ann)
    assert (again.status, again.body["penalty"]) == (201, first.body["penalty"])
    assert len((await service.get("/v1/penalties?member=li")).body["items"]) == 1
    other = await service.post("/v1/violations", body | {"facts": "otherwise"}, ann)
    assert (other.status, other.is_problem) == (409, True)


async def test_reports_at_once_climb_one_step(service: Service, ann: str) -> None:
    answers = await asyncio.gather(
        *(service.post("/v1/violations", violation(), ann) for _ in range(6))
    )
    assert {answer.status for answer in answers} == {201}
    imposed = [answer.body["penalty"] for answer in answers if answer.body["penalty"]]
    assert [penalty["step"] for penalty in imposed] == [1]


async def test_what_never_was_seen_can_be_punished(service: Service, ann: str) -> None:
    made = await report(service, ann, enterprise_id="new", member_id="nobody")
    held = (await service.get("/v1/restrictions/new/nobody")).body
    assert held["restrictions"][0]["penalty_id"] == made["penalty"]["id"]


BAD: list[tuple[Json, str]] = [
    ({"type": "T1.NONE"}, "body.type"),
    ({"type": ...}, "body.type"),
    ({"severity": "mild"}, "body.severity"),
    ({"scopes": ["admin_account"]}, "body.scopes"),
    ({"severity": "severe", "scopes": ["interop"]}, "body.scopes.0"),
    ({"severity": "severe", "scopes": ["enterprise_account"]}, "body.grounds"),
    ({"facts": " "}, "body.facts"),
    ({"source": "rumour"}, "body.source"),
    ({"occurred_at": now(days=1)}, "body.occurred_at"),
    ({"occurred_at": "yesterday"}, "body.occurred_at"),
    ({"member_id": None}, "body.member_id"),
    ({"evidence": ["x"] * 51}, "body.evidence"),
    ({"extra": 1}, "body.extra"),
]


@pytest.mark.parametrize(("changed", "place"), BAD)
async def test_a_report_that_is_none_is_refused(
    service: Service, changed: dict[str, Any], place: str
) -> None:
    answer = await service.post("/v1/violations", violation(**changed))
    assert (answer.status, answer.places) == (400, [place])


async def test_track_2_needs_a_link(service: Service, ann: str) -> None:
    refused = await service.post("/v1/violations", violation(type="T2.LINKED_WECHAT_BLOCKED"), ann)
    assert (refused.status, refused.is_problem) == (409, True)
    path = "/v1/enterprises/acme/members/li"
    await service.put(path, {"linked_account_id": "wx-1"})
    made = await report(service, ann, type="T2.LINKED_WECHAT_BLOCKED")
    assert (made["penalty"]["ends_at"], made["penalty"]["step"]) == (None, None)


async def test_track_2_needs_a_link_that_is_still_blocked(service: Service, ann: str) -> None:
    path = "/v1/enterprises/acme/members/li"
    await service.put(path, {"linked_account_id": "wx-1"})
    event = {"event_id": "l-1", "type": "linked_account.unblocked", "at": now()}
    whose = {"enterprise_id": "acme", "member_id": "li", "linked_account_id": "wx-1"}
    await service.post("/v1/events", {"events": [event | whose]})
    late = violation(type="T2.LINKED_WECHAT_BLOCKED", occurred_at=now(hours=-1))

    async def refused() -> bool:
        return (await service.post("/v1/violations", late, ann)).status == 409

    await until(refused)
    assert (
        "unblocked after that" in (await service.post("/v1/violations", late, ann)).body["detail"]
    )


@pytest.fixture
async def on_redis(redis: RedisServer, tmp_path: Path) -> AsyncIterator[Service]:
    """A service that does not take its Redis for away where a busy machine makes it late."""
    async with serving(tmp_path / "data", redis=redis.url, redis_deadline_ms=1_000) as service:
        yield service


async def test_while_redis_is_away_a_penalty_is_queued_and_binds_later(
    on_redis: Service, redis: RedisServer
) -> None:
    (ann,) = await reviewers(on_redis, "ann")
    redis.signal(signal.SIGSTOP)
    made = await report(on_redis, ann)
    redis.signal(signal.SIGCONT)
    assert (made["queued"], made["penalty"]["state"]) == (True, "queued")

    async def bound() -> bool:
        asked = {"enterprise_id": "acme", "member_id": "li", "target_id": "wm-1", "mode": "peek"}
        peeked = await on_redis.post("/v1/precheck", asked)
        return peeked.status == 200 and not peeked.body["allowed"]

    await until(bound)

    async def told() -> bool:
        shown = await on_redis.get(f"/v1/penalties/{made['penalty']['id']}")
        return bool(shown.body["state"] == "active")

    await until(told)


async def test_a_penalty_outlives_a_redis_that_comes_back_empty(
    on_redis: Service, redis: RedisServer
) -> None:
    (ann,) = await reviewers(on_redis, "ann")
    await report(on_redis, ann)
    redis.restart()

    async def bound() -> bool:
        asked = {"enterprise_id": "acme", "member_id": "li", "target_id": "wm-1", "mode": "peek"}
        peeked = await on_redis.post("/v1/precheck", asked)
        return peeked.status == 200 and peeked.body["reason"] == "member_restricted"

    await until(bound)
    held = (await on_redis.get("/v1/restrictions/acme/li")).body["restrictions"]
    assert [one["scope"] for one in held] == ["interop"]

"""Reviewers look into cases: lists, decisions made once, holds that end when they are dismissed."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.http.service import Answer, Service, serving, until
from tests.redis_server import RedisServer
from tests.worker.suspicion import touchy

Json = dict[str, Any]
SHAPE = [
    "id",
    "state",
    "verdict",
    "enterprise_id",
    "member_id",
    "opened_at",
    "changed_at",
    "posterior",
    "contributions",
    "patterns",
    "flags",
    "evidence",
    "events",
    "adds_before",
    "hold",
    "deferred",
    "decided_at",
    "decided_by",
    "note",
    "severity",
    "type",
    "source",
    "violation_id",
    "first",
    "policy_version",
    "names",
]


@pytest.fixture
async def watched(service: Service) -> Service:
    """A service under the touchy policy."""
    await service.services.policy.activate(touchy(), "test")
    return service


async def opened(
    service: Service, member: str = "li", n: int = 1, enterprise: str = "acme"
) -> Json:
    """The member's open case, after a contact blocked it."""
    contact = {"target_id": f"wm-{member}-{n}", "member_id": member, "enterprise_id": enterprise}
    assert (await service.precheck(**contact))["allowed"]
    event = {"event_id": f"v-{member}-{n}", "type": "contact.blocked", "at": _now(), **contact}
    assert (await service.post("/v1/events", {"events": [event]})).status == 202
    found: list[Json] = []

    async def held() -> bool:
        path = f"/v1/cases?status=open&enterprise={enterprise}&member={member}"
        found[:] = (await service.get(path)).body["items"]
        return bool(found) and await _reason(service, member) != "ok"

    await until(held)
    return found[0]


async def _reason(service: Service, member: str = "li") -> str:
    asked = await service.precheck("wm-peek", member_id=member, mode="peek")
    return str(asked["reason"])


def _now() -> str:
    return datetime.now(UTC).isoformat()


async def _met(service: Service, case_id: str) -> None:
    """The fold came to the decision."""

    async def met() -> bool:
        async with service.services.database.read() as connection:
            from server.records import cases  # noqa: PLC0415

            found = await cases.get(connection, case_id)
        return found is not None and not found.untold

    await until(met)


async def test_a_case_says_what_it_rests_on_and_holds_the_member(watched: Service) -> None:
    case = await opened(watched)
    assert list(case) == SHAPE
    assert (case["state"], case["verdict"], case["deferred"]) == ("open", "enforce", False)
    assert case["hold"]["scope"] == "active_adds"
    assert case["hold"]["state"] == "active"
    assert case["contributions"][0]["pattern"] == "hard_negatives"
    assert case["events"] == ["v-li-1"]
    assert (await watched.get(f"/v1/cases/{case['id']}")).body == case
    flag = (await watched.get("/v1/flags")).body["items"][0]
    assert case["flags"] == [flag["id"]]
    assert flag["events"] == ["v-li-1"]
    denied = await watched.precheck("wm-9")
    assert (denied["reason"], denied["restriction"]["penalty_id"]) == (
        "member_restricted",
        case["id"],
    )
    assert (denied["restriction"]["may_apply"], denied["restriction"]["may_appeal"]) == (
        False,
        True,
    )


async def test_dismissing_lifts_the_hold_before_the_answer(watched: Service) -> None:
    case = await opened(watched)
    answer = await watched.post(f"/v1/cases/{case['id']}/dismiss", {"note": "announced"})
    assert answer.status == 200, answer.raw
    assert await _reason(watched) == "ok"
    assert answer.body["penalty"] is None
    after = answer.body["case"]
    assert (after["state"], after["note"], after["severity"]) == ("dismissed", "announced", None)
    assert after["hold"]["state"] == "lifted"
    assert after["decided_at"] == after["changed_at"] is not None
    held = (await watched.get("/v1/restrictions/acme/li")).body
    assert held["restrictions"] == []
    await _met(watched, case["id"])


async def test_confirming_imposes_the_first_step_and_keeps_the_hold(watched: Service) -> None:
    case = await opened(watched)
    answer = await watched.post(f"/v1/cases/{case['id']}/confirm", {"note": "seen\nagain"})
    after, penalty = answer.body["case"], answer.body["penalty"]
    assert (after["state"], after["severity"]) == ("confirmed", "normal")
    assert (penalty["type"], penalty["step"], penalty["state"]) == ("T1.MALICIOUS_ADD", 1, "active")
    assert penalty["case_id"] == case["id"]
    assert after["hold"] == case["hold"]
    denied = await watched.precheck("wm-p", mode="peek", initiated_by="contact")
    assert denied["restriction"]["penalty_id"] == penalty["id"]


async def test_the_same_decision_again_is_the_same_answer_and_any_other_a_conflict(
    watched: Service,
) -> None:
    case = await opened(watched)
    path = f"/v1/cases/{case['id']}"
    ann, bob = [await watched.key("reviewer", holder=who) for who in ("ann", "bob")]
    first = await watched.post(f"{path}/confirm", {"note": "n"}, ann)
    assert first.body["case"]["decided_by"] == "ann"
    await _met(watched, case["id"])
    before = await watched.journaled()
    again = await watched.post(f"{path}/confirm", {"note": "n"}, ann)
    assert (again.status, again.body) == (200, first.body)
    others = [
        await watched.post(f"{path}/confirm", {"note": "n"}, bob),
        await watched.post(f"{path}/confirm", {"note": "otherwise"}, ann),
        await watched.post(f"{path}/confirm", {"note": "n", "severity": "severe"}, ann),
        await watched.post(f"{path}/dismiss", {"note": "n"}, ann),
    ]
    for other in others:
        assert (other.status, other.is_problem) == (409, True)
        assert "ann confirmed this case as normal at 20" in other.body["detail"]
    assert (await watched.get(path)).body == first.body["case"]
    assert await watched.journaled() == before


async def test_of_two_reviewers_at_once_one_wins(watched: Service) -> None:
    reviewers = [await watched.key("reviewer", holder=f"r{n}") for n in range(6)]
    for n in range(3):
        case = await opened(watched, f"m{n}")
        answers: list[Answer] = await asyncio.gather(
            *(
                watched.post(f"/v1/cases/{case['id']}/{action}", {"note": "n"}, key)
                for key, action in zip(reviewers, ("dismiss", "confirm") * 3, strict=True)
            )
        )
        assert sorted(answer.status for answer in answers) == [200] + [409] * 5
        (won,) = [answer.body["case"] for answer in answers if answer.status == 200]
        assert (await watched.get(f"/v1/cases/{case['id']}")).body == won
        reason = "ok" if won["state"] == "dismissed" else "member_restricted"
        assert await _reason(watched, f"m{n}") == reason


async def test_a_dismissed_member_may_get_a_new_case(watched: Service) -> None:
    first = await opened(watched)
    await watched.post(f"/v1/cases/{first['id']}/dismiss", {"note": "n"})
    await _met(watched, first["id"])
    second = await opened(watched, n=2)
    assert second["id"] != first["id"]
    listed = (await watched.get("/v1/cases?member=li")).body["items"]
    assert [case["id"] for case in listed] == [second["id"], first["id"]]


async def test_cases_are_listed_by_what_was_asked_a_page_at_a_time(watched: Service) -> None:
    ids = [(await opened(watched, f"m{n}"))["id"] for n in range(3)]
    await watched.post(f"/v1/cases/{ids[0]}/confirm", {"note": "n"})
    first = (await watched.get("/v1/cases?limit=2")).body
    assert [case["id"] for case in first["items"]] == ids[:0:-1]
    rest = (await watched.get(f"/v1/cases?limit=2&cursor={first['next_cursor']}")).body
    assert ([case["id"] for case in rest["items"]], rest["next_cursor"]) == (ids[:1], None)
    for query, expected in (
        ("status=confirmed", ids[:1]),
        ("status=dismissed", []),
        ("enterprise=acme&member=m1", ids[1:2]),
        ("enterprise=other", []),
        ("cursor=unknown", []),
    ):
        found = (await watched.get(f"/v1/cases?{query}")).body["items"]
        assert [case["id"] for case in found] == expected, query


@pytest.mark.parametrize(
    ("action", "body", "place"),
    [
        ("confirm", {}, "body.note"),
        ("dismiss", {"note": ""}, "body.note"),
        ("dismiss", {"note": "  \n"}, "body.note"),
        ("dismiss", {"note": "x" * 2001}, "body.note"),
        ("dismiss", {"note": "a\x00b"}, "body.note"),
        ("dismiss", {"note": "\ud800"}, "body.note"),
        ("dismiss", {"note": "n", "severity": "severe"}, "body.severity"),
        ("confirm", {"note": "n", "severity": "mild"}, "body.severity"),
    ],
)
async def test_a_decision_that_is_none_is_refused(
    service: Service, action: str, body: Json, place: str
) -> None:
    answer = await service.post(f"/v1/cases/0-1-member/{action}", body)
    assert (answer.status, answer.places) == (400, [place])


async def test_an_unknown_case_is_not_found(service: Service) -> None:
    answers = [
        await service.get("/v1/cases/0-1-member"),
        await service.post("/v1/cases/0-1-member/confirm", {"note": "n"}),
        await service.post("/v1/cases/0-1-member/dismiss", {"note": "n"}),
    ]
    assert [(answer.status, answer.is_problem) for answer in answers] == [(404, True)] * 3


async def test_metrics_count_flags_cases_and_holds(watched: Service) -> None:
    before = await _counted(watched)
    await opened(watched, "somebody")
    after = await _counted(watched)
    for name in (
        'contact_quota_flags_total{mode="enforce",pattern="hard_negatives"}',
        'contact_quota_cases_opened_total{verdict="enforce"}',
        "contact_quota_case_holds_total",
    ):
        assert after.get(name, 0) == before.get(name, 0) + 1, name
    assert not any("somebody" in name for name in after)


async def _counted(service: Service) -> dict[str, float]:
    text = (await service.get("/metrics", key=None)).raw.decode()
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


@pytest.fixture
async def on_redis(redis: RedisServer, tmp_path: Path) -> AsyncIterator[Service]:
    """A service that does not take its Redis for away where a busy machine makes it late."""
    async with serving(tmp_path / "data", redis=redis.url, redis_deadline_ms=1_000) as service:
        await service.services.policy.activate(touchy(), "test")
        yield service


async def test_a_decision_while_redis_is_away_is_kept_and_told_later(
    on_redis: Service, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    case = await opened(on_redis)
    path = f"/v1/cases/{case['id']}/dismiss"
    with caplog.at_level(logging.CRITICAL):
        redis.signal(signal.SIGSTOP)
        answer = await on_redis.post(path, {"note": "n"})
        again = await on_redis.post(path, {"note": "n"})
        redis.signal(signal.SIGCONT)
    assert (answer.status, answer.body["queued"]) == (200, True)
    assert answer.body["case"]["state"] == "dismissed"
    assert again.body == answer.body

    async def lifted() -> bool:
        asked = {"enterprise_id": "acme", "member_id": "li", "target_id": "wm-1", "mode": "peek"}
        peeked = await on_redis.post("/v1/precheck", asked)
        return peeked.status == 200 and bool(peeked.body["allowed"])

    await until(lifted)
    await _met(on_redis, case["id"])


async def test_a_hold_and_its_lifting_outlive_a_redis_that_comes_back_empty(
    on_redis: Service, redis: RedisServer
) -> None:
    case = await opened(on_redis)
    redis.restart()

    async def answers() -> bool:
        asked = {"enterprise_id": "acme", "member_id": "li", "target_id": "wm-1", "mode": "peek"}
        peeked = await on_redis.post("/v1/precheck", asked)
        return peeked.status == 200

    await until(answers)
    assert await _reason(on_redis) == "member_restricted"
    await on_redis.post(f"/v1/cases/{case['id']}/dismiss", {"note": "n"})
    assert await _reason(on_redis) == "ok"

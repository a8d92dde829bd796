"""Whatever is wrong with a request is told with its place, and nothing of it is applied."""

import json
from collections.abc import Mapping

import pytest

from tests.http.rightful import Json, add, event, now
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRECHECKS: Mapping[str, tuple[Json, list[str]]] = {
    "an unknown field": (add(color="red"), ["body.color"]),
    "a missing field": (add(target_id=...), ["body.target_id"]),
    "two mistakes": (add(enterprise_id="", way=7), ["body.enterprise_id", "body.way"]),
    "an empty id": (add(member_id=""), ["body.member_id"]),
    "an id of 65 characters": (add(member_id="x" * 65), ["body.member_id"]),
    "an id with a slash": (add(target_id="a/b"), ["body.target_id"]),
    "an id with a line feed": (add(target_id="wm-77\n"), ["body.target_id"]),
    "an id that is no ASCII": (add(target_id="wm-７７"), ["body.target_id"]),
    "a number for an id": (add(target_id=77), ["body.target_id"]),
    "null for an id": (add(enterprise_id=None), ["body.enterprise_id"]),
    "an array for an id": (add(member_id=["li"]), ["body.member_id"]),
    "an unknown way": (add(way="pigeon"), ["body.way"]),
    "a way that is true": (add(way=True), ["body.way"]),
    "an unknown direction": (add(initiated_by="friend"), ["body.initiated_by"]),
    "an unknown mode": (add(mode="guess"), ["body.mode"]),
    "a hold without its time": (add(mode="hold"), ["body"]),
    "a time without a hold": (add(hold_s=5), ["body"]),
    "a hold of no time": (add(mode="hold", hold_s=0), ["body.hold_s"]),
    "a hold of more than an hour": (add(mode="hold", hold_s=3601), ["body.hold_s"]),
    "a hold in text": (add(mode="hold", hold_s="60"), ["body.hold_s"]),
    "a hold with a fraction": (add(mode="hold", hold_s=1.5), ["body.hold_s"]),
    "a hold that is true": (add(mode="hold", hold_s=True), ["body.hold_s"]),
    "a phone without country": (add(target_phone="13800000000"), ["body.target_phone"]),
    "a phone no country has": (add(target_phone="+999123456789"), ["body.target_phone"]),
    "a phone too short": (add(target_phone="+1234567"), ["body.target_phone"]),
    "a greeting that is a number": (add(greeting=5), ["body.greeting"]),
    "a greeting without end": (add(greeting="x" * 2001), ["body.greeting"]),
    "a lone surrogate": (add(greeting="\ud800"), ["body.greeting"]),
    "a bad request_id": (add(request_id="r 1"), ["body.request_id"]),
}


@pytest.mark.parametrize("mistake", PRECHECKS)
async def test_a_precheck_names_each_mistake(shared: Service, mistake: str) -> None:
    body, places = PRECHECKS[mistake]
    before = await shared.journaled()
    answer = await shared.post("/v1/precheck", body)
    assert (answer.status, sorted(answer.places)) == (400, places)
    assert answer.is_problem
    assert await shared.journaled() == before


EVENTS: Mapping[str, tuple[Json, list[str]]] = {
    "no type": (event(type=...), ["body.events.1"]),
    "an unknown type": (event(type="contact.waved"), ["body.events.1"]),
    "a type only replays have": (event(type="add.requested"), ["body.events.1"]),
    "a type that is no text": (event(type=7), ["body.events.1"]),
    "no event_id": (event(event_id=...), ["body.events.1.event_id"]),
    "a bad event_id": (event(event_id="v/1"), ["body.events.1.event_id"]),
    "no time": (event(at=...), ["body.events.1.at"]),
    "a time without zone": (event(at="2026-11-22T16:00:00"), ["body.events.1.at"]),
    "a time that is a number": (event(at=1795320000), ["body.events.1.at"]),
    "a date": (event(at="2026-11-22"), ["body.events.1.at"]),
    "the 30th of February": (event(at="2026-02-30T00:00:00Z"), ["body.events.1.at"]),
    "a time in the future": (event(at=now(days=1)), ["body.events.1.at"]),
    "a time 31 days ago": (event(at=now(days=-31)), ["body.events.1.at"]),
    "the year 0": (event(at="0000-01-01T00:00:00Z"), ["body.events.1.at"]),
    "a field of another type": (event(chat_cnt=5), ["body.events.1.chat_cnt"]),
    "no contact": (event(target_id=...), ["body.events.1.target_id"]),
    "no member": (event(member_id=...), ["body.events.1.member_id"]),
    "a bad decision_id": (event(decision_id="é"), ["body.events.1.decision_id"]),
    "a search without number": (
        event(type="phone_search.missed", target_id=...),
        ["body.events.1.target_phone"],
    ),
    "usage of a day to come": (
        event(type="usage.reported", target_id=..., stat_date="2999-01-01"),
        ["body.events.1.stat_date"],
    ),
    "usage of no day": (
        event(type="usage.reported", target_id=..., stat_date="2026-13-01"),
        ["body.events.1.stat_date"],
    ),
    "usage below zero": (
        event(type="usage.reported", target_id=..., stat_date=now()[:10], chat_cnt=-1),
        ["body.events.1.chat_cnt"],
    ),
    "more than all replies": (
        event(type="usage.reported", target_id=..., stat_date=now()[:10], reply_percentage=101),
        ["body.events.1.reply_percentage"],
    ),
    "a linked account without id": (
        event(type="linked_account.blocked", target_id=...),
        ["body.events.1.linked_account_id"],
    ),
    "no object": ("contact.accepted", ["body.events.1"]),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("mistake", EVENTS)
async def test_one_bad_event_refuses_the_whole_batch(shared: Service, mistake: str) -> None:
    bad, places = EVENTS[mistake]
    before = await shared.journaled()
    good = event(event_id="v-" + mistake.replace(" ", "-"))
    answer = await shared.post("/v1/events", {"events": [good, bad]})
    assert (answer.status, answer.places) == (400, places)
    assert await shared.journaled() == before
    taken = await shared.post("/v1/events", {"events": [good]})
    assert taken.body == {"accepted": 1, "duplicates": 0}, "the good one was not remembered"


async def test_every_mistake_of_a_batch_of_events_is_named(shared: Service) -> None:
    bad = [event(at="x"), event(), event(member_id="", target_id=5)]
    answer = await shared.post("/v1/events", {"events": bad})
    assert sorted(answer.places) == [
        "body.events.0.at",
        "body.events.2.member_id",
        "body.events.2.target_id",
    ]


ACCOUNTS = [
    ("/v1/enterprises/nobody", {"time_zone": "Mars/Olympus"}, "body.time_zone"),
    ("/v1/enterprises/nobody", {"time_zone": "../../etc/passwd"}, "body.time_zone"),
    ("/v1/enterprises/nobody", {"verification": "maybe"}, "body.verification"),
    ("/v1/enterprises/nobody", {"profile": {"address": 7}}, "body.profile.address"),
    ("/v1/enterprises/nobody", {"profile": []}, "body.profile"),
    ("/v1/enterprises/nobody", {"name": "two\nlines"}, "body.name"),
    ("/v1/enterprises/nobody", {"owner": "x"}, "body.owner"),
    ("/v1/enterprises/a%2Fb", {}, "path.enterprise_id"),
    ("/v1/enterprises/" + "x" * 65, {}, "path.enterprise_id"),
    ("/v1/enterprises/nobody/members/li", {"activated_at": "yesterday"}, "body.activated_at"),
    ("/v1/enterprises/nobody/members/li", {"activated_at": now(days=1)}, "body.activated_at"),
    ("/v1/enterprises/nobody/members/li", {"linked_account_id": ""}, "body.linked_account_id"),
    ("/v1/enterprises/acme/members/l%20i", {}, "path.member_id"),
]


@pytest.mark.parametrize(("path", "body", "place"), ACCOUNTS)
async def test_an_account_that_cannot_be(
    shared: Service, path: str, body: Json, place: str
) -> None:
    before = await shared.journaled()
    answer = await shared.put(path, body)
    assert (answer.status, answer.places) == (400, [place])
    assert await shared.journaled() == before
    assert (await shared.get("/v1/enterprises/nobody")).status == 404


QUERIES = [
    ("/v1/enterprises?limit=0", "query.limit"),
    ("/v1/enterprises?limit=many", "query.limit"),
    ("/v1/enterprises?sort=beauty", "query.sort"),
    ("/v1/enterprises?cursor=x", "query.cursor"),
    ("/v1/enterprises?page=2", "query.page"),
    ("/v1/enterprises?limit=1&limit=2", "query.limit"),
    ("/v1/flags?since=2026-11-22", "query.since"),
    ("/v1/policy?version=1", "query.version"),
]


@pytest.mark.parametrize(("path", "place"), QUERIES)
async def test_a_query_that_cannot_be(shared: Service, path: str, place: str) -> None:
    answer = await shared.get(path)
    assert (answer.status, answer.places) == (400, [place])


@pytest.mark.parametrize("scope", ["root", "enterprise", "enterprise:", "member:acme", "admin:x"])
async def test_a_scope_that_does_not_exist(shared: Service, scope: str) -> None:
    answer = await shared.post("/v1/keys", {"scopes": ["gateway", scope]})
    assert (answer.status, answer.places) == (400, ["body.scopes.1"])
    assert len((await shared.get("/v1/keys")).body["items"]) == 1


async def test_a_policy_with_mistakes_changes_nothing(shared: Service) -> None:
    bad = {"quota": {"handover_daily": -1, "hand_over": 5}}
    answer = await shared.put("/v1/policy", {"policy": bad})
    assert answer.status == 400
    assert sorted(answer.places) == ["body.quota.hand_over", "body.quota.handover_daily"]
    toml = await shared.call(
        "PUT",
        "/v1/policy",
        raw=b"[quota]\n\nhandover_daily = -1\n",
        headers={"Content-Type": "application/toml"},
    )
    assert toml.status == 400
    assert toml.body["errors"][0]["msg"].startswith("line 3: ")
    assert (await shared.get("/v1/policy")).body["version"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/suspicions", 404),
        ("GET", "/v1/precheck", 405),
        ("PATCH", "/v1/enterprises/nobody", 405),
        ("MKCOL", "/v1/policy", 405),
    ],
)
async def test_other_paths_and_methods(
    shared: Service, method: str, path: str, status: int
) -> None:
    answer = await shared.call(method, path)
    assert (answer.status, answer.is_problem) == (status, True)
    assert status != 405 or answer.headers["Allow"]


async def test_every_answer_has_a_request_id(shared: Service) -> None:
    given = await shared.call("GET", "/healthz", headers={"X-Request-Id": "from-me"})
    assert given.headers["X-Request-Id"] == "from-me"
    strange = await shared.call("GET", "/nowhere", headers={"X-Request-Id": "a b"})
    assert strange.headers["X-Request-Id"] not in {"", "a b"}


async def test_a_reply_to_bad_input_repeats_no_secret(shared: Service) -> None:
    body = add(greeting=7, target_phone="13800000000")
    answer = await shared.post("/v1/precheck", body)
    assert b"13800000000" not in answer.raw
    assert json.loads(answer.raw)["status"] == 400

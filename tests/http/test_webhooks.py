"""Webhooks over HTTP: set, looked at, replayed, ended; their secrets stay secret."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from server.records import audit, dispatch, outbox, tables, webhooks
from server.records.audit import Deed, DeedFilter
from server.records.outbox import TYPES, Notice
from server.webhooks import signing, subscriptions
from server.webhooks.spreading import spread
from tests.http.service import Service, serving, until
from tests.webhooks.receiver import receiving, status

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "a-secret-nobody-else-knows"
URL = "https://hooks.example/in"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quiet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service that delivers nothing, so that deliveries stay as a test left them."""
    data = tmp_path_factory.mktemp("quiet")
    async with serving(data, worker=True):
        pass  # its shards are open from now on
    async with serving(data, worker=False) as running:
        yield running


def body(**changed: object) -> dict[str, object]:
    return {"url": URL, "secret": SECRET, "events": ["*"], **changed}


def fresh() -> str:
    return f"w-{uuid4().hex[:12]}"


async def deeds(service: Service, id_: str) -> list[Deed]:
    """What was done to a webhook, oldest first."""
    which = DeedFilter(subject_kind="webhook", subject_id=id_)
    async with service.services.database.read() as connection:
        return (await audit.listed(connection, which))[::-1]


async def note(service: Service, *members: str, type_: str = "cap.changed") -> list[str]:
    """Notices, spread to deliveries at once."""
    now_ms, database = service.services.clock_ms(), service.services.database
    ids = [f"{type_}:{uuid4().hex}" for _ in members]
    async with database.write() as connection:
        made = [
            Notice(id_, type_, "acme", member, now_ms, {"tier": 2})
            for id_, member in zip(ids, members, strict=True)
        ]
        await outbox.put(connection, made)
    await spread(database, now_ms)
    return ids


async def mark(service: Service, id_: str, state: str) -> None:
    """Lets every delivery of a webhook have come to a state."""
    table = tables.deliveries
    async with service.services.database.write() as connection:
        await connection.execute(
            update(table)
            .where(table.c.webhook_id == id_)
            .values(state=state, attempts=30, error="answered 500")
        )


async def test_a_webhook_is_made_changed_and_ended(quiet: Service) -> None:
    path = f"/v1/webhooks/{fresh()}"
    made = await quiet.put(path, body(events=["appeal.*", "quota.low", "appeal.*"]))
    assert made.status == 201
    assert made.body["events"] == ["appeal.*", "quota.low"]
    assert made.body.keys() == {"id", "url", "events", "created_at", "changed_at", "made_by"}
    again = await quiet.put(path, body(events=["appeal.*", "quota.low"]))
    assert (again.status, again.body["created_at"]) == (200, made.body["created_at"])
    changed = await quiet.put(path, body(url="http://other.example:8080/", events=["*"]))
    assert (changed.status, changed.body["url"]) == (200, "http://other.example:8080/")
    assert (await quiet.get(path)).body == changed.body
    assert changed.body in (await quiet.get("/v1/webhooks")).body["items"]
    ended = await quiet.call("DELETE", path)
    assert (ended.status, ended.raw) == (204, b"")
    assert (await quiet.get(path)).status == 404
    assert (await quiet.call("DELETE", path)).status == 404
    assert (await quiet.put(path, body())).status == 201, "its id may be used again"


BAD: dict[str, tuple[dict[str, object], list[str]]] = {
    "no secret": ({"url": URL, "events": ["*"]}, ["body.secret"]),
    "a short secret": (body(secret="x" * 15), ["body.secret"]),
    "a secret with a blank": (body(secret="a secret with blanks"), ["body.secret"]),
    "no events": (body(events=[]), ["body.events"]),
    "an unknown type": (body(events=["*", "cap.risen"]), ["body.events.1"]),
    "an unknown family": (body(events=["caps.*"]), ["body.events.0"]),
    "a pattern that is none": (body(events=["cap.*.changed"]), ["body.events.0"]),
    "a number for events": (body(events=7), ["body.events"]),
    "no URL": (body(url=7), ["body.url"]),
    "a path": (body(url="/in"), ["body.url"]),
    "another scheme": (body(url="ftp://hooks.example/"), ["body.url"]),
    "a user": (body(url="https://me:pw@hooks.example/"), ["body.url"]),
    "a fragment": (body(url="https://hooks.example/#a"), ["body.url"]),
    "loopback": (body(url="http://127.0.0.1:8080/"), ["body.url"]),
    "loopback by number": (body(url="http://2130706433/"), ["body.url"]),
    "a private address": (body(url="https://10.0.0.1/"), ["body.url"]),
    "a link-local address": (body(url="http://169.254.169.254/latest"), ["body.url"]),
    "a multicast address": (body(url="http://[ff02::1]/"), ["body.url"]),
    "an unknown field": (body(active=True), ["body.active"]),
}


@pytest.mark.parametrize("mistake", BAD)
async def test_a_webhook_that_cannot_be(quiet: Service, mistake: str) -> None:
    sent, places = BAD[mistake]
    id_ = fresh()
    answer = await quiet.put(f"/v1/webhooks/{id_}", sent)
    assert (answer.status, answer.places) == (400, places)
    assert answer.is_problem
    assert b"pw" not in answer.raw
    assert str(sent.get("secret", SECRET)).encode() not in answer.raw
    assert (await quiet.get(f"/v1/webhooks/{id_}")).status == 404
    assert await deeds(quiet, id_) == []


async def test_a_type_that_does_not_exist_says_which_do(quiet: Service) -> None:
    answer = await quiet.put(f"/v1/webhooks/{fresh()}", body(events=["standing.change"]))
    said = answer.body["errors"][0]["msg"]
    assert "did you mean standing.changed?" in said
    for type_ in TYPES:
        family, _, kind = type_.partition(".")
        assert family in said
        assert kind in said


async def test_private_addresses_are_taken_where_the_deployment_allows_them(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, webhook_private=True) as service:
        made = await service.put("/v1/webhooks/w1", body(url="http://127.0.0.1:1/"))
        assert made.status == 201


async def test_the_secret_is_nowhere_to_be_read(quiet: Service) -> None:
    id_ = fresh()
    path = f"/v1/webhooks/{id_}"
    other = "another-secret-after-it"
    answers = [
        await quiet.put(path, body()),
        await quiet.put(path, body(secret=other)),
        await quiet.get(path),
        await quiet.get("/v1/webhooks"),
        await quiet.get(f"{path}/deliveries"),
        await quiet.post(f"{path}/replay"),
    ]
    for answer in answers:
        assert SECRET.encode() not in answer.raw
        assert other.encode() not in answer.raw
    done = await deeds(quiet, id_)
    assert SECRET not in repr(done)
    assert other not in repr(done)
    async with quiet.services.database.read() as connection:
        kept = await webhooks.get(connection, id_)
        (row,) = await connection.execute(
            select(tables.webhooks.c.secret).where(tables.webhooks.c.id == id_)
        )
    assert kept is not None
    assert other not in row.secret
    assert signing.opened(quiet.services.sealer, id_, row.secret) == other.encode()
    assert other not in repr(kept)


async def test_the_files_of_the_record_hold_no_secret(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.put("/v1/webhooks/w1", body())
        await service.put("/v1/webhooks/w1", body(secret="another-secret-after-it"))
    for name, raw in contents(tmp_path).items():
        assert SECRET.encode() not in raw, name
        assert b"another-secret-after-it" not in raw, name


def contents(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in directory.iterdir()}


async def test_each_deed_is_in_the_audit(quiet: Service) -> None:
    id_ = fresh()
    path = f"/v1/webhooks/{id_}"
    key = await quiet.key("admin", holder="mei")
    await quiet.put(path, body(), key)
    await quiet.put(path, body(events=["case.*"]), key)
    await quiet.put(path, body(events=["case.*"], secret="another-secret-after-it"), key)
    await note(quiet, "li", type_="case.opened")
    await mark(quiet, id_, "dead")
    await quiet.post(f"{path}/replay", key=key)
    await mark(quiet, id_, "delivered")
    (delivery,) = (await quiet.get(f"{path}/deliveries")).body["items"]
    await quiet.post(f"{path}/deliveries/{delivery['seq']}/replay", key=key)
    await quiet.call("DELETE", path, key=key)
    done = await deeds(quiet, id_)
    told = {"url": URL, "events": ["*"]}
    cases = {"url": URL, "events": ["case.*"]}
    assert [(deed.action, deed.before, deed.after) for deed in done] == [
        ("webhook.created", None, told),
        ("webhook.changed", told, {**cases, "secret_changed": False}),
        ("webhook.changed", cases, {**cases, "secret_changed": True}),
        ("webhook.replayed", None, {"replayed": 1}),
        (
            "webhook.replayed",
            {"seq": delivery["seq"], "notice_id": delivery["id"], "state": "delivered"},
            {"state": "waiting"},
        ),
        ("webhook.deleted", cases, {"deliveries_dropped": 1}),
    ]
    assert {deed.holder for deed in done} == {"mei"}


async def test_dead_letters_are_listed_page_by_page(quiet: Service) -> None:
    id_ = fresh()
    path = f"/v1/webhooks/{id_}"
    await quiet.put(path, body(events=["cap.*"]))
    ids = await note(quiet, "li", "mu", "li")
    await note(quiet, "li", type_="case.opened")
    waiting = (await quiet.get(f"{path}/deliveries?state=waiting")).body["items"]
    assert [item["id"] for item in waiting] == ids[::-1], "newest first, and only what was wanted"
    assert waiting[0]["next_attempt_at"] is not None
    assert (await quiet.get(f"{path}/deliveries?state=dead")).body["items"] == []
    await mark(quiet, id_, "dead")
    first = (await quiet.get(f"{path}/deliveries?state=dead&limit=2")).body
    rest = (await quiet.get(f"{path}/deliveries?limit=2&cursor={first['next_cursor']}")).body
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    dead = first["items"][0]
    assert (dead["type"], dead["enterprise_id"], dead["member_id"]) == ("cap.changed", "acme", "li")
    assert (dead["state"], dead["attempts"], dead["error"]) == ("dead", 30, "answered 500")
    assert dead["next_attempt_at"] is None


@pytest.mark.parametrize("state", ["dead", "delivered"])
async def test_one_is_sent_again_on_request(quiet: Service, state: str) -> None:
    id_ = fresh()
    path = f"/v1/webhooks/{id_}"
    await quiet.put(path, body())
    ids = await note(quiet, "li", "mu")
    await mark(quiet, id_, state)
    newest = (await quiet.get(f"{path}/deliveries")).body["items"][0]
    again = await quiet.post(f"{path}/deliveries/{newest['seq']}/replay")
    assert again.status == 200
    assert (again.body["id"], again.body["state"]) == (ids[1], "waiting")
    assert (again.body["attempts"], again.body["error"]) == (0, None)
    repeated = await quiet.post(f"{path}/deliveries/{newest['seq']}/replay")
    assert (repeated.status, repeated.is_problem) == (409, True)
    async with quiet.services.database.read() as connection:
        due = await dispatch.due(connection, id_, quiet.services.clock_ms(), 9)
    assert [one.noted.id for one in due] == [ids[1]]
    assert len(await deeds(quiet, id_)) == 2, "the 409 did nothing"


async def test_all_dead_letters_are_sent_again_at_once(quiet: Service) -> None:
    id_ = fresh()
    path = f"/v1/webhooks/{id_}"
    await quiet.put(path, body())
    await note(quiet, "li", "mu", "li")
    await mark(quiet, id_, "dead")
    assert (await quiet.post(f"{path}/replay")).body == {"replayed": 3}
    assert (await quiet.post(f"{path}/replay")).body == {"replayed": 0}
    assert len((await quiet.get(f"{path}/deliveries?state=waiting")).body["items"]) == 3


@pytest.mark.parametrize("seq", ["0", "999999999", "9" * 60, "abc", "-1", "1.5"])
async def test_a_delivery_that_is_not_there(quiet: Service, seq: str) -> None:
    path = f"/v1/webhooks/{fresh()}"
    await quiet.put(path, body())
    answer = await quiet.post(f"{path}/deliveries/{seq}/replay")
    assert (answer.status, answer.is_problem) == (404, True)


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/deliveries"),
        ("POST", "/replay"),
        ("POST", "/deliveries/1/replay"),
    ],
)
async def test_a_webhook_that_is_not_there(quiet: Service, method: str, rest: str) -> None:
    answer = await quiet.call(method, f"/v1/webhooks/w-none{rest}")
    assert (answer.status, answer.is_problem) == (404, True)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("state=lost", "query.state"),
        ("cursor=x", "query.cursor"),
        ("cursor=" + "9" * 19, "query.cursor"),
        ("limit=0", "query.limit"),
        ("limit=501", "query.limit"),
        ("page=2", "query.page"),
    ],
)
async def test_a_query_that_cannot_be(quiet: Service, query: str, place: str) -> None:
    answer = await quiet.get(f"/v1/webhooks/w1/deliveries?{query}")
    assert (answer.status, answer.places) == (400, [place])


async def test_there_is_an_end_to_webhooks(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        for n in range(100):
            assert (await service.put(f"/v1/webhooks/w{n}", body())).status == 201
        answer = await service.put("/v1/webhooks/w100", body())
        assert (answer.status, answer.is_problem) == (409, True)
        assert (await service.put("/v1/webhooks/w7", body())).status == 200
        assert (await service.call("DELETE", "/v1/webhooks/w7")).status == 204
        assert (await service.put("/v1/webhooks/w100", body())).status == 201


async def test_deleting_forgets_what_waited(quiet: Service) -> None:
    id_ = fresh()
    path = f"/v1/webhooks/{id_}"
    await quiet.put(path, body())
    await note(quiet, "li")
    await quiet.call("DELETE", path)
    await quiet.put(path, body())
    assert (await quiet.get(f"{path}/deliveries")).body["items"] == []


async def test_a_webhook_is_told_of_what_came_after_it(quiet: Service) -> None:
    await note(quiet, "li")
    id_ = fresh()
    await quiet.put(f"/v1/webhooks/{id_}", body())
    ids = await note(quiet, "mu")
    found = (await quiet.get(f"/v1/webhooks/{id_}/deliveries")).body["items"]
    assert [item["id"] for item in found] == ids


async def test_from_an_add_to_the_receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "FRESH_S", 0.0)
    async with receiving() as receiver, serving(tmp_path, webhook_private=True) as service:
        receiver.script = [status(503)]
        made = await service.put("/v1/webhooks/w1", body(url=receiver.url, events=["quota.*"]))
        assert made.status == 201
        for n in range(5):
            assert (await service.precheck(f"wm-{n}"))["allowed"]
        await receiver.arrived(1)
        listed: list[Any] = []

        async def has_failed() -> bool:
            found = (await service.get("/v1/webhooks/w1/deliveries")).body["items"]
            listed[:] = found
            return bool(found and found[-1]["attempts"])

        await until(has_failed)
        assert listed[-1]["error"] == "answered 503"
        moved = await service.put("/v1/webhooks/w1", body(url=f"{receiver.url}/moved"))
        assert moved.status == 200
        metrics = (await service.get("/metrics", key=None)).raw.decode()
    assert receiver.got[0].body["type"] == "quota.low"
    assert "contact_quota_webhook_attempts_total" in metrics

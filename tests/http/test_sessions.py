"""The dashboard's session: how it begins, what it opens, how it ends."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest

from server.http.keyring import KeyRing
from server.records.engine import Database, RecordsUnavailable
from tests.http.service import ADMIN_KEY, Service, serving
from tests.http.visitors import COOKIE, SESSION, Visitor, ask_in, cookie_in, sign_in
from tests.stored import Stored

RIGHT = {"key": ADMIN_KEY}


@pytest.fixture
async def service(tmp_path: Path, stored: Stored, record_kind: str) -> AsyncIterator[Service]:
    """The service, once on each record."""
    record = None
    if record_kind == "postgresql":
        await (await stored.empty("record")).close()
        record = stored.url()
    async with serving(tmp_path, database=record) as running:
        yield running


@pytest.fixture
async def admin(service: Service) -> Visitor:
    return await sign_in(service)


async def test_a_key_is_exchanged_for_a_cookie_that_no_script_and_no_other_site_has(
    service: Service,
) -> None:
    key = await service.key("enterprise:acme", "member:acme/li", holder="Zoë")
    answer = await ask_in(service, {"key": f" {key}\n"})
    cookie = cookie_in(answer)
    assert answer.status == 200
    assert {name: value for name, value in cookie.items() if value} == {
        "path": "/",
        "max-age": "43200",
        "httponly": True,
        "samesite": "Strict",
    }
    assert len(cookie.value) == 43
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body.keys() == {"holder", "key_id", "scopes", "csrf_token", "expires_at"}
    assert (answer.body["holder"], answer.body["scopes"]) == (
        "Zoë",
        ["enterprise:acme", "member:acme/li"],
    )
    assert cookie.value not in answer.raw.decode()
    found = await Visitor(service, cookie.value, answer.body).get(SESSION)
    assert (found.status, found.body) == (200, answer.body)


async def test_a_session_opens_what_its_key_opens_and_no_more(service: Service) -> None:
    key = await service.key("enterprise:acme")
    visitor = await sign_in(service, key)
    await service.precheck()
    for path in ("/v1/enterprises/acme/quota", "/v1/enterprises/other/quota", "/v1/keys"):
        by_key, by_session = await service.get(path, key), await visitor.get(path)
        assert by_session.status == by_key.status
    quota = "/v1/enterprises/acme/quota"
    assert (await visitor.get(quota)).status == (await visitor.call("HEAD", quota)).status == 200
    assert (await visitor.call("POST", "/v1/keys", {"scopes": ["admin"]})).status == 403


async def test_signing_out_ends_the_session_and_its_cookie(service: Service) -> None:
    visitor, other = await sign_in(service), await sign_in(service)
    assert visitor.cookie != other.cookie
    answer = await visitor.call("DELETE", SESSION)
    cleared = cookie_in(answer)
    assert (answer.status, answer.raw) == (204, b"")
    assert (cleared.value, cleared["max-age"], cleared["path"]) == ("", "0", "/")
    over = await visitor.get("/v1/keys")
    assert (over.status, over.is_problem) == (401, True)
    assert (await visitor.get(SESSION)).body is None
    assert (await visitor.call("POST", "/v1/keys", {})).status == 401
    assert (await visitor.call("DELETE", SESSION)).status == 204
    assert (await other.get("/v1/keys")).status == 200


async def test_what_a_session_opens_is_kept_nowhere(admin: Visitor) -> None:
    for path in ("/v1/keys", "/v1/enterprises/nobody/quota", "/v1/no-such-path"):
        headers = (await admin.get(path)).headers
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == (
            "no-store",
            "nosniff",
        )


async def test_signing_in_again_ends_the_session_before(admin: Visitor) -> None:
    again = await ask_in(admin.service, RIGHT, {"Cookie": f"{COOKIE}={admin.cookie}"})
    assert again.status == 200
    assert (await admin.get(SESSION)).body is None


async def test_revoking_a_key_ends_its_sessions_at_once(service: Service, admin: Visitor) -> None:
    visitor = await sign_in(service, await service.key("reviewer"))
    assert (await visitor.get("/v1/cases")).status == 200
    revoked = await admin.call("DELETE", f"/v1/keys/{visitor.shape['key_id']}")
    assert revoked.status == 204, revoked.raw
    assert (await visitor.get("/v1/cases")).status == 401
    assert (await visitor.get(SESSION)).body is None
    assert (await admin.get("/v1/cases")).status == 200


async def test_a_session_is_throttled_as_its_key_is(service: Service) -> None:
    key = await service.key("reviewer")
    visitor = await sign_in(service, key)
    caller = await service.services.keys.find(key)
    assert caller is not None
    for _ in range(1_199):
        await service.services.throttle.admit(caller)
    for answer in (
        await visitor.get("/v1/cases"),
        await visitor.get(SESSION),
        await ask_in(service, {"key": key}),
    ):
        assert (answer.status, "Retry-After" in answer.headers) == (429, True)


async def test_a_wrong_key_costs_the_record_one_look(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ask_in(service, {"key": "cq_wrong"})).status == 401

    def away(*_: object) -> NoReturn:
        raise RecordsUnavailable("SQL is away")

    monkeypatch.setattr(Database, "read", away)
    assert (await ask_in(service, {"key": "cq_wrong"})).status == 401


async def test_a_record_that_is_away_is_said_and_no_key_is_logged(
    admin: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert (await admin.get("/v1/enterprises")).status == 200

    def away(*_: object) -> NoReturn:
        raise RecordsUnavailable("SQL is away")

    monkeypatch.setattr(Database, "read", away)
    monkeypatch.setattr(Database, "write", away)
    unknown = Visitor(admin.service, "x" * 43, admin.shape)
    for answer in (
        await ask_in(admin.service, RIGHT),
        await admin.call("DELETE", SESSION),
        await unknown.get("/v1/keys"),
        await unknown.get(SESSION),
    ):
        assert (answer.status, answer.is_problem) == (503, True)
        assert "Retry-After" in answer.headers
    assert (await admin.get("/readyz")).status == 503
    assert (await admin.get(SESSION)).status == 200, "as keys do, it goes on"

    def broken(*_: object) -> NoReturn:
        raise RuntimeError("a defect")

    monkeypatch.setattr(KeyRing, "find", broken)
    assert (await ask_in(admin.service, RIGHT)).status == 500
    assert "a defect" in caplog.text
    assert ADMIN_KEY not in caplog.text
    assert admin.cookie not in caplog.text

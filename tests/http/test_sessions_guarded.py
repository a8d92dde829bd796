"""What another site's page, a stray cookie or a body that is no sign-in cannot do."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.http.same_site import csrf_token
from server.http.session_ring import SESSIONS
from tests.http.express_lane import LENGTH, head, listening, opened, said
from tests.http.service import ADMIN_KEY, Service
from tests.http.visitors import COOKIE, SESSION, Visitor, ask_in, cookie_in, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

RIGHT = {"key": ADMIN_KEY}
CHECK = "/v1/policy/check"
POLICY = {"quota": {"handover_daily": 400}}


@pytest_asyncio.fixture(loop_scope="module")
async def admin(shared: Service) -> Visitor:
    return await sign_in(shared)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-CSRF-Token": ""}, 403),
        ({"X-CSRF-Token": "0" * 64}, 403),
        ({"X-CSRF-Token": "é"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "anything"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": ""}, 403),
        ({"Origin": "http://quota.test", "Host": "quota.test"}, 200),
        ({"Origin": "https://QUOTA.test:8443", "Host": "quota.test:8443"}, 200),
        ({"Origin": "https://quota.test:8443", "Host": "quota.test"}, 403),
        ({"Origin": "http://evil.test", "Host": "quota.test"}, 403),
        ({"Origin": "http://quota.test.evil.test", "Host": "quota.test"}, 403),
        ({"Origin": "http://quota.test@evil.test", "Host": "quota.test"}, 403),
        ({"Origin": "null", "Host": "quota.test"}, 403),
        ({"Origin": "null", "Host": "null"}, 403),
        (
            {
                "Origin": "http://quota.test",
                "Host": "quota.test",
                "X-Forwarded-Proto": "https",
            },
            403,
        ),
        ({"Origin": "http://elsewhere", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_only_the_dashboard_itself_can_change_something(
    admin: Visitor, headers: Mapping[str, str], status: int
) -> None:
    answer = await admin.call("POST", CHECK, POLICY, headers=headers)
    assert answer.status == status, answer.raw
    refused = status == 403
    if refused:
        assert answer.body["type"].endswith("#problem-cross-site")
    if "X-CSRF-Token" not in headers:  # signing in and out are guarded by the same rule
        assert (await ask_in(admin.service, RIGHT, headers)).status == status
        out = await admin.call("DELETE", SESSION, headers={**headers, "X-CSRF-Token": ""})
        assert out.status == (403 if refused else 204)
    goes_on = refused or "X-CSRF-Token" in headers
    assert ((await admin.get(SESSION)).body is not None) is goes_on


async def test_the_token_of_another_session_is_none(admin: Visitor) -> None:
    other = await sign_in(admin.service)
    answer = await admin.call("POST", CHECK, POLICY, headers={"X-CSRF-Token": other.token})
    assert answer.status == 403


async def test_a_get_that_charges_needs_the_token(admin: Visitor) -> None:
    asked = {"X-Enterprise-Id": "acme", "X-Member-Id": "li", "X-Target-Id": "wm-1"}
    for path in ("/v1/forward-auth", "/v1/forward-auth/below"):
        assert (await admin.call("GET", path, headers=asked)).status == 403
        proved = {**asked, "X-CSRF-Token": admin.token}
        assert (await admin.call("GET", path, headers=proved)).status == 200


@pytest.mark.parametrize("given", ["Bearer nobody", "Basic eDp5", "Bearer ", "Bearer"])
async def test_with_an_authorization_the_cookie_is_ignored(admin: Visitor, given: str) -> None:
    answer = await admin.call("GET", "/v1/keys", headers={"Authorization": given})
    assert answer.status == 401
    right = {"Authorization": f"Bearer {ADMIN_KEY}", "X-CSRF-Token": ""}
    assert (await admin.call("POST", CHECK, POLICY, headers=right)).status == 200


async def test_another_sites_page_signs_nobody_in(shared: Service) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = await ask_in(shared, RIGHT, headers)
        assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)
    form = await ask_in(shared, RIGHT, {"Content-Type": "text/plain"})
    assert form.status == 415


@pytest.mark.parametrize(
    ("proto", "secure"), [("https", True), ("HTTPS, http", True), ("http", False), ("", False)]
)
async def test_by_https_the_cookie_goes_by_https_only(
    shared: Service, proto: str, secure: bool
) -> None:
    headers = {"X-Forwarded-Proto": proto}
    answer = await ask_in(shared, RIGHT, headers)
    assert bool(cookie_in(answer)["secure"]) is secure
    visitor = Visitor(shared, cookie_in(answer).value, answer.body)
    out = await visitor.call("DELETE", SESSION, headers=headers)
    assert bool(cookie_in(out)["secure"]) is secure


@pytest.mark.parametrize(
    "cookies",
    [
        "",
        COOKIE,
        f"{COOKIE}=",
        f"{COOKIE}=é",
        f'{COOKIE}="{{}}"',
        f"{COOKIE}={{}}x",
        f"{COOKIE}={'x' * 43}",
        f"{COOKIE}={'x' * 4_000}",
        f"X{COOKIE}={{}}",
        f"{COOKIE.upper()}={{}}",
        f"{COOKIE}={{}}; {COOKIE}={'x' * 43}",
        f"{COOKIE}={'x' * 43}; {COOKIE}={{}}",
        f"{COOKIE}=; {COOKIE}={{}}",
    ],
)
async def test_a_cookie_that_is_not_exactly_one_sessions_opens_nothing(
    admin: Visitor, cookies: str
) -> None:
    headers = {"Cookie": cookies.replace("{}", admin.cookie)}
    answer = await admin.call("GET", "/v1/keys", headers=headers)
    assert (answer.status, answer.is_problem) == (401, True)
    assert (await admin.call("GET", SESSION, headers=headers)).body is None
    assert (await admin.call("DELETE", SESSION, headers=headers)).status == 204
    assert (await admin.get(SESSION)).body is not None


async def test_a_cookie_stands_among_others(admin: Visitor) -> None:
    mine = f"{COOKIE}={admin.cookie}"
    for cookies in (f"a=b;{mine};c=d", f" {mine} ", f"a; =; {mine}; {mine}"):
        answer = await admin.call("GET", "/v1/keys", headers={"Cookie": cookies})
        assert answer.status == 200, cookies


BODIES: Mapping[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no JSON": (b"key=cq_x", 400),
    "no object": (json.dumps(ADMIN_KEY).encode(), 400),
    "no key": (b"{}", 400),
    "an empty key": (b'{"key": ""}', 400),
    "blank": (b'{"key": "  "}', 401),
    "a number": (b'{"key": 5}', 400),
    "a list": (json.dumps({"key": [ADMIN_KEY]}).encode(), 400),
    "too long": (json.dumps({"key": "x" * 1_001}).encode(), 400),
    "far too long": (json.dumps({"key": "x" * 9_000}).encode(), 413),
    "twice": (f'{{"key": "x", "key": "{ADMIN_KEY}"}}'.encode(), 400),
    "a field too many": (json.dumps({"key": ADMIN_KEY, "more": 1}).encode(), 400),
    "half a character": (b'{"key": "\\ud800"}', 401),
    "a wrong key": (b'{"key": "cq_nobody"}', 401),
    "another case": (json.dumps({"key": ADMIN_KEY.upper()}).encode(), 401),
}


@pytest.mark.parametrize("name", BODIES)
async def test_what_is_no_key_signs_nobody_in(
    shared: Service, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    body, status = BODIES[name]
    answer = await shared.call("POST", SESSION, raw=body, key=None)
    assert (answer.status, answer.is_problem, "Set-Cookie" in answer.headers) == (
        status,
        True,
        False,
    )
    assert ADMIN_KEY not in answer.raw.decode() + caplog.text


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), st.lists, max_leaves=4
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.dictionaries(st.sampled_from(["key", "Key", ""]), VALUES) | VALUES)
async def test_whatever_is_sent_is_answered(shared: Service, body: object) -> None:
    answer = await shared.call("POST", SESSION, raw=json.dumps(body).encode(), key=None)
    assert (answer.status in {400, 401, 413}, answer.is_problem) == (True, True)


async def test_other_methods_are_refused(admin: Visitor) -> None:
    for method in ("PUT", "PATCH", "OPTIONS"):
        answer = await admin.call(method, SESSION)
        assert (answer.status, answer.is_problem) == (405, True)
        assert {"POST", "DELETE"} <= set(answer.headers["Allow"].split(","))


async def test_a_cookie_alone_never_opens_the_express_lane(tmp_path: Path) -> None:
    async with opened(tmp_path) as services, listening(services) as lane:
        caller = await services.keys.find(ADMIN_KEY)
        assert caller is not None
        ring, cookie = lane.runner.app[SESSIONS], "c" * 43
        await ring.begin(cookie, caller)
        async with lane.connected() as wire:
            for token, status in (("", 403), (csrf_token(cookie), 200)):
                for _ in range(2):
                    assert (await wire.ask(_asking(cookie, token))).status == status
            assert not lane.heads
            await ring.end(cookie)
            assert (await wire.ask(_asking(cookie, csrf_token(cookie)))).status == 401


async def test_a_cookie_without_end_is_refused(tmp_path: Path) -> None:
    async with (
        opened(tmp_path) as services,
        listening(services) as lane,
        lane.connected() as wire,
    ):
        answer = await wire.ask(_asking("c" * 20_000, ""))
        assert (answer.status, answer.is_problem) == (400, True)


def _asking(cookie: str, token: str) -> bytes:
    """A pre-check with a cookie instead of a key."""
    with_key = head(LENGTH, f"Cookie: {COOKIE}={cookie}", f"X-CSRF-Token: {token}")
    return with_key.replace(f"Authorization: Bearer {ADMIN_KEY}\r\n".encode(), b"") + said()

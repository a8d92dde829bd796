"""Pre-checks by sub-request, as gateways send them; `test_gateways.py` has the gateways."""

from uuid import uuid4

import pytest
from multidict import CIMultiDict

from quota.adds import Restriction
from server.http.bodies import MAX_BODY
from tests.http.gateways import asking
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")


def fresh() -> str:
    return f"e-{uuid4().hex[:12]}"


async def used_up(shared: Service) -> str:
    """An enterprise whose member li has used up its daily cap."""
    company = fresh()
    for n in range(5):
        await shared.precheck(f"wm-{n}", enterprise_id=company)
    return company


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", ["", "/", "/contacts/add", "/a%2Fb/..%20?x=1&x=2"])
async def test_any_method_and_path_is_a_precheck(shared: Service, method: str, path: str) -> None:
    answer = await shared.call(method, f"/v1/forward-auth{path}", headers=asking(fresh()))
    assert answer.status == 200
    assert answer.headers["X-Quota-Reason"] == "ok"
    assert '"member_daily_active";r=4' in answer.headers["RateLimit"]


@pytest.mark.parametrize("header", ["X-Target-Id", "X-Member-Id", "Idempotency-Key"])
async def test_a_header_given_twice_is_refused(shared: Service, header: str) -> None:
    """Of two, another one might be passed on than the one that was decided."""
    headers = CIMultiDict({**asking(fresh()), header: "first"})
    headers.add(header, "second")
    answer = await shared.call("GET", "/v1/forward-auth", headers=headers)
    assert answer.status == 400
    assert answer.body["errors"] == [{"loc": ["header", header], "msg": "given more than once"}]


async def test_a_body_that_comes_along_means_nothing(shared: Service) -> None:
    headers = {**asking(fresh()), "Content-Type": "text/plain"}
    answer = await shared.call("POST", "/v1/forward-auth", raw=b"not JSON", headers=headers)
    assert answer.status == 200


async def test_the_length_of_a_body_means_nothing_either(shared: Service) -> None:
    raw = b"x" * (MAX_BODY + 1)
    answer = await shared.call("POST", "/v1/forward-auth/up", raw=raw, headers=asking(fresh()))
    assert answer.status == 200


async def test_a_cap_is_429_and_a_restriction_403(shared: Service) -> None:
    company = await used_up(shared)
    capped = await shared.call("GET", "/v1/forward-auth", headers=asking(company))
    assert (capped.status, capped.headers["X-Quota-Reason"]) == (429, "member_daily_cap")
    assert int(capped.headers["Retry-After"]) > 0
    held = Restriction("p-1", "interop", None, may_apply=False, may_appeal=True)
    await shared.services.ledger.accounts.restrict(company, "li", [held])
    restricted = await shared.call("GET", "/v1/forward-auth", headers=asking(company, "wm-9"))
    assert (restricted.status, restricted.headers["X-Quota-Reason"]) == (403, "member_restricted")
    assert "Retry-After" not in restricted.headers


async def test_deny_403_says_what_it_would_have_been(shared: Service) -> None:
    company = await used_up(shared)
    path = "/v1/forward-auth/anything?deny=403"
    capped = await shared.call("POST", path, headers=asking(company))
    assert (capped.status, capped.headers["X-Quota-Status"]) == (403, "429")
    assert capped.headers["X-Quota-Decision-Id"]
    allowed = await shared.call("POST", path, headers=asking(fresh()))
    assert (allowed.status, "X-Quota-Status" in allowed.headers) == (200, False)


async def test_an_idempotency_key_makes_a_retry_safe(shared: Service) -> None:
    headers = asking(fresh(), **{"Idempotency-Key": '"r-1"', "X-Add-Way": "1"})
    headers["X-Initiated-By"] = "contact"
    first = await shared.call("GET", "/v1/forward-auth", headers=headers)
    again = await shared.call("GET", "/v1/forward-auth", headers=headers)
    assert again.body == first.body | {"replayed": True}
    assert first.body["limits"][0]["name"] == "member_daily_passive"


@pytest.mark.parametrize(
    ("header", "value"),
    [("X-Enterprise-Id", None), ("X-Target-Id", "a/b"), ("X-Add-Way", "99"), ("X-Member-Id", "")],
)
async def test_a_bad_header_is_named(shared: Service, header: str, value: str | None) -> None:
    headers = asking(fresh())
    headers.pop(header, None)
    if value is not None:
        headers[header] = value
    answer = await shared.call("GET", "/v1/forward-auth", headers=headers)
    assert (answer.status, answer.places) == (400, [f"header.{header}"])

"""Adds through the real nginx and the real Envoy with the shipped files: one suite for both."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web

from quota.adds import Restriction
from tests.http.gateways import Caller, Messenger, asking, calling, in_front, messenger
from tests.http.service import Answer, Service, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CAP, ENTERPRISE_CAP = 5, 20
"""Active adds a day of a new member and of a new enterprise, by the policy that ships."""
FORGED = {
    "X-Quota-Decision-Id": "forged",
    "X-Quota-Reason": "ok",
    "X-Quota-Status": "200",
    "Authorization": "Bearer a-member's-own",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def behind() -> AsyncIterator[Messenger]:
    async with messenger() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["nginx", "envoy"])
async def caller(
    request: pytest.FixtureRequest,
    shared: Service,
    behind: Messenger,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Caller]:
    directory, key = tmp_path_factory.mktemp(request.param), await shared.key("gateway")
    with in_front(request.param, directory, shared, behind, key, wait_s=10) as gateway:
        async with calling(gateway) as made:
            yield made


def fresh() -> str:
    return f"e-{uuid4().hex[:12]}"


async def used_up(shared: Service) -> str:
    """An enterprise whose member li has used up its daily cap."""
    company = fresh()
    for n in range(CAP):
        await shared.precheck(f"wm-{n}", enterprise_id=company)
    return company


async def used(shared: Service, company: str, member: str | None = None) -> int:
    """Active adds of the local day, as the account's quota tells them; 0 where nobody knows it."""
    whose = f"/members/{member}" if member else ""
    answer = await shared.get(f"/v1/enterprises/{company}{whose}/quota")
    if answer.status == 404:
        return 0
    name = "member_daily_active" if member else "enterprise_daily_active"
    return next(int(limit["used"]) for limit in answer.body["limits"] if limit["name"] == name)


async def test_an_add_that_is_allowed_reaches_the_messenger_once(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = fresh()
    answer = await caller.add(asking(company))
    assert (answer.status, answer.raw) == (200, b"added")
    (arrived,) = behind.of(company)
    assert (arrived.path, arrived.body) == ("/contacts/add?to=1", b"hello")
    assert "-" in arrived.headers["X-Quota-Decision-Id"]
    assert answer.headers["X-Quota-Decision-Id"] == arrived.headers["X-Quota-Decision-Id"]
    assert answer.headers["X-Quota-Reason"] == "ok"
    assert f'"member_daily_active";r={CAP - 1}' in answer.headers["RateLimit"]
    assert f'"member_daily_active";q={CAP};w=86400' in answer.headers["RateLimit-Policy"]
    assert await used(shared, company) == 1


async def test_a_cap_reaches_the_caller_as_429_and_the_messenger_not(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = await used_up(shared)
    answer = await caller.add(asking(company))
    assert (answer.status, answer.body) == (429, {"reason": "member_daily_cap"})
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Quota-Reason"] == "member_daily_cap"
    assert answer.headers["X-Quota-Decision-Id"]
    assert '"member_daily_active";r=0' in answer.headers["RateLimit"]
    assert f'"member_daily_active";q={CAP}' in answer.headers["RateLimit-Policy"]
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    assert not behind.of(company)


async def test_a_restriction_is_403(caller: Caller, shared: Service, behind: Messenger) -> None:
    company = fresh()
    held = Restriction("p-1", "interop", None, may_apply=False, may_appeal=True)
    await shared.services.ledger.accounts.restrict(company, "li", [held])
    answer = await caller.add(asking(company))
    assert (answer.status, answer.body) == (403, {"reason": "member_restricted"})
    assert answer.headers["X-Quota-Reason"] == "member_restricted"
    assert "Retry-After" not in answer.headers
    assert not behind.of(company)


async def test_a_cooldown_is_403_and_does_not_say_until_when(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = fresh()
    await shared.precheck("wm-1", enterprise_id=company)
    blocked = {
        "event_id": "1",
        "type": "contact.blocked",
        "at": datetime.now(UTC).isoformat(),
        "enterprise_id": company,
        "member_id": "li",
        "target_id": "wm-1",
    }
    assert (await shared.post("/v1/events", {"events": [blocked]})).status == 202

    async def cools_down() -> bool:
        peek = await shared.precheck("wm-1", enterprise_id=company, mode="peek", member_id="wu")
        return bool(peek["reason"] == "contact_cooldown")

    await until(cools_down)
    answer = await caller.add(asking(company, "wm-1", **{"X-Member-Id": "wu"}))
    assert (answer.status, answer.body) == (403, {"reason": "contact_cooldown"})
    assert "Retry-After" not in answer.headers
    assert not behind.of(company)


async def test_an_add_that_cannot_be_decided_is_400(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = fresh()
    without = asking(company)
    del without["X-Member-Id"]
    for headers in (without, asking(company, "a b")):
        answer = await caller.add(headers)
        assert (answer.status, answer.body) == (400, {"reason": "invalid"})
        assert "Retry-After" not in answer.headers
    assert not behind.of(company)
    assert await used(shared, company) == 0


async def test_a_retry_with_an_idempotency_key_charges_once(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = fresh()
    headers = asking(company, **{"Idempotency-Key": "r-1"})
    first, again = await caller.add(headers), await caller.add(headers)
    assert (first.status, again.status) == (200, 200)
    ids = [arrived.headers["X-Quota-Decision-Id"] for arrived in behind.of(company)]
    assert ids == [first.headers["X-Quota-Decision-Id"]] * 2
    assert await used(shared, company) == 1
    other = await caller.add({**headers, "X-Target-Id": "wm-78"})
    assert (other.status, other.body) == (409, {"reason": "invalid"})
    assert "Retry-After" not in other.headers
    assert len(behind.of(company)) == 2


async def test_what_a_caller_forges_is_replaced(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = fresh()
    allowed = await caller.add({**asking(company), **FORGED})
    (arrived,) = behind.of(company)
    assert arrived.headers.getall("X-Quota-Decision-Id") == [allowed.headers["X-Quota-Decision-Id"]]
    assert "X-Quota-Reason" not in arrived.headers
    assert "X-Quota-Status" not in arrived.headers
    assert arrived.headers["Authorization"] == FORGED["Authorization"]
    denied = await caller.add({**asking(await used_up(shared)), **FORGED})
    assert (denied.status, denied.headers.getall("X-Quota-Reason")) == (429, ["member_daily_cap"])


async def test_only_an_add_is_asked_about(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = fresh()
    for path in ("/", "/contacts", "/contacts/add/../../v1/keys", "/contacts/add/%2e%2e/x"):
        assert (await caller.add(asking(company), path)).status == 404, path
    assert not behind.of(company)
    assert await used(shared, company) == 0


async def test_the_callers_path_and_query_mean_nothing_to_the_check(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    answer = await caller.add(asking(await used_up(shared)), "/contacts/add?x=1&deny=403")
    assert answer.status == 429
    company = fresh()
    assert (await caller.add(asking(company), "/contacts/add/below?deny=403")).status == 200
    assert [arrived.path for arrived in behind.of(company)] == ["/contacts/add/below?deny=403"]


async def test_a_body_is_never_taken_for_a_question(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company = fresh()
    body = (
        f"POST /v1/forward-auth HTTP/1.1\r\nHost: x\r\nX-Enterprise-Id: {company}\r\n"
        "X-Member-Id: li\r\nX-Target-Id: smuggled\r\nContent-Length: 0\r\n\r\n"
    ).encode()
    for n in range(3):
        assert (await caller.add(asking(company, f"wm-{n}"), body=body)).status == 200
    assert [arrived.body for arrived in behind.of(company)] == [body] * 3
    assert await used(shared, company) == 3


async def test_a_check_costs_no_connection(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company, runner = fresh(), shared.client.server.runner
    assert runner is not None
    server = runner.server
    assert isinstance(server, web.Server)
    await caller.add(asking(company, "wm-0"))
    before = set(server.connections)
    for n in range(20):
        await caller.add(asking(company, f"wm-{n % CAP}"))
    assert set(server.connections) == before
    assert len({arrived.peer for arrived in behind.of(company)}) == 1


async def test_of_many_at_once_exactly_the_caps_reach_the_messenger(
    caller: Caller, shared: Service, behind: Messenger
) -> None:
    company, members = fresh(), [f"m{n}" for n in range(10)]
    at_once = asyncio.Semaphore(32)  # with more, a busy machine answers some too late for a gateway

    async def add(n: int, member: str) -> Answer:
        async with at_once:
            return await caller.add(asking(company, f"wm-{n}-{member}", **{"X-Member-Id": member}))

    answers = await asyncio.gather(*(add(n, member) for n in range(40) for member in members))
    statuses, arrived = Counter(one.status for one in answers), behind.of(company)
    assert statuses == {200: ENTERPRISE_CAP, 429: 400 - ENTERPRISE_CAP}
    seen = {one.headers["X-Quota-Decision-Id"] for one in answers if one.status == 200}
    assert {one.headers["X-Quota-Decision-Id"] for one in arrived} == seen
    assert len(arrived) == len(seen) == ENTERPRISE_CAP
    assert await used(shared, company) == ENTERPRISE_CAP
    by_member = Counter(one.headers["X-Member-Id"] for one in arrived)
    assert max(by_member.values()) <= CAP
    for member in members:
        assert await used(shared, company, member) == by_member[member]

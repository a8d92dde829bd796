"""A member's timeline over HTTP: what each scope sees of adds and of what came of them."""

import base64
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from server.records import cursors
from server.records.cursors import CursorError
from tests.http.service import Service, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = ("outcome", "flag", "case")
SCOPES = {"enterprise": "enterprise:{e}", "member": "member:{e}/li", "reviewer": "reviewer"}


async def lively(shared: Service) -> str:
    """An enterprise whose member `li` added two contacts, was denied, blocked, and penalised."""
    company = f"e-{uuid4().hex[:12]}"
    for n in range(6):
        await shared.precheck(f"wm-{n}", enterprise_id=company, way="phone_search")
    await shared.precheck("wm-9", enterprise_id=company, way="qr_code", initiated_by="contact")
    event = {
        "event_id": "v-1",
        "type": "contact.blocked",
        "at": datetime.now(UTC).isoformat(),
        "enterprise_id": company,
        "member_id": "li",
        "target_id": "wm-0",
        "category": "spam",
    }
    assert (await shared.post("/v1/events", {"events": [event]})).status == 202
    found = {
        "type": "T1.HARASSING_CONTENT",
        "enterprise_id": company,
        "member_id": "li",
        "facts": "Advertising to 40 contacts.",
        "evidence": [],
        "source": "own_initiative",
        "occurred_at": event["at"],
    }
    assert (await shared.post("/v1/violations", found)).status == 201

    async def folded() -> bool:
        kinds = [item["kind"] for item in await items(shared, company)]
        return kinds.count("add") == 7 and "outcome" in kinds

    await until(folded)
    return company


async def items(shared: Service, company: str, scope: str | None = None) -> list[Any]:
    path = f"/v1/enterprises/{company}/members/li/timeline"
    if scope is None:
        return list((await shared.get(path)).body["items"])
    key = await shared.key(SCOPES[scope].format(e=company))
    answer = await shared.get(path, key)
    assert answer.status == 200, answer.raw
    return list(answer.body["items"])


async def test_reviewers_see_who_it_was_and_what_came_of_it(shared: Service) -> None:
    company = await lively(shared)
    found = await items(shared, company, "reviewer")
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    adds = [one for one in found if one["kind"] == "add"]
    (outcome,) = [one for one in found if one["kind"] == "outcome"]
    assert (outcome["outcome"], outcome["category"]) == ("blocked", "spam")
    assert len(outcome["contact"]) == 8
    assert [one["contact"] for one in adds].count(outcome["contact"]) == 1
    assert [one["allowed"] for one in adds].count(False) == 1
    passive = adds[0]
    assert (passive["way"], passive["direction"], passive["reason"]) == ("qr_code", "passive", "ok")
    assert "member_daily_cap" in [one["reason"] for one in adds]
    (imposed,) = [one for one in found if one["kind"] == "penalty"]
    assert (imposed["event"], imposed["scope"], imposed["hold"]) == ("imposed", "interop", False)


@pytest.mark.parametrize("scope", ["enterprise", "member"])
async def test_others_see_neither_outcomes_nor_contacts(shared: Service, scope: str) -> None:
    company = await lively(shared)
    found = await items(shared, company, scope)
    kinds = {one["kind"] for one in found}
    assert kinds == {"add", "penalty"}
    assert not kinds.intersection(SECRET)
    assert not any("contact" in one for one in found)
    reviewed = await items(shared, company, "reviewer")
    plain = [
        {name: value for name, value in one.items() if name != "contact"}
        for one in reviewed
        if one["kind"] not in SECRET
    ]
    assert found == plain, "else it is the same"


@pytest.mark.parametrize("scope", ["member", "reviewer"])
async def test_pages_follow_each_other_and_a_made_up_cursor_is_400(
    shared: Service, scope: str
) -> None:
    company = await lively(shared)
    key = await shared.key(SCOPES[scope].format(e=company))
    path = f"/v1/enterprises/{company}/members/li/timeline?limit=2"
    whole, found, cursor = await items(shared, company, scope), [], ""
    for _ in range(20):
        page = (await shared.get(f"{path}{cursor}", key)).body
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == whole
    for wrong in ("x", "bnVsbA", "WzEsMl0"):
        answer = await shared.get(f"{path}&cursor={wrong}", key)
        assert (answer.status, answer.places) == (400, ["query.cursor"])


async def told(shared: Service, *, outcome: bool) -> tuple[str, str, str]:
    """A world whose member added two contacts: enterprise, cursor between them, path of the page.

    `outcome`: whether the first contact did something before the second add.
    """
    company = f"e-{uuid4().hex[:12]}"
    await shared.precheck("wm-0", enterprise_id=company)
    for n in range(3 if outcome else 0):
        event = {
            "event_id": f"v-{n}",
            "type": "contact.accepted",
            "at": datetime.now(UTC).isoformat(),
            "enterprise_id": company,
            "member_id": "li",
            "target_id": "wm-0",
        }
        assert (await shared.post("/v1/events", {"events": [event]})).status == 202
    await shared.precheck("wm-1", enterprise_id=company)

    async def folded() -> bool:
        return len(await items(shared, company)) == (5 if outcome else 2)

    await until(folded)
    key = await shared.key(f"member:{company}/li")
    path = f"/v1/enterprises/{company}/members/li/timeline?limit=1"
    first = (await shared.get(path, key)).body
    second = (await shared.get(f"{path}&cursor={first['next_cursor']}", key)).body
    assert second["next_cursor"] is None
    assert first["items"] + second["items"] == await items(shared, company, "member")
    return company, first["next_cursor"], path


async def test_a_cursor_does_not_tell_what_contacts_did_between_two_adds(shared: Service) -> None:
    worlds = [await told(shared, outcome=outcome) for outcome in (False, True)]
    (_, quiet, _), (company, lively_, path) = worlds
    assert len(quiet) == len(lively_)
    for cursor in (quiet, lively_):
        with pytest.raises(CursorError):
            cursors.read(cursor, 3)
        assert b"journal" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    key = await shared.key(f"enterprise:{company}")
    plain = (await shared.get(path)).body["next_cursor"]
    changed = ("A" if lively_[-9] != "A" else "B").join((lively_[:-9], lively_[-8:]))
    for wrong in (quiet, plain, changed, lively_[:-4], "x", "bnVsbA", "%C3%A4"):
        answer = await shared.get(f"{path}&cursor={wrong}", key)
        assert (answer.status, answer.places) == (400, ["query.cursor"]), wrong
    assert (await shared.get(f"{path}&cursor={lively_}", key)).status == 200


async def test_a_peek_is_not_in_it_and_an_unknown_member_is_404(shared: Service) -> None:
    company = f"e-{uuid4().hex[:12]}"
    await shared.precheck("wm-1", enterprise_id=company, mode="peek")
    path = f"/v1/enterprises/{company}/members/li/timeline"
    assert (await shared.get(path)).status == 404
    await shared.precheck("wm-2", enterprise_id=company)

    async def folded() -> bool:
        return len(await items(shared, company)) == 1

    await until(folded)

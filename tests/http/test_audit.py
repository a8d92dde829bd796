"""Who did what, over HTTP: administrative acts leave deeds, reviewers and admins read them."""

from typing import Any

import pytest
from sqlalchemy import text

from server.records import audit
from tests.enforced import deed
from tests.http.service import ADMIN_KEY, Service

SHARED = pytest.mark.asyncio(loop_scope="module")
"""What needs no service of its own."""

Json = dict[str, Any]


async def deeds(service: Service, query: str = "") -> list[Json]:
    answer = await service.get(f"/v1/audit{query}")
    assert answer.status == 200, answer.raw
    return list(answer.body["items"])


async def admin(service: Service) -> Json:
    """The configured admin key, as the audit names whoever has it."""
    (key,) = [
        key for key in (await service.get("/v1/keys")).body["items"] if "admin" in key["scopes"]
    ]
    return {"holder": key["holder"], "key_id": key["id"]}


async def test_what_the_start_makes_was_made_by_the_service(service: Service) -> None:
    policy, key = await deeds(service)
    assert (key["action"], policy["action"]) == ("key.created", "policy.activated")
    assert (policy["subject"], policy["before"], policy["after"]) == (
        {"kind": "policy", "id": "1"},
        None,
        {"version": 1},
    )
    for one in (policy, key):
        assert (one["holder"], one["key_id"]) == ("contact-quota", "")


async def test_a_key_that_is_made_and_ended_leaves_two_deeds_and_no_secret(
    service: Service,
) -> None:
    asked = {"scopes": ["reviewer"], "note": "night shift", "holder": "ann"}
    made = (await service.post("/v1/keys", asked)).body
    assert (await service.call("DELETE", f"/v1/keys/{made['id']}")).status == 204
    assert (await service.call("DELETE", f"/v1/keys/{made['id']}")).status == 404
    ended, created = await deeds(service, f"?subject_kind=key&subject={made['id']}")
    who = await admin(service)
    assert {name: created[name] for name in who} == {name: ended[name] for name in who} == who
    assert (created["action"], created["before"], created["after"]) == ("key.created", None, asked)
    assert (ended["action"], ended["before"], ended["after"]) == ("key.revoked", asked, None)
    whole = (await service.get("/v1/audit?limit=500")).raw.decode()
    assert made["key"] not in whole
    assert ADMIN_KEY not in whole


async def test_a_policy_put_into_force_names_both_versions(service: Service) -> None:
    key = await service.key("admin", holder="ann")
    put = await service.put("/v1/policy", {"quota": {"handover_daily": 7}}, key)
    assert put.body["version"] == 2
    (done,) = await deeds(service, "?action=policy.activated&holder=ann")
    assert (done["subject"]["id"], done["before"], done["after"]) == (
        "2",
        {"version": 1},
        {"version": 2},
    )


async def test_a_policy_that_is_refused_leaves_no_deed(service: Service) -> None:
    assert (await service.put("/v1/policy", {"quota": {"handover_daily": -1}})).status == 400
    assert len(await deeds(service, "?subject_kind=policy")) == 1


async def test_an_enterprise_that_is_verified_leaves_a_deed(service: Service) -> None:
    path = "/v1/enterprises/acme"
    for verification in ("none", "verified", "verified", "certified"):
        described = {"name": "Acme", "verification": verification}
        assert (await service.put(path, described)).status == 200
    second, first = await deeds(service, "?subject_kind=enterprise")
    assert (first["before"], first["after"]) == (
        {"verification": "none"},
        {"verification": "verified"},
    )
    assert (second["before"], second["after"]) == (
        {"verification": "verified"},
        {"verification": "certified"},
    )
    assert (second["subject"], second["enterprise_id"], second["member_id"]) == (
        {"kind": "enterprise", "id": "acme"},
        "acme",
        None,
    )


async def test_a_member_that_is_taken_for_somebody_else_leaves_a_deed(service: Service) -> None:
    path, gateway = "/v1/enterprises/acme/members/li", await service.key("gateway", holder="gw")
    assert (await service.put(path, {"name": "Li"}, gateway)).status == 200
    known = {"person_id": "p-1", "linked_account_id": "wx-1"}
    assert (await service.put(path, {"name": "Li", **known}, gateway)).status == 200
    assert (await service.put(path, {"name": "Li Na", **known}, gateway)).status == 200
    older = {"activated_at": "2026-01-02T03:04:05Z"}
    assert (await service.put(path, {**known, "person_id": "p-2", **older})).status == 200
    second, first = await deeds(service, "?enterprise=acme&action=member.updated")
    assert (first["holder"], first["before"], first["after"]) == (
        "gw",
        {"person_id": None, "linked_account_id": None},
        known,
    )
    assert (second["before"], second["after"]) == (
        {"person_id": "p-1", "activated_at": None},
        {"person_id": "p-2", **older},
    )
    assert (second["subject"], second["member_id"]) == ({"kind": "member", "id": "li"}, "li")


async def test_nothing_is_done_that_the_audit_cannot_keep(service: Service) -> None:
    await service.put("/v1/enterprises/acme", {"verification": "verified"})
    live = (await service.get("/v1/keys")).body
    async with service.services.database.write() as connection:
        await connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is full'); END"
            )
        )
    own = live["items"][0]["id"]
    answers = [
        await service.post("/v1/keys", {"scopes": ["admin"]}),
        await service.call("DELETE", f"/v1/keys/{own}"),
        await service.put("/v1/policy", {"quota": {"handover_daily": 7}}),
        await service.put("/v1/enterprises/acme", {"verification": "none"}),
        await service.put("/v1/enterprises/acme/members/li", {"person_id": "p-1"}),
    ]
    assert [answer.status for answer in answers] == [500] * 5
    assert (await service.get("/v1/keys")).body == live
    assert (await service.get("/v1/policy")).body["version"] == 1
    assert (await service.get("/v1/enterprises/acme")).body["verification"] == "verified"


@pytest.fixture
async def kept(service: Service) -> Service:
    """A service whose audit has three deeds of its own, beside the start's two."""
    async with service.services.database.write() as connection:
        await audit.record(
            connection,
            deed("case.confirmed", "c-1", 1_000, "open"),
            deed("case.dismissed", "c-2", 2_500, "open"),
            deed("violation.upheld", "v-1", 3_000),
        )
    return service


async def test_a_deed_is_shown_with_all_that_is_known_of_it(kept: Service) -> None:
    (shown,) = await deeds(kept, "?subject=c-2")
    assert isinstance(shown.pop("seq"), int)
    assert shown == {
        "at": "1970-01-01T00:00:02.500Z",
        "holder": "ann",
        "key_id": "k-ann",
        "action": "case.dismissed",
        "subject": {"kind": "case", "id": "c-2"},
        "enterprise_id": "acme",
        "member_id": "li",
        "before": {"state": "open"},
        "after": {"state": "dismissed"},
        "why": "",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject_kind=case", ["c-2", "c-1"]),
        ("subject=c-1", ["c-1"]),
        ("enterprise=acme", ["v-1", "c-2", "c-1"]),
        ("enterprise=beta", []),
        ("holder=ann", ["v-1", "c-2", "c-1"]),
        ("holder=ann&action=violation.upheld", ["v-1"]),
        ("action=case.confirmed&subject_kind=case&subject=c-1&enterprise=acme&limit=1", ["c-1"]),
        ("subject_kind=nothing", []),
    ],
)
async def test_deeds_are_found_by_what_they_were(
    kept: Service, query: str, found: list[str]
) -> None:
    assert [one["subject"]["id"] for one in await deeds(kept, f"?{query}")] == found


async def test_pages_follow_each_other_newest_first(kept: Service) -> None:
    seen: list[int] = []
    cursor = ""
    for left in (2, 2, 1):
        page = (await kept.get(f"/v1/audit?limit=2{cursor}")).body
        assert len(page["items"]) == left
        seen += [one["seq"] for one in page["items"]]
        assert page["next_cursor"] == (str(seen[-1]) if left == 2 and len(seen) < 5 else None)
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


@SHARED
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", "query.limit"),
        ("limit=501", "query.limit"),
        ("cursor=x", "query.cursor"),
        ("cursor=0", "query.cursor"),
        ("cursor=9223372036854775808", "query.cursor"),
        ("subject=a/b", "query.subject"),
        ("subject_kind=", "query.subject_kind"),
        ("enterprise=a%00", "query.enterprise"),
        ("holder=a%0Ab", "query.holder"),
        ("action=key%20created", "query.action"),
        ("key_id=k", "query.key_id"),
        ("holder=a&holder=b", "query.holder"),
    ],
)
async def test_a_mistake_names_its_parameter(shared: Service, query: str, place: str) -> None:
    answer = await shared.get(f"/v1/audit?{query}")
    assert (answer.status, answer.places, answer.is_problem) == (400, [place], True)


@SHARED
@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("admin", 200),
        ("reviewer", 200),
        ("gateway", 403),
        ("enterprise:acme", 403),
        ("member:acme/li", 403),
    ],
)
async def test_reviewers_and_admins_read_the_audit(
    shared: Service, scope: str, status: int
) -> None:
    assert (await shared.get("/v1/audit", await shared.key(scope))).status == status

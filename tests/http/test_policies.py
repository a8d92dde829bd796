"""The policy over HTTP: versioned, in force at once, met by every shard's fold."""

from pathlib import Path

from server.records import leases
from tests.http.service import Service, serving, until


async def test_a_policy_is_versioned_and_holds_at_once(service: Service) -> None:
    shipped = (await service.get("/v1/policy")).body
    assert shipped["version"] == 1
    changed = await service.put("/v1/policy", {"policy": {"quota": {"handover_daily": 1}}})
    assert (changed.status, changed.body["version"]) == (200, 2)
    handed = [await service.precheck(f"wm-{n}", way="admin_assigned") for n in range(2)]
    assert [decision["reason"] for decision in handed] == ["ok", "handover_cap"]
    assert handed[1]["policy_version"] == 2
    bare = await service.put("/v1/policy", shipped["policy"])
    assert (bare.body["version"], bare.body["policy"]) == (3, shipped["policy"])
    toml = await service.call(
        "PUT",
        "/v1/policy",
        raw=b"[quota]\nhandover_daily = 7\n",
        headers={"Content-Type": "application/toml"},
    )
    assert toml.body["policy"]["quota"]["handover_daily"] == 7
    checked = await service.post("/v1/policy/check", {"quota": {"handover_daily": 8}})
    assert checked.body["valid"] is True
    assert (await service.get("/v1/policy")).body["version"] == 4


async def test_a_policy_reaches_every_shards_fold(service: Service) -> None:
    await service.put("/v1/policy", {"quota": {"handover_daily": 1}})

    async def met() -> bool:
        async with service.services.database.read() as connection:
            return set((await leases.policy_versions(connection)).values()) == {2}

    await until(met)
    assert await met()


async def test_accounts_never_seen_may_be_refused(service: Service) -> None:
    refusing = {"quota": {"unknown_accounts": {"mode": "refuse"}}}
    assert (await service.put("/v1/policy", refusing)).status == 200
    body = {"enterprise_id": "acme", "member_id": "li", "target_id": "wm-77"}
    answer = await service.post("/v1/precheck", body)
    assert (answer.status, answer.is_problem) == (404, True)


async def test_a_member_that_was_described_is_known(service: Service) -> None:
    await service.put("/v1/policy", {"quota": {"unknown_accounts": {"mode": "refuse"}}})
    await service.put("/v1/enterprises/acme/members/li", {"name": "Li"})
    assert (await service.precheck())["allowed"]
    path = "/v1/enterprises/acme/qr-routes"
    routed = await service.post(path, {"members": ["mu", "li"], "target_id": "wm-9"})
    assert routed.body["member_id"] == "li", "mu was never seen"
    answer = await service.post(path, {"members": ["mu"], "target_id": "wm-9"})
    assert (answer.status, answer.is_problem) == (404, True)


async def test_too_many_new_accounts_are_a_problem_of_their_own(service: Service) -> None:
    few = {"quota": {"unknown_accounts": {"new_per_minute": 1}}}
    assert (await service.put("/v1/policy", few)).status == 200
    items = [{"enterprise_id": "acme", "member_id": f"m-{n}", "target_id": "wm"} for n in range(3)]
    answer = await service.post("/v1/precheck/batch", {"items": items})
    first, *others = answer.body["items"]
    assert first["allowed"]
    for other in others:
        assert other["status"] == 503
        assert other["type"] == "/docs#problem-too-many-new-accounts"
        assert other["title"] == "Too many new accounts"


async def test_a_policy_file_makes_a_version_only_where_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    versions = []
    for written in ("", "[quota]\nhandover_daily = 9\n", "[quota]\nhandover_daily = 9\n", None):
        if written is not None:
            file.write_text(written)
        given = None if written is None else file
        async with serving(tmp_path / "data", policy=given) as service:
            versions.append((await service.get("/v1/policy")).body["version"])
    assert versions == [1, 2, 2, 2]

"""The sample organisation: it has a history, it lives, and the tour leads to what there is."""

import asyncio
import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from server import demo
from server.cli.demo import tour
from server.settings import Settings
from tests.http.service import ADMIN_KEY, Service, serving, until

COMPANY = f"/v1/enterprises/{demo.ENTERPRISE}"


async def test_the_sample_organisation_shows_life(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, admin_key=SecretStr(ADMIN_KEY))
    await demo.make_history(settings)
    async with serving(tmp_path) as service:
        flags = (await service.get("/v1/flags")).body["items"]
        assert {flag["member_id"] for flag in flags} == {"zhao"}
        days = (await service.get(f"{COMPANY}/history")).body["days"]
        assert len(days) == demo.HISTORY_DAYS
        good = (await service.get(f"{COMPANY}/members/li/quota")).body
        bad = (await service.get(f"{COMPANY}/members/zhao/quota")).body
        assert good["tier"] > bad["tier"]
        assert bad["standing"]["state"] == "limited"
        await _walks_the_ladder(service)
        await _undoes_a_mistake(service)
        await _waits_for_linked_accounts(service)
        await _has_cases(service)
        await _leads_on_a_tour(service, settings)
        await _works(service)


async def _of(service: Service, member: str) -> list[Any]:
    """A member's penalties and holds, oldest first."""
    found = await service.get(f"/v1/penalties?member={member}")
    return list(reversed(found.body["items"]))


async def _walks_the_ladder(service: Service) -> None:
    found = [one for one in await _of(service, "qian") if not one["hold"]]
    assert [one["step"] for one in found] == [1, 2, 3]
    assert [one["state"] for one in found] == ["ended", "ended", "active"]
    decided_by = [one["statement"]["decided_by"] for one in found]
    assert decided_by == ["One reviewer.", "One reviewer.", "Two reviewers."]
    deeds = (await service.get("/v1/audit?enterprise=harbour&action=case.confirmed")).body["items"]
    assert [deed["holder"] for deed in deeds] == ["mei"]


async def _undoes_a_mistake(service: Service) -> None:
    (overturned,) = await _of(service, "he")
    assert overturned["state"] == "overturned"
    (appeal,) = (await service.get("/v1/appeals")).body["items"]
    assert (appeal["penalty_id"], appeal["state"]) == (overturned["id"], "overturned")
    quota = (await service.get(f"{COMPANY}/members/he/quota")).body
    assert quota["parts"][-1]["inputs"]["violation_points"] == 0


async def _waits_for_linked_accounts(service: Service) -> None:
    (released,) = await _of(service, "tang")
    (waiting,) = await _of(service, "xu")
    assert (released["track"], released["state"]) == (waiting["track"], "ended") == (2, "ended")
    assert (waiting["state"], waiting["ends_at"]) == ("active", None)
    denied = await service.precheck(
        "wm-1", enterprise_id=demo.ENTERPRISE, member_id="xu", mode="peek"
    )
    assert denied["reason"] == "member_restricted"


async def _has_cases(service: Service) -> None:
    cases = (await service.get("/v1/cases")).body["items"]
    assert {(one["member_id"], one["state"]) for one in cases} == {
        ("gao", "awaiting_second"),
        ("qian", "confirmed"),
        ("zhao", "open"),
    }
    (held,) = await _of(service, "gao")
    assert (held["hold"], held["state"]) == (True, "active")


async def _leads_on_a_tour(service: Service, settings: Settings) -> None:
    """Each line of the tour shows something."""
    lines = re.findall(r"curl -s '([^']+)' ", tour(settings, ""))
    for part in ("/v1/penalties", "/v1/appeals", "/v1/transparency", "/v1/cases"):
        assert any(line.startswith(part) for line in lines)
    for line in lines:
        answer = await service.get(line)
        assert answer.status == 200, answer.raw
        assert answer.body.get("items", True), line


async def _works(service: Service) -> None:
    async def at_work() -> bool:
        quota = (await service.get(f"{COMPANY}/quota")).body
        return any(limit["used"] for limit in quota["limits"])

    assert not await at_work()
    living = asyncio.create_task(demo.live(service.services))
    await until(at_work)
    living.cancel()

"""The sample organisation: it has a history, and it lives."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from server import demo
from server.settings import Settings
from tests.http.service import ADMIN_KEY, serving, until


async def test_the_sample_organisation_shows_life(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, admin_key=SecretStr(ADMIN_KEY))
    await demo.make_history(settings, days=12)
    company = f"/v1/enterprises/{demo.ENTERPRISE}"
    async with serving(tmp_path) as service:
        flags = (await service.get("/v1/flags")).body["items"]
        assert {flag["member_id"] for flag in flags} == {"zhao"}
        days = (await service.get(f"{company}/history")).body["days"]
        assert len(days) == 12
        good = (await service.get(f"{company}/members/li/quota")).body
        bad = (await service.get(f"{company}/members/zhao/quota")).body
        assert good["tier"] > bad["tier"]
        assert bad["standing"]["state"] == "limited"

        async def at_work() -> bool:
            quota = (await service.get(f"{company}/quota")).body
            return any(limit["used"] for limit in quota["limits"])

        assert not await at_work()
        living = asyncio.create_task(demo.live(service.services))
        await until(at_work)
        living.cancel()

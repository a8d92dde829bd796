"""Why a cap is what it is: the ramp of members, the seats of enterprises."""

from typing import Any

from tests.http.service import Service, until


async def test_a_quota_says_where_its_active_cap_comes_from(service: Service) -> None:
    slowly = {"scoring": {"movement": {"ramp_floor": 3, "ramp_factor": 4}}}
    assert (await service.put("/v1/policy", slowly)).status == 200
    await service.precheck(member_id="mu")
    await service.precheck()
    whole = (await service.get("/v1/enterprises/acme/quota")).body
    own: Any = None
    assert (whole["ramp"], whole["per_seat"]) == (None, {"each": 2, "floor": 20})

    async def is_folded() -> bool:
        nonlocal own
        own = (await service.get("/v1/enterprises/acme/members/li/quota")).body
        return own["ramp"] is not None and own["ramp"]["best"] == 1

    await until(is_folded)
    grown = {"most": 5, "best": 1, "days": 14, "factor": 4, "floor": 3, "following": 4}
    assert (own["ramp"], own["per_seat"]) == (grown, None)
    assert own["limits"][0]["cap"] == 3

"""Violations and decisions about them, as tests of enforcement send them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.http.service import Answer, Service

Json = dict[str, Any]


def now(**shift: float) -> str:
    return (datetime.now(UTC) + timedelta(**shift)).isoformat()


def violation(**changed: Any) -> Json:
    """Harassing content of `li`, found by staff just now, unless changed; `...` leaves out."""
    plain: Json = {
        "type": "T1.HARASSING_CONTENT",
        "enterprise_id": "acme",
        "member_id": "li",
        "facts": "Advertising was sent to 40 contacts.",
        "evidence": ["message 17"],
        "source": "own_initiative",
        "occurred_at": now(),
    }
    return {name: value for name, value in (plain | changed).items() if value is not ...}


async def report(service: Service, key: str, **changed: Any) -> Json:
    """What came of a violation that is taken."""
    answer = await service.post("/v1/violations", violation(**changed), key)
    assert answer.status == 201, answer.raw
    return dict(answer.body)


async def confirm(service: Service, case_id: str, key: str, **said: Any) -> Answer:
    return await service.post(f"/v1/cases/{case_id}/confirm", {"note": "seen"} | said, key)


async def appeal(service: Service, penalty_id: str, key: str, **said: Any) -> Answer:
    body = {"grounds": "mistake", "text": "That was somebody else."} | said
    return await service.post(f"/v1/penalties/{penalty_id}/appeals", body, key)


async def decide(service: Service, appeal_id: str, key: str, outcome: str, **more: Any) -> Answer:
    body = {"outcome": outcome, "reason": "looked into"} | more
    return await service.post(f"/v1/appeals/{appeal_id}/decision", body, key)


async def reason(service: Service, member: str = "li", **more: Any) -> str:
    """What a pre-check says now."""
    asked = await service.precheck("wm-peek", member_id=member, mode="peek", **more)
    return str(asked["reason"])


async def reviewers(service: Service, *holders: str) -> list[str]:
    return [await service.key("reviewer", holder=holder) for holder in holders]

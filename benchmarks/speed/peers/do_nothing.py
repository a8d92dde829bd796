"""The ceiling of the stack: aiohttp on uvloop parses, validates and answers, and counts nothing.

Each request is validated and its answer, with its headers, built afresh: what a pre-check in this
stack cannot save. It asks no store and knows no key; members called "used-…" are denied.

python -m benchmarks.speed.peers.do_nothing PORT
"""

import itertools
import sys
from typing import Any

import pydantic_core
import uvloop
from aiohttp import web
from pydantic import ValidationError

from benchmarks.speed.peers.asked import parse
from benchmarks.speed.peers.serving import serve

RESETS_AT = "2026-11-22T16:00:00Z"
MEMBER_CAP, ENTERPRISE_CAP, BURST = 1_000, 50_000, 60_000
POLICY = (
    f'"member_daily_active";q={MEMBER_CAP};w=86400, '
    f'"enterprise_daily_active";q={ENTERPRISE_CAP};w=86400, '
    f'"member_burst_active";q={BURST};w=3600, "enterprise_burst_active";q={BURST};w=60'
)

_numbers = itertools.count()


async def precheck(request: web.Request) -> web.Response:
    """A decision of no meaning, of the shape and size of a real one; 400 for what is no request."""
    try:
        asked = parse(await request.read())
    except ValidationError as error:
        return web.Response(text=str(error), status=400)
    number = next(_numbers)
    denied = asked["member_id"].startswith("used-")
    used = MEMBER_CAP if denied else number % MEMBER_CAP
    headers = {
        "RateLimit-Policy": POLICY,
        "RateLimit": _remaining(used, number),
        "X-Request-Id": f"{number:016x}",
    }
    if denied:
        headers["Retry-After"] = "3600"
    body = pydantic_core.to_json(_decision(number, used, denied=denied))
    return web.Response(body=body, content_type="application/json", headers=headers)


def _remaining(used: int, number: int) -> str:
    return (
        f'"member_daily_active";r={MEMBER_CAP - used};t=3600, '
        f'"enterprise_daily_active";r={ENTERPRISE_CAP - number % ENTERPRISE_CAP};t=3600, '
        f'"member_burst_active";r={BURST - used};t=300, '
        f'"enterprise_burst_active";r={BURST - number % BURST};t=5'
    )


def _decision(number: int, used: int, *, denied: bool) -> dict[str, Any]:
    return {
        "decision_id": f"3-{number:016x}.20780",
        "allowed": not denied,
        "reason": "member_daily_cap" if denied else "ok",
        "binding_limit": "member_daily_active" if denied else None,
        "limits": [
            _limit("member_daily_active", MEMBER_CAP, used, "day"),
            _limit("enterprise_daily_active", ENTERPRISE_CAP, number % ENTERPRISE_CAP, "day"),
            _limit("member_burst_active", BURST, used, "hour"),
            _limit("enterprise_burst_active", BURST, number % BURST, "minute"),
        ],
        "retry_at": RESETS_AT if denied else None,
        "restriction": None,
        "advice": ["spread_qr_code"] if denied else [],
        "policy_version": 1,
        "state": "denied" if denied else "spent",
        "degraded": False,
        "replayed": False,
    }


def _limit(name: str, cap: int, used: int, window: str) -> dict[str, Any]:
    return {
        "name": name,
        "cap": cap,
        "used": used,
        "remaining": cap - used,
        "window": window,
        "resets_at": RESETS_AT,
    }


if __name__ == "__main__":
    uvloop.run(serve(precheck, int(sys.argv[1])))

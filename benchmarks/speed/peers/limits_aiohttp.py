"""The package `limits` behind aiohttp on uvloop: caps of members and of enterprises, in Redis.

With "figures" it says what is left, as a pre-check does, which takes four more commands in Redis
than to decide. With "bare" it says yes or no.

python -m benchmarks.speed.peers.limits_aiohttp PORT REDIS_URL MEMBER_CAP ENTERPRISE_CAP figures
"""

import itertools
import sys
import time
from typing import Any

import pydantic_core
import uvloop
from aiohttp import web
from limits import RateLimitItemPerDay, WindowStats
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from pydantic import ValidationError

from benchmarks.speed.peers.asked import parse
from benchmarks.speed.peers.serving import serve

DAY_S = 86_400


class Caps:
    """Both levels; a member above its cap does not charge its enterprise."""

    def __init__(self, redis_url: str, member_cap: int, enterprise_cap: int) -> None:
        # Longer than by itself: it would answer 500 after a machine stood still for 5 s.
        storage = RedisStorage(f"async+{redis_url}", implementation="redispy", socket_timeout=60.0)
        self._limiter = FixedWindowRateLimiter(storage)
        self._member = RateLimitItemPerDay(member_cap, namespace="member")
        self._enterprise = RateLimitItemPerDay(enterprise_cap, namespace="enterprise")
        self._policy = (
            f'"member_daily";q={member_cap};w={DAY_S}, '
            f'"enterprise_daily";q={enterprise_cap};w={DAY_S}'
        )
        self._numbers = itertools.count()

    async def precheck(self, request: web.Request) -> web.Response:
        """200 or 429 with what is left at both levels; 400 for what is no request."""
        try:
            asked = parse(await request.read())
        except ValidationError as error:
            return web.Response(text=str(error), status=400)
        enterprise, member = asked["enterprise_id"], asked["member_id"]
        of_member, allowed = await self._charge(enterprise, member)
        one = await self._limiter.get_window_stats(self._member, enterprise, member)
        other = await self._limiter.get_window_stats(self._enterprise, enterprise)
        return self._answer(allowed=allowed, blocking=other if of_member else one, at=(one, other))

    async def bare(self, request: web.Request) -> web.Response:
        """200 or 429, and no more; 400 for what is no request."""
        try:
            asked = parse(await request.read())
        except ValidationError as error:
            return web.Response(text=str(error), status=400)
        _, allowed = await self._charge(asked["enterprise_id"], asked["member_id"])
        return web.Response(
            body=pydantic_core.to_json({"allowed": allowed}),
            status=200 if allowed else 429,
            content_type="application/json",
            headers={"RateLimit-Policy": self._policy, "X-Request-Id": self._request_id()},
        )

    async def _charge(self, enterprise: str, member: str) -> tuple[bool, bool]:
        """Whether the member may, and whether both may."""
        of_member = await self._limiter.hit(self._member, enterprise, member)
        return of_member, of_member and await self._limiter.hit(self._enterprise, enterprise)

    def _request_id(self) -> str:
        return f"{next(self._numbers):016x}"

    def _answer(
        self, *, allowed: bool, blocking: WindowStats, at: tuple[WindowStats, WindowStats]
    ) -> web.Response:
        now_s = time.time()
        limits = [
            _told("member_daily", self._member.amount, at[0], now_s),
            _told("enterprise_daily", self._enterprise.amount, at[1], now_s),
        ]
        headers = {
            "RateLimit-Policy": self._policy,
            "RateLimit": ", ".join(
                f'"{one["name"]}";r={one["remaining"]};t={one["resets_in_s"]}' for one in limits
            ),
            "X-Request-Id": self._request_id(),
        }
        if not allowed:
            headers["Retry-After"] = str(max(1, round(blocking.reset_time - now_s)))
        return web.Response(
            body=pydantic_core.to_json({"allowed": allowed, "limits": limits}),
            status=200 if allowed else 429,
            content_type="application/json",
            headers=headers,
        )


def _told(name: str, cap: int, stats: WindowStats, now_s: float) -> dict[str, Any]:
    return {
        "name": name,
        "cap": cap,
        "remaining": stats.remaining,
        "resets_in_s": round(stats.reset_time - now_s),
    }


def main() -> None:
    """Serves until SIGTERM."""
    port, redis_url, member_cap, enterprise_cap, answer = sys.argv[1:]
    caps = Caps(redis_url, int(member_cap), int(enterprise_cap))
    uvloop.run(serve(caps.bare if answer == "bare" else caps.precheck, int(port)))


if __name__ == "__main__":
    main()

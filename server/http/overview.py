"""The platform on one page: what it does, what waits for people, how it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from quota.adds import StoreUnavailable
from server.enforcement.pausing import Pause, paused
from server.http import overview_shapes as shapes
from server.http.fields import instant
from server.http.overview_shapes import OverviewShape
from server.http.platform_days import PlatformDays
from server.http.routing import Call, reply
from server.http.services import Services
from server.paced import Paced
from server.records import activity, gauges, overview
from server.records.activity import SLOT_MS, Slot, slot_of
from server.records.overview import DAY_MS, Asked, Near, Undecided
from server.worker.backlog import Backlog, backlog
from server.worker.refill import closed_shards

NEAR_MOST = 10
REDIS_RESTS = 5
"""What Redis says is cheap; most of the time that it takes is waiting."""


@dataclass(frozen=True, slots=True)
class _OnRecord:
    """What one transaction read."""

    slots: Sequence[Slot]
    cases: Undecided
    requests: Asked
    binding: Mapping[tuple[int, str, bool], int]
    pause: Pause | None


@dataclass(frozen=True, slots=True)
class _InRedis:
    """What Redis said; None: it is away."""

    closed: int
    behind: Backlog
    lag_s: float


class Overview:
    """Makes overviews. Days, those near their caps and the backlog are looked at now and then."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._days = PlatformDays(services.database)
        self._near = Paced(self._look_for_near)
        self._redis = Paced(self._look_at_redis, REDIS_RESTS)

    async def shape(self) -> OverviewShape:
        """The overview now. Raises RecordsUnavailable; a Redis that is away is part of it."""
        services, now_ms = self._services, self._services.clock_ms()
        zone = services.policy.rules().policy.default_time_zone
        day = services.ledger.default_day(zone).day
        read, redis, days, near = await asyncio.gather(
            self._read(now_ms), self._ask_redis(), self._days.until(day), self._near.get()
        )
        return {
            "as_of": instant(now_ms),
            "today": shapes.today_shape(read.slots),
            "activity": [shapes.slot_shape(slot) for slot in read.slots],
            "days": [shapes.day_shape(number, counts) for number, counts in days],
            "near_caps": [shapes.near_shape(one) for one in near],
            "cases": shapes.cases_shape(read.cases),
            "requests": shapes.requests_shape(read.requests),
            "penalties": shapes.tracks_shape(read.binding),
            "worker": {
                "backlog": None if redis is None else redis.behind.events,
                "lag_s": None if redis is None else round(redis.lag_s, 1),
            },
            "stores": {
                "redis": "away" if redis is None else "up",
                "record": "up",
                "closed_shards": None if redis is None else redis.closed,
            },
            "enforcement": shapes.paused_shape(read.pause, read.cases.put_off),
            "policy_version": services.policy.now.version,
        }

    async def _read(self, now_ms: int) -> _OnRecord:
        since_ms = slot_of(now_ms) - DAY_MS + SLOT_MS
        async with self._services.database.read() as connection:
            return _OnRecord(
                await activity.read(connection, since_ms),
                await overview.undecided(connection, now_ms),
                await overview.asked(connection, now_ms),
                await gauges.penalties_binding(connection, now_ms),
                await paused(connection),
            )

    async def _ask_redis(self) -> _InRedis | None:
        try:
            return await self._redis.get()
        except StoreUnavailable:
            return None

    async def _look_at_redis(self) -> _InRedis:
        ledger = self._services.ledger
        closed = await closed_shards(ledger)
        behind = await backlog(ledger, self._services.database)
        return _InRedis(len(closed), behind, behind.lag_s(self._services.clock_ms()))

    async def _look_for_near(self) -> list[Near]:
        async with self._services.database.read() as connection:
            return await overview.near_caps(connection, self._services.clock_ms(), NEAR_MOST)


OVERVIEW = web.AppKey("overview", Overview)


async def get_overview(call: Call[None, None]) -> web.Response:
    """What the platform does, what waits for people, and how stores and worker stand."""
    return reply(await call.request.app[OVERVIEW].shape())

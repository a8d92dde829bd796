"""The past, stretch by stretch: who adds whom, and what comes of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

from quota.adds import Decision
from quota.calls import Event
from server.demo.cast import DAY_H, ZONE, Company
from server.demo.companies import COMPANIES
from server.demo.describing import describe
from server.demo.organisation import Asked, Organisation
from server.demo.stretches import Stretch
from server.http.active_policy import ActivePolicy
from server.wiring import Stores

SOON_H = 1.0
"""How long before the present those near their cap begin to fill it."""
AT_ONCE = 20
MOST_ROUNDS = 5
APART_MS = 65_000
"""Each of so many adds: more within a minute would be a burst."""


class Clock:
    """The time of the history, in epoch ms."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        """As whoever asks for the time calls it."""
        return self.now_ms


@dataclass(slots=True)
class Past:
    """Lets the companies live through stretches in their order, which moves the clock.

    Everybody's adds of a stretch come at one moment of it, drawn: on the hour they would be those
    of machines, by the pattern that looks for them.
    """

    stores: Stores
    policy: ActivePolicy
    clock: Clock
    organisation: Organisation
    made: list[tuple[Asked, Decision]] = field(default_factory=list)
    """Allowed and denied adds whose contacts have yet to answer."""
    begun: set[str] = field(default_factory=set)

    async def live(self, stretch: Stretch) -> None:
        """What everybody does, and what the contacts of the stretch before made of it."""
        self.clock.now_ms = stretch.from_ms
        here = [each for each in COMPANIES if self._is_there(each, stretch)]
        for company in here:
            if company.enterprise_id not in self.begun:
                self.begun.add(company.enterprise_id)
                await describe(self.stores, company, self.clock.now_ms)
        draw = self.organisation.draw
        self.clock.now_ms += draw.randrange(max(1, stretch.length_ms * 9 // 10))
        answered = self._answered()
        pace, drawn = stretch.pace, self.organisation.stretch
        asked = [one for each in here for one in drawn(each, stretch, pace)]
        # At once: they share a transaction of the journal.
        await asyncio.gather(self._append(answered), self._spend(asked))
        for company in here:
            if company.fills and stretch.hours_ago <= SOON_H:
                share = company.fills * (1 - stretch.hours_ago / SOON_H * 0.8)
                await self._fill(company, share, stretch.from_ms + stretch.length_ms - 1)

    async def settle(self) -> None:
        """What contacts do who were asked before."""
        await self._append(self._answered())

    async def report(self, day: int) -> None:
        """Everybody's figures of a day."""
        stat_date = time.strftime("%Y-%m-%d", time.gmtime(day * 86_400))
        events: list[Event] = []
        for company in COMPANIES:
            if company.enterprise_id in self.begun:
                events += self.organisation.usage(company, stat_date, self.clock.now_ms)
        await self._append(events)

    def _answered(self) -> list[Event]:
        made, self.made = self.made, []
        return self.organisation.outcomes(made, self.clock.now_ms)

    def _is_there(self, company: Company, stretch: Stretch) -> bool:
        return company.days is None or stretch.hours_ago <= company.days * DAY_H

    async def _spend(self, asked: Sequence[Asked]) -> list[Decision]:
        if not asked:
            return []
        decided = await self.stores.ledger.spend([one.add for one in asked], self.policy.rules())
        made = [
            (one, decision)
            for one, decision in zip(asked, decided, strict=True)
            if isinstance(decision, Decision)
        ]
        self.made += made
        return [decision for _, decision in made]

    async def _fill(self, company: Company, share: float, until_ms: int) -> None:
        """The company's members add until that share of its active cap is used."""
        members, missing = cycle(company.cast), 1
        for _ in range(MOST_ROUNDS):
            some = [next(members) for _ in range(min(missing, AT_ONCE))]
            decided = await self._spend([self.organisation.asked(company, one) for one in some])
            limits = {limit.name: limit for limit in decided[-1].limits} if decided else {}
            cap = limits.get("enterprise_daily_active")
            missing = 0 if cap is None else int(cap.cap * share) - cap.used
            if missing <= 0:
                return
            self.clock.now_ms = min(self.clock.now_ms + APART_MS, until_ms)

    async def _append(self, events: Sequence[Event]) -> None:
        if events:
            await self.stores.ledger.append(events, ZONE)

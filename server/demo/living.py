"""The sample organisations at work, on the present day: as on the day before, no faster."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from itertools import count

from quota.adds import Decision, StoreUnavailable
from server.demo.cast import ZONE
from server.demo.companies import COMPANIES
from server.demo.organisation import Doing, Organisation, doing
from server.demo.stretches import NOW
from server.http.services import Services

HOUR_S = 3_600


async def live(services: Services) -> None:
    """The present day: an add every now and then, and what its contact does a little later.

    Both are told, each in its time, so that some number moves every few seconds.
    """
    draw = random.Random()
    organisation = Organisation(services.contacts, draw)
    organisation.numbers = count(int(time.time() * 1000))
    while True:
        does, pause_s = chosen(draw, services.clock_ms())
        answered_s = draw.random() * pause_s
        asked = organisation.asked(does.company, does.one, is_scan=does.is_scan)
        with suppress(StoreUnavailable):
            decision = await services.group.decide(asked.add)
            await asyncio.sleep(answered_s)
            if isinstance(decision, Decision):
                events = organisation.outcomes([(asked, decision)], services.clock_ms())
                if events:
                    await services.ledger.append(events, ZONE)
        await asyncio.sleep(pause_s - answered_s)


def chosen(draw: random.Random, now_ms: int) -> tuple[Doing, float]:
    """Who adds or is scanned, and in how many seconds the next one does, by what is done now."""
    everybody = at_work(now_ms)
    (does,) = draw.choices(everybody, [each.an_hour for each in everybody])
    return does, draw.uniform(0.4, 1.6) * HOUR_S / an_hour(now_ms)


def at_work(now_ms: int) -> list[Doing]:
    """What everybody everywhere does now."""
    return [each for company in COMPANIES for each in doing(company, now_ms, 0, NOW)]


def an_hour(now_ms: int) -> float:
    """How many adds and scans an hour that is."""
    return sum(each.an_hour for each in at_work(now_ms))

"""The sample organisations at work, on the present day."""

from __future__ import annotations

import asyncio
import random
import time
from itertools import count

from quota.adds import Decision, StoreUnavailable
from server.demo.cast import ZONE, Character, Company
from server.demo.companies import COMPANIES
from server.demo.organisation import Asked, Organisation
from server.http.services import Services

PAUSE_S = 0.8
"""Between two adds, on average: numbers are seen to move."""
SCANS = 0.8
"""What share are scans: of those an account may have ten times as many."""


async def live(services: Services) -> None:
    """The present day: an add every now and then, and what its contact does."""
    draw = random.Random()
    organisation = Organisation(services.contacts, draw)
    organisation.numbers = count(int(time.time() * 1000))
    while True:
        await asyncio.sleep(draw.uniform(0.2, 1.8) * PAUSE_S)
        try:
            asked = _next(organisation)
            decision = await services.group.decide(asked.add)
            if isinstance(decision, Decision):
                events = organisation.outcomes([(asked, decision)], services.clock_ms())
                if events:
                    await services.ledger.append(events, ZONE)
        except StoreUnavailable:
            continue


def _next(organisation: Organisation) -> Asked:
    draw = organisation.draw
    (company,) = draw.choices(COMPANIES, [each.pace for each in COMPANIES])
    is_scan = draw.random() < SCANS
    return organisation.asked(company, _somebody(draw, company, is_scan=is_scan), is_scan=is_scan)


def _somebody(draw: random.Random, company: Company, *, is_scan: bool) -> Character:
    paces = [one.scans if is_scan else one.adds for one in company.cast]
    (one,) = draw.choices(company.cast, paces)
    return one

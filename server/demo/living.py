"""The sample organisation at work, on the present day."""

from __future__ import annotations

import asyncio
import random
import time
from itertools import count

from quota.adds import Decision, StoreUnavailable
from server.demo.cast import ZONE
from server.demo.organisation import Organisation
from server.http.services import Services

LIVE_PAUSE_S = 0.4


async def live(services: Services) -> None:
    """The present day: an add every now and then, and what its contact does."""
    organisation = Organisation(services.contacts, random.Random())
    organisation.numbers = count(int(time.time() * 1000))
    while True:
        for one, add in organisation.hour():
            await asyncio.sleep(LIVE_PAUSE_S)
            try:
                decision = await services.group.decide(add)
                if isinstance(decision, Decision):
                    made = [(one, add, decision)]
                    events = organisation.outcomes(made, services.clock_ms())
                    if events:
                        await services.ledger.append(events, ZONE)
            except StoreUnavailable:
                continue

"""Keeps the gauges of the whole installation, where the worker holds shard 0: one process does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from prometheus_client import Gauge

from penalties.cases import UNDECIDED
from quota.ledger import Ledger
from server.enforcement.metrics import HOLDS, SCOPES, TRACKS
from server.enforcement.pausing import paused
from server.paced import Paced
from server.records import gauges
from server.records.engine import Database
from server.webhooks.metrics import UNDELIVERED, UNDELIVERED_STATES
from server.worker import metrics
from server.worker.backlog import backlog
from server.worker.stores import AWAY

log = logging.getLogger(__name__)

EVERY_S = 15.0
"""As often as Prometheus reads, by its customary setting."""
LOOK_S = 0.5
"""How soon a process notices that shard 0 is its own, or no longer."""

_ALONE = (
    metrics.CASES_OLDEST,
    metrics.CASES_PUT_OFF,
    metrics.PAUSED,
    metrics.BACKLOG,
    metrics.OLDEST_SECONDS,
)
"""Those without labels."""


class Gauges:
    """The figures of an installation; `holds` says whether they are this process's to give.

    A gauge stays as it was while the stores are away: `REFRESHED` says since when.
    """

    def __init__(self, ledger: Ledger, database: Database, holds: Callable[[], bool]) -> None:
        self._ledger = ledger
        self._database = database
        self._holds = holds
        self._given = False
        self._caps = Paced(self._look_at_caps)

    @property
    def is_due(self) -> bool:
        """Whether whose they are has changed."""
        return self._holds() != self._given

    async def refresh(self) -> None:
        """Sets each gauge, to 0 in a process that gives none. Raises what `AWAY` names."""
        if not self._holds():
            if self._given:
                _forget()
            self._given = False
            return
        now_ms = self._ledger.now_ms()
        async with self._database.read() as connection:
            undecided = await gauges.open_cases(connection)
            waiting = await gauges.requests_waiting(connection, now_ms)
            binding = await gauges.penalties_binding(connection, now_ms)
            undelivered = await gauges.undelivered(connection)
            pause = await paused(connection)
        behind = await backlog(self._ledger, self._database)
        _set_binding(binding)
        _set(metrics.CASES_OPEN, UNDECIDED, undecided.by_state)
        _set(UNDELIVERED, UNDELIVERED_STATES, undelivered)
        _set(metrics.WAITING, metrics.KINDS, {k: one.waiting for k, one in waiting.items()})
        _set(metrics.OVERDUE, metrics.KINDS, {k: one.overdue for k, one in waiting.items()})
        metrics.CASES_PUT_OFF.set(undecided.put_off)
        metrics.CASES_OLDEST.set((undecided.oldest_ms or 0) / 1000)
        metrics.PAUSED.set(pause is not None)
        metrics.BACKLOG.set(behind.events)
        metrics.OLDEST_SECONDS.set(behind.lag_s(now_ms))
        self._given = True
        # Last and alone: it reads what every member did today, and may not be done in time.
        _set_caps(await self._caps.get())
        metrics.REFRESHED.set_to_current_time()

    async def _look_at_caps(self) -> Mapping[tuple[str, str], int]:
        async with self._database.read() as connection:
            return await gauges.at_caps(connection, self._ledger.now_ms())


def _set(gauge: Gauge, labels: tuple[str, ...], found: Mapping[str, int]) -> None:
    for label in labels:
        gauge.labels(label).set(found.get(label, 0))


def _set_caps(at_caps: Mapping[tuple[str, str], int]) -> None:
    for state in metrics.CAP_STATES:
        metrics.ENTERPRISES_AT_CAP.labels(state).set(at_caps.get(("enterprise", state), 0))
        metrics.MEMBERS_AT_CAP.labels(state).set(at_caps.get(("member", state), 0))


def _set_binding(binding: Mapping[tuple[int, str, bool], int]) -> None:
    for track in TRACKS:
        for scope in SCOPES:
            for hold in HOLDS:
                found = binding.get((int(track), scope, hold == "true"), 0)
                metrics.BINDING.labels(track, scope, hold).set(found)


def _forget() -> None:
    """Another process gives the figures from now on."""
    _set_caps({})
    _set_binding({})
    _set(metrics.CASES_OPEN, UNDECIDED, {})
    _set(UNDELIVERED, UNDELIVERED_STATES, {})
    _set(metrics.WAITING, metrics.KINDS, {})
    _set(metrics.OVERDUE, metrics.KINDS, {})
    for gauge in _ALONE:
        gauge.set(0)


@asynccontextmanager
async def gauging(
    ledger: Ledger, database: Database, holds: Callable[[], bool]
) -> AsyncIterator[None]:
    """Keeps the gauges while the block runs. What goes wrong leaves them as they were."""
    task = asyncio.create_task(_keep(Gauges(ledger, database, holds)))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep(kept: Gauges) -> None:
    loop = asyncio.get_running_loop()
    due_s = loop.time()
    while True:
        if kept.is_due or loop.time() >= due_s:
            due_s = loop.time() + EVERY_S
            try:
                await kept.refresh()
            except AWAY as error:  # whoever watches the stores tells of it
                log.debug("the gauges are as they were: %s", error)
            except Exception:
                log.exception("the gauges are as they were, by a mistake of ours")
        await asyncio.sleep(LOOK_S)

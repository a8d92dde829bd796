"""Says once that a store is away, and once that it is back."""

from __future__ import annotations

import logging
from collections.abc import Callable

from quota.adds import StoreUnavailable
from server.records.engine import RecordsUnavailable
from server.worker.install import ForeignRedis
from server.worker.metrics import store_away, store_back
from server.worker.reaching import reason_of

log = logging.getLogger(__name__)
MOST_WAIT_S = 2.0


class Outage:
    """How long to wait before the next attempt: from `least_s`, doubling, at most 2 s.

    `told_elsewhere`: somebody else in the process tells of it, so here it is no news.
    """

    def __init__(
        self,
        what: str,
        least_s: float,
        clock_ms: Callable[[], int],
        *,
        told_elsewhere: bool = False,
    ) -> None:
        self._level = logging.DEBUG if told_elsewhere else logging.WARNING
        self._what = what
        self._least_s = least_s
        self._clock_ms = clock_ms
        self._since_ms: int | None = None
        self._store: str | None = None
        self._wait_s = least_s

    def failed(self, error: Exception) -> float:
        """Notes a failure; returns the seconds to wait."""
        self._note(_store_of(error))
        if self._since_ms is None:
            self._since_ms, self._wait_s = self._clock_ms(), self._least_s
            why = _why(error)
            log.log(self._level, "%s stopped, trying again until it goes on: %s", self._what, why)
        wait_s = min(self._wait_s, MOST_WAIT_S)
        self._wait_s *= 2
        return wait_s

    def worked(self) -> None:
        """Notes that it works."""
        self._note(None)
        if self._since_ms is not None:
            seconds = (self._clock_ms() - self._since_ms) / 1000
            log.log(self._level, "%s goes on after %.1f s", self._what, seconds)
            self._since_ms = None

    def _note(self, store: str | None) -> None:
        if store is not None:
            store_away(store)
        if self._store not in {None, store}:
            store_back(str(self._store))
        self._store = store


def _store_of(error: Exception) -> str | None:
    """The store that is away; None: the mistake is ours."""
    match error:
        case StoreUnavailable() | ForeignRedis():
            return "redis"
        case RecordsUnavailable():
            return "record"
        case _:
            return None


def _why(error: Exception) -> str:
    if isinstance(error, StoreUnavailable) and error.__cause__ is not None:
        return f"{error} ({reason_of(error.__cause__)})"
    return str(error)

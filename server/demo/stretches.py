"""The history is cut into stretches: long ones long ago, the overview's ten minutes at its end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from quota.days import local_day
from server.demo.cast import DAY_H, HOUR_MS, ZONE
from server.records.activity import SLOT_MS

OLD_MS = 2 * HOUR_MS
RECENT_H = DAY_H + 2
GROWS_H = 2.0 * DAY_H
"""In how long the scans grew e-fold, until they were as many as they are now."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done, as against what a character usually does; `late`: adds after hours."""

    adds: float
    scans: float
    late: float = 0.0


NOW = Pace(1.0, 6.0, 0.3)
"""The pace of the last day and of the present, which goes on as the last day was."""
LEAST = Pace(0.4, 0.3)
"""Of the first days: a history that began as lively would take minutes to make."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A while of the history that begins at `from_ms`, with the present at `end_ms`."""

    from_ms: int
    length_ms: int
    end_ms: int

    @property
    def day(self) -> int:
        """The local day that it begins on."""
        return local_day(ZONE, self.from_ms)

    @property
    def hours_ago(self) -> float:
        """How long before the present it begins."""
        return (self.end_ms - self.from_ms) / HOUR_MS

    @property
    def pace(self) -> Pace:
        """Thin long ago, ever livelier, and of one pace since a day ago."""
        old_h = self.hours_ago - RECENT_H
        if old_h <= 0:
            return NOW
        return replace(LEAST, scans=max(LEAST.scans, NOW.scans * math.exp(-old_h / GROWS_H)))


def stretches(from_ms: int, end_ms: int) -> Iterator[Stretch]:
    """From then to the present, in their order."""
    at_ms = from_ms
    while at_ms < end_ms:
        is_old = at_ms + OLD_MS <= end_ms - RECENT_H * HOUR_MS
        length_ms = OLD_MS if is_old else SLOT_MS
        yield Stretch(at_ms, min(length_ms, end_ms - at_ms), end_ms)
        at_ms += length_ms

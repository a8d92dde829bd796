"""The history is cut into stretches: long ones long ago, the overview's ten minutes at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quota.days import local_day
from server.demo.cast import DAY_H, HOUR_MS, ZONE
from server.records.activity import SLOT_MS

OLD_MS = 2 * HOUR_MS
RECENT_H = DAY_H + 2
RISING_H = 5.0
"""How many hours before the present begin to be as lively as the present."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done, as against what a character usually does; `late`: adds after hours."""

    adds: float
    scans: float
    late: float = 0.0


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
        """Thin long ago, so that the history is made quickly; ever livelier up to now."""
        if self.hours_ago > RECENT_H:
            return Pace(0.4, 0.3)
        rising = max(0.0, 1 - self.hours_ago / RISING_H)
        return Pace(1.0, 1.0 + 8 * rising, 0.1 + 0.7 * rising)


def stretches(from_ms: int, end_ms: int) -> Iterator[Stretch]:
    """From then to the present, in their order."""
    at_ms = from_ms
    while at_ms < end_ms:
        is_old = at_ms + OLD_MS <= end_ms - RECENT_H * HOUR_MS
        length_ms = OLD_MS if is_old else SLOT_MS
        yield Stretch(at_ms, min(length_ms, end_ms - at_ms), end_ms)
        at_ms += length_ms

"""Local days found the slow way: by looking at the wall clock of the zone, quarter by quarter."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)
QUARTER = timedelta(minutes=15)


def date_at(zone: str, now_ms: int) -> int:
    """The local date, in days since 1970-01-01."""
    local = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    return (local.date() - EPOCH).days


@lru_cache(maxsize=100_000)
def begins_ms(zone: str, day: int) -> int:
    """The first instant that the zone's calendars show the date (or, if skipped, a later one)."""
    at = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), UTC)
    at -= timedelta(hours=15)
    while (at.astimezone(ZoneInfo(zone)).date() - EPOCH).days < day:
        at += QUARTER
    return int(at.timestamp() * 1000)


@dataclass(frozen=True)
class Day:
    """A local day of an enterprise, its end, and the end of the next."""

    number: int
    end_ms: int
    next_end_ms: int


def open_day(zone: str, now_ms: int, last: Day | None) -> Day:
    """The day that begins now, after `last` has ended."""
    number = date_at(zone, now_ms)
    if last is not None:
        number = max(number, last.number + 1)
    return Day(number, begins_ms(zone, number + 1), begins_ms(zone, number + 2))


def moved(day: Day, zone: str) -> Day:
    """The present day extended to the new zone's first midnight at or after its end."""
    date_begun = date_at(zone, day.end_ms)
    if begins_ms(zone, date_begun) < day.end_ms:
        date_begun += 1
    date_begun = max(date_begun, day.number + 1)
    return Day(day.number, begins_ms(zone, date_begun), begins_ms(zone, date_begun + 1))

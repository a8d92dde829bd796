"""Local calendar days of an enterprise: when a day ends, DST and changes of zone included.

A day is named by its local date, as a number of days since 1970-01-01. Its end is fixed when it
begins. A day never starts twice and, apart from zones that skip part of one, is 23 h or longer
(DOMAIN §2 "Days").
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """An enterprise's present day (`[…, end_ms)`) and the end of the next one (`next_end_ms`)."""

    zone: str
    day: int
    end_ms: int
    next_end_ms: int


@lru_cache(maxsize=4096)
def midnight_ms(zone: str, day: int) -> int:
    """The first instant of the local date `day` in `zone`, in epoch ms.

    Where midnight does not exist (clocks jump over it) that is the jump; where it comes twice, the
    first: `fold=0` gives both.
    """
    local = _EPOCH + timedelta(days=day)
    start = datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(zone))
    return int(start.timestamp() * 1000)


def local_day(zone: str, now_ms: int) -> int:
    """The local date in `zone` at an instant, as days since 1970-01-01."""
    return (datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date() - _EPOCH).days


def calendar_at(zone: str, now_ms: int, after_day: int | None = None) -> Calendar:
    """The day in which `now_ms` falls; named later than `after_day`, the last day that was open.

    When the local date is not later than `after_day` (the clock went back, or the zone moved west
    just after a roll), the next date is opened early rather than a past one twice.
    """
    day = local_day(zone, now_ms)
    if after_day is not None and day <= after_day:
        day = after_day + 1
    return Calendar(zone, day, midnight_ms(zone, day + 1), midnight_ms(zone, day + 2))


def change_zone(calendar: Calendar, zone: str) -> Calendar:
    """The calendar after a move to `zone`: the present day is extended, never cut.

    It ends at the first midnight of the new zone at or after its old end that opens a later date,
    so that no date starts twice and nobody gets a second full cap.
    """
    day = local_day(zone, calendar.end_ms)
    if midnight_ms(zone, day) < calendar.end_ms:
        day += 1
    day = max(day, calendar.day + 1)
    return Calendar(zone, calendar.day, midnight_ms(zone, day), midnight_ms(zone, day + 1))

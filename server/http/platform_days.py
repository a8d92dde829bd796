"""The platform's last local days, summed over its enterprises, remembered in this process.

Summing a day reads a row of each enterprise that did anything on it. Only today's changes all the
time; what is reported late reaches yesterday within a minute, days before it within hours.
"""

from __future__ import annotations

from functools import partial

from server.http.overview_shapes import Counts
from server.paced import Paced
from server.records import overview
from server.records.engine import Database

DAYS = 30
_YESTERDAY_S = 60.0
_EARLIER_S = 3_600.0


class PlatformDays:
    """Sums by day."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._days: dict[int, Paced[Counts]] = {}

    async def until(self, today: int) -> list[tuple[int, Counts]]:
        """The last `DAYS` days that counted anything, oldest first. Raises RecordsUnavailable.

        Whoever asks waits for today's, and for at most one that is over and was known.
        """
        wanted, waited, found = range(today - DAYS + 1, today + 1), False, []
        self._days = {day: self._days.get(day) or self._paced(day) for day in wanted}
        for day, paced in self._days.items():
            least_s = {today: 0.0, today - 1: _YESTERDAY_S}.get(day, _EARLIER_S)
            known = paced.found
            if known is not None and day != today:
                if waited or not known.is_due(least_s):
                    found.append((day, known.value))
                    continue
                waited = True
            found.append((day, await paced.get(least_s)))
        return [(day, counts) for day, counts in found if counts]

    def _paced(self, day: int) -> Paced[Counts]:
        return Paced(partial(self._sum, day))

    async def _sum(self, day: int) -> Counts:
        async with self._database.read() as connection:
            return await overview.platform_day(connection, day)

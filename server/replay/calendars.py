"""The clock and the local day of each event, as the ledger would have stamped them."""

from dataclasses import dataclass, field

from quota.days import Calendar, calendar_at, change_zone


@dataclass(slots=True)
class _Clock:
    zone: str
    now_ms: int = 0
    calendar: Calendar | None = None


@dataclass(slots=True)
class Calendars:
    """A clock and a calendar for each enterprise, in `default_zone` until it names its zone.

    A clock never goes back: an event that stands in a file behind a later one of its enterprise
    happens at the later one's time. Enterprises do not share a clock, so a file may hold one
    enterprise after the other.
    """

    default_zone: str
    latest_ms: int = 0
    """The latest time of all clocks."""
    _clocks: dict[str, _Clock] = field(default_factory=dict)

    def advance(self, enterprise_id: str, clock_ms: int) -> int:
        """The enterprise's time now, in ms, after an event that its file puts at `clock_ms`."""
        clock = self._clock(enterprise_id)
        if clock_ms > clock.now_ms:
            clock.now_ms = clock_ms
            self.latest_ms = max(self.latest_ms, clock_ms)
        return clock.now_ms

    def today(self, enterprise_id: str) -> Calendar:
        """The enterprise's present day, opened if the last one has ended."""
        clock = self._clock(enterprise_id)
        calendar = clock.calendar
        if calendar is None or clock.now_ms >= calendar.end_ms:
            after_day = None if calendar is None else calendar.day
            clock.calendar = calendar = calendar_at(clock.zone, clock.now_ms, after_day)
        return calendar

    def latest(self, enterprise_id: str) -> Calendar:
        """The day that was opened last, ended or not: what became of a decision opens none."""
        return self._clock(enterprise_id).calendar or self.today(enterprise_id)

    def change_zone(self, enterprise_id: str, zone: str) -> None:
        """Moves the enterprise to another zone; its present day is extended, never cut."""
        clock = self._clock(enterprise_id)
        if zone == clock.zone:
            return
        if clock.calendar is not None:
            clock.calendar = change_zone(self.today(enterprise_id), zone)
        clock.zone = zone

    def end(self, enterprise_id: str) -> Calendar:
        """The enterprise's day at the latest time of all."""
        self.advance(enterprise_id, self.latest_ms)
        return self.today(enterprise_id)

    def _clock(self, enterprise_id: str) -> _Clock:
        clock = self._clocks.get(enterprise_id)
        if clock is None:
            self._clocks[enterprise_id] = clock = _Clock(self.default_zone)
        return clock

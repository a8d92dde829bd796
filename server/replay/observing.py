"""`--observe`: every add counts as made, every event as it stands in the file."""

from collections.abc import Sequence

from quota.calls import REMEMBERED_MS
from scoring.events import Event, parse
from server.replay.adds import SETTLED, as_made
from server.replay.calendars import Calendars
from server.replay.folding import Folding
from server.replay.policies import InForce, Policies
from server.replay.reading import Line

BATCH = 2_000


class Observing:
    """Folds lines in batches, each event_id of an enterprise once, as the service would."""

    def __init__(self, folding: Folding, calendars: Calendars, policies: Policies) -> None:
        self._folding = folding
        self._calendars = calendars
        self._policies = policies
        self._batch: list[Event] = []
        self._in_force: InForce | None = None
        self._seen = folding.memory.texts("seen")

    async def take(self, line: Line) -> None:
        """One line, in the order of the files."""
        in_force = self._policies.of(line)
        if in_force is not self._in_force or len(self._batch) >= BATCH:
            self._fold()
            self._in_force = in_force
        enterprise_id = line.body["enterprise_id"]
        now_ms = self._calendars.advance(enterprise_id, line.clock_ms)
        zone = line.body.get("time_zone")
        if zone is not None:
            self._calendars.change_zone(enterprise_id, zone)
        settled = line.type in SETTLED
        today = (self._calendars.latest if settled else self._calendars.today)(enterprise_id)
        for body in as_made(line, today.day, in_force.version):
            body.update(received_ms=now_ms, day=today.day, day_end_ms=today.end_ms)
            self._batch.append(parse(body))

    async def finish(self) -> None:
        """Folds what is left."""
        self._fold()

    def _fold(self) -> None:
        if self._in_force is not None and self._batch:
            self._folding.fold(self._new(self._batch), self._in_force)
            self._folding.memory.settle()
        self._batch = []

    def _new(self, events: Sequence[Event]) -> Sequence[Event]:
        """The events without those whose id is remembered."""
        named = {
            (event.enterprise_id, event.fields["event_id"])
            for event in events
            if "event_id" in event.fields
        }
        if not named:
            return events
        self._seen.load(named)
        new = [event for event in events if self._is_new(event)]
        self._seen.settle(named)
        self._folding.tally.dropped += len(events) - len(new)
        return new

    def _is_new(self, event: Event) -> bool:
        event_id = event.fields.get("event_id")
        if event_id is None:
            return True
        key = (event.enterprise_id, event_id)
        last_ms = self._seen.views.get(key)
        if last_ms is not None and event.received_ms < int(last_ms) + REMEMBERED_MS:
            return False
        self._seen.views[key] = str(event.received_ms)
        return True

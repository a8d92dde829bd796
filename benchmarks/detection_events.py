"""Traffic as the events that a replay would fold: adds as made, contacts and greetings hashed.

The same as `server.replay` makes of a file, without the validation of its text, which would take
longer than the fold.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from benchmarks.workload_company import Line
from scoring.events import Event, parse
from scoring.ways import HANDOVERS
from server.replay.calendars import Calendars
from server.replay.reading import replay_hasher

_TAIL = 4


class Converter:
    """Turns the lines of enterprises into events, each enterprise by its own clock and days.

    `target_id` stays beside its hash: the fold does not read it, the measures do.
    """

    def __init__(self, zone: str = "Asia/Shanghai") -> None:
        hasher = replay_hasher()
        self._contact = hasher.contact
        self._greeting: Callable[[str], str | None] = cache(hasher.greeting)
        self._calendars = Calendars(zone)
        self._decisions = 0

    def events(self, lines: Iterable[Line]) -> list[Event]:
        """The events of lines, which stand in the order of their times."""
        return [self.event(line) for line in lines]

    def event(self, line: Line) -> Event:
        """The event of one line."""
        body, calendars = dict(line), self._calendars
        enterprise_id = body["enterprise_id"]
        if isinstance(body["at"], str):
            body["at"] = at_ms(body["at"])
        body["received_ms"] = calendars.advance(enterprise_id, body["at"])
        if (zone := body.get("time_zone")) is not None:
            calendars.change_zone(enterprise_id, zone)
        today = calendars.today(enterprise_id)
        body["day"], body["day_end_ms"] = today.day, today.end_ms
        if (target_id := body.get("target_id")) is not None:
            body["target"] = self._contact(target_id)
        if (phone := body.pop("target_phone", None)) is not None:
            # The traffic's numbers are in E.164 form; patterns only ask which blocks are the same.
            body["number_block"] = self._contact(phone[:-_TAIL])
            body["number_tail"] = phone[-_TAIL:]
        if (greeting := body.pop("greeting", None)) is not None:
            body["greeting_hash"] = self._greeting(greeting)
        if body["type"] == "add.requested":
            self._make(body)
        return parse(body)

    def _make(self, body: dict[str, Any]) -> None:
        self._decisions += 1
        made = {"allowed": True, "reason": "ok", "decision_id": f"d{self._decisions}"}
        defaults = {"way": "unknown", "initiated_by": "member"}
        body |= made | {name: body.get(name, value) for name, value in defaults.items()}


def at_ms(text: str) -> int:
    """Epoch ms of an RFC 3339 instant with at most three decimals."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def is_active_add(event: Event) -> bool:
    """Whether patterns read it: an add by the member, no hand-over."""
    fields = event.fields
    return (
        event.type == "add.requested"
        and fields["initiated_by"] == "member"
        and fields["way"] not in HANDOVERS
    )


def is_passive_add(event: Event) -> bool:
    """Whether the contact took the first step."""
    return event.type == "add.requested" and event.fields["initiated_by"] == "contact"


def is_victim(event: Event) -> bool:
    """Whether an add's contact is somebody else than an account of the member's own farm."""
    return f"-{event.member_id}-f" not in event.fields["target_id"]

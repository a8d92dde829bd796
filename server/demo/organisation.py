"""What the sample organisation does in an hour, and what its contacts make of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, groupby
from operator import itemgetter

from quota.adds import Add, Decision
from quota.calls import Event
from server.contacts import ContactHasher
from server.demo.cast import CAST, ENTERPRISE, HOUR_MS, Character


@dataclass
class Organisation:
    """Draws what the cast does; the same seed gives the same organisation."""

    contacts: ContactHasher
    draw: random.Random = field(default_factory=lambda: random.Random(7))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def hour(self) -> list[tuple[Character, Add]]:
        """The adds of one hour, of everybody."""
        asked = []
        for one in CAST:
            asked += [
                (one, self._add(one, "member", one.way)) for _ in range(self._times(one.adds))
            ]
            scans = self._times(one.scans)
            asked += [(one, self._add(one, "contact", "qr_code")) for _ in range(scans)]
        return asked

    def moments(self) -> list[tuple[int, list[tuple[Character, Add]]]]:
        """The adds of one hour by the ms into it: each member's at a moment of its own.

        On the hour they would be those of machines, by the pattern that looks for them.
        """
        of_members = [list(some) for _, some in groupby(self.hour(), key=itemgetter(0))]
        drawn = ((self.draw.randrange(HOUR_MS // 2), some) for some in of_members)
        return sorted(drawn, key=itemgetter(0))

    def outcomes(self, made: Iterable[tuple[Character, Add, Decision]], at_ms: int) -> list[Event]:
        """What the contacts of allowed adds did."""
        events = []
        for one, add, decision in made:
            if decision.allowed and (kind := self._outcome(one)):
                body = {"target": add.contact, "decision_id": decision.decision_id}
                events.append(self._event(one, f"contact.{kind}", at_ms, **body))
        return events

    def usage(self, stat_date: str, at_ms: int) -> list[Event]:
        """Everybody's report of a day."""
        return [
            self._event(
                one,
                "usage.reported",
                at_ms,
                stat_date=stat_date,
                chat_cnt=self._times(one.chats),
                reply_percentage=one.replies,
            )
            for one in CAST
        ]

    def _outcome(self, one: Character) -> str | None:
        shares = {
            "complained": one.complains,
            "blocked": one.blocks,
            "deleted": one.deletes,
            "accepted": one.accepts,
            "declined": 0.05,
        }
        left = self.draw.random()
        for kind, share in shares.items():
            left -= share
            if left < 0:
                return kind
        return None

    def _add(self, one: Character, initiated_by: str, way: str) -> Add:
        contact = self.contacts.contact(f"wm-{next(self.numbers)}")
        return Add(ENTERPRISE, one.member_id, contact, way=way, initiated_by=initiated_by)

    def _event(self, one: Character, kind: str, at_ms: int, **more: object) -> Event:
        body = {"type": kind, "at": at_ms, "enterprise_id": ENTERPRISE, "member_id": one.member_id}
        return Event(ENTERPRISE, f"demo-{next(self.numbers)}", {**body, **more})

    def _times(self, mean: float) -> int:
        """A whole number around the mean."""
        return int(mean * self.draw.uniform(0.6, 1.4) + self.draw.random())

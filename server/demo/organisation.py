"""What the sample organisations do in a while, and what their contacts make of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from quota.adds import Add, Decision
from quota.calls import Event
from server.contacts import ContactHasher
from server.demo.cast import HOUR_MS, Character, Company
from server.demo.stretches import Pace, Stretch

OFFICE = range(9, 18)
"""Local hours in which members add."""
AWAKE = range(7, 23)
"""Local hours in which contacts scan."""
ASLEEP = 0.25
"""What share of scans comes at other hours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An add, with who asks for it."""

    company: Company
    one: Character
    add: Add


@dataclass(frozen=True, slots=True)
class Doing:
    """How often an hour somebody adds, or is scanned."""

    company: Company
    one: Character
    is_scan: bool
    an_hour: float


def doing(company: Company, at_ms: int, hours_ago: float, pace: Pace) -> Iterator[Doing]:
    """What everybody at a company does at a time: the past and the present go by this alone."""
    hour = datetime.fromtimestamp(at_ms / 1000, company.clock).hour
    awake = pace.scans * (1 if hour in AWAKE else ASLEEP)
    for known in company.cast:
        one = known.then(hours_ago)
        # Who is noticed in these hours works in full: patterns need that many.
        at_work = (1 if one.spell else pace.adds) * (1 if hour in OFFICE else pace.late)
        yield Doing(company, one, is_scan=False, an_hour=one.adds * at_work)
        yield Doing(company, one, is_scan=True, an_hour=one.scans * awake)


@dataclass
class Organisation:
    """Draws what people do; the same seed gives the same."""

    contacts: ContactHasher
    draw: random.Random = field(default_factory=lambda: random.Random(7))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def stretch(self, company: Company, stretch: Stretch, pace: Pace) -> list[Asked]:
        """The adds of everybody at a company in a while."""
        hours, asked = stretch.length_ms / HOUR_MS, list[Asked]()
        for does in doing(company, stretch.from_ms, stretch.hours_ago, pace):
            times = self._times(does.an_hour * hours)
            asked += [self.asked(company, does.one, is_scan=does.is_scan) for _ in range(times)]
        return asked

    def asked(self, company: Company, one: Character, *, is_scan: bool = False) -> Asked:
        """One add of somebody, or somebody's scan of their code."""
        contact = self.contacts.contact(f"wm-{next(self.numbers)}")
        way, by = ("qr_code", "contact") if is_scan else (one.way, "member")
        add = Add(company.enterprise_id, one.member_id, contact, way=way, initiated_by=by)
        return Asked(company, one, add)

    def outcomes(self, made: Iterable[tuple[Asked, Decision]], at_ms: int) -> list[Event]:
        """What the contacts of allowed adds did."""
        events = []
        for asked, decision in made:
            if decision.allowed and (kind := self._outcome(asked.one)):
                body = {"target": asked.add.contact, "decision_id": decision.decision_id}
                events.append(self._event(asked, f"contact.{kind}", at_ms, **body))
        return events

    def usage(self, company: Company, stat_date: str, at_ms: int) -> list[Event]:
        """Everybody's report of a day."""
        return [
            self._event(
                Asked(company, one, Add(company.enterprise_id, one.member_id, "")),
                "usage.reported",
                at_ms,
                stat_date=stat_date,
                chat_cnt=self._times(one.chats),
                reply_percentage=one.replies,
            )
            for one in company.cast
        ]

    def _outcome(self, one: Character) -> str | None:
        shares = {
            "complained": one.complains,
            "blocked": one.blocks,
            "deleted": one.deletes,
            "accepted": one.accepts,
            "declined": one.declines,
        }
        left = self.draw.random()
        for kind, share in shares.items():
            left -= share
            if left < 0:
                return kind
        return None

    def _event(self, asked: Asked, kind: str, at_ms: int, **more: object) -> Event:
        enterprise_id, member_id = asked.add.enterprise_id, asked.add.member_id
        body = {"type": kind, "at": at_ms, "enterprise_id": enterprise_id, "member_id": member_id}
        return Event(enterprise_id, f"demo-{next(self.numbers)}", {**body, **more})

    def _times(self, mean: float) -> int:
        """A whole number around the mean."""
        return int(mean * self.draw.uniform(0.6, 1.4) + self.draw.random())

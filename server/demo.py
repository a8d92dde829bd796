"""A sample organisation: three weeks of history through the real ledger and fold, then a live day.

Everything goes the way of real traffic; only the clock of the history is set back.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path

from quota.adds import Add, Decision, StoreUnavailable
from quota.calls import Event
from quota.days import local_day, midnight_ms
from quota.ledger import Ledger
from quota.policy import Rules
from server import contacts, sealing
from server.contacts import ContactHasher
from server.directory import told_as_unusable
from server.http.active_policy import ActivePolicy
from server.http.services import Services
from server.policy import default_policy
from server.records import accounts
from server.records.accounts import Enterprise, Member
from server.settings import DATABASE_FILE, Settings
from server.wiring import EMBEDDED_WORKER, Stores, open_stores
from server.worker import policies
from server.worker.loop import Worker
from server.worker.refill import closed_shards

ENTERPRISE = "harbour"
ZONE = "Asia/Shanghai"
HISTORY_DAYS = 21
HOURS = range(9, 18)
HOUR_MS = 3_600_000
LIVE_PAUSE_S = 0.4


@dataclass(frozen=True)
class Character:
    """How a member works: adds and scans an hour, and what share of contacts does what."""

    member_id: str
    name: str
    adds: float
    scans: float
    accepts: float
    deletes: float = 0.01
    blocks: float = 0.002
    complains: float = 0.0
    way: str = "card_share"
    chats: int = 20
    replies: float = 90.0


CAST = (
    Character("li", "Li Na", adds=2.0, scans=3.0, accepts=0.75),
    Character("mu", "Mu Chen", adds=1.0, scans=0.5, accepts=0.7, way="group_chat"),
    Character("wang", "Wang Wei", adds=4.0, scans=1.0, accepts=0.6, chats=45),
    Character("sun", "Sun Li", adds=0.3, scans=9.0, accepts=0.9, chats=60, replies=97.0),
    Character(
        "zhao",
        "Zhao Min",
        adds=5.0,
        scans=0.0,
        accepts=0.12,
        deletes=0.06,
        blocks=0.14,
        complains=0.05,
        way="phone_search",
        chats=3,
        replies=20.0,
    ),
)


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


class _Clock:
    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


async def make_history(settings: Settings, days: int = HISTORY_DAYS) -> None:
    """That many days of the organisation, ending yesterday, in new embedded stores.

    They appear in the settings' directory once they are whole: what is interrupted leaves none.
    Raises what `open_stores` does.
    """
    with filled_whole(settings.data) as draft:
        await _make_history(settings.model_copy(update={"data": draft}), days)


async def _make_history(settings: Settings, days: int) -> None:
    today = local_day(ZONE, int(time.time() * 1000))
    clock = _Clock(midnight_ms(ZONE, today - days))
    async with open_stores(settings, clock_ms=clock) as stores:
        policy = await _policy(stores, clock)
        worker = Worker(stores.ledger, stores.database, owner=EMBEDDED_WORKER, clock_ms=clock)
        await worker.keep()
        while await closed_shards(stores.ledger):
            await worker.turn()
        await policy.announce()
        organisation, rules = Organisation(stores.contacts), policy.rules()
        await _describe(stores, clock.now_ms)
        for day in range(today - days, today):
            await _day(stores.ledger, organisation, rules, clock, day)
            await worker.keep()
            while await worker.turn():
                pass


async def _policy(stores: Stores, clock: _Clock) -> ActivePolicy:
    async def announce() -> None:
        await policies.announce(stores.ledger, stores.database)

    policy = ActivePolicy(stores.database, clock, announce)
    await policy.begin(None, default_policy(), "demo")
    return policy


@contextmanager
def filled_whole(directory: Path) -> Iterator[Path]:
    """A draft of the directory; its files are moved there where the block ends well.

    Raises DataUnusable.
    """
    with told_as_unusable(directory):
        directory.mkdir(parents=True, exist_ok=True)
        held = tempfile.TemporaryDirectory(dir=directory, prefix=".making-")
    with held as name:
        draft = Path(name)
        for keys in (contacts.KEY_FILE, sealing.KEY_FILE):
            if (directory / keys).exists():
                shutil.copy2(directory / keys, draft)
        yield draft
        for file in sorted(draft.iterdir(), key=lambda file: file.name == DATABASE_FILE):
            file.rename(directory / file.name)


async def _day(
    ledger: Ledger, organisation: Organisation, rules: Rules, clock: _Clock, day: int
) -> None:
    for hour in HOURS:
        began_ms = midnight_ms(ZONE, day) + hour * HOUR_MS
        made: list[tuple[Character, Add, Decision]] = []
        for after_ms, asked in organisation.moments():
            clock.now_ms = began_ms + after_ms
            decided = await ledger.spend([add for _, add in asked], rules)
            made += [
                (one, add, decision)
                for (one, add), decision in zip(asked, decided, strict=True)
                if isinstance(decision, Decision)
            ]
        clock.now_ms = began_ms + HOUR_MS // 2
        await _append(ledger, organisation.outcomes(made, clock.now_ms))
    stat_date = time.strftime("%Y-%m-%d", time.gmtime(day * 86_400))
    await _append(ledger, organisation.usage(stat_date, clock.now_ms))


async def _append(ledger: Ledger, events: Sequence[Event]) -> None:
    if events:
        await ledger.append(events, ZONE)


async def _describe(stores: Stores, now_ms: int) -> None:
    profile = {"legal_name": "Harbour Trading Ltd", "domain": "harbour.example", "size": "50"}
    attested = dict.fromkeys(profile, True)
    body = {"type": "enterprise.updated", "at": now_ms, "enterprise_id": ENTERPRISE}
    described = {"time_zone": ZONE, "verification": "certified", "profile": attested}
    events = [Event(ENTERPRISE, "demo-enterprise", {**body, **described})]
    async with stores.database.write() as connection:
        company = Enterprise(
            ENTERPRISE, now_ms, now_ms, "Harbour Trading", ZONE, "certified", profile
        )
        await accounts.put_enterprise(connection, company)
        for one in CAST:
            own = {"real_name": one.name, "title": "Sales"}
            member = Member(ENTERPRISE, one.member_id, now_ms, now_ms, one.name, profile=own)
            await accounts.put_member(connection, member)
            update = {
                "type": "member.updated",
                "at": now_ms,
                "enterprise_id": ENTERPRISE,
                "member_id": one.member_id,
                "activated_at": None,
                "linked_account_id": None,
                "person_id": None,
                "profile": dict.fromkeys(own, True),
            }
            events.append(Event(ENTERPRISE, f"demo-{one.member_id}", update))
    await _append(stores.ledger, events)


async def live(services: Services) -> None:
    """The present day: an add every now and then, and what its contact does."""
    organisation = Organisation(services.contacts, random.Random())
    organisation.numbers = count(int(time.time() * 1000))
    while True:
        for one, add in organisation.hour():
            await asyncio.sleep(LIVE_PAUSE_S)
            try:
                decision = await services.group.decide(add)
                if isinstance(decision, Decision):
                    made = [(one, add, decision)]
                    events = organisation.outcomes(made, services.clock_ms())
                    await _append(services.ledger, events)
            except StoreUnavailable:
                continue

"""Weeks of the sample organisation through the real ledger and fold, with the clock set back."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quota.adds import Add, Decision
from quota.calls import Event
from quota.days import local_day, midnight_ms
from quota.ledger import Ledger
from quota.policy import Rules
from server import contacts, sealing
from server.demo.cast import CAST, ENTERPRISE, HOUR_MS, HOURS, ZONE, Character
from server.demo.incidents import Incidents
from server.demo.organisation import Organisation
from server.directory import told_as_unusable
from server.http.active_policy import ActivePolicy
from server.policy import default_policy
from server.records import accounts
from server.records.accounts import Enterprise, Member
from server.settings import DATABASE_FILE, Settings
from server.wiring import EMBEDDED_WORKER, Stores, open_stores
from server.worker import policies
from server.worker.loop import Worker
from server.worker.refill import closed_shards

HISTORY_DAYS = 21


class Clock:
    """The time of the history, in epoch ms."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        """As whoever asks for the time calls it."""
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
    clock = Clock(midnight_ms(ZONE, today - days))
    async with open_stores(settings, clock_ms=clock) as stores:
        policy = await _policy(stores, clock)
        worker = Worker(stores.ledger, stores.database, owner=EMBEDDED_WORKER, clock_ms=clock)
        await worker.keep()
        while await closed_shards(stores.ledger):
            await worker.turn()
        await policy.announce()
        await _describe(stores, clock.now_ms)
        incidents = Incidents(stores, default_policy(), worker)
        work = _Work(stores.ledger, Organisation(stores.contacts), policy.rules(), clock)
        for day in range(today - days, today):
            for hour in HOURS:
                clock.now_ms = midnight_ms(ZONE, day) + hour * HOUR_MS
                await incidents.begin(today - day, days, hour, clock.now_ms)
                await work.hour(clock.now_ms)
            await work.report(day)
            await worker.keep()
            await incidents.fold()


async def _policy(stores: Stores, clock: Clock) -> ActivePolicy:
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


@dataclass(frozen=True, slots=True)
class _Work:
    """What everybody does in the hours of a day, and reports of it."""

    ledger: Ledger
    organisation: Organisation
    rules: Rules
    clock: Clock

    async def hour(self, began_ms: int) -> None:
        """The adds of an hour, and what their contacts do."""
        clock, made = self.clock, list[tuple[Character, Add, Decision]]()
        for after_ms, asked in self.organisation.moments():
            clock.now_ms = began_ms + after_ms
            decided = await self.ledger.spend([add for _, add in asked], self.rules)
            made += [
                (one, add, decision)
                for (one, add), decision in zip(asked, decided, strict=True)
                if isinstance(decision, Decision)
            ]
        clock.now_ms = began_ms + HOUR_MS // 2
        await _append(self.ledger, self.organisation.outcomes(made, clock.now_ms))

    async def report(self, day: int) -> None:
        """Everybody's figures of a day."""
        stat_date = time.strftime("%Y-%m-%d", time.gmtime(day * 86_400))
        await _append(self.ledger, self.organisation.usage(stat_date, self.clock.now_ms))


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
            member = Member(
                ENTERPRISE,
                one.member_id,
                now_ms,
                now_ms,
                one.name,
                linked_account_id=one.linked_account_id,
                profile=own,
            )
            await accounts.put_member(connection, member)
            update = {
                "type": "member.updated",
                "at": now_ms,
                "enterprise_id": ENTERPRISE,
                "member_id": one.member_id,
                "activated_at": None,
                "linked_account_id": one.linked_account_id,
                "person_id": None,
                "profile": dict.fromkeys(own, True),
            }
            events.append(Event(ENTERPRISE, f"demo-{one.member_id}", update))
    await _append(stores.ledger, events)

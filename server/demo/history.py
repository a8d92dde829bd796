"""Weeks of the sample organisations through the real ledger and fold, with the clock set back."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from quota.days import local_day, midnight_ms
from server import contacts, sealing
from server.demo import policies as versions
from server.demo.cast import HOUR_MS, ZONE
from server.demo.desk import Desk
from server.demo.incidents import LONGEST_AGO, Act, Incidents
from server.demo.organisation import Organisation
from server.demo.past import Clock, Past
from server.demo.redress import Redress
from server.demo.staff import PLATFORM, hand_out
from server.demo.stretches import stretches
from server.directory import told_as_unusable
from server.http.active_policy import ActivePolicy
from server.policy import Policy
from server.records import settings as marks
from server.records.engine import Database
from server.records.settings import SettingsConflict
from server.settings import DATABASE_FILE, Settings
from server.wiring import EMBEDDED_WORKER, Stores, clock_ms, open_stores
from server.worker import policies
from server.worker.loop import Worker
from server.worker.refill import closed_shards

HISTORY_DAYS = 21
BEFORE_NOW_MS = 180_000
"""How long ago the history ends: making it takes some of that."""
FOLD_MS = 24 * HOUR_MS
MARK = "demo"
"""The setting that every sample has: whatever is there without it is not to be played with."""
SHARDS = 1
"""Each is kept, folded and pruned for itself, which takes time; a sample needs one."""
REMOVALS, REMOVAL_PAUSE_S = 40, 0.05


async def make_history(settings: Settings, days: int = HISTORY_DAYS) -> None:
    """That many days of the organisations and what has passed of today, in new embedded stores.

    They appear in the settings' directory once they are whole: what is interrupted leaves none.
    Raises what `open_stores` does.
    """
    with filled_whole(settings.data) as draft:
        await _make_history(settings.model_copy(update={"data": draft, "shards": SHARDS}), days)


async def _make_history(settings: Settings, days: int) -> None:
    end_ms = clock_ms() - BEFORE_NOW_MS
    clock = Clock(midnight_ms(ZONE, local_day(ZONE, end_ms) - days))
    async with open_stores(settings, clock_ms=clock) as stores:
        await _mark(stores.database)
        policy = await _policy(stores, clock)
        worker = Worker(stores.ledger, stores.database, owner=EMBEDDED_WORKER, clock_ms=clock)
        await worker.keep()
        while await closed_shards(stores.ledger):
            await worker.turn()
        await policy.announce()
        desk = Desk(stores, policy, worker, await hand_out(stores.database, clock.now_ms))
        acts = _acts(desk) if days >= LONGEST_AGO else []
        await _live(Past(stores, policy, clock, Organisation(stores.contacts)), desk, acts, end_ms)


async def _mark(database: Database) -> None:
    async with database.write() as connection:
        await marks.put(connection, MARK, "made")


async def check_made(database: Database, data: Path) -> None:
    """Raises SettingsConflict where a record is not one of `make_history`: it is somebody's own."""
    async with database.read() as connection:
        if await marks.get(connection, MARK) is None:
            raise SettingsConflict(
                f"{data} has a record that is no demo's; give --data another directory, or none."
            )


async def _live(past: Past, desk: Desk, acts: list[tuple[float, Act]], end_ms: int) -> None:
    """Everything in its order; what is decided rests on what was folded before."""
    clock, folded_ms, day = past.clock, 0, None
    for stretch in stretches(clock.now_ms, end_ms):
        due = [act for hours_ago, act in acts if hours_ago >= stretch.hours_ago]
        del acts[: len(due)]
        clock.now_ms = stretch.from_ms
        if day is not None and day != stretch.day:
            await past.report(day)
        if due or clock.now_ms - folded_ms >= FOLD_MS:
            await desk.fold()
            folded_ms = clock.now_ms
        for act in due:
            await act(clock.now_ms)
        day = stretch.day
        await past.live(stretch)
    clock.now_ms = end_ms
    await past.settle()
    await desk.fold()


def _acts(desk: Desk) -> list[tuple[float, Act]]:
    """What happens, by how many hours ago, the oldest first."""

    async def activate(policy: Policy, _now_ms: int) -> None:
        await desk.policy.activate(policy, "demo", PLATFORM)

    changes: list[tuple[float, Act]] = [
        (ago, partial(activate, policy)) for ago, policy in versions.later().items()
    ]
    acts = [*Incidents(desk, Redress(desk)).acts(), *changes]
    return sorted(acts, key=lambda act: -act[0])


async def _policy(stores: Stores, clock: Clock) -> ActivePolicy:
    async def announce() -> None:
        await policies.announce(stores.ledger, stores.database)

    policy = ActivePolicy(stores.database, clock, announce)
    await policy.begin(None, versions.first(), "demo")
    return policy


@contextmanager
def filled_whole(directory: Path) -> Iterator[Path]:
    """A draft of the directory; its files are moved there where the block ends well.

    Raises DataUnusable.
    """
    with told_as_unusable(directory):
        directory.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=directory, prefix=".making-"))
    try:
        for keys in (contacts.KEY_FILE, sealing.KEY_FILE):
            if (directory / keys).exists():
                shutil.copy2(directory / keys, draft)
        yield draft
        for file in sorted(draft.iterdir(), key=lambda file: file.name == DATABASE_FILE):
            file.rename(directory / file.name)
    finally:
        _remove(draft)


def _remove(draft: Path) -> None:
    """Removes a draft. A thread of SQLite that was interrupted may still put a file there."""
    for _ in range(REMOVALS):
        with suppress(OSError):
            shutil.rmtree(draft)
            return
        time.sleep(REMOVAL_PAUSE_S)
    shutil.rmtree(draft)

"""The one composition root: opens the stores, makes the services, runs what runs beside them."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fakeredis import FakeAsyncRedis
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from quota.adds import StoreUnavailable
from quota.group import GroupCommit
from quota.ledger import Ledger
from server.admin_key import provide_admin_key
from server.contacts import ContactHasher, load_hasher
from server.http.active_policy import ActivePolicy
from server.http.freshness import kept_fresh
from server.http.keyring import KeyRing
from server.http.metrics import Metrics
from server.http.services import Services
from server.http.throttle import Throttle
from server.policy import default_policy, load_policy
from server.records import leases, migrations
from server.records import settings as records_settings
from server.records.engine import Database, open_database
from server.settings import Settings
from server.worker import install, policies
from server.worker.embedded import AfterWrite, journal_after_write
from server.worker.loop import Worker, working
from server.worker.refill import closed_shards, report_rolled_back

log = logging.getLogger(__name__)

LOCK_FILE = "lock"
POLL_S = 0.05
EMBEDDED_WORKER = "embedded"
"""The embedded worker's name never changes, so a restart takes its shards over at once."""


class DataInUse(Exception):  # noqa: N818  a state of the directory, no fault
    """Another process holds the embedded store's directory."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Both stores, opened and found to belong together."""

    settings: Settings
    database: Database
    ledger: Ledger
    contacts: ContactHasher
    install_id: str

    @property
    def embedded(self) -> bool:
        """Whether Redis is in this process."""
        return self.settings.redis is None


def clock_ms() -> int:
    """Epoch ms by the clock of this machine."""
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def open_stores(
    settings: Settings, clock_ms: Callable[[], int] | None = None
) -> AsyncIterator[Stores]:
    """Opens both stores, migrated to this release, and closes them; `clock_ms` is for the past.

    Raises SettingsConflict, ContactKeyError, DataInUse, RecordsUnavailable.
    """
    async with AsyncExitStack() as stack:
        settings.data.mkdir(parents=True, exist_ok=True)
        if settings.redis is None:
            stack.enter_context(_alone_in(settings.data))
        database = open_database(settings.database_url)
        stack.push_async_callback(database.close)
        await migrations.upgrade(database)
        contacts = load_hasher(_secret(settings.contact_keys), settings.data)
        async with database.write() as connection:
            shards = await records_settings.fixed_shards(connection, settings.shards)
            await records_settings.check_contact_keys(connection, contacts.checks)
            await leases.create_shards(connection, shards)
            install_id = await records_settings.install_id(connection)
        redis = _redis(settings)
        stack.push_async_callback(redis.aclose)
        ledger = _ledger(settings, redis, database, shards, clock_ms)
        await _claim(ledger, install_id)
        yield Stores(settings, database, ledger, contacts, install_id)


@dataclass(frozen=True, slots=True)
class Running:
    """The services of a process; the admin key only where this start made it."""

    services: Services
    new_admin_key: str | None


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Running]:
    """The services of one process, ready for requests; its worker runs while the block does.

    Raises what `open_stores` does, PolicyError, RevokedKeyError.
    """
    async with open_stores(settings) as stores, AsyncExitStack() as stack:
        new_key = await _provide_key(stores)
        services = _services(stores)
        await _begin_policy(settings, services.policy)
        if settings.worker:
            owner = EMBEDDED_WORKER if stores.embedded else None
            worker = Worker(stores.ledger, stores.database, owner=owner)
            await stack.enter_async_context(working(worker))
            await _until_open(stores.ledger)

        async def look_at_redis() -> None:
            await _look_at_redis(stores, services.policy)

        refreshes = (services.keys.refresh, services.policy.refresh, look_at_redis)
        await stack.enter_async_context(kept_fresh(*refreshes))
        yield Running(services, new_key)


async def first_start(settings: Settings) -> str | None:
    """What several processes must not do side by side; returns an admin key that was made."""
    async with open_stores(settings) as stores:
        await _begin_policy(settings, _services(stores).policy)
        return await _provide_key(stores)


async def _begin_policy(settings: Settings, policy: ActivePolicy) -> None:
    wanted = None if settings.policy is None else load_policy(settings.policy)
    await policy.begin(wanted, default_policy(), "start")


async def _provide_key(stores: Stores) -> str | None:
    return await provide_admin_key(stores.database, _secret(stores.settings.admin_key), clock_ms())


def _services(stores: Stores) -> Services:
    async def announce() -> None:
        await policies.announce(stores.ledger, stores.database)

    policy = ActivePolicy(stores.database, clock_ms, announce)
    return Services(
        ledger=stores.ledger,
        group=GroupCommit(stores.ledger, policy.rules),
        database=stores.database,
        policy=policy,
        keys=KeyRing(stores.database, clock_ms),
        contacts=stores.contacts,
        throttle=Throttle(stores.settings.throttle),
        metrics=Metrics(),
        clock_ms=clock_ms,
    )


def _redis(settings: Settings) -> Redis:
    if settings.redis is None:
        return FakeAsyncRedis()
    # No retries: the ledger decides what may be sent again, and the deadline is its own, too.
    return Redis.from_url(settings.redis, retry=Retry(NoBackoff(), 0))


def _ledger(
    settings: Settings,
    redis: Redis,
    database: Database,
    shards: int,
    clock_ms: Callable[[], int] | None,
) -> Ledger:
    if settings.redis is not None:
        return Ledger(redis, shards=shards, deadline_ms=settings.redis_deadline_ms)
    journals: list[AfterWrite] = []

    async def after_write(written: Sequence[int]) -> None:
        for journal in journals:
            await journal(written)

    ledger = Ledger(redis, shards=shards, after_write=after_write, clock_ms=clock_ms)
    journals.append(journal_after_write(ledger, database))
    return ledger


async def _claim(ledger: Ledger, install_id: str) -> None:
    """Waits for Redis. Raises ForeignRedis."""
    told = False
    while True:
        try:
            return await install.claim(ledger, install_id)
        except StoreUnavailable:
            if not told:
                log.warning("waiting for Redis to answer")
            told = True
        await asyncio.sleep(POLL_S)


async def _look_at_redis(stores: Stores, policy: ActivePolicy) -> None:
    """Marks a Redis that came back empty, closes shards that were rolled back, tells the fold."""
    await install.claim(stores.ledger, stores.install_id)
    if rolled_back := await report_rolled_back(stores.ledger):
        log.warning("Redis was rolled back; shards %s are refilled", rolled_back)
    if not await closed_shards(stores.ledger):
        await policy.announce()


async def _until_open(ledger: Ledger) -> None:
    """Waits until every shard was taken over or refilled."""
    while True:
        with suppress(StoreUnavailable):
            if not await closed_shards(ledger):
                return
        await asyncio.sleep(POLL_S)


@contextmanager
def _alone_in(data: Path) -> Iterator[None]:
    """Holds the directory: two embedded stores in it would each count on their own."""
    with (data / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataInUse(
                f"another contact-quota runs on the embedded stores in {data}: stop it, or choose "
                f"another directory with --data"
            ) from error
        yield


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()

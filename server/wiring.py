"""The one composition root: opens the stores, makes the services, runs what runs beside them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from fakeredis import FakeAsyncRedis
from pydantic import SecretStr
from redis.asyncio import Redis

from quota.adds import StoreUnavailable
from quota.group import GroupCommit
from quota.ledger import Ledger
from server.admin_key import RevokedKeyError, make_first, take_configured
from server.contacts import ContactHasher, load_hasher
from server.directory import DataInUse, DataUnusable, alone_in, told_as_unusable
from server.http.active_policy import ActivePolicy
from server.http.freshness import kept_fresh
from server.http.keyring import KeyRing
from server.http.metrics import POLICY_VERSION, Metrics
from server.http.services import Services
from server.http.throttle import Throttle
from server.policy import Policy, PolicyError, default_policy, load_policy
from server.records import leases, migrations
from server.records import settings as records_settings
from server.records.engine import Database, RecordsUnavailable, open_database
from server.records.settings import SettingsConflict
from server.sealing import Sealer, load_sealer
from server.secret_keys import SecretKeyError
from server.settings import Settings
from server.watching import RedisWatch, patient
from server.webhooks.delivering import dispatching
from server.worker import install, policies
from server.worker.embedded import AfterWrite, journal_after_write
from server.worker.gauging import gauging
from server.worker.install import ForeignRedis
from server.worker.loop import Worker, working
from server.worker.reaching import RedisUnusable, open_redis, reach, warn_if_forgetful
from server.worker.refill import closed_shards
from server.worker.telling import Told, tell

POLL_S = 0.05
EMBEDDED_WORKER = "embedded"
"""The embedded worker's name never changes, so a restart takes its shards over at once."""


REFUSALS = (
    DataInUse,
    DataUnusable,
    ForeignRedis,
    PolicyError,
    RecordsUnavailable,
    RedisUnusable,
    RevokedKeyError,
    SecretKeyError,
    SettingsConflict,
)
"""Why the stores or the services do not open, in words for whoever starts them."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Both stores, opened and found to belong together."""

    settings: Settings
    database: Database
    ledger: Ledger
    contacts: ContactHasher
    sealer: Sealer
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

    Raises SettingsConflict, SecretKeyError, DataInUse, DataUnusable, RecordsUnavailable,
    RedisUnusable, ForeignRedis. A Redis that is away is waited for.
    """
    async with AsyncExitStack() as stack:
        redis = _redis(settings)
        stack.push_async_callback(redis.aclose)
        with told_as_unusable(settings.data):
            settings.data.mkdir(parents=True, exist_ok=True)
            if settings.redis is None:
                stack.enter_context(alone_in(settings.data))
            contacts = load_hasher(_secret(settings.contact_keys), settings.data)
            sealer = load_sealer(_secret(settings.document_keys), settings.data)
        database = open_database(settings.database_url)
        stack.push_async_callback(database.close)
        await migrations.upgrade(database)
        async with database.write() as connection:
            shards = await records_settings.fixed_shards(connection, settings.shards)
            await records_settings.check_contact_keys(connection, contacts.checks)
            await records_settings.check_document_keys(connection, sealer.checks)
            await leases.create_shards(connection, shards)
            install_id = await records_settings.install_id(connection)
        ledger = _ledger(settings, redis, database, shards, clock_ms)
        await _claim(ledger, install_id)
        yield Stores(settings, database, ledger, contacts, sealer, install_id)


@dataclass(frozen=True, slots=True)
class Running:
    """The services of a process that can answer."""

    services: Services
    settings: Settings

    async def first_admin_key(self) -> str | None:
        """An admin key where there never was one: for whoever shows it at once.

        None in one of several processes: their parent shows it.
        """
        if self.settings.admin_key is not None or self.settings.processes > 1:
            return None
        return await make_first(self.services.database, clock_ms())


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Running]:
    """The services of one process, ready for requests; its worker runs while the block does.

    Raises what `open_stores` does, PolicyError, RevokedKeyError.
    """
    wanted = _wanted_policy(settings)
    async with open_stores(settings) as stores, AsyncExitStack() as stack:
        services = _services(stores)
        await _begin(stores, services.policy, wanted)
        if settings.processes == 1 and not stores.embedded:
            await warn_if_forgetful(stores.ledger.redis)
        if settings.worker:
            owner = EMBEDDED_WORKER if stores.embedded else None
            worker = Worker(stores.ledger, stores.database, owner=owner, watched=True)
            await stack.enter_async_context(working(worker))
            await stack.enter_async_context(_beside(stores, worker))
            await _until_open(stores.ledger)
        await services.keys.refresh()

        async def read_record() -> None:
            await services.keys.refresh()
            await services.policy.refresh()
            POLICY_VERSION.set(services.policy.now.version)

        watch = RedisWatch(stores.ledger, stores.install_id, services.policy)
        looks = (
            patient("reading keys and policy from the record", read_record, clock_ms),
            patient("deciding", watch.look, clock_ms),
        )
        await stack.enter_async_context(kept_fresh(*looks))
        yield Running(services, settings)


async def first_start(settings: Settings) -> None:
    """What several processes must not do side by side. Raises what `open_services` does."""
    wanted = _wanted_policy(settings)
    async with open_stores(settings) as stores:
        await _begin(stores, _services(stores).policy, wanted)
        await warn_if_forgetful(stores.ledger.redis)


async def first_admin_key(settings: Settings) -> str | None:
    """`Running.first_admin_key` for the parent of several processes, once they serve."""
    if settings.admin_key is not None:
        return None
    database = open_database(settings.database_url)
    try:
        return await make_first(database, clock_ms())
    finally:
        await database.close()


def _wanted_policy(settings: Settings) -> Policy | None:
    """Read before anything is made: a start that this ends leaves nothing behind."""
    return None if settings.policy is None else load_policy(settings.policy)


async def _begin(stores: Stores, policy: ActivePolicy, wanted: Policy | None) -> None:
    configured = _secret(stores.settings.admin_key)
    if configured is not None:
        await take_configured(stores.database, configured, clock_ms())
    await policy.begin(wanted, default_policy(), "start")


def _services(stores: Stores) -> Services:
    async def announce() -> None:
        await policies.announce(stores.ledger, stores.database)

    async def tell_all(told: Told) -> None:
        zone = policy.rules().policy.default_time_zone
        await tell(stores.ledger, stores.database, told, zone)

    policy = ActivePolicy(stores.database, clock_ms, announce)
    metrics = Metrics()
    return Services(
        ledger=stores.ledger,
        group=GroupCommit(
            stores.ledger,
            policy.rules,
            observe=metrics.decided,
            waited=metrics.waited,
            now_s=time.perf_counter,
        ),
        database=stores.database,
        policy=policy,
        keys=KeyRing(stores.database, clock_ms),
        contacts=stores.contacts,
        sealer=stores.sealer,
        throttle=Throttle(stores.settings.throttle),
        metrics=metrics,
        clock_ms=clock_ms,
        tell=tell_all,
        webhook_private=stores.settings.webhook_private,
    )


@asynccontextmanager
async def _beside(stores: Stores, worker: Worker) -> AsyncIterator[None]:
    """Notices are delivered and gauges kept where the worker holds shard 0: one process does."""
    database, holds = stores.database, worker.leasing.holds_first
    private = stores.settings.webhook_private
    async with (
        dispatching(database, stores.sealer, clock_ms, holds=holds, private=private, watched=True),
        gauging(stores.ledger, database, holds),
    ):
        yield


def _redis(settings: Settings) -> Redis:
    if settings.redis is None:
        # With a time-out Python 3.11 loses a cancellation now and then (asyncio.wait_for).
        return FakeAsyncRedis(socket_timeout=None)
    return open_redis(settings.redis)


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
    """Waits for Redis. Raises ForeignRedis, RedisUnusable."""
    while True:
        await reach(ledger.redis)
        with suppress(StoreUnavailable):
            return await install.claim(ledger, install_id)
        await asyncio.sleep(POLL_S)


async def _until_open(ledger: Ledger) -> None:
    """Waits until every shard was taken over or refilled."""
    while True:
        with suppress(StoreUnavailable):
            if not await closed_shards(ledger):
                return
        await asyncio.sleep(POLL_S)


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()

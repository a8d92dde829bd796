"""Gauges of the whole installation: one process gives them, and they are what is in the stores."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from quota.adds import StoreUnavailable
from server.enforcement import pausing
from server.enforcement.changes import Actor
from server.enforcement.metrics import SCOPES
from server.records.engine import RecordsUnavailable
from server.worker import gauging, metrics
from server.worker.backlog import Backlog, backlog
from server.worker.gauging import Gauges
from server.worker.outage import Outage
from tests.conftest import Clock
from tests.enforced import World, case
from tests.http.service import until
from tests.worker.enforcing import appealed, report
from tests.worker.scene import Scene, drain
from tests.worker.test_outage import Unplugged


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"contact_quota_{name}", labels)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> None:
    """The registry is the process's: tests before may have ended while a store was away."""
    gauging._forget()
    for store in metrics.STORES:
        metrics.store_back(store)


async def test_the_backlog_is_what_streams_and_journals_have_behind_the_fold(
    scenes: Callable[[int], Scene], clock: Clock
) -> None:
    scene = scenes(4)
    await scene.begin()
    worker = await scene.up()
    assert await backlog(scene.ledger, scene.database) == Backlog(0, None)
    first_ms = clock()
    await scene.add("c1")
    clock.forward(minutes=2)
    await scene.add("c2", enterprise="beta")
    await scene.add("c3")
    behind = await backlog(scene.ledger, scene.database)
    assert behind == Backlog(3, first_ms)
    assert behind.lag_s(clock()) == 120
    await drain(worker)
    assert (await backlog(scene.ledger, scene.database)).lag_s(clock()) == 0


async def test_numbers_that_a_refill_left_out_are_no_backlog(scene: Scene) -> None:
    await scene.begin()
    worker = await scene.up()
    await scene.add("c1")
    await drain(worker)
    for _ in range(2):  # from the second refill on it numbers on from far above
        await scene.redis.flushall()
        await drain(worker)
    (meta,) = await scene.ledger.log.meta([0])
    assert meta.seq > 1_000
    assert await backlog(scene.ledger, scene.database) == Backlog(0, None)
    await scene.add("c2")
    assert (await backlog(scene.ledger, scene.database)).events == 1


async def test_the_process_that_holds_shard_0_gives_the_figures(scene: Scene, clock: Clock) -> None:
    await scene.begin()
    worker = await scene.up()
    held = await report(scene, "wu")
    await appealed(scene, held.penalties[0].penalty.id)
    opened_ms = clock()
    async with scene.database.write() as connection:
        await World(cases=[case(opened_ms=opened_ms)]).keep(connection)
        await pausing.pause(connection, Actor("ann", "k"), "it may be wrong", clock())
    cap = (await scene.add("c0")).limits[0].cap
    for n in range(1, cap):
        await scene.add(f"c{n}")
    await drain(worker)
    await scene.add("late", member="an")
    ours = True
    kept = Gauges(scene.ledger, scene.database, lambda: ours)
    await kept.refresh()
    assert value("members_at_cap", state="at") == 1
    assert value("requests_waiting", kind="appeal") == 1
    assert value("requests_overdue", kind="appeal") == 0
    assert value("enforcement_paused") == 1
    assert (value("fold_backlog_events") or 0) >= 1
    found = [value("penalties_binding", track="1", scope=scope, hold="false") for scope in SCOPES]
    assert sorted(one or 0 for one in found) == [0, 0, 0, 0, 1]
    refreshed = value("gauges_refreshed_timestamp_seconds")
    assert value("cases_oldest_opened_timestamp_seconds") == opened_ms / 1000
    ours = False
    assert kept.is_due
    await kept.refresh()
    assert value("members_at_cap", state="at") == 0
    assert value("enforcement_paused") == 0
    assert value("cases_oldest_opened_timestamp_seconds") == 0
    assert value("gauges_refreshed_timestamp_seconds") == refreshed
    assert not kept.is_due


async def test_a_process_that_takes_shard_0_over_gives_figures_at_once(scene: Scene) -> None:
    await scene.begin()
    await scene.up()
    before = value("gauges_refreshed_timestamp_seconds") or 0
    ours = False
    async with gauging.gauging(scene.ledger, scene.database, lambda: ours):
        ours = True

        async def refreshed() -> bool:
            return (value("gauges_refreshed_timestamp_seconds") or 0) > before

        await until(refreshed)


async def test_a_record_that_is_away_leaves_the_gauges_as_they_were(scene: Scene) -> None:
    await scene.begin()
    metrics.CASES_PUT_OFF.set(7)
    database = Unplugged(scene.database)
    database.away = True

    async def asked() -> bool:
        return database.refused > 0

    async with gauging.gauging(scene.ledger, database, lambda: True):
        await until(asked)
    assert value("cases_put_off") == 7


def test_an_outage_counts_once_a_process_and_ends_with_the_first_that_reaches_it() -> None:
    before = value("store_outages_total", store="record") or 0
    metrics.store_away("record")
    metrics.store_away("record")
    assert value("store_outages_total", store="record") == before + 1
    assert value("store_up", store="record") == 0
    metrics.store_back("record")
    assert value("store_up", store="record") == 1


def test_what_stops_and_goes_on_tells_which_store_was_away(clock: Clock) -> None:
    outage = Outage("folding", 0.1, clock, told_elsewhere=True)
    before = [value("store_outages_total", store=store) for store in metrics.STORES]
    outage.failed(ValueError("a mistake of ours"))
    assert [value("store_outages_total", store=store) for store in metrics.STORES] == before
    outage.failed(StoreUnavailable("no answer"))
    assert [value("store_up", store=store) for store in metrics.STORES] == [0, 1]
    outage.failed(RecordsUnavailable("no answer"))
    assert [value("store_up", store=store) for store in metrics.STORES] == [1, 0]
    outage.worked()
    assert [value("store_up", store=store) for store in metrics.STORES] == [1, 1]
    counted = [value("store_outages_total", store=store) or 0 for store in metrics.STORES]
    assert counted == [(one or 0) + 1 for one in before]

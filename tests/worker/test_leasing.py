"""Several workers: shards are shared, handed over, and folded by one at a time."""

from collections.abc import Callable

import pytest

from server.records.leases import LeaseLost
from server.worker.batch import fold_batch
from server.worker.publish import publish_changed
from tests.worker.scene import Scene, drain, hashes, rows


@pytest.fixture
async def four(scenes: Callable[[int], Scene]) -> Scene:
    scene = scenes(4)
    await scene.begin()
    return scene


async def test_workers_share_the_shards_fairly(four: Scene) -> None:
    first, second = four.worker("w1"), four.worker("w2")
    assert await first.keep() == 4
    assert await second.keep() == 0
    await first.keep()
    await drain(first)
    assert await second.keep() == 2
    assert sorted([*first.leasing.held, *second.leasing.held]) == [0, 1, 2, 3]
    await drain(second)
    third = four.worker("w3")
    await third.keep()
    assert await first.keep() == 2
    assert await third.keep() == 0, "two each is a fair share of four for three"


async def test_who_stops_hands_its_shards_over_at_once(four: Scene) -> None:
    first, second = four.worker("w1"), four.worker("w2")
    await first.keep()
    await first.leasing.give_back()
    assert await second.keep() == 4


async def test_who_vanished_is_followed_when_its_leases_run_out(four: Scene) -> None:
    first, second = four.worker("w1"), four.worker("w2")
    await four.up(first)
    await four.add("c1")
    assert await second.keep() == 0
    four.leases.forward(ms=10_000)
    assert await second.keep() == 4
    assert await drain(second) == 1


async def test_who_comes_back_under_its_name_need_not_wait(four: Scene) -> None:
    await four.up(four.worker("embedded"))
    assert await four.worker("embedded").keep() == 4


async def test_a_fenced_worker_changes_nothing(scene: Scene) -> None:
    stale = await scene.up(scene.worker("w1"))
    await scene.add("c1")
    await scene.event("contact.blocked", "c1")
    held = stale.leasing.held[0]
    standing, lease = held.standing, held.lease
    assert standing is not None
    scene.leases.forward(ms=10_000)
    await scene.up(scene.worker("w2"))
    await scene.add("c2")
    events = (await scene.ledger.log.read({0: 0}, 10))[0]
    before = await rows(scene.database), await hashes(scene.redis)

    assert await stale.turn() == 0
    assert stale.leasing.held == {}
    with pytest.raises(LeaseLost):
        await fold_batch(scene.stores(), lease, standing.version, events, standing.remembered)
    with pytest.raises(LeaseLost):
        await publish_changed(scene.stores(), lease, standing.version, -1)
    assert (await rows(scene.database), await hashes(scene.redis)) == before


async def test_the_commit_itself_is_guarded(scene: Scene) -> None:
    worker = await scene.up(scene.worker("w1"))
    await scene.add("c1")
    held = worker.leasing.held[0]
    assert held.standing is not None
    events = (await scene.ledger.log.read({0: 0}, 10))[0]
    stores = scene.stores()
    version, remembered = held.standing.version, held.standing.remembered
    done = await fold_batch(stores, held.lease, version, events, remembered)
    before = await rows(scene.database)
    with pytest.raises(LeaseLost):
        await fold_batch(stores, held.lease, version, events, remembered)
    assert await rows(scene.database) == before
    assert done.lease.folded_seq == events[-1].seq

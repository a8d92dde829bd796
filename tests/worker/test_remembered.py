"""Views that are kept between batches are those on record, whatever happened in between."""

from collections.abc import Sequence

import pytest

from quota.shard_log import StreamEvent
from scoring.fold import fold
from scoring.views import new_enterprise, new_member
from scoring.working import Effects, Needs, Working
from server.policy import default_policy
from server.records import journal, views
from server.records.engine import RecordsUnavailable
from server.records.leases import Lease
from server.worker.batch import fold_batch
from server.worker.remembered import Remembered
from server.worker.stores import Stores
from server.worker.translate import journaled, stream_event
from tests.worker.faults import Faults, FaultyDatabase
from tests.worker.scene import Scene, drain

LEASE = Lease(0, "w1", 3, 20, 1)


def _needs(*members: str) -> Needs:
    return Needs({"acme"}, {("acme", member) for member in members})


def _remembered(*members: str, most: int = 10) -> Remembered:
    remembered = Remembered(most)
    working = Working({"acme": new_enterprise(1)}, {("acme", m): new_member(1) for m in members})
    remembered.begin(LEASE)
    remembered.end(LEASE, working)
    return remembered


def _left(remembered: Remembered, lease: Lease, *members: str) -> Needs:
    remembered.begin(lease)
    return remembered.take(_needs(*members), Working())


def test_what_a_commit_left_is_not_loaded_again() -> None:
    working, remembered = Working(), _remembered("li")
    remembered.begin(LEASE)
    assert remembered.take(_needs("li", "wu"), working) == Needs(set(), {("acme", "wu")})
    assert working.members.keys() == {("acme", "li")}
    assert working.enterprises.keys() == {"acme"}


@pytest.mark.parametrize("lease", [Lease(0, "w1", 4, 20, 1), Lease(0, "w1", 3, 21, 1)])
def test_at_another_fence_or_place_nothing_is_known(lease: Lease) -> None:
    assert _left(_remembered("li"), lease, "li") == _needs("li")


def test_a_batch_that_came_to_nothing_leaves_nothing_behind() -> None:
    remembered = _remembered("li", "wu")
    assert _left(remembered, LEASE, "li") == Needs()
    assert _left(remembered, LEASE, "li", "wu") == _needs("li", "wu")


def test_the_accounts_used_longest_ago_are_forgotten() -> None:
    remembered = _remembered("li", "wu", "zhao", most=3)
    working = Working()
    remembered.begin(LEASE)
    remembered.take(_needs("li"), working)
    working.members["acme", "new"] = new_member(1)
    remembered.end(LEASE, working)
    assert _left(remembered, LEASE, "li", "wu", "zhao", "new").members == {("acme", "wu")}


async def _two_batches(scene: Scene) -> tuple[Lease, Sequence[StreamEvent], Sequence[StreamEvent]]:
    """A lease, and events of the same member for two batches of it."""
    worker = await scene.up(scene.worker("w1"))
    for contact in ("c1", "c2", "c3"):
        await scene.add(contact)
    await scene.event("contact.blocked", "c1")
    await scene.event("contact.accepted", "c2")
    held = worker.leasing.held[0]
    events = (await scene.ledger.log.read({0: held.lease.folded_seq}, 10))[0]
    return held.lease, events[:3], events[3:]


async def test_after_a_commit_that_failed_the_record_is_read_again(scene: Scene) -> None:
    lease, first, then = await _two_batches(scene)
    stores, remembered = scene.stores(), Remembered()
    version = await stores.policies.at(1)
    lease = (await fold_batch(stores, lease, version, first, remembered)).lease
    # Steps of a batch: the loading's begin, the commit's begin, and the moment before it.
    faulty = Stores.of(scene.ledger, FaultyDatabase(scene.database, Faults(3, killed=False)))
    with pytest.raises(RecordsUnavailable):
        await fold_batch(faulty, lease, version, then, remembered)
    await fold_batch(stores, lease, version, then, remembered)
    await _as_folded_in_one_go(scene)


async def test_what_another_worker_folded_meanwhile_is_read(scene: Scene) -> None:
    lease, first, _ = await _two_batches(scene)
    stores, remembered = scene.stores(), Remembered()
    version = await stores.policies.at(1)
    await fold_batch(stores, lease, version, first, remembered)
    scene.leases.forward(ms=10_000)
    await drain(await scene.up(scene.worker("w2")))
    await scene.event("contact.deleted", "c2")
    scene.leases.forward(ms=10_000)
    third = scene.worker("w1")
    await third.keep()
    again = third.leasing.held[0].lease
    events = (await scene.ledger.log.read({0: again.folded_seq}, 10))[0]
    await fold_batch(stores, again, version, events, remembered)
    await _as_folded_in_one_go(scene)


async def _as_folded_in_one_go(scene: Scene) -> None:
    """The views on record are what the journal gives when it is folded from its beginning."""
    working, policy = Working(), default_policy().scoring
    async with scene.database.read() as connection:
        entries = await journal.after(connection, 0, 0, 100)
        for entry in entries:
            event = journaled(0, stream_event(entry)).event
            if event is not None:
                fold(event, working, policy, Effects())
        members = await views.member_documents(connection, working.members)
        companies = await views.enterprise_documents(connection, working.enterprises)
        relations = await views.relation_documents(connection, working.relations)
    assert members == {key: view.to_json() for key, view in working.members.items()}
    assert companies == {key: view.to_json() for key, view in working.enterprises.items()}
    assert relations == {key: view.to_json() for key, view in working.relations.items()}

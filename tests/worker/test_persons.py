"""A person's accounts: strikes and `interop` follow the person, account blocks do not."""

from collections.abc import Callable

import pytest

from tests.worker.enforcing import bound, described, imposed, overturned, reason, report, said
from tests.worker.scene import Scene, drain
from tests.worker.suspicion import listed

AGAIN = ("li-again", "bolt")


@pytest.fixture
async def two(scenes: Callable[[int], Scene]) -> Scene:
    """Two shards, so that a person's accounts are in both."""
    scene = scenes(2)
    await scene.begin()
    await scene.up()
    return scene


async def test_an_account_made_anew_goes_on_where_the_person_was(two: Scene) -> None:
    await described(two, person_id="p-1")
    await report(two)
    two.clock.forward(hours=100)
    await described(two, *AGAIN, person_id="p-1")
    assert await reason(two, *AGAIN) == "ok"
    made = await report(two, *AGAIN)
    assert [record.penalty.step for record in made.penalties] == [2]
    two.clock.forward(hours=200)
    third = await report(two)
    assert third.case is not None
    done = await said(two, third.case.case.id, "confirm", "bob")
    assert [record.penalty.step for record in done.penalties if not record.penalty.is_hold] == [3]


async def test_interop_binds_each_account_of_the_person_and_no_account_block_does(
    two: Scene,
) -> None:
    await described(two, person_id="p-1")
    await described(two, *AGAIN, person_id="p-1")
    await report(two)
    assert await bound(two, *AGAIN) == ["interop"]
    assert await reason(two, *AGAIN) == "member_restricted"
    two.clock.forward(hours=72)
    severe = await report(two, severity="severe")
    assert severe.case is not None
    await said(two, severe.case.case.id, "confirm", "bob")
    assert await bound(two) == ["member_account"]
    assert await bound(two, *AGAIN) == []
    assert await reason(two, *AGAIN) == "ok"


async def test_an_account_made_while_the_person_is_bound_is_bound_at_once(two: Scene) -> None:
    await described(two, person_id="p-1")
    await report(two)
    assert await reason(two, *AGAIN) == "ok"
    await described(two, *AGAIN, person_id="p-1")
    assert await reason(two, *AGAIN) == "member_restricted"
    two.clock.forward(hours=72)
    assert await reason(two, *AGAIN) == "ok"


async def test_a_person_that_is_named_only_later_brings_strikes_and_what_binds(two: Scene) -> None:
    await report(two)
    await described(two, *AGAIN, person_id="p-1")
    assert await bound(two, *AGAIN) == []
    await described(two, person_id="p-1")
    assert await bound(two, *AGAIN) == ["interop"]
    two.clock.forward(hours=100)
    made = await report(two, *AGAIN)
    assert [record.penalty.step for record in made.penalties] == [2]


async def test_an_account_that_is_no_longer_the_persons_comes_free(two: Scene) -> None:
    await described(two, person_id="p-1")
    await described(two, *AGAIN, person_id="p-1")
    await report(two)
    await described(two, *AGAIN, person_id="p-2")
    assert (await bound(two), await bound(two, *AGAIN)) == (["interop"], [])
    await described(two, person_id="p-2")
    assert (await bound(two), await bound(two, *AGAIN)) == (["interop"], ["interop"])


async def test_a_person_leaves_no_step_behind_in_an_account_that_becomes_somebody_elses(
    two: Scene,
) -> None:
    await described(two, person_id="p-1")
    await described(two, *AGAIN, person_id="p-1")
    await report(two)
    await described(two, *AGAIN, person_id="p-2")
    two.clock.forward(hours=100)
    made = await report(two, *AGAIN)
    assert [record.penalty.step for record in made.penalties] == [1]


async def test_an_overturned_step_of_one_account_lowers_the_step_of_the_other(two: Scene) -> None:
    await described(two, person_id="p-1")
    await described(two, *AGAIN, person_id="p-1")
    first = await report(two)
    two.clock.forward(hours=100)
    await report(two, *AGAIN)
    two.clock.forward(minutes=1)
    await overturned(two, first.penalties[0].penalty.id)
    _, second = await imposed(two)
    assert (second.step, second.over_ms) == (1, two.clock())  # 72 h were served for nothing
    assert (await bound(two), await bound(two, *AGAIN)) == ([], [])


async def test_a_refill_binds_a_person_in_every_shard(two: Scene) -> None:
    worker = await two.up()
    two.leases.forward(minutes=1)
    await described(two, person_id="p-1")
    await described(two, *AGAIN, person_id="p-1")
    await report(two)
    await two.redis.flushall()
    await worker.keep()
    await drain(worker)
    assert (await bound(two), await bound(two, *AGAIN)) == (["interop"], ["interop"])


async def test_who_is_who_is_told_by_the_worker_where_nobody_else_did(two: Scene) -> None:
    await described(two, *AGAIN, person_id="p-1")
    await report(two, *AGAIN, tell=False)
    await described(two, person_id="p-1")
    two.leases.forward(minutes=1)
    worker = two.worker("another")
    await worker.keep()
    await drain(worker)
    assert (await bound(two), await bound(two, *AGAIN)) == (["interop"], ["interop"])
    assert await listed(two.database) == []

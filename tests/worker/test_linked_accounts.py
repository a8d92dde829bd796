"""A linked account is blocked and unblocked: whatever comes late, twice or in another order."""

from collections.abc import Callable
from typing import Any

from server.worker.loop import Worker
from tests.worker.enforcing import HOUR_MS, bound, described, imposed, overturned, reason, report
from tests.worker.scene import Scene, drain

WX = "wx-1"
DAY_MS = 24 * HOUR_MS


async def _linked(scene: Scene, member: str = "li", enterprise: str = "acme") -> None:
    await described(scene, member, enterprise, linked_account_id=WX)


async def _happens(scene: Scene, worker: Worker, state: str, at_ms: int, **more: Any) -> None:
    """The event of `li`, unless `more` says otherwise, and the worker comes to rest."""
    given: dict[str, Any] = {"member": "li", "linked_account_id": WX, "at": at_ms} | more
    await scene.event(f"linked_account.{state}", None, **given)
    await drain(worker)


async def test_a_block_withholds_interop_until_an_hour_after_the_unblocking(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    blocked_ms = scene.clock()
    await _happens(scene, worker, "blocked", blocked_ms)
    assert await bound(scene) == ["interop"]
    (one,) = await imposed(scene)
    assert (one.ends_ms, one.is_strike, one.automated, one.step) == (None, False, True, None)
    scene.clock.forward(days=40)
    assert await reason(scene) == "member_restricted"
    await _happens(scene, worker, "unblocked", scene.clock())
    scene.clock.forward(hours=1, ms=-1)
    assert await reason(scene) == "member_restricted"
    scene.clock.forward(ms=1)
    assert await reason(scene) == "ok"
    await drain(worker)
    assert await bound(scene) == []


async def test_an_unblocking_that_comes_late_is_released_an_hour_after_it_happened(
    scene: Scene,
) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    unblocked_ms = scene.clock() + 10 * 60_000
    scene.clock.forward(minutes=30)
    await _happens(scene, worker, "unblocked", unblocked_ms)
    (one,) = await imposed(scene)
    assert one.over_ms == unblocked_ms + HOUR_MS
    assert await bound(scene) == ["interop"]


async def test_an_unblocking_that_comes_a_day_late_releases_at_once(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    unblocked_ms = scene.clock() + 1
    scene.clock.forward(days=1)
    await _happens(scene, worker, "unblocked", unblocked_ms)
    (one,) = await imposed(scene)
    assert one.lifted_ms == scene.clock()
    assert await bound(scene) == []


async def test_repeated_events_change_nothing(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    at_ms = scene.clock()
    await _happens(scene, worker, "blocked", at_ms)
    scene.clock.forward(minutes=5)
    await _happens(scene, worker, "blocked", at_ms)
    await _happens(scene, worker, "blocked", at_ms + 60_000)
    await _happens(scene, worker, "unblocked", at_ms + 120_000)
    (before,) = await imposed(scene)
    scene.clock.forward(minutes=5)
    await _happens(scene, worker, "unblocked", at_ms + 120_000)
    assert await imposed(scene) == [before]
    assert before.ends_ms == at_ms + 120_000 + HOUR_MS


async def test_a_later_unblocking_does_not_put_the_release_off(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    at_ms = scene.clock()
    await _happens(scene, worker, "blocked", at_ms)
    await _happens(scene, worker, "unblocked", at_ms + 1)
    scene.clock.forward(minutes=59)
    await _happens(scene, worker, "unblocked", scene.clock())
    (one,) = await imposed(scene)
    assert one.ends_ms == at_ms + 1 + HOUR_MS


async def test_an_event_older_than_what_is_known_changes_nothing(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    at_ms = scene.clock()
    await _happens(scene, worker, "unblocked", at_ms)
    await _happens(scene, worker, "blocked", at_ms - 1)
    assert await imposed(scene) == []
    scene.clock.forward(minutes=1)
    await _happens(scene, worker, "blocked", at_ms + 60_000)
    await _happens(scene, worker, "unblocked", at_ms + 59_999)
    (one,) = await imposed(scene)
    assert one.over_ms is None


async def test_of_both_at_the_same_instant_the_unblocking_counts(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    at_ms = scene.clock()
    await _happens(scene, worker, "blocked", at_ms)
    await _happens(scene, worker, "unblocked", at_ms)
    (one,) = await imposed(scene)
    assert one.over_ms == at_ms + HOUR_MS
    await _happens(scene, worker, "blocked", at_ms)
    assert await imposed(scene) == [one]


async def test_blocked_again_while_waiting_it_stays(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    at_ms = scene.clock()
    await _happens(scene, worker, "blocked", at_ms)
    await _happens(scene, worker, "unblocked", at_ms + 1)
    scene.clock.forward(minutes=30)
    await _happens(scene, worker, "blocked", at_ms + 2)
    (one,) = await imposed(scene)
    assert one.ends_ms is None
    scene.clock.forward(days=1)
    assert await reason(scene) == "member_restricted"


async def test_blocked_again_after_the_release_is_withheld_anew(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    await _happens(scene, worker, "unblocked", scene.clock() + 1)
    scene.clock.forward(hours=1, ms=1)
    assert await bound(scene) == []
    await _happens(scene, worker, "blocked", scene.clock())
    first, second = await imposed(scene)
    assert (first.over_ms, second.over_ms) == (second.starts_ms, None)
    assert await bound(scene) == ["interop"]


async def test_unlinking_releases_nobody_and_the_unblocking_still_does(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    await described(scene)
    await drain(worker)
    assert await bound(scene) == ["interop"]
    await _happens(scene, worker, "unblocked", scene.clock() + 1, member="wu")
    scene.clock.forward(hours=1, ms=1)
    assert await bound(scene) == []


async def test_whoever_is_linked_to_another_account_by_then_is_not_withheld(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await described(scene, linked_account_id="wx-2")
    await _happens(scene, worker, "blocked", scene.clock())
    assert await imposed(scene) == []


async def test_whoever_is_linked_to_a_blocked_account_later_is_withheld_then(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    scene.clock.forward(days=3)
    await _linked(scene, "wu")
    await drain(worker)
    assert await bound(scene, "wu") == ["interop"]
    await _linked(scene, "wu")  # the same said again
    await drain(worker)
    assert len(await imposed(scene)) == 2


async def test_whoever_is_linked_after_the_unblocking_is_left_alone(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    await _happens(scene, worker, "unblocked", scene.clock() + 1)
    await _linked(scene, "wu")
    await drain(worker)
    assert await bound(scene, "wu") == []


async def test_members_of_several_enterprises_and_shards_are_withheld_and_released(
    scenes: Callable[[int], Scene],
) -> None:
    scene = scenes(2)
    await scene.begin()
    worker = await scene.up()
    accounts = (("acme", "li"), ("acme", "wu"), ("bolt", "zhao"), ("crag", "sun"))
    for enterprise, member in accounts:
        await _linked(scene, member, enterprise)
    await _happens(scene, worker, "blocked", scene.clock(), member="sun", enterprise_id="crag")
    for enterprise, member in accounts:
        assert await reason(scene, member, enterprise) == "member_restricted"
    await _happens(
        scene, worker, "unblocked", scene.clock() + 1, member="zhao", enterprise_id="bolt"
    )
    scene.clock.forward(hours=1)
    for enterprise, member in accounts:
        assert await reason(scene, member, enterprise) == "member_restricted"
    scene.clock.forward(ms=1)
    for enterprise, member in accounts:
        assert await reason(scene, member, enterprise) == "ok"


async def test_another_account_of_the_person_is_bound_and_comes_free_with_it(scene: Scene) -> None:
    worker = await scene.up()
    await described(scene, person_id="p-1", linked_account_id=WX)
    await described(scene, "li-again", "bolt", person_id="p-1")
    await _happens(scene, worker, "blocked", scene.clock())
    assert await bound(scene, "li-again", "bolt") == ["interop"]
    assert len(await imposed(scene)) == 1
    await _happens(scene, worker, "unblocked", scene.clock() + 1)
    scene.clock.forward(hours=1, ms=1)
    assert await bound(scene, "li-again", "bolt") == []


async def test_it_is_no_strike_and_leaves_the_ladder_where_it_is(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    made = await report(scene)
    assert [record.penalty.step for record in made.penalties] == [1]
    await _happens(scene, worker, "unblocked", scene.clock() + 1)
    scene.clock.forward(hours=2)
    assert await bound(scene) == ["interop"]  # the step goes on alone
    assert await reason(scene) == "member_restricted"
    scene.clock.forward(hours=70)
    assert await reason(scene) == "ok"


async def test_a_report_under_track_2_waits_for_the_same_unblocking(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await report(scene, type="T2.LINKED_WECHAT_BLOCKED")
    await _happens(scene, worker, "blocked", scene.clock())
    (one,) = await imposed(scene)
    assert (one.ends_ms, one.linked_account_id) == (None, WX)
    await _happens(scene, worker, "unblocked", scene.clock() + 1)
    scene.clock.forward(hours=1, ms=1)
    assert await bound(scene) == []


async def test_an_appeal_that_the_link_was_wrong_frees_that_member_alone(scene: Scene) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _linked(scene, "wu")
    await _happens(scene, worker, "blocked", scene.clock())
    (of_li,) = await imposed(scene, member_id="li")
    await overturned(scene, of_li.id, grounds="wrong_link")
    assert (await bound(scene), await bound(scene, "wu")) == ([], ["interop"])


async def test_an_emptied_redis_gets_back_what_waits_and_what_is_about_to_end(
    scene: Scene,
) -> None:
    worker = await scene.up()
    await _linked(scene)
    await _happens(scene, worker, "blocked", scene.clock())
    await scene.redis.flushall()
    await drain(worker)
    assert await bound(scene) == ["interop"]
    await _happens(scene, worker, "unblocked", scene.clock() + 1)
    await scene.redis.flushall()
    await drain(worker)
    scene.clock.forward(hours=1)
    assert await reason(scene) == "member_restricted"
    scene.clock.forward(ms=1)
    assert await reason(scene) == "ok"

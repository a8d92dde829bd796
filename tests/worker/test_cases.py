"""From a verdict to a case and its hold, and back when a person dismisses it."""

import asyncio
import logging
from typing import Any

import pytest

from penalties.penalty import Penalty
from quota.adds import StoreUnavailable
from quota.scripts import Scripts
from server.records import penalties, standing
from server.records.penalty_rows import PenaltyRecord
from server.worker.refill import push_restrictions
from tests.penalties.build import penalty
from tests.worker.scene import Scene, drain
from tests.worker.suspicion import REVIEW_ONLY, blocked, decide, listed, suspicious, touchy

HOUR_MS = 3_600_000
BREAKER = "server.worker.casework"


async def _reason(scene: Scene, member: str = "li", **more: Any) -> str:
    decision = await scene.add(f"any-{scene.clock()}-{member}", member, mode="peek", **more)
    return decision.reason


async def _held(scene: Scene) -> list[Penalty]:
    async with scene.database.read() as connection:
        found = await standing.binding(connection, scene.clock())
    return [one for some in found.values() for one in some]


async def test_an_enforced_case_holds_active_adds_and_nothing_else(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    assert (record.case.verdict, record.case.member_id, record.untold) == ("enforce", "li", False)
    assert record.case.flags == (f"{record.case.id.removesuffix('member')}hard_negatives",)
    assert record.case.events
    denied = await scene.add("c9")
    assert denied.reason == "member_restricted"
    assert denied.restriction is not None
    assert denied.restriction.penalty_id == record.case.id
    assert (denied.restriction.may_apply, denied.restriction.may_appeal) == (False, True)
    assert await _reason(scene, initiated_by="contact") == "ok"
    assert await _reason(scene, "wu") == "ok"


async def test_a_hold_ends_by_itself_to_the_millisecond(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    scene.clock.forward(hours=72, ms=-1)
    assert await _reason(scene) == "member_restricted"
    scene.clock.forward(ms=1)
    assert await _reason(scene) == "ok"
    (record,) = await listed(scene.database)
    assert record.case.hold is not None
    assert record.case.hold.state(scene.clock()) == "ended"


async def test_a_review_holds_nobody(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(enforce=REVIEW_ONLY))
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    assert (record.case.level, record.case.hold) == ("review", None)
    assert await _reason(scene) == "ok"


async def test_a_review_that_rises_is_enforced_in_the_same_case(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(enforce=REVIEW_ONLY))
    await blocked(scene)
    await drain(worker)
    (before,) = await listed(scene.database)
    await scene.put_policy(touchy())
    await scene.announce()
    await blocked(scene, n=1)
    await drain(worker)
    (after,) = await listed(scene.database)
    assert (before.case.verdict, after.case.verdict) == ("review", "enforce")
    assert (after.case.id, after.case.adds_before) == (before.case.id, 1)
    assert len(after.case.flags) == 2


async def test_an_account_has_one_open_case_and_it_holds_once(scene: Scene) -> None:
    worker = await suspicious(scene)
    for n in range(3):
        await scene.add(f"li-{n}")
    for n in range(3):
        await scene.event("contact.blocked", f"li-{n}")
    await drain(worker)
    (record,) = await listed(scene.database)
    assert len(record.case.flags) == 3
    assert len(await _held(scene)) == 1
    scene.clock.forward(hours=73)
    await blocked(scene, n=3)
    await drain(worker)
    assert len(await listed(scene.database)) == 1
    assert await _held(scene) == []


async def test_a_member_that_is_restricted_already_is_held_beside_it(scene: Scene) -> None:
    worker = await suspicious(scene)
    await scene.add("li-0")
    ends_ms = scene.clock() + 80 * HOUR_MS
    ladder = penalty(ends_ms=ends_ms)
    async with scene.database.write() as connection:
        await penalties.add(connection, [PenaltyRecord(ladder, 0)])
    await push_restrictions(scene.ledger, scene.database, "acme", "li")
    await scene.event("contact.blocked", "li-0")
    await drain(worker)
    assert [held.scope for held in await _held(scene)] == ["interop", "active_adds"]
    (record,) = await listed(scene.database)
    await decide(scene, record)
    assert await _reason(scene) == "member_restricted"
    scene.clock.forward(hours=80)
    assert await _reason(scene) == "ok"


async def test_a_case_of_a_whole_enterprise_holds_nobody(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(enforce=REVIEW_ONLY, company=0.9))
    await blocked(scene)
    await drain(worker)
    found = await listed(scene.database)
    (whole,) = [record.case for record in found if record.case.member_id is None]
    assert (whole.id.endswith("-enterprise"), whole.verdict, whole.posterior) == (
        True,
        "review",
        None,
    )
    assert whole.patterns == ("enterprise_negatives",)
    assert await _held(scene) == []


async def test_the_breaker_turns_the_excess_of_a_batch_into_reviews(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    worker = await suspicious(scene, touchy(enterprise_floor=2, enterprise_seat_share=0))
    with caplog.at_level(logging.WARNING, BREAKER):
        for n in range(4):
            await blocked(scene, f"m{n}")
        await drain(worker)
    found = [record.case for record in await listed(scene.database)]
    assert [case.verdict for case in found] == ["enforce", "enforce", "review", "review"]
    assert [case.deferred for case in found] == [False, False, True, True]
    assert [await _reason(scene, f"m{n}") for n in range(4)] == ["member_restricted"] * 2 + [
        "ok"
    ] * 2
    (warning,) = [record.getMessage() for record in caplog.records if record.name == BREAKER]
    assert warning.startswith("enterprise acme: the circuit breaker's enterprise limit")


async def test_the_total_counts_the_same_local_day_of_every_enterprise(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(total=2))
    for enterprise in ("acme", "beta", "gamma"):
        await blocked(scene, "li", enterprise)
    await drain(worker)
    assert [record.case.deferred for record in await listed(scene.database)] == [
        False,
        False,
        True,
    ]
    scene.clock.forward(days=1)
    await blocked(scene, "wu", "delta")
    await drain(worker)
    assert [record.case.verdict for record in await listed(scene.database)] == ["enforce"] * 4


async def test_what_was_put_off_stays_so_that_day_whatever_more_is_found(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(total=0))
    for n in range(3):
        await blocked(scene, n=n)
        await drain(worker)
    (record,) = await listed(scene.database)
    assert (record.case.level, record.case.verdict, len(record.case.flags)) == (
        "enforce",
        "review",
        3,
    )
    assert await _reason(scene) == "ok"


async def test_the_next_local_day_enforces_what_was_put_off_in_order(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(enterprise_floor=1, enterprise_seat_share=0))
    for n in range(3):
        await blocked(scene, f"m{n}")
        scene.clock.forward(minutes=1)
    await drain(worker)
    scene.clock.forward(hours=11, minutes=56)  # from noon; the third minute is left
    await drain(worker)
    assert await _enforced(scene) == [True, False, False]
    scene.clock.forward(minutes=1)
    await drain(worker)
    assert await _enforced(scene) == [True, True, False]
    assert await _reason(scene, "m1") == "member_restricted"
    (_, retried, _) = await listed(scene.database)
    assert retried.case.hold is not None
    assert retried.case.hold.starts_ms == scene.clock()
    scene.clock.forward(days=1)
    await drain(worker)
    assert await _enforced(scene) == [True, True, True]


async def _enforced(scene: Scene) -> list[bool]:
    return [record.case.verdict == "enforce" for record in await listed(scene.database)]


async def test_a_case_that_was_put_off_and_decided_is_never_enforced(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(total=0))
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    await decide(scene, record, "confirm")
    await scene.put_policy(touchy())
    await scene.announce()
    scene.clock.forward(days=4)  # the first step is over
    await drain(worker)
    assert await _enforced(scene) == [False]
    assert await _reason(scene) == "ok"


async def test_an_emptied_redis_gets_the_hold_back(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    await scene.redis.flushall()
    await drain(worker)
    assert await _reason(scene) == "member_restricted"


class _AwayOnce(Scripts):
    """The first calls of that name find no Redis."""

    def __init__(self, scripts: Scripts, name: str) -> None:
        self.__dict__ = scripts.__dict__
        self._name = name
        self.failed = 0

    async def guard(self, name: str, call: Any, items: int = 1) -> Any:
        if name == self._name and not self.failed:
            self.failed += 1
            call.close()
            raise StoreUnavailable("injected")
        return await super().guard(name, call, items)


async def test_a_hold_that_redis_was_not_told_of_is_told_when_it_is_back(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    scene.ledger.scripts = away = _AwayOnce(scene.ledger.scripts, "restrict")
    with pytest.raises(StoreUnavailable):
        await drain(worker)
    assert away.failed == 1
    (record,) = await listed(scene.database)
    assert record.untold
    assert await _reason(scene) == "ok"
    await drain(worker)
    assert await _reason(scene) == "member_restricted"
    (record,) = await listed(scene.database)
    assert not record.untold


async def test_dismissing_lifts_the_hold_and_the_patterns_begin_anew(scene: Scene) -> None:
    worker = await suspicious(scene)
    await scene.add("li-1")
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    scene.clock.forward(minutes=1)
    await decide(scene, record)
    assert await _reason(scene) == "ok"
    await drain(worker)
    (record,) = await listed(scene.database)
    assert (record.case.state, record.untold) == ("dismissed", False)
    await scene.event("contact.blocked", "li-1")  # added before: judged with the rest
    await drain(worker)
    assert len(await listed(scene.database)) == 1
    scene.clock.forward(minutes=1)
    await blocked(scene, n=2)
    await drain(worker)
    assert [each.case.state for each in await listed(scene.database)] == ["dismissed", "open"]
    assert await _reason(scene) == "member_restricted"


async def test_what_comes_before_the_fold_meets_a_decision_opens_no_case(scene: Scene) -> None:
    worker = await suspicious(scene)
    await scene.add("li-1")
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    await scene.event("contact.blocked", "li-1")
    await decide(scene, record)
    await drain(worker)
    (record,) = await listed(scene.database)
    assert (record.case.state, len(record.case.flags)) == ("dismissed", 1)


async def test_a_decision_that_redis_was_away_for_is_told_by_whoever_tends(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    await decide(scene, record, tell=False)
    assert await _reason(scene) == "member_restricted"
    await drain(worker)
    assert await _reason(scene) == "ok"
    (record,) = await listed(scene.database)
    assert not record.untold


async def test_a_decision_that_redis_lost_is_told_again(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    await decide(scene, record)
    await scene.redis.flushall()
    await drain(worker)
    (record,) = await listed(scene.database)
    assert not record.untold
    scene.clock.forward(minutes=1)
    await blocked(scene, n=2)
    await drain(worker)
    assert [each.case.adds_before for each in await listed(scene.database)] == [1, 2]


async def test_confirming_keeps_the_hold_to_its_end(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    await decide(scene, record, "confirm")
    await drain(worker)
    assert await _reason(scene) == "member_restricted"
    scene.clock.forward(hours=72)
    assert await _reason(scene) == "ok"


async def test_a_dismissal_amid_a_batch_that_joins_loses_nothing(scene: Scene) -> None:
    worker = await suspicious(scene, touchy(company=100.0))
    for n in range(8):
        await blocked(scene, f"m{n}")
        await scene.add(f"m{n}-1", f"m{n}")
    await drain(worker)
    scene.clock.forward(minutes=1)
    records = await listed(scene.database)
    for n in range(8):
        await scene.event("contact.blocked", f"m{n}-1", f"m{n}")
    await asyncio.gather(drain(worker), *(decide(scene, record) for record in records))
    await drain(worker)
    found = await listed(scene.database)
    assert [record.case.id for record in found] == [record.case.id for record in records]
    for record in found:
        assert (record.case.state, record.untold) == ("dismissed", False)
        assert len(record.case.flags) in {1, 2}
        assert record.case.decision is not None
        assert await _reason(scene, str(record.case.member_id)) == "ok"
    assert await _held(scene) == []


async def test_dismissing_a_case_of_a_whole_enterprise_lets_its_patterns_begin_anew(
    scene: Scene,
) -> None:
    worker = await suspicious(scene, touchy(enforce=REVIEW_ONLY, company=0.9))
    await blocked(scene)
    await drain(worker)
    (whole,) = [each for each in await listed(scene.database) if each.case.member_id is None]
    scene.clock.forward(minutes=1)
    await decide(scene, whole)
    await drain(worker)
    scene.clock.forward(minutes=1)
    await blocked(scene, "wu")
    await drain(worker)
    found = [each for each in await listed(scene.database) if each.case.member_id is None]
    assert [(each.case.state, each.untold) for each in found] == [
        ("dismissed", False),
        ("open", False),
    ]
    assert found[1].case.flags == (f"0-{found[1].seq}-enterprise_negatives",)

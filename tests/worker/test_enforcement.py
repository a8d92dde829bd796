"""What enforcement got wrong once, and what is decided at once by several."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

import pytest

from penalties.cases import CaseDecision
from server.enforcement import answering, deciding, reporting
from server.enforcement.answering import Answer, Answered
from server.enforcement.changes import Actor
from server.enforcement.deciding import CaseConflict, DecidedCase
from server.enforcement.requesting import NotNow
from server.records import violations
from server.worker.telling import Told, tell_penalties
from tests.penalties.build import violation
from tests.worker.enforcing import (
    appealed,
    automatic,
    bound,
    deeds,
    imposed,
    overturned,
    points,
    reason,
    report,
    said,
    terms,
    told,
)
from tests.worker.scene import Scene, drain
from tests.worker.suspicion import REVIEW_ONLY, blocked, listed, suspicious, touchy


async def _state(scene: Scene, violation_id: str) -> str:
    async with scene.database.read() as connection:
        record = await violations.get(connection, violation_id)
    assert record is not None
    return record.state


async def test_a_case_that_came_to_a_step_by_itself_has_a_deed(scene: Scene) -> None:
    worker = await suspicious(scene, automatic())
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    assert record.case.state == "confirmed"
    assert await deeds(scene, "case.confirmed") == [record.case.id]


async def test_evidence_for_a_case_that_waits_for_a_second_holder_decides_nothing(
    scene: Scene,
) -> None:
    worker = await suspicious(scene, touchy(enforce=REVIEW_ONLY))
    await blocked(scene)
    await scene.add("li-1")
    await drain(worker)
    (record,) = await listed(scene.database)
    await said(scene, record.case.id, "escalate", severity="severe", tell=False)
    await scene.put_policy(automatic())
    await scene.announce()
    await scene.event("contact.blocked", "li-1")
    await drain(worker)  # it would never come to rest
    (record,) = await listed(scene.database)
    assert record.case.state == "awaiting_second"
    assert [(one.is_hold, one.scope) for one in await imposed(scene)] == [(True, "active_adds")]


async def test_a_hold_on_adds_falls_with_the_penalty_that_its_case_came_to(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    made = await said(scene, record.case.id, "confirm")
    assert await bound(scene) == ["active_adds", "interop"]
    await overturned(scene, made.penalties[0].penalty.id)
    assert await bound(scene) == []
    assert await reason(scene) == "ok"


async def test_a_case_whose_hold_was_a_mistake_leaves_no_other_hold_behind(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    waiting = await said(scene, record.case.id, "confirm", severity="severe")
    assert await bound(scene) == ["active_adds", "interop"]
    await overturned(scene, record.case.id)  # the hold on adds has the case's id
    assert await bound(scene) == []
    violation_id = waiting.record.case.violation_id
    assert violation_id is not None
    assert await _state(scene, violation_id) == "dismissed"
    (record,) = await listed(scene.database)
    assert record.case.state == "dismissed"


async def test_a_case_that_was_escalated_takes_its_violation_along(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    waiting = await said(scene, record.case.id, "escalate", severity="severe")
    violation_id = waiting.record.case.violation_id
    assert violation_id is not None
    await overturned(scene, record.case.id)
    assert await _state(scene, violation_id) == "dismissed"


async def test_what_was_overturned_is_not_upheld_again_by_escalating_its_case(
    scene: Scene,
) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)
    made = await said(scene, record.case.id, "confirm")
    await said(scene, record.case.id, "escalate", "bob", severity="severe", tell=False)
    await overturned(scene, made.penalties[0].penalty.id)
    (record,) = await listed(scene.database)
    assert (record.case.state, record.case.proposal) == ("confirmed", None)
    with pytest.raises(CaseConflict):
        await said(scene, record.case.id, "confirm", "cat", note="agreed")
    with pytest.raises(CaseConflict):
        await said(scene, record.case.id, "escalate", "cat", severity="severe", note="graver")


async def test_a_report_that_is_told_late_costs_no_points_once_it_was_overturned(
    scene: Scene,
) -> None:
    worker = await scene.up()
    await scene.add("c1")
    made = await report(scene, tell=False)
    await overturned(scene, made.penalties[0].penalty.id)
    await drain(worker)
    await told(scene, Told(made.penalties, [made.violation]))
    await drain(worker)
    assert await points(scene) == 0
    assert await bound(scene) == []


async def _climbed(scene: Scene, member: str) -> tuple[str, list[str]]:
    """A case about a third step, and appeals against its hold and both steps before."""
    for _ in range(2):
        scene.clock.forward(hours=200)
        await report(scene, member, tell=False)
    scene.clock.forward(hours=200)
    third = await report(scene, member, tell=False)
    assert third.case is not None
    found = await imposed(scene, member_id=member)
    return third.case.case.id, [await appealed(scene, one.id) for one in found]


async def test_whoever_decides_about_one_member_at_once_does_not_wait_for_each_other(
    scene: Scene,
) -> None:
    await scene.up()
    right = Answer("appeal", "overturned", "a mistake")

    async def settled(work: Awaitable[Answered | DecidedCase]) -> None:
        with suppress(NotNow, CaseConflict):  # another one was first; a deadlock raises otherwise
            await tell_penalties(scene.ledger, scene.database, (await work).penalties)

    jobs = []
    for n in range(6):
        case_id, asked = await _climbed(scene, f"m{n}")
        for k, request_id in enumerate(asked):
            who = Actor(f"r{k}", "k")
            answer = answering.answer(scene.database, request_id, right, who, terms(scene))
            jobs.append(settled(answer))
        jobs.append(settled(said(scene, case_id, "dismiss", "bob", tell=False)))
    await asyncio.gather(*jobs)
    assert not [one for one in await imposed(scene) if one.is_strike]


async def test_of_many_who_decide_a_case_at_once_one_wins(scene: Scene) -> None:
    worker = await suspicious(scene)
    await blocked(scene)
    await drain(worker)
    (record,) = await listed(scene.database)

    async def decide(n: int) -> str:
        action, severity = ("dismiss", None) if n % 2 else ("confirm", "normal")
        word = CaseDecision(scene.clock(), action, f"r{n}", "k", f"word {n}", severity)  # type: ignore[arg-type]
        try:
            await deciding.decide(scene.database, record.case.id, word, terms(scene))
        except CaseConflict:
            return "conflict"
        return action

    came = await asyncio.gather(*(decide(n) for n in range(8)))
    assert came.count("conflict") == 7
    (record,) = await listed(scene.database)
    upheld = [one for one in await imposed(scene) if not one.is_hold]
    assert len(upheld) == (record.case.state == "confirmed")


async def test_of_many_who_answer_an_appeal_at_once_one_wins(scene: Scene) -> None:
    await scene.up()
    made = await report(scene)
    request_id = await appealed(scene, made.penalties[0].penalty.id)

    async def decide(n: int) -> str:
        outcome = ("overturned", "rejected", "modified")[n % 3]
        word = Answer("appeal", outcome, f"word {n}")
        try:
            await answering.answer(
                scene.database, request_id, word, Actor(f"r{n}", "k"), terms(scene)
            )
        except NotNow:
            return "not now"
        return outcome

    came = await asyncio.gather(*(decide(n) for n in range(8)))
    assert came.count("not now") == 7
    (one,) = await imposed(scene)
    (outcome,) = set(came) - {"not now"}
    ended = {"overturned": one.overturned_ms, "modified": one.lifted_ms}.get(outcome)
    assert (ended is not None) == (outcome != "rejected")


async def test_twenty_reports_about_one_member_at_once_climb_one_step(scene: Scene) -> None:
    await scene.up()
    made = await asyncio.gather(
        *(
            reporting.report(
                scene.database,
                violation(f"v-{n}", occurred_ms=scene.clock()),
                Actor("ann", "k"),
                terms(scene),
            )
            for n in range(20)
        )
    )
    assert sorted(len(one.penalties) for one in made) == [0] * 19 + [1]
    assert [one.step for one in await imposed(scene)] == [1]

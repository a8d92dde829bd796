"""Adds that never reached the contact: cancelled, expired, failed."""

import pytest

from scoring.working import Refund
from tests.scoring.story import Story


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_an_undone_add_leaves_nothing_behind(how: str) -> None:
    story = Story()
    decision_id = story.add("c1")
    assert story.member().best == {story.day: 1}
    story.settled(how, decision_id, "c1")
    member = story.member()
    assert (member.adds, member.best, member.opened) == (0, {}, [])
    assert story.counts()["charged"] == 0
    story.answer("c1", "complained")
    assert member.sums.negative == 0.0


def test_an_undone_add_leaves_the_one_before() -> None:
    story = Story()
    story.add("c1")
    story.wait(days=1)
    decision_id = story.add("c1")
    story.settled("cancelled", decision_id, "c1")
    assert story.member().adds == 1
    story.answer("c1", "accepted")
    assert story.member().sums.resolved == 1.0


def test_a_failed_add_is_refunded_once() -> None:
    story = Story()
    decision_id = story.add("c1")
    story.answer("c1", "failed")
    assert story.effects.refunds == [Refund(decision_id)]
    assert story.member().opened == []
    story.settled("cancelled", decision_id, "c1")
    assert story.member().adds == 0
    assert story.member().best == {}


def test_a_failure_of_another_decision_changes_no_view() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "failed", decision_id="0.other")
    assert story.effects.refunds == [Refund("0.other")]
    assert story.member().adds == 1
    assert len(story.member().opened) == 1


def test_a_failure_after_being_ignored_takes_that_back() -> None:
    story = Story()
    story.add("c1")
    story.wait(days=4)
    story.deny("x")
    assert story.member().sums.resolved > 0
    story.answer("c1", "failed")
    assert story.member().sums.resolved == pytest.approx(0.0)

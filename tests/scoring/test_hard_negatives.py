"""The pattern `hard_negatives`, through the fold."""

import pytest

from scoring.patterns.hard_negatives import NAME, begin, observe
from scoring.patterns.shape import Answer
from scoring.views import MemberView, new_member
from server.policy import default_policy
from tests.scoring.story import Story

POLICY = default_policy().scoring.patterns


def _member(statistic: float = 0.0) -> MemberView:
    view = new_member(1)
    view.patterns[NAME] = begin() | {"s": statistic}
    return view


@pytest.mark.parametrize(
    ("outcome", "term"),
    [
        ("blocked", 0.98),
        ("complained", 0.98),
        ("deleted", 0.0),
        ("accepted", -0.082),
        ("declined", -0.082),
        ("ignored", -0.082),
    ],
)
def test_terms(outcome: str, term: float) -> None:
    view = new_member(1)
    assert observe(Answer(0, "c", None, outcome), view, POLICY) is None
    assert view.patterns[NAME]["s"] == pytest.approx(term)


def test_it_fires_at_the_twelfth_block_in_a_row_with_its_evidence_and_begins_anew() -> None:
    story = Story()
    for number in range(12):
        story.add(f"c{number}")
        assert NAME not in {flag.pattern for flag in story.effects.flags}
        story.answer(f"c{number}", "blocked", event_id=f"e{number}")
    (flag,) = [flag for flag in story.effects.flags if flag.pattern == NAME]
    assert (flag.pattern, flag.mode, flag.member_id) == ("hard_negatives", "enforce", "li")
    assert flag.statistic == pytest.approx(12 * 0.98)
    assert flag.threshold == 11.5
    assert flag.adds_before == 12
    assert len(flag.evidence) == 3
    assert flag.evidence[-1].endswith("contact c11 blocked the member")
    assert flag.events == ("e9", "e10", "e11")
    assert story.member().patterns[NAME]["s"] == 0


def test_a_good_member_never_leaves_the_floor() -> None:
    story = Story()
    for number in range(60):
        story.add(f"c{number}")
        story.answer(f"c{number}", "accepted")
    assert story.member().patterns["hard_negatives"]["s"] == -3.0


def test_a_later_worse_answer_replaces_its_term() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "accepted")
    story.answer("c1", "deleted")
    assert story.member().patterns["hard_negatives"]["s"] == pytest.approx(0.0)
    story.answer("c1", "blocked")
    story.answer("c1", "complained")
    assert story.member().patterns["hard_negatives"]["s"] == pytest.approx(0.98)


def test_a_deletion_that_replaces_a_better_outcome_may_fire_it() -> None:
    view = _member(11.43)
    assert observe(Answer(0, "c", None, "deleted"), view, POLICY) is None
    assert observe(Answer(0, "c", "accepted", "deleted"), view, POLICY) is not None


def test_taking_an_outcome_back_fires_nothing() -> None:
    view = _member(11.43)
    assert observe(Answer(0, "c", "ignored", None), view, POLICY) is None
    assert view.patterns[NAME]["s"] > 11.5
    assert observe(Answer(0, "c", None, "accepted"), view, POLICY) is None


def test_passive_adds_are_not_read() -> None:
    story = Story()
    for number in range(30):
        story.add(f"c{number}", by="contact", way="qr_code")
        story.answer(f"c{number}", "blocked")
    assert story.effects.flags == []

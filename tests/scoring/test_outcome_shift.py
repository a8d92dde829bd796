"""The pattern `outcome_shift`: all outcomes, cold and warm apart, and the verdict's tallies."""

from math import log

import pytest

from scoring.patterns.outcome_shift import ACCEPTED, DECLINED, HARD, NAME, OTHER, observe
from scoring.patterns.shape import Answer
from scoring.views import new_member
from server.policy import default_policy
from tests.scoring.story import Story

POLICY = default_policy().scoring.patterns


@pytest.mark.parametrize(
    ("outcome", "warm", "term"),
    [
        ("accepted", False, log(0.09 / 0.22)),
        ("declined", False, log(0.15 / 0.10)),
        ("blocked", False, log(0.08 / 0.02)),
        ("complained", False, log(0.03 / 0.004)),
        ("ignored", False, log(0.65 / 0.656)),
        ("deleted", False, 0.0),
        ("accepted", True, log(0.30 / 0.70)),
        ("declined", True, log(0.10 / 0.03)),
        ("blocked", True, log(0.04 / 0.004)),
        ("complained", True, log(0.015 / 0.001)),
        ("ignored", True, 0.0),
    ],
)
def test_terms_are_log_likelihood_ratios(outcome: str, warm: bool, term: float) -> None:
    view = new_member(1)
    assert observe(Answer(0, "c", None, outcome, warm=warm), view, POLICY) is None
    assert view.patterns[NAME]["s"] == pytest.approx(term)


def test_it_fires_where_refusals_pile_up_and_begins_anew() -> None:
    story = Story()
    number = 0
    while not story.flags(NAME):
        story.add(f"c{number}")
        story.answer(f"c{number}", "complained" if number % 2 else "declined")
        number += 1
    (flag,) = story.flags(NAME)
    assert (flag.mode, flag.threshold, flag.member_id) == ("review", 11.5, "li")
    assert 11.5 <= flag.statistic < 11.5 + log(0.03 / 0.004)
    assert number == 10  # of log(1.5) and log(7.5) in turn
    assert flag.evidence[0] == (
        "of 10 contacts with an outcome 0 accepted, 5 declined, 5 blocked or complained, "
        "0 did not answer or deleted the member later"
    )
    assert story.member().patterns[NAME]["s"] == 0


def test_good_outcomes_hold_it_at_its_floor_where_the_run_begins_anew() -> None:
    story = Story()
    for number in range(20):
        story.add(f"c{number}")
        story.answer(f"c{number}", "accepted")
    state = story.member().patterns[NAME]
    assert state["s"] == -6.0
    assert state["all"][ACCEPTED] == 20
    assert state["run"] == [0, 0, 0, 0]
    story.add("d")
    story.answer("d", "declined")
    assert story.member().patterns[NAME]["run"][DECLINED] == 1


def test_a_worse_outcome_moves_its_contact_within_the_tally() -> None:
    story = Story()
    story.add("c")
    story.wait(hours=73)
    story.add("d")  # the clock of the first add is read here: it is ignored
    assert story.member().patterns[NAME]["all"] == [0, 0, 0, 1]
    story.answer("c", "accepted")
    assert story.member().patterns[NAME]["all"] == [1, 0, 0, 0]
    story.answer("c", "deleted")
    assert story.member().patterns[NAME]["all"] == [0, 0, 0, 1]
    story.answer("c", "blocked")
    state = story.member().patterns[NAME]
    assert (state["all"][HARD], state["all"][OTHER]) == (1, 0)


def test_an_ignored_warm_add_weighs_nothing_a_cold_one_a_little() -> None:
    for way, term in (("card_share", 0.0), ("group_chat", log(0.65 / 0.656))):
        story = Story()
        story.add("c", way=way)
        story.wait(hours=73)
        story.add("d", way=way)
        assert story.member().patterns[NAME]["s"] == pytest.approx(term)


def test_old_outcomes_are_halved_once_there_are_too_many() -> None:
    view, memory = new_member(1), POLICY.verdict.memory
    for number in range(memory + 1):
        observe(Answer(0, f"c{number}", None, "declined"), view, POLICY)
    assert view.patterns[NAME]["all"] == [0, (memory + 1) // 2, 0, 0]
    assert view.patterns[NAME]["run"] == [0, (memory + 1) // 2, 0, 0]

"""The verdict: what patterns contribute, and what the posterior calls for."""

import random
from typing import Any

import pytest

from scoring import verdict
from scoring.patterns import (
    hard_negatives,
    likelihood,
    machine_timing,
    outcome_shift,
    sequential_numbers,
)
from scoring.patterns.policy import Patterns
from scoring.policy import ScoringPolicy
from scoring.views import MemberView, new_member
from server.policy import default_policy, policy_from_object
from tests.scoring.story import Story

POLICY = default_policy().scoring.patterns
BLOCK = "n.k1.AAAAAAAAAAAAAAAAAAAAAA"


def _policy(**patterns: Any) -> ScoringPolicy:
    return policy_from_object({"scoring": {"patterns": patterns}}).scoring


def _patterns(**patterns: Any) -> Patterns:
    return _policy(**patterns).patterns


def _member(tally: tuple[int, int, int, int] = (0, 0, 0, 0), **n: int) -> MemberView:
    view = new_member(1)
    view.patterns[outcome_shift.NAME] = {"s": 0.0, "all": [*tally], "run": [*tally]}
    for name, statistic in n.items():
        view.patterns[name] = {"n": statistic}
    return view


def _blast(story: Story, count: int, outcome: str = "blocked", member: str = "li") -> None:
    for number in range(count):
        contact = f"{member}{len(story.events)}-{number}"
        story.add(contact, member)
        story.answer(contact, outcome, member, event_id=f"e-{contact}")
        story.wait(hours=0.4 + 0.1 * (number % 7))


def test_contributions_add_up_to_the_log_odds() -> None:
    view = _member((9, 15, 11, 65), machine_timing=12, sequential_numbers=20)
    found = verdict.contributions(view, POLICY)
    assert set(found) == set(verdict.WEIGHED)
    odds = POLICY.verdict.prior_nats + sum(found.values())
    assert verdict.log_odds(found, POLICY) == pytest.approx(odds)
    assert verdict.posterior(found, POLICY) == pytest.approx(1 / (1 + 2.718281828459045**-odds))


def test_outcomes_are_counted_once_by_the_chain_rule() -> None:
    found = verdict.contributions(_member((9, 15, 11, 65)), POLICY)
    alone = verdict.contributions(
        _member((9, 15, 11, 65)), _patterns(hard_negatives={"mode": "shadow"})
    )
    assert alone[hard_negatives.NAME] == 0
    assert alone[outcome_shift.NAME] == found[outcome_shift.NAME]


def test_of_number_and_clock_only_the_stronger_counts() -> None:
    both = verdict.contributions(_member(machine_timing=16, sequential_numbers=24), POLICY)
    assert (both[machine_timing.NAME], both[sequential_numbers.NAME]) == (6.0, 0.0)


def test_a_pattern_in_shadow_adds_nothing() -> None:
    view = _member(machine_timing=16, sequential_numbers=24)
    found = verdict.contributions(view, _patterns(machine_timing={"mode": "shadow"}))
    assert (found[machine_timing.NAME], found[sequential_numbers.NAME]) == (0.0, 2.0)


def test_enforcing_needs_a_noted_pattern_of_that_mode() -> None:
    found = {hard_negatives.NAME: 2.0, outcome_shift.NAME: 9.0}
    assert verdict.level(found, 0.99, POLICY) == "review"
    found = {hard_negatives.NAME: 2.4, outcome_shift.NAME: 8.6}
    assert verdict.level(found, 0.99, POLICY) == "enforce"
    assert verdict.level(found, 0.84, POLICY) == "review"
    assert verdict.level(found, 0.34, POLICY) is None
    quiet = _patterns(hard_negatives={"mode": "review"})
    assert verdict.level(found, 0.99, quiet) == "review"


def test_a_blaster_is_reviewed_then_enforced_once_each() -> None:
    story = Story()
    _blast(story, 30)
    assert story.levels()[0] in ("review", "enforce")
    assert story.levels().count("enforce") >= 1
    enforced = next(v for v in story.effects.verdicts if v.level == "enforce")
    assert enforced.posterior is not None
    assert enforced.posterior >= POLICY.verdict.enforce
    assert enforced.patterns[0] == hard_negatives.NAME
    assert enforced.adds_before < 12
    assert "blocked or complained" in enforced.evidence[0]
    assert enforced.evidence[-1].endswith("blocked the member")
    assert enforced.events[-1].startswith("e-li")
    flags = [f for f in story.effects.flags if f.member_id == "li"]
    assert len(story.levels()) <= 2 + len({f.at_ms for f in flags})


def test_flags_of_an_open_case_join_it() -> None:
    story = Story()
    _blast(story, 40)
    joined = [v for v in story.effects.verdicts if v.level == "enforce"][1:]
    flags = story.flags(hard_negatives.NAME) + story.flags(outcome_shift.NAME)
    assert joined
    assert {event for v in joined for event in v.events} <= {e for f in flags for e in f.events}


def test_a_good_member_is_never_judged() -> None:
    story, draw = Story(), random.Random(1)
    for number in range(300):
        story.add(f"c{number}")
        story.answer(f"c{number}", "declined" if number % 9 == 0 else "accepted")
        story.wait(hours=draw.lognormvariate(-2, 1))
    assert story.effects.verdicts == []


def test_nothing_new_comes_of_adds_made_before_a_decision() -> None:
    story = Story()
    for number in range(40):
        story.add(f"old{number}")
    story.wait(hours=1)
    _blast(story, 20)
    before = len(story.effects.verdicts)
    story.tell("case.dismissed", case_id="0-1")
    assert story.member().patterns == {}
    score = story.member().score
    for number in range(40):
        story.answer(f"old{number}", "complained")
    assert len(story.effects.verdicts) == before
    assert story.member().score < score
    _blast(story, 20)
    assert len(story.effects.verdicts) > before


def test_a_decision_on_the_enterprise_begins_its_patterns_anew() -> None:
    story = Story()
    _blast(story, 5, member="m1")
    story.tell("case.confirmed", None, case_id="0-1")
    assert story.company.patterns == {}
    story.answer(story.events[0]["target"], "complained", "m1")
    assert story.company.patterns == {}


def test_flags_in_shadow_are_recorded_and_nothing_else() -> None:
    story = Story(
        _policy(
            **{
                name: {"mode": "shadow"}
                for name in (
                    "hard_negatives",
                    "enterprise_negatives",
                    "outcome_shift",
                    "machine_timing",
                    "repeat_target",
                )
            }
        )
    )
    _blast(story, 40)
    assert {flag.mode for flag in story.effects.flags} == {"shadow"}
    assert story.flags(hard_negatives.NAME)
    assert story.effects.verdicts == []


def test_flags_of_numbers_add_up_to_a_bound() -> None:
    story = Story()
    seen = []
    for number in range(160):
        story.add(f"c{number}", number_block=BLOCK, number_tail=f"{number:04d}")
        story.wait(hours=0.03 + 0.01 * (number % 7))
        seen.append(verdict.contributions(story.member(), POLICY)[sequential_numbers.NAME])
    assert len(story.flags(sequential_numbers.NAME)) == 6
    assert max(seen) == POLICY.sequential_numbers.most_nats
    assert story.levels()[0] == "review"
    assert story.levels()[-1] == "enforce"
    story.wait(days=8)
    story.add("later", way="group_chat")
    assert verdict.contributions(story.member(), POLICY)[sequential_numbers.NAME] < 8


def test_sabotage_takes_back_what_patterns_counted() -> None:
    story = Story()
    members = [f"m{number}" for number in range(8)]
    for member in members:
        story.add("enemy", member)
        story.answer("enemy", "complained", member)
    for member in members:
        assert story.member(member).patterns[outcome_shift.NAME]["all"] == [0, 0, 0, 0]
    assert story.company.patterns["enterprise_negatives"]["s"] == pytest.approx(0, abs=1e-9)


def test_scans_of_a_saboteur_enforce_nobody() -> None:
    story = Story()
    for number in range(200):
        story.add(f"s{number}", by="contact", way="qr_code")
        story.answer(f"s{number}", ("blocked", "complained")[number % 2])
    assert story.effects.flags == []
    assert story.effects.verdicts == []


def test_contacts_that_colleagues_share_weigh_only_as_far_as_outcomes_are_poor() -> None:
    for tally, expected in (
        ((80, 5, 0, 60), 0.0),
        ((0, 0, 0, 60), 0.0),
        ((30, 6, 3, 40), None),
        ((9, 15, 11, 65), 8.0),
    ):
        view = _member(tally)
        outcomes = likelihood.of_outcomes(view, POLICY).outcomes
        view.patterns["target_collision"] = {
            "s": 40.0,
            "with": ["wang", "zhao"],
            "company": 0.0,
        }
        found = verdict.contributions(view, POLICY)["target_collision"]
        assert found == (max(0, 2 * outcomes) if expected is None else expected)


OUTCOMES_OF_NOBODY = [0, 0, 0, 0]


def _tally(story: Story) -> list[int]:
    found: list[int] = story.member().patterns[outcome_shift.NAME]["all"]
    return found


@pytest.mark.parametrize("ending", ["cancelled", "expired", "kept"])
def test_a_hand_over_does_not_launder_an_active_add(ending: str) -> None:
    story = Story()
    for number in range(6):
        story.add(f"c{number}")
        decision_id = story.add(f"c{number}", way="shared_by_member")
        if ending != "kept":
            story.settled(ending, decision_id, f"c{number}")
        story.answer(f"c{number}", "blocked")
    assert _tally(story) == [0, 0, 6, 0]


@pytest.mark.parametrize("ending", ["cancelled", "expired"])
def test_an_active_add_that_was_undone_does_not_make_a_scan_active(ending: str) -> None:
    story = Story()
    for number in range(20):
        story.add(f"c{number}", by="contact", way="qr_code")
        story.settled(ending, story.add(f"c{number}"), f"c{number}")
        story.answer(f"c{number}", "blocked")
    assert story.effects.flags == []
    assert story.effects.verdicts == []


def test_an_acceptance_stays_counted_through_an_undone_hand_over() -> None:
    story = Story()
    story.add("c")
    story.answer("c", "accepted")
    story.settled("cancelled", story.add("c", way="admin_assigned"), "c")
    assert _tally(story) == [1, 0, 0, 0]
    story.answer("c", "blocked")
    assert _tally(story) == [0, 0, 1, 0]


def test_a_long_good_past_does_not_hide_a_flag_of_hard_negatives() -> None:
    story, draw = Story(), random.Random(1)
    for number in range(900):
        story.add(f"g{number}")
        story.answer(f"g{number}", "accepted")
        story.wait(hours=draw.lognormvariate(-3, 1))
    while not story.flags(hard_negatives.NAME):
        contact = f"b{len(story.events)}"
        story.add(contact)
        story.answer(contact, "blocked" if draw.random() < 0.3 else "accepted")
        story.wait(hours=draw.lognormvariate(-3, 1))
    assert story.levels()[-1] in ("review", "enforce")


def test_a_contact_counts_once_for_the_patterns_of_the_enterprise() -> None:
    story = Story()
    for contact in ("x", "y", "z"):
        for member in ("m1", "m2", "m3", "m4", "m5"):
            story.add(contact, member)
            story.answer(contact, "blocked", member)
    assert story.company.patterns["enterprise_negatives"]["all"] == [0, 0, 3, 0]


def test_a_scan_and_its_refusal_are_no_repeated_target() -> None:
    story = Story()
    story.add("c", by="contact", way="qr_code")
    story.answer("c", "blocked")
    for _ in range(4):
        story.deny("c", reason="contact_cooldown")
    assert story.effects.flags == []


def test_an_undone_add_is_no_colleagues_add() -> None:
    story = Story()
    story.settled("cancelled", story.add("c", "boss"), "c", "boss")
    story.add("c", "li")
    assert "target_collision" not in story.member().patterns


def test_nobody_is_held_for_the_outcomes_of_colleagues() -> None:
    story = Story()
    _blast(story, 25, member="blaster")
    for number in range(60):
        for member in ("fair1", "fair2", "fair3", "fair4"):
            story.add(f"fair{number}", member, way="group_chat")
        story.wait(hours=0.1 + 0.03 * (number % 7))
    for member in ("fair1", "fair2", "fair3", "fair4"):
        assert story.levels(member) == []

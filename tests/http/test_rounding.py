"""What enterprises and members see of what contacts did: steps that hide a single one of them."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.caps import Caps
from scoring.guidance import Guidance
from scoring.trust import Part
from server.http.history import day_shape
from server.http.rounding import coarse_score, shown_guidance, shown_part, shown_score
from server.policy import default_policy
from server.records.days import DayRecord

WEIGHTS = {"profile": 25.0, "usage": 15.0, "feedback": 35.0, "acceptance": 5.0, "compliance": 20.0}
SHARES = st.floats(0, 1)
POLICY = default_policy().scoring
TODAY = 20_000


def parts(**values: float) -> list[Part]:
    return [
        Part(name, weight, values.get(name, 0.5), weight * values.get(name, 0.5), {"exact": 1})
        for name, weight in WEIGHTS.items()
    ]


@given(feedback=SHARES, acceptance=SHARES, usage=SHARES)
@example(feedback=0.25, acceptance=0.05, usage=0.0)
def test_what_is_shown_follows_from_the_steps_alone(
    feedback: float, acceptance: float, usage: float
) -> None:
    made = parts(feedback=feedback, acceptance=acceptance, usage=usage)
    shown = [shown_part(part) for part in made]
    stepped = parts(feedback=round(feedback, 1), acceptance=round(acceptance, 1), usage=usage)
    assert [part.value for part in shown] == [part.value for part in stepped]
    again = [shown_part(part) for part in stepped]
    assert shown == again, "two accounts in the same steps look the same"
    assert shown_score(shown) == shown_score(again)


@given(feedback=SHARES, acceptance=SHARES)
def test_points_are_the_weight_of_the_step_and_the_score_is_their_sum(
    feedback: float, acceptance: float
) -> None:
    shown = [shown_part(part) for part in parts(feedback=feedback, acceptance=acceptance)]
    by_name = {part.name: part for part in shown}
    for name in ("feedback", "acceptance"):
        part = by_name[name]
        assert math.isclose(part.value * 10, round(part.value * 10), abs_tol=1e-9)
        assert part.points == pytest.approx(WEIGHTS[name] * part.value, abs=0.005)
        assert part.inputs == {}
    assert by_name["usage"].inputs == {"exact": 1}
    assert shown_score(shown) == round(sum(part.points for part in shown))


@given(score=st.floats(0, 100))
def test_a_score_that_stands_alone_is_in_steps_of_five(score: float) -> None:
    shown = coarse_score(score)
    assert shown % 5 == 0
    assert abs(shown - score) <= 2.5 + 1e-9


@pytest.mark.parametrize(("score", "shown"), [(2.5, 5), (7.5, 10), (12.5, 15), (12.49, 10)])
def test_half_a_step_is_rounded_up(score: float, shown: float) -> None:
    assert coarse_score(score) == shown


def test_history_has_neither_declined_nor_an_exact_score_for_them() -> None:
    counts = {"accepted": 3, "declined": 2, "blocked": 1}
    record = DayRecord("acme", "li", TODAY, counts, 50, 67.89, 2)
    hidden, whole = day_shape(record, hidden=True), day_shape(record, hidden=False)
    assert hidden["score"] == 70
    assert not {"declined", "deleted", "blocked", "complained"} & hidden.keys()
    assert (whole["score"], whole["declined"], whole["blocked"]) == (67.89, 2, 1)


def way(*actions: str, days: int) -> Guidance:
    caps = Caps(20, 200)
    told = [f"condition of {action} in {days} days" for action in actions]
    return Guidance(actions, caps, caps, (*told, "and it holds"), TODAY + days)


def test_guidance_does_not_tell_on_which_day_somebody_complained() -> None:
    window = POLICY.ceilings.complaints.window_days
    shown = {
        shown_guidance(way("get_verified", "no_complaints", days=days), POLICY, TODAY)
        for days in range(1, window + 1)
    }
    conditions = {one.conditions[1:] for one in shown}
    assert conditions == {(f"no complaint in the next {window} days", "and it holds")}
    assert {one.effective_day for one in shown} == {TODAY + window}


def test_guidance_does_not_tell_the_exact_score_by_clean_days() -> None:
    effective = {
        shown_guidance(way("keep_clean", days=days), POLICY, TODAY).effective_day - TODAY
        for days in range(1, 91)
    }
    assert effective == {30, 60, 90}
    assert shown_guidance(way("get_verified", days=1), POLICY, TODAY) == way("get_verified", days=1)

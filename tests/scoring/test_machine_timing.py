"""The pattern `machine_timing`: equal gaps, or multiples of one period."""

import random

import pytest

from scoring.patterns.machine_timing import NAME, equal_gaps, on_multiples
from server.policy import default_policy
from tests.scoring.story import Story

NUMBERS = default_policy().scoring.patterns.machine_timing


def _adds(story: Story, gaps_s: list[float], way: str = "unknown") -> None:
    for number, gap in enumerate(gaps_s):
        story.wait(hours=gap / 3600)
        story.add(f"c{len(story.events)}-{number}", way=way)


@pytest.mark.parametrize(
    ("gaps", "count"),
    [
        ([600, 610, 620, 630, 640], 5),
        ([600, 610, 620, 630, 641], 4),
        ([2_000, 2_040, 2_080, 2_081], 3),
        ([100, 110, 120, 130], 0),
        ([], 0),
    ],
)
def test_gaps_are_equal_within_4_s_or_4_per_cent(gaps: list[int], count: int) -> None:
    assert equal_gaps(gaps, NUMBERS).number == count


def test_multiples_of_a_period_are_within_a_fortieth_of_it() -> None:
    gaps = [1_000, 2_010, 2_975, 4_026, 5_500, 10_024, 11_000]
    assert on_multiples(gaps, 1_000, NUMBERS) == 4


def test_a_bot_is_flagged_at_its_sixteenth_equal_gap() -> None:
    story = Story()
    _adds(story, [60.0] * 16)  # fifteen gaps between them
    assert story.flags(NAME) == []
    _adds(story, [62.0])
    (flag,) = story.flags(NAME)
    assert (flag.mode, flag.statistic, flag.threshold) == ("enforce", 16, 16)
    assert flag.evidence[0] == "16 of the last 16 gaps between adds lasted from 60.0 to 62.0 s"
    assert flag.evidence[-1].startswith("2024-10-04")
    assert len(flag.events) == 3
    state = story.member().patterns[NAME]
    assert (state["n"], state["gaps"]) == (0, [])


def test_a_schedule_with_pauses_is_flagged() -> None:
    story, draw = Story(), random.Random(1)
    _adds(story, [300.0 * draw.randint(1, 9) + draw.uniform(-3, 3) for _ in range(60)])
    assert story.flags(NAME)
    assert "were whole multiples of " in story.flags(NAME)[0].evidence[0]


@pytest.mark.parametrize("median_s", [10, 20, 60, 240])
def test_people_are_not_flagged(median_s: float) -> None:
    draw = random.Random(median_s)
    for _ in range(5):
        story = Story()
        _adds(story, [median_s * draw.lognormvariate(0, 1) for _ in range(400)])
        assert story.flags(NAME) == []


def test_gaps_out_of_bounds_are_not_read_and_short_ones_dilute() -> None:
    story = Story()
    _adds(story, [5.0, 9.0, 15_000.0] * 20)
    assert story.member().patterns[NAME]["gaps"] == []
    _adds(story, [12.0, 25.0] * 15)
    state = story.member().patterns[NAME]
    assert len(state["gaps"]) == 30
    assert state["n"] == 15


def test_only_allowed_active_adds_are_timed() -> None:
    story = Story()
    for number in range(40):
        story.wait(hours=1 / 60)
        story.deny(f"c{number}")
        story.add(f"p{number}", by="contact", way="qr_code")
        story.add(f"h{number}", way="admin_assigned")
    assert NAME not in story.member().patterns

"""The pattern `burst_pressure`: keeping on at the limit."""

import pytest

from scoring.patterns.burst_pressure import NAME
from tests.scoring.story import Story


def _with_outcomes(outcome: str) -> Story:
    story = Story()
    for number in range(10):
        story.add(f"old{number}")
        story.answer(f"old{number}", outcome)
    story.wait(days=1)
    return story


@pytest.mark.parametrize(
    "reason", ["member_daily_cap", "enterprise_daily_cap", "member_burst", "enterprise_burst"]
)
def test_hitting_a_limit_half_the_time_with_poor_outcomes_is_flagged(reason: str) -> None:
    story = _with_outcomes("blocked")
    for number in range(9):
        story.add(f"a{number}")
    for number in range(10):
        story.deny(f"d{number}", reason=reason)
    assert story.flags(NAME) == []
    story.deny("d10", reason=reason)
    (flag,) = story.flags(NAME)
    assert (flag.mode, flag.threshold) == ("review", 0.5)
    assert flag.statistic == pytest.approx(11 / 20)
    assert flag.evidence[0] == "a limit denied 11 of 20 requests of a day"
    assert flag.evidence[-1].endswith("would have been added, but was denied")


def test_a_good_seller_on_a_busy_day_is_not() -> None:
    story = _with_outcomes("accepted")
    for number in range(60):
        story.deny(f"d{number}")
    assert story.flags(NAME) == []


def test_other_denials_and_other_days_do_not_count() -> None:
    story = _with_outcomes("blocked")
    for number in range(40):
        story.deny(f"d{number}", reason="member_restricted")
    for number in range(12):
        story.deny(f"e{number}")
    story.wait(days=1)
    for number in range(12):
        story.deny(f"f{number}")
    assert story.flags(NAME) == []

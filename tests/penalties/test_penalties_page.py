"""docs/penalties.md: its tables are the code's, its numbers the shipped policy's."""

from penalties.tracks import LAST_STEP
from server.policy import default_policy
from tests.penalties.page import BEGIN, END, PAGE, rewritten

POLICY = default_policy().penalties
TEXT = PAGE.read_text(encoding="utf-8")
WRITTEN = TEXT.partition(BEGIN)[0]


def test_the_tables_of_the_page_are_the_codes() -> None:
    """Where this fails: `python -m tests.penalties.page`."""
    assert (TEXT.count(BEGIN), TEXT.count(END)) == (1, 1)
    assert rewritten(TEXT, POLICY) == TEXT


def test_the_numbers_of_the_text_are_the_policys() -> None:
    ladder, redress = POLICY.ladder, POLICY.redress
    assert LAST_STEP == 3
    assert f"external functions, {ladder.first_h} h | {ladder.second_h} h | for good" in WRITTEN
    assert f"within {redress.appeal_window_days} days" in WRITTEN
    assert ladder.strikes_expire_days is None
    assert ladder.automatic_steps == 0
    assert max(POLICY.holds.interop_h, POLICY.holds.active_adds_h) == 72
    dismissed = default_policy().scoring.outcomes.dismissed_reports
    assert (dismissed, "with two of them\n(`dismissed_reports`)" in WRITTEN) == (2, True)

"""The pattern `repeat_target`: asking again after a refusal."""

import pytest

from scoring.patterns.repeat_target import NAME
from tests.scoring.story import Story


@pytest.mark.parametrize("refusal", ["declined", "deleted", "blocked", "complained"])
def test_the_second_request_after_a_refusal_is_flagged_once(refusal: str) -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", refusal)
    story.wait(days=1)
    story.deny("c1", reason="contact_cooldown")
    assert story.flags(NAME) == []
    story.wait(days=1)
    story.deny("c1", reason="contact_cooldown")
    (flag,) = story.flags(NAME)
    assert (flag.mode, flag.statistic, flag.threshold) == ("review", 2, 2)
    said = (
        "2024-10-06 01:00 UTC: contact c1, who had refused within the last 21 days, was asked "
        "again 2 times"
    )
    assert flag.evidence == (said,)
    story.deny("c1", reason="contact_cooldown")
    assert len(story.flags(NAME)) == 1
    assert story.levels() == ["review"]


def test_after_three_weeks_asking_is_a_new_start() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "declined")
    story.wait(days=22)
    for _ in range(3):
        story.add("c1")
        story.wait(days=1)
    assert story.flags(NAME) == []


def test_a_new_refusal_counts_from_the_beginning() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "declined")
    story.add("c1")
    story.answer("c1", "declined")
    story.add("c1")
    assert story.flags(NAME) == []
    story.add("c1")
    assert len(story.flags(NAME)) == 1


def test_a_contact_that_accepted_or_scans_is_no_target() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "accepted")
    story.add("c2")
    story.answer("c2", "declined")
    for _ in range(4):
        story.add("c1")
        story.add("c2", by="contact", way="qr_code")
    assert story.flags(NAME) == []

"""The patterns over a whole enterprise: `enterprise_negatives` and `greeting_reuse`."""

import pytest

from scoring.patterns import enterprise_negatives, greeting_reuse
from server.policy import default_policy
from tests.scoring.story import Story

MEMBERS = [f"m{number}" for number in range(12)]
GREETING = "g.k1.abcdefghijklmnopqrstuv"


def _refused(
    story: Story, member: str, contact: str, outcome: str = "blocked", **more: str
) -> None:
    story.add(contact, member, **more)
    story.answer(contact, outcome, member, event_id=f"e-{contact}")


def test_refusals_of_many_members_are_flagged_for_the_enterprise() -> None:
    story = Story()
    for number, member in enumerate(MEMBERS):
        _refused(story, member, f"c{number}")
    (flag,) = story.flags(enterprise_negatives.NAME)
    assert (flag.member_id, flag.mode, flag.threshold) == (None, "review", 11.5)
    assert flag.statistic == pytest.approx(12 * 0.98)
    assert flag.adds_before == 12
    assert flag.evidence[0] == "members blocked or complained about last: m7, m8, m9, m10, m11"
    assert flag.events == ("e-c9", "e-c10", "e-c11")
    assert story.company.patterns[enterprise_negatives.NAME]["s"] == 0
    (verdict,) = [v for v in story.effects.verdicts if v.member_id is None]
    assert (verdict.level, verdict.posterior, verdict.patterns) == (
        "review",
        None,
        ("enterprise_negatives",),
    )


def test_nobody_is_held_for_colleagues() -> None:
    story = Story()
    for number, member in enumerate(MEMBERS * 3):
        _refused(story, member, f"c{number}")
    assert all(v.level == "review" for v in story.effects.verdicts if v.member_id is None)
    story.add("new", "newcomer")
    assert story.levels("newcomer") == []


def test_one_greeting_from_many_members_is_flagged() -> None:
    story = Story()
    for number, member in enumerate(MEMBERS):
        _refused(story, member, f"c{number}", greeting_hash=GREETING)
    (flag,) = story.flags(greeting_reuse.NAME)
    assert (flag.member_id, flag.mode) == (None, "review")
    said = (
        "12 contacts blocked or complained after the greeting with the hash …mnopqrstuv, the last "
        "of them c11 at 2024-10-04 01:00 UTC, asked by m11"
    )
    assert flag.evidence == (said,)
    assert story.company.patterns[greeting_reuse.NAME] == {}


def test_a_greeting_of_ones_own_each_time_is_not() -> None:
    story = Story()
    for number, member in enumerate(MEMBERS * 2):
        hashed = f"g.k1.{number:022d}"
        _refused(story, member, f"c{number}", greeting_hash=hashed)
    assert story.flags(greeting_reuse.NAME) == []


def test_good_answers_to_a_greeting_let_it_be_forgotten() -> None:
    story = Story()
    _refused(story, "m1", "c0", greeting_hash=GREETING)
    assert len(story.company.patterns[greeting_reuse.NAME]) == 1
    for number in range(60):
        _refused(story, "m1", f"d{number}", "accepted", greeting_hash=GREETING)
    assert story.company.patterns[greeting_reuse.NAME] == {}


def test_the_number_of_greetings_that_are_followed_is_bounded() -> None:
    story, most = Story(), default_policy().scoring.patterns.greeting_reuse.most
    for number in range(most + 20):
        _refused(story, "m1", f"c{number}", greeting_hash=f"g.k1.{number:022d}")
    assert len(story.company.patterns[greeting_reuse.NAME]) == most


def test_passive_adds_and_hand_overs_are_not_read() -> None:
    story = Story()
    for number in range(40):
        story.add(f"p{number}", by="contact", way="qr_code", greeting_hash=GREETING)
        story.answer(f"p{number}", "blocked")
        story.add(f"h{number}", way="admin_assigned", greeting_hash=GREETING)
        story.answer(f"h{number}", "complained")
    assert story.effects.flags == []
    assert story.effects.verdicts == []


def test_old_greetings_make_room_for_the_campaign_of_today() -> None:
    story, most = Story(), default_policy().scoring.patterns.greeting_reuse.most
    for number in range(most * 2):
        hashed = f"g.k1.{number // 2:022d}"
        _refused(story, f"old{number}", f"old{number}", greeting_hash=hashed)
    for number in range(12):
        _refused(story, f"new{number}", f"new{number}", greeting_hash=GREETING)
    assert len(story.flags(greeting_reuse.NAME)) == 1

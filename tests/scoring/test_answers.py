"""What answers count for, and how a later one replaces an earlier one."""

import pytest

from tests.scoring.story import DAY_MS, Story


def test_an_accepted_add_counts_for_member_and_enterprise() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "accepted")
    for view in (story.member(), story.company):
        assert (view.sums.positive, view.sums.negative) == (1.0, 0.0)
        assert (view.sums.resolved, view.sums.accepted) == (1.0, 1.0)
    assert story.company.seat_count(story.day) == 1
    wanted = {"requested": 1, "allowed": 1, "charged": 1, "accepted": 1, "resolved": 1}
    assert story.counts() == wanted
    assert story.counts(member="") == story.counts()


@pytest.mark.parametrize(
    ("outcome", "weight"), [("deleted", 1.0), ("blocked", 3.0), ("complained", 9.0)]
)
def test_a_worse_answer_replaces_the_acceptance(outcome: str, weight: float) -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "accepted")
    story.answer("c1", outcome)
    for view in (story.member(), story.company):
        assert view.sums.positive == 0.0
        assert view.sums.negative == weight
        assert (view.sums.resolved, view.sums.accepted) == (1.0, 0.0)
    assert story.member().negative_contacts == 1


def test_the_worst_answer_stays() -> None:
    story = Story()
    story.add("c1")
    for outcome in ("complained", "blocked", "deleted", "declined", "accepted", "complained"):
        story.answer("c1", outcome)
    assert story.relation("c1").outcome == "complained"
    assert story.member().sums.negative == 9.0
    assert story.member().sums.positive == 0.0
    assert story.member().negative_contacts == 1
    assert story.member().sums.resolved == 1.0


def test_without_an_add_feedback_does_not_score_but_cools_down() -> None:
    story = Story()
    story.answer("stranger", "complained")
    assert story.member().sums.negative == 0.0
    assert story.counts() == {}
    (cooldown,) = story.effects.cooldowns
    assert (cooldown.contact, cooldown.member_id) == ("stranger", None)
    assert cooldown.until_ms == story.now_ms + 180 * DAY_MS


def test_another_members_add_is_no_provenance() -> None:
    story = Story()
    story.add("c1", "wang")
    story.answer("c1", "blocked", "li")
    assert story.member("li").sums.negative == 0.0
    assert story.member("wang").sums.negative == 0.0


def test_provenance_ends_after_180_days() -> None:
    story = Story()
    story.add("c1")
    story.add("c2")
    story.wait(days=180)
    story.answer("c1", "deleted")
    assert story.member().sums.negative == 1.0
    story.wait(hours=1)
    story.answer("c2", "deleted")
    assert story.member().negative_contacts == 1


def test_a_denied_add_is_no_provenance() -> None:
    story = Story()
    story.deny("c1")
    story.answer("c1", "blocked")
    assert story.member().sums.negative == 0.0
    assert story.counts() == {"requested": 1, "denied_member_daily_cap": 1}


@pytest.mark.parametrize(
    ("outcome", "days", "whose"),
    [
        ("complained", 180, None),
        ("blocked", 90, None),
        ("deleted", 30, None),
        ("declined", 21, "li"),
        ("accepted", None, None),
    ],
)
def test_cooldowns(outcome: str, days: int | None, whose: str | None) -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", outcome)
    found = [(c.member_id, c.until_ms) for c in story.effects.cooldowns]
    assert found == ([] if days is None else [(whose, story.now_ms + days * DAY_MS)])


def test_no_answer_for_72_hours_is_ignored_and_a_later_answer_corrects_it() -> None:
    story = Story()
    story.add("c1")
    story.wait(hours=71.99)
    story.deny("x")
    assert story.member().sums.resolved == 0.0
    story.wait(hours=0.01)
    story.deny("x")
    ignored = story.member().sums
    assert ignored.resolved == pytest.approx(0.5 ** (3 / 14))
    assert ignored.accepted == 0.0
    assert story.member().opened == []
    story.wait(days=2)
    story.answer("c1", "accepted")
    assert story.member().sums.resolved == pytest.approx(1.0)
    assert story.member().sums.accepted == pytest.approx(1.0)
    assert story.company.sums.resolved == pytest.approx(1.0)


def test_an_answer_after_the_time_counts_as_ignored_then_corrected_even_in_one_event() -> None:
    story = Story()
    story.add("c1")
    story.wait(days=10)
    story.answer("c1", "accepted")
    assert story.member().sums.resolved == pytest.approx(1.0)
    assert story.member().opened == []


def test_asking_again_does_not_resolve_a_contact_twice() -> None:
    story = Story()
    story.add("c1")
    story.wait(days=4)
    story.add("c1")
    story.wait(days=4)
    story.deny("x")
    assert story.member().sums.resolved == pytest.approx(0.5 ** (8 / 14))
    story.answer("c1", "accepted")
    assert story.member().sums.resolved == pytest.approx(1.0)


def test_a_decline_gives_way_to_the_answer_to_a_newer_add() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "declined")
    story.answer("c1", "accepted")
    assert story.relation("c1").outcome == "declined"
    story.wait(days=30)
    story.add("c1")
    story.answer("c1", "accepted")
    assert story.relation("c1").outcome == "accepted"
    assert story.member().sums.resolved == pytest.approx(1.0)


def test_passive_adds_weigh_less_and_share_a_daily_allowance() -> None:
    story = Story()
    for number in range(90):
        story.add(f"c{number}", by="contact", way="qr_code")
        story.answer(f"c{number}", "accepted")
    assert story.member().sums.positive == 20.0
    assert story.member().sums.resolved == 0.0
    story.wait(days=1)
    story.add("next", by="contact", way="qr_code")
    story.answer("next", "accepted")
    assert story.member().sums.positive == pytest.approx(20 * 0.5 ** (1 / 14) + 0.25)
    story.answer("c0", "blocked")
    assert story.member().sums.negative == 1.5


def test_handovers_count_as_feedback_only() -> None:
    story = Story()
    story.add("c1", way="admin_assigned")
    story.answer("c1", "blocked")
    member = story.member()
    assert member.sums.negative == 3.0
    assert member.sums.resolved == 0.0
    assert member.best == {}
    assert member.patterns == {}


def test_outcomes_halve_in_fourteen_local_days() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "blocked")
    story.wait(days=14)
    story.deny("x")
    assert story.member().sums.negative == pytest.approx(1.5)
    assert story.company.sums.negative == pytest.approx(1.5)


def test_a_contact_known_under_a_rotated_key_keeps_its_relation() -> None:
    story = Story()
    story.add("h.k1.old")
    story.answer("h.k2.new", "blocked", aliases=["h.k1.old"])
    assert story.relation("h.k1.old").outcome == "blocked"
    assert {c.contact for c in story.effects.cooldowns} == {"h.k1.old", "h.k2.new"}

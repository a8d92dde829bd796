"""One contact against an enterprise: once per enterprise, and nothing when it gives too many."""

import pytest

from tests.scoring.story import Story


def test_an_enterprise_counts_a_contacts_negatives_once_and_the_worst() -> None:
    story = Story()
    for member in ("li", "wang", "zhao"):
        story.add("c1", member)
    story.answer("c1", "deleted", "li")
    story.answer("c1", "complained", "wang")
    story.answer("c1", "blocked", "zhao")
    assert story.company.sums.negative == 9.0
    assert story.company.negative_contacts == 1
    assert [story.member(m).sums.negative for m in ("li", "wang", "zhao")] == [1.0, 9.0, 3.0]


def test_after_thirty_days_it_counts_again() -> None:
    story = Story()
    story.add("c1", "li")
    story.answer("c1", "blocked", "li")
    story.wait(days=31)
    story.add("c1", "wang")
    story.answer("c1", "blocked", "wang")
    assert story.company.sums.negative == pytest.approx(3 + 3 * 0.5 ** (31 / 14))
    assert story.company.negative_contacts == 1


def test_the_sixth_member_makes_it_sabotage_and_all_is_taken_back() -> None:
    story = Story()
    members = [f"m{n}" for n in range(6)]
    for member in members:
        story.add("c1", member)
    story.add("other", "m0")
    story.answer("other", "deleted", "m0")
    for member in members[:5]:
        story.answer("c1", "complained", member)
        story.wait(days=1)
    assert story.company.sums.negative > 8
    story.answer("c1", "complained", "m5")
    assert story.company.negative_contacts == 1
    assert story.company.sums.negative == pytest.approx(0.5 ** (5 / 14))
    for member in members[1:]:
        view = story.member(member)
        assert view.sums.negative == pytest.approx(0.0)
        assert view.negative_contacts == 0
        assert sum(entry[1] for entry in view.recent.values()) == 0
        assert view.patterns["hard_negatives"]["s"] == pytest.approx(0.0)
    assert story.member("m0").negative_contacts == 1


def test_a_voided_negative_that_grows_worse_still_weighs_nothing() -> None:
    story = Story()
    for n in range(6):
        story.add("c1", f"m{n}")
        story.answer("c1", "blocked", f"m{n}")
    story.answer("c1", "complained", "m0")
    view = story.member("m0")
    assert (view.sums.negative, view.negative_contacts) == (0.0, 0)
    assert view.patterns["hard_negatives"]["s"] == pytest.approx(0.0)


def test_sabotage_works_across_batches() -> None:
    story = Story()
    for n in range(7):
        story.add("c1", f"m{n}")
        story.answer("c1", "blocked", f"m{n}")
    again = story.in_batches(1)
    assert again.working.members == story.working.members
    assert again.company == story.company
    assert again.company.sums.negative == 0.0

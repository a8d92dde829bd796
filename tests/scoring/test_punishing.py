"""What violations cost: points, clean days, patterns; and that a mistake leaves nothing of it."""

from dataclasses import asdict
from typing import Any

import pytest

from scoring.views import EnterpriseView, MemberView
from tests.scoring.punished import overturn, settled, uphold
from tests.scoring.story import DAY_MS, Story


def looks(story: Story) -> dict[str, Any]:
    """Every view of the enterprise as it is stored, but for what a decision leaves on purpose."""
    views: dict[Any, MemberView | EnterpriseView] = {**story.working.members, "": story.company}
    found = {str(key): asdict(view) for key, view in views.items()}
    for one in found.values():
        del one["patterns"], one["judged_ms"], one["overturned"]
    return found


@pytest.mark.parametrize(
    ("track", "severity", "points"),
    [
        (1, "normal", 3.0),
        (1, "severe", 9.0),
        (2, "normal", 0.0),
        (2, "severe", 0.0),
        (3, "normal", 27.0),
        (3, "severe", 27.0),
    ],
)
@pytest.mark.parametrize("member", ["li", None])
def test_points_by_track_and_severity(
    track: int, severity: str, points: float, member: str | None
) -> None:
    story = Story()
    story.add("c1")
    uphold(story, member=member, track=track, severity=severity)
    view = story.company if member is None else story.member()
    assert view.points == points


def test_points_of_several_violations_add_up() -> None:
    story = settled()
    uphold(story, "v1")
    uphold(story, "v2", severity="severe")
    assert story.member().points == 12.0
    assert story.member("wang").points == 0.0


def test_one_that_turns_out_graver_costs_more_and_begins_no_new_count_of_clean_days() -> None:
    story = settled()
    uphold(story)
    since = story.member().clean_since_day
    story.wait(days=3)
    uphold(story, severity="severe")
    assert (story.member().points, story.member().clean_since_day) == (9.0, since)
    assert len(story.member().upheld) == 1


@pytest.mark.parametrize("member", ["li", None])
def test_to_be_told_twice_changes_nothing(member: str | None) -> None:
    story = settled()
    uphold(story, member=member)
    once = looks(story)
    uphold(story, member=member)
    assert looks(story) == once
    overturn(story, "v1", member)
    once = looks(story)
    overturn(story, "v1", member)
    assert looks(story) == once


@pytest.mark.parametrize("member", ["li", None])
def test_what_comes_late_brings_nothing_back(member: str | None) -> None:
    story = settled()
    before = looks(story)
    uphold(story, member=member, severity="severe")
    severe = looks(story)
    uphold(story, member=member, severity="normal")
    assert looks(story) == severe
    overturn(story, "v1", member)
    uphold(story, member=member, severity="severe")
    assert looks(story) == before


@pytest.mark.parametrize("track", [1, 2, 3])
@pytest.mark.parametrize("member", ["li", None])
def test_an_overturn_leaves_every_view_as_if_it_had_never_been(
    track: int, member: str | None
) -> None:
    story = settled()
    before = looks(story)
    uphold(story, member=member, track=track, severity="severe")
    assert looks(story) != before
    overturn(story, "v1", member)
    assert looks(story) == before


@pytest.mark.parametrize("member", ["li", None])
def test_an_overturn_days_later_leaves_score_and_clean_days_as_without_it(
    member: str | None,
) -> None:
    with_it, without = settled(), settled()
    uphold(with_it, member=member)
    for story in (with_it, without):
        story.wait(days=5)
        story.add("later")
    overturn(with_it, "v1", member)
    for story in (with_it, without):
        story.wait(hours=1)
        story.add("later still")
    for mine, other in ((with_it.member(), without.member()), (with_it.company, without.company)):
        assert (mine.score, mine.points) == (other.score, other.points)
        assert mine.clean_since_day == other.clean_since_day
        assert (mine.tier, mine.cap_active) == (other.tier, other.cap_active)


def test_clean_days_count_from_the_last_violation_that_stands() -> None:
    story = settled()
    activation = story.member().clean_since_day
    uphold(story, "v1")
    first = story.day
    story.wait(days=10)
    uphold(story, "v2")
    assert story.member().clean_since_day == first + 10
    overturn(story, "v2")
    assert story.member().clean_since_day == first
    overturn(story, "v1")
    assert story.member().clean_since_day == activation


def test_clean_days_count_from_an_activation_that_becomes_known_only_where_that_was_later() -> None:
    story = settled()
    uphold(story)
    violated = story.day
    story.wait(days=10)
    story.tell("member.updated", profile={}, activated_at=story.now_ms - 40 * DAY_MS)
    assert story.member().clean_since_day == violated
    story.tell("member.updated", profile={}, activated_at=story.now_ms - 2 * DAY_MS)
    assert story.member().clean_since_day == violated + 8
    story.tell("member.updated", profile={}, activated_at=story.now_ms - 40 * DAY_MS)
    overturn(story)
    assert story.member().clean_since_day == violated - 30


def test_patterns_begin_anew_with_the_first_word_of_a_violation() -> None:
    story = settled()
    story.add("x")
    assert story.member().patterns
    uphold(story)
    assert (story.member().patterns, story.member().judged_ms) == ({}, story.now_ms)
    story.wait(hours=1)
    story.add("y")
    kept, judged_ms = dict(story.member().patterns), story.member().judged_ms
    uphold(story, severity="severe")
    assert (story.member().patterns, story.member().judged_ms) == (kept, judged_ms)


def test_an_enterprise_has_all_points_by_the_share_of_seats_with_a_violation() -> None:
    story = settled()
    uphold(story, "v1", "li")
    assert story.company.points == pytest.approx(27 / 3)
    uphold(story, "v2", "li", severity="severe")
    assert story.company.points == pytest.approx(27 / 3)
    uphold(story, "v3", "wang")
    assert story.company.points == pytest.approx(27 * 2 / 3)
    uphold(story, "v4", None)
    assert story.company.points == pytest.approx(27 * 2 / 3 + 3)
    overturn(story, "v1", "li")
    assert story.company.points == pytest.approx(27 * 2 / 3 + 3)
    overturn(story, "v2", "li")
    assert story.company.points == pytest.approx(27 / 3 + 3)
    overturn(story, "v4", None)
    overturn(story, "v3", "wang")
    assert story.company.points == 0.0


def test_who_is_no_seat_counts_neither_among_the_seats_nor_among_the_offending() -> None:
    story = settled()
    uphold(story, "v1", "newcomer", track=3)
    assert story.company.points == 0.0
    story.add("c9", "newcomer")
    story.answer("c9", "accepted", "newcomer")
    assert story.company.points == pytest.approx(27 / 4)


def test_an_offender_that_leaves_the_seats_is_counted_no_more_and_on_its_return_is() -> None:
    story = settled()
    uphold(story, "v1", "li")
    story.wait(days=20)
    story.add("more", "wang")
    story.answer("more", "accepted", "wang")
    assert story.company.points == pytest.approx(27 / 3)
    story.wait(days=10)
    story.add("even more", "wang")
    assert story.company.seat_count(story.company.day - 27) == 1
    assert story.company.points == 0.0
    story.add("back", "li")
    story.answer("back", "accepted", "li")
    assert story.company.points == pytest.approx(27 / 2)

"""Being ignored: counted at the midnight after the 72 hours, though nothing happens meanwhile."""

from copy import deepcopy

import pytest

from scoring import tiers
from scoring.report import enterprise_report, member_report
from tests.scoring.story import Story


def _forty_unanswered() -> Story:
    story = Story()
    story.tell("enterprise.updated", None, verification="verified", profile={"logo": True})
    for number in range(40):
        story.add(f"c{number}")
    return story


@pytest.mark.parametrize("look_in_between", [False, True])
def test_a_midnight_judges_what_was_ignored_by_then(look_in_between: bool) -> None:
    story = _forty_unanswered()
    story.wait(days=3, hours=1)
    if look_in_between:
        story.deny("x")
    story.wait(days=1)
    story.deny("x")
    assert story.member().opened == []
    assert story.member().sums.resolved == pytest.approx(40 * 0.5 ** (4 / 14))
    story.wait(days=1)
    story.deny("x")
    assert story.member().tier == 1


def test_before_the_midnight_a_member_knows_and_its_enterprise_does_not() -> None:
    story = _forty_unanswered()
    story.wait(days=3, hours=1)
    story.deny("x")
    assert story.member().sums.resolved == pytest.approx(40 * 0.5 ** (3 / 14))
    assert story.company.sums.resolved == 0.0
    story.answer("c0", "accepted")
    story.wait(days=1)
    story.deny("x", "wang")
    assert story.company.waiting == {}
    assert story.company.sums.resolved == pytest.approx(
        39 * 0.5 ** (4 / 14) + 0.5 ** (1 / 14), rel=1e-9
    )


def test_an_enterprise_counts_the_ignored_of_members_who_went_idle() -> None:
    story = _forty_unanswered()
    story.wait(days=10)
    story.deny("x", "wang")
    assert story.company.sums.resolved == pytest.approx(40 * 0.5 ** (10 / 14))
    story.answer("c0", "accepted")
    assert story.company.sums.resolved == pytest.approx(39 * 0.5 ** (10 / 14) + 1)
    assert story.company.sums.accepted == pytest.approx(1)
    assert story.member().sums.resolved == pytest.approx(story.company.sums.resolved)


def test_projections_and_reports_see_it_and_change_nothing() -> None:
    story = _forty_unanswered()
    member, company = deepcopy(story.member()), deepcopy(story.company)
    story.wait(days=10)
    day, now_ms, policy = story.day, story.now_ms, story.policy
    report = member_report(story.member(), story.company, policy, day=day, now_ms=now_ms)
    whole = enterprise_report(story.company, policy, day=day, now_ms=now_ms)
    projected = tiers.project(story.member(), story.company, policy, day)
    assert (story.member(), story.company) == (member, company)
    story.tell("add.committed")
    assert (report.score, report.tier) == (story.member().score, story.member().tier)
    assert (whole.score, whole.tier) == (story.company.score, story.company.tier)
    assert projected.active == story.member().cap_active


def test_a_seats_usage_follows_the_member() -> None:
    story = Story()
    story.add("c1")
    story.answer("c1", "accepted")
    for _ in range(19):
        story.wait(days=1)
        story.add(f"c{story.day}")
    assert story.company.seat_usage(story.day - 27) == pytest.approx(0.6 * 20 / 20)

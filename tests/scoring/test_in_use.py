"""Only use raises an account: what contacts do, and time alone, never do."""

from tests.scoring.story import Story


def _certified() -> Story:
    story = Story()
    story.tell("enterprise.updated", None, verification="certified", profile={"logo": True})
    return story


def test_answers_without_adds_raise_neither_member_nor_enterprise() -> None:
    story = _certified()
    for _ in range(6):
        story.answer("stranger", "accepted")
        story.wait(days=1)
    assert (story.member().score_tier, story.company.score_tier) == (0, 0)
    assert story.company.score > 50


def test_a_day_of_use_raises_both_at_the_next_midnight() -> None:
    story = _certified()
    story.add("c1")
    assert (story.member().tier, story.company.tier) == (0, 0)
    story.wait(days=1)
    story.deny("x")
    assert (story.member().tier, story.company.tier) == (1, 1)


def test_an_idle_enterprise_climbs_no_more_than_two_tiers() -> None:
    story = _certified()
    story.add("c1")
    story.answer("c1", "accepted")
    story.wait(days=10)
    story.answer("c1", "accepted")
    assert story.company.score_tier == 2
    story.wait(days=10)
    story.answer("c1", "accepted")
    assert story.company.score_tier == 2

"""The pattern `target_collision`: colleagues who work through the same contacts."""

from scoring.patterns.target_collision import NAME
from tests.scoring.story import Story

MEMBERS = ("li", "wang", "zhao")


def _share(story: Story, contacts: int, outcome: str | None, members: tuple[str, ...]) -> None:
    for number in range(contacts):
        for member in members:
            story.add(f"c{number}", member, way="group_chat")
            if outcome is not None:
                story.answer(f"c{number}", outcome, member)


def test_members_who_share_contacts_that_refuse_are_flagged() -> None:
    story = Story()
    _share(story, 12, "blocked", MEMBERS)
    flag = next(flag for flag in story.flags(NAME) if flag.member_id == "zhao")
    assert (flag.mode, flag.threshold) == ("enforce", 11.5)
    assert 11.5 <= flag.statistic < 11.5 + 1.79
    assert flag.evidence[0] == (
        "contacts that colleagues, li and wang among them, had added a few days before were "
        "added again"
    )
    assert flag.evidence[-1].endswith("was added")


def test_a_team_whose_contacts_are_glad_is_not() -> None:
    story = Story()
    _share(story, 20, "accepted", MEMBERS)
    assert story.flags(NAME) == []
    assert story.member("zhao").patterns[NAME]["s"] > 11.5


def test_two_members_are_too_few() -> None:
    story = Story()
    _share(story, 20, "blocked", MEMBERS[:2])
    assert story.flags(NAME) == []


def test_a_contact_added_longer_ago_is_not_shared() -> None:
    story = Story()
    story.add("c1", "li")
    story.wait(days=7, hours=1)
    story.add("c1", "wang")
    assert NAME not in story.member("wang").patterns
    story.wait(days=6)
    story.add("c1", "zhao")
    assert story.member("zhao").patterns[NAME]["with"] == ["wang"]


def test_hand_overs_and_scans_are_not_shared_contacts() -> None:
    story = Story()
    story.add("c1", "li", way="shared_by_member")
    story.add("c1", "wang", by="contact", way="qr_code")
    story.add("c1", "zhao")
    assert NAME not in story.member("zhao").patterns


def test_a_denied_add_is_not_shared() -> None:
    story = Story()
    story.deny("c1", "li")
    story.add("c1", "wang")
    assert NAME not in story.member("wang").patterns


def test_contacts_of_ones_own_bring_it_back_to_its_floor() -> None:
    story = Story()
    _share(story, 2, None, MEMBERS)
    assert story.member("zhao").patterns[NAME]["s"] > 3
    for number in range(12):
        story.add(f"own{number}", "zhao")
    assert NAME not in story.member("zhao").patterns


def test_a_contact_remembers_its_last_adders_only() -> None:
    story = Story()
    for number in range(12):
        story.add("c1", f"m{number}")
    assert list(story.contact("c1").adders) == [f"m{number}" for number in range(4, 12)]

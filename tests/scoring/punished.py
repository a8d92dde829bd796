"""Violations and dismissed cases, told to a story."""

from typing import Any

from tests.scoring.story import Story

MEMBERS = ("li", "wang", "zhao")


def uphold(story: Story, id_: str = "v1", member: str | None = "li", **changed: Any) -> None:
    given = {"violation_id": id_, "track": 1, "severity": "normal"}
    story.tell("violation.upheld", member, **given | changed)


def overturn(story: Story, id_: str = "v1", member: str | None = "li", *contacts: str) -> None:
    given = {"violation_id": id_, "track": 1, "severity": "normal"}
    story.tell("violation.overturned", member, contacts=list(contacts), **given)


def dismiss(story: Story, *contacts: str, member: str = "li") -> None:
    story.tell("case.dismissed", member, case_id=f"0-{len(story.events)}", contacts=list(contacts))


def settled() -> Story:
    """An enterprise of three seats, of whom contacts thought well and less well."""
    story = Story()
    story.tell("enterprise.updated", None, verification="verified", profile={"domain": True})
    for member in MEMBERS:
        story.add(f"friend of {member}", member)
        story.answer(f"friend of {member}", "accepted", member)
    story.add("c1")
    story.answer("c1", "deleted")
    story.wait(days=20)
    for member in MEMBERS:
        story.add(f"again {member}", member)
        story.answer(f"again {member}", "accepted", member)
    return story

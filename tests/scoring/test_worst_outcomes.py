"""Days count each contact of a member once, where its worst outcome is."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scoring.outcomes import NEGATIVES
from tests.scoring.story import Story

OUTCOMES = ("accepted", "declined", "deleted", "blocked", "complained")
MEMBERS = [f"m{n}" for n in range(7)]

acts = st.lists(
    st.tuples(
        st.sampled_from(MEMBERS),
        st.sampled_from(["c1", "c2"]),
        st.sampled_from(["add", "passive", "wait", *OUTCOMES]),
    ),
    max_size=60,
)


def test_a_contact_that_grows_worse_moves_to_the_day_of_that() -> None:
    story = Story()
    story.add("c1")
    days = [story.day]
    for outcome in ("accepted", "deleted", "blocked", "complained"):
        story.answer("c1", outcome)
        story.wait(days=2)
        days.append(story.day)
    worst = [story.counts(day=day) for day in days]
    assert [one.get("resolved", 0) for one in worst] == [0, 0, 0, 1, 0]
    assert [one.get("negatives", 0) for one in worst] == [0, 0, 0, 1, 0]
    assert worst[0]["accepted"] == worst[1]["deleted"] == worst[2]["blocked"] == 1


def test_a_contact_that_gives_too_many_is_resolved_but_no_negative() -> None:
    story = Story()
    for member in MEMBERS:
        story.add("c1", member)
        story.answer("c1", "blocked", member)
    assert story.counts("")["resolved"] == 7
    assert story.counts("")["negatives"] == 0


@given(acts)
def test_days_count_what_relations_are(acts: list[tuple[str, str, str]]) -> None:
    story = Story()
    for member, contact, what in acts:
        if what == "wait":
            story.wait(days=1)
        elif what in OUTCOMES:
            story.answer(contact, what, member)
        else:
            story.add(contact, member, by="contact" if what == "passive" else "member")
    resolved: Counter[tuple[str, int]] = Counter()
    negatives: Counter[tuple[str, int]] = Counter()
    for (_, member, _), relation in story.working.relations.items():
        if relation.outcome is not None:
            resolved[member, relation.outcome_day] += 1
            negatives[member, relation.outcome_day] += (
                relation.outcome in NEGATIVES and not relation.voided
            )
    for counted, name in ((resolved, "resolved"), (negatives, "negatives")):
        found = {
            (member, day): counts.get(name, 0)
            for (_, member, day), counts in story.effects.counts.items()
        }
        of_members = {key: count for key, count in found.items() if key[0] and count}
        assert of_members == {key: count for key, count in counted.items() if count}
        for day in {day for _, day in found}:
            whole = sum(count for (member, on), count in of_members.items() if on == day)
            assert found["", day] == whole

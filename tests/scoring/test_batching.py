"""Whatever the batches, and whether views went through storage between them: the same views."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.views import ContactView, Relation
from tests.scoring.story import Story

MEMBERS = ("li", "wang", "m3", "m4", "m5", "m6", "m7")
CONTACTS = ("c1", "c2", "c3")
OUTCOMES = ("accepted", "declined", "deleted", "blocked", "complained", "failed")

steps = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(CONTACTS), st.sampled_from(MEMBERS)),
    st.tuples(st.just("scan"), st.sampled_from(CONTACTS), st.sampled_from(MEMBERS)),
    st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(CONTACTS), st.sampled_from(MEMBERS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 24, 73, 400]), st.just("")),
    st.tuples(st.just("deny"), st.sampled_from(CONTACTS), st.sampled_from(MEMBERS)),
    st.tuples(st.just("search"), st.integers(0, 40), st.sampled_from(MEMBERS)),
    st.tuples(st.just("decide"), st.just(""), st.sampled_from(["", *MEMBERS])),
)


def _tell(script: list[tuple[str, object, str]]) -> Story:
    story = Story()
    for what, which, member in script:
        if what == "wait":
            assert isinstance(which, int)
            story.wait(hours=which)
        elif what in ("add", "scan"):
            by = "member" if what == "add" else "contact"
            story.add(str(which), member, by=by, greeting_hash=f"g.k1.{which}")
        elif what == "deny":
            story.deny(str(which), member)
        elif what == "search":
            story.tell("phone_search.missed", member, number_block="n.k1.abc", number_tail="0001")
        elif what == "decide":
            story.tell("case.dismissed", member or None, case_id="0-1")
        else:
            story.answer(str(which), what, member)
    return story


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=st.lists(steps, min_size=1, max_size=60), size=st.integers(1, 9))
def test_batches_make_no_difference(script: list[tuple[str, object, str]], size: int) -> None:
    story = _tell(script)
    again = story.in_batches(size)
    assert again.working.members == story.working.members
    assert again.working.enterprises == story.working.enterprises
    assert again.working.relations == story.working.relations
    assert again.working.contacts == story.working.contacts
    assert again.effects == story.effects


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=st.lists(steps, min_size=1, max_size=60))
def test_nothing_goes_below_zero_and_views_survive_their_json(
    script: list[tuple[str, object, str]],
) -> None:
    story = _tell(script)
    accounts = [*story.working.members.values(), *story.working.enterprises.values()]
    for view in accounts:
        sums = view.sums
        assert min(sums.negative, sums.positive, sums.resolved, sums.accepted) >= 0
        assert sums.accepted <= sums.resolved + 1e-9
        assert view.negative_contacts >= 0
        assert view.adds >= 0
        assert type(view).from_json(view.to_json()) == view
    for relation in story.working.relations.values():
        assert Relation.from_json(relation.to_json()) == relation
    for contact in story.working.contacts.values():
        assert ContactView.from_json(contact.to_json()) == contact


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    outcomes=st.lists(
        st.sampled_from(("blocked", "declined", "accepted")), min_size=20, max_size=60
    ),
    size=st.integers(1, 30),
    apart_s=st.sampled_from([30, 61, 600]),
)
def test_batches_make_no_difference_to_flags_and_verdicts(
    outcomes: list[str], size: int, apart_s: int
) -> None:
    story = Story()
    for number, outcome in enumerate(outcomes):
        for member in MEMBERS[:3]:
            story.add(f"c{number}", member, number_block="n.k1.abc", number_tail=f"{number:04d}")
            story.answer(f"c{number}", outcome, member)
        story.wait(hours=apart_s / 3600)
    again = story.in_batches(size)
    assert again.effects.flags == story.effects.flags
    assert again.effects.verdicts == story.effects.verdicts
    assert again.working.members == story.working.members

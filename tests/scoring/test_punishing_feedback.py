"""What contacts said of somebody whose violation was a mistake, and who reported for nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import tiers
from tests.scoring.punished import MEMBERS, dismiss, overturn, settled, uphold
from tests.scoring.story import Story

CONTACTS = ("c1", "c2")


def test_feedback_behind_an_overturned_violation_counts_no_more_for_member_and_enterprise() -> None:
    story, without = settled(), settled()
    for one in (story, without):
        one.add("c2")
    story.answer("c2", "complained")
    uphold(story)
    overturn(story, "v1", "li", "c2")
    for view, other in ((story.member(), without.member()), (story.company, without.company)):
        assert view.sums.negative == pytest.approx(other.sums.negative)
        assert view.negative_contacts == other.negative_contacts
        assert sum(entry[1] for entry in view.recent.values()) == 0
    assert story.relation("c2").voided
    assert (story.contact("c2").counted, story.contact("c2").negatives) == (None, {})


NEGATIVES = {"deleted": 1.0, "blocked": 3.0, "complained": 9.0}


@pytest.mark.parametrize("mine", NEGATIVES)
@pytest.mark.parametrize("theirs", NEGATIVES)
@pytest.mark.parametrize("by", ["member", "contact"])
@pytest.mark.parametrize("mine_first", [True, False])
def test_what_the_contact_gave_a_colleague_still_counts_for_the_enterprise(
    mine: str, theirs: str, by: str, mine_first: bool
) -> None:
    story = Story()
    story.add("c1", "li")
    story.add("c1", "wang", by=by)
    given = [("li", mine), ("wang", theirs)]
    for member, outcome in given if mine_first else reversed(given):
        story.answer("c1", outcome, member)
        story.wait(days=2)
    uphold(story)
    overturn(story, "v1", "li", "c1")
    alone = Story()
    alone.add("c1", "li")
    alone.add("c1", "wang", by=by)
    alone.wait(days=2 * mine_first)
    alone.answer("c1", theirs, "wang")
    alone.wait(days=2 * (2 - mine_first))
    overturn(alone)
    assert story.member("li").sums.negative == pytest.approx(0.0)
    assert story.company.sums.negative == pytest.approx(alone.company.sums.negative)
    assert story.company.negative_contacts == alone.company.negative_contacts == 1
    assert _complainants(story) == _complainants(alone)
    assert story.contact("c1") == alone.contact("c1")


def _complainants(story: Story) -> list[int]:
    return [entry[1] for entry in story.company.recent.values() if entry[1]]


def test_reports_that_were_dismissed_void_all_a_contact_gave_before_and_after() -> None:
    story = Story()
    for member in MEMBERS:
        story.add("c1", member)
    story.answer("c1", "complained", "li")
    story.answer("c1", "blocked", "wang")
    for number in range(1, story.policy.outcomes.dismissed_reports):
        dismiss(story, "c1")
        assert story.contact("c1").dismissed == number
        assert story.company.sums.negative == 9.0
    dismiss(story, "c1")
    story.answer("c1", "complained", "zhao")
    for view in (story.company, *(story.member(member) for member in MEMBERS)):
        assert (view.sums.negative, view.negative_contacts) == (0.0, 0)
        assert sum(entry[1] for entry in view.recent.values()) == 0


def test_a_dismissed_report_of_another_contact_voids_nothing() -> None:
    story = Story()
    for contact in CONTACTS:
        story.add(contact)
        story.answer(contact, "blocked")
    for _ in range(3):
        dismiss(story, "c2", "unheard of")
    assert story.member().sums.negative == 3.0
    assert story.company.negative_contacts == 1


_who = st.sampled_from(MEMBERS)
_what = st.sampled_from(CONTACTS)
_whose = _who | st.none()
_ids, _tracks = st.sampled_from(["v1", "v2"]), st.sampled_from([1, 3])
STEPS = st.one_of(
    st.tuples(st.just("add"), _who, _what),
    st.tuples(st.sampled_from(["accepted", *NEGATIVES]), _who, _what),
    st.tuples(st.just("upheld"), _whose, _ids, _tracks),
    st.tuples(st.just("overturned"), _whose, _ids, _tracks, st.sets(_what).map(sorted)),
    st.tuples(st.just("dismissed"), _who, _what),
    st.tuples(st.just("wait"), st.sampled_from([1, 24, 24 * 12, 24 * 40])),
)


def tell(story: Story, step: tuple[Any, ...]) -> None:
    match step:
        case ("add", member, contact):
            story.add(contact, member)
        case ("upheld", member, id_, track):
            uphold(story, f"{id_} of {member}, track {track}", member, track=track)
        case ("overturned", member, id_, track, contacts):
            overturn(story, f"{id_} of {member}, track {track}", member, *contacts)
        case ("dismissed", member, contact):
            dismiss(story, contact, member=member)
        case ("wait", hours):
            story.wait(hours=hours)
        case (outcome, member, contact):
            story.answer(contact, outcome, member)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=st.lists(STEPS, min_size=1, max_size=40), size=st.integers(1, 9))
def test_batches_and_restarts_make_no_difference(script: list[tuple[Any, ...]], size: int) -> None:
    story = Story()
    for step in script:
        tell(story, step)
    again = story.in_batches(size)
    assert again.working.members == story.working.members
    assert again.working.enterprises == story.working.enterprises
    assert again.working.relations == story.working.relations
    assert again.working.contacts == story.working.contacts
    for view in [*story.working.members.values(), *story.working.enterprises.values()]:
        assert min(view.sums.negative, view.points, view.negative_contacts) >= 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    script=st.lists(STEPS, min_size=1, max_size=30),
    spared=st.sets(st.tuples(_whose, _ids, _tracks)),
)
def test_fewer_violations_never_make_a_lower_score_or_tier_on_any_day(
    script: list[tuple[Any, ...]], spared: set[tuple[Any, ...]]
) -> None:
    fewer, more = settled(), settled()
    for step in script:
        tell(more, step)
        if step[0] == "upheld" and step[1:] in spared:
            fewer.tell("linked_account.unblocked", step[1] or "li", linked_account_id="w")
        else:
            tell(fewer, step)
        for later in (0, 1, 40):
            _assert_never_lower(fewer, more, more.day + later)


def _assert_never_lower(fewer: Story, more: Story, day: int) -> None:
    one = tiers.moved_enterprise(fewer.company, fewer.policy, day, day)
    other = tiers.moved_enterprise(more.company, more.policy, day, day)
    assert one.score >= other.score - 1e-9
    assert (one.tier, one.cap_active) >= (other.tier, other.cap_active)
    for member in MEMBERS:
        mine = tiers.moved_member(fewer.member(member), one, fewer.policy, day, day)
        theirs = tiers.moved_member(more.member(member), other, more.policy, day, day)
        assert mine.score >= theirs.score - 1e-9
        assert (mine.tier, mine.cap_active) >= (theirs.tier, theirs.cap_active)

"""Standing: one word, one sentence, since when."""

import re

import pytest

from scoring import tiers
from scoring.report import Report, member_report
from scoring.views import EnterpriseView, MemberView
from tests.scoring.build import DAY, POLICY, a_company, a_member, an_old_hand, next_day, sums


def _report(
    member: MemberView, company: EnterpriseView, restricted_since_ms: int | None = None
) -> Report:
    return member_report(
        member,
        company,
        POLICY,
        day=company.day,
        now_ms=9,
        restricted_since_ms=restricted_since_ms,
        guide=False,
    )


def _cases() -> dict[str, tuple[MemberView, EnterpriseView]]:
    company, unverified = a_company("certified"), a_company("none")
    well = {"adds": 90, "clean_since_day": DAY - 90, "best": {DAY: 99}}
    return {
        "healthy": (an_old_hand(company, 2, **well), company),
        "collecting": (a_member(company), company),
        "limited: not verified": (an_old_hand(unverified, 2, **well), unverified),
        "limited: reactions": (
            an_old_hand(company, 2, sums=sums(negative=90), negative_contacts=9, **well),
            company,
        ),
        "limited: complaints": (an_old_hand(company, 2, recent={DAY: [90, 4]}, **well), company),
        "at_risk: complaints": (an_old_hand(company, 2, recent={DAY: [500, 4]}, **well), company),
        "at_risk: low": (an_old_hand(company, 3, low_days=5, **well), company),
    }


@pytest.mark.parametrize("case", _cases())
def test_the_word_and_its_sentence(case: str) -> None:
    member, company = _cases()[case]
    standing = _report(member, company).standing
    assert standing.state == case.partition(":")[0]
    assert standing.why.endswith(".")
    assert (
        re.search(r"\b(contact|someone|complainant) (deleted|blocked|complained)", standing.why)
        is None
    )


@pytest.mark.parametrize(
    ("low_days", "said"), [(1, "last 1 local day;"), (5, "last 5 local days;")]
)
def test_a_low_score_says_what_it_will_cost(low_days: int, said: str) -> None:
    company = a_company("certified")
    member = an_old_hand(company, 4, low_days=low_days)
    member.sums = sums(negative=3, positive=9)
    made = _report(member, company, restricted_since_ms=77)
    falls = made.standing.falling
    assert made.score < falls.needed < POLICY.tiers[4].score
    assert (falls.days, falls.after) == (low_days, POLICY.movement.demotion_days)
    why = _report(member, company).standing.why
    assert said in why
    assert f"after {POLICY.movement.demotion_days} in a row the tier falls" in why


def test_whom_the_ramp_holds_is_not_told_that_only_the_score_does() -> None:
    member, company = _cases()["healthy"]
    member.cap_active = 10
    assert "grows with use" in _report(member, company).standing.why
    member.cap_active = 50
    assert "but its score" in _report(member, company).standing.why


def test_the_sentence_of_low_days_tells_nothing_of_today() -> None:
    member, company = _cases()["at_risk: low"]
    low = _report(member, company)
    member.sums = sums(positive=200)
    well = _report(member, company)
    assert low.score < well.score
    assert low.standing.why == well.standing.why


def test_a_restriction_outweighs_the_rest() -> None:
    member, company = _cases()["healthy"]
    standing = _report(member, company, restricted_since_ms=77).standing
    assert (standing.state, standing.since_ms) == ("restricted", 77)


def test_a_standing_lasts_since_its_word_changed() -> None:
    company = a_company("certified")
    member = an_old_hand(company, 2, adds=90, clean_since_day=DAY - 90)
    tiers.refresh(member, company, POLICY, 1_000)
    tiers.refresh(member, company, POLICY, 2_000)
    assert (member.standing, member.standing_since_ms) == ("healthy", 1_000)
    member.recent = {DAY: [90, 4]}
    tiers.refresh(member, company, POLICY, 3_000)
    assert (member.standing, member.standing_since_ms) == ("limited", 3_000)


def test_a_limit_that_was_lifted_waits_for_midnight() -> None:
    member, company = _cases()["limited: complaints"]
    tiers.refresh(member, company, POLICY, 2)
    member.recent = {}
    made = _report(member, company)
    assert made.standing.state == "limited"
    assert "midnight" in made.standing.why
    assert [ceiling.name for ceiling in made.ceilings] == ["until_midnight"]
    next_day(company, member)
    assert _report(member, company).standing.state == "healthy"


def test_the_bad_day_of_one_contact_changes_no_word() -> None:
    member, company = _cases()["healthy"]
    before = _report(member, company).standing
    member.sums.negative += 9
    member.negative_contacts += 1
    member.recent = {DAY: [10, 1]}
    tiers.refresh(member, company, POLICY, 5)
    after = _report(member, company).standing
    assert (after.state, after.why) == (before.state, before.why)

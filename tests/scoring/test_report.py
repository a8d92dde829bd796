"""Reports: an account on a given day, explained by its own figures."""

from copy import deepcopy

import pytest
from hypothesis import given, settings

from scoring import tiers
from scoring.caps import Caps
from scoring.report import enterprise_report, member_report
from scoring.views import new_enterprise, new_member
from tests.scoring.build import DAY, MEMBER_FIELDS, POLICY, a_company, a_member, next_day
from tests.scoring.histories import FIRST_DAY, History, histories, pair
from tests.scoring.story import Story


def test_accounts_never_seen_have_a_report() -> None:
    company, member = new_enterprise(5), new_member(5)
    made = member_report(member, company, POLICY, day=DAY, now_ms=9)
    assert (made.tier, made.caps) == (0, Caps(5, 50))
    assert (made.standing.state, made.standing.since_ms) == ("collecting", 9)
    whole = enterprise_report(company, POLICY, day=DAY, now_ms=9)
    assert (whole.tier, whole.caps) == (0, Caps(20, 200))
    assert (company, member) == (new_enterprise(5), new_member(5))


def test_a_report_stands_at_the_day_asked_for() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    before = (deepcopy(company), deepcopy(member))
    made = member_report(member, company, POLICY, day=DAY + 3, now_ms=9)
    whole = enterprise_report(company, POLICY, day=DAY + 3, now_ms=9)
    assert (company, member) == before
    next_day(company, member, days=3)
    assert (made.tier, made.score) == (member.tier, member.score)
    assert made.caps == Caps(member.cap_active, member.cap_passive)
    assert (whole.tier, whole.score) == (company.tier, company.score)
    assert whole.caps == Caps(company.cap_active, company.cap_passive)


def test_a_report_of_a_day_that_is_past_is_that_of_the_view() -> None:
    company = a_company()
    member = a_member(company)
    made = member_report(member, company, POLICY, day=DAY - 3, now_ms=9)
    assert (made.tier, made.score) == (member.tier, member.score)


def test_a_ceiling_that_the_enterprise_closed_shows_before_the_members_next_event() -> None:
    company = a_company("certified")
    member = a_member(company, profile=MEMBER_FIELDS)
    for _ in range(3):
        next_day(company, member, used=True)
    assert member.tier == 2
    company.verification = "none"
    made = member_report(member, company, POLICY, day=company.day, now_ms=9)
    assert (made.tier, made.caps.active) == (1, 10)
    assert made.standing.state == "limited"


def test_guidance_is_looked_for_unless_told_not_to() -> None:
    company = a_company()
    member = a_member(company)
    assert member_report(member, company, POLICY, day=DAY, now_ms=9).guidance
    assert not member_report(member, company, POLICY, day=DAY, now_ms=9, guide=False).guidance
    assert not enterprise_report(company, POLICY, day=DAY, now_ms=9, guide=False).guidance


@settings(deadline=None)
@given(history=histories())
def test_a_report_explains_itself(history: History) -> None:
    account, _ = pair(history)
    day = FIRST_DAY
    for step in history.days:
        day += step.idle + 1
        account.does(step.better, day)
        made = member_report(
            account.member, account.company, POLICY, day=day, now_ms=day, guide=False
        )
        assert made.tier == min([made.score_tier, *(each.max_tier for each in made.ceilings)])
        assert abs(sum(part.points for part in made.parts) - made.score) < 1e-9
        assert made.caps.active <= POLICY.tiers[made.tier].member_active
        tiers.refresh(account.member, account.company, POLICY, day)
        assert made.score == account.member.score


def test_a_report_counts_what_came_to_be_ignored_since_the_last_event() -> None:
    story = Story()
    story.add("c1")
    story.wait(hours=73)
    before = story.member().to_json()
    report = member_report(
        story.member(), story.company, story.policy, day=story.day, now_ms=story.now_ms
    )
    acceptance = next(part for part in report.parts if part.name == "acceptance")
    assert acceptance.inputs["resolved"] == pytest.approx(0.5 ** (3 / 14))
    assert story.member().to_json() == before
    story.deny("x")
    assert story.member().sums.resolved == acceptance.inputs["resolved"]

"""What holds of every history: better is never worse, and what is projected comes to pass."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import ceilings, tiers, trust
from scoring.views import MemberView
from tests.scoring.build import POLICY
from tests.scoring.histories import FIRST_DAY, Account, History, histories, pair


def _assert_never_lower(better: MemberView, worse: MemberView) -> None:
    assert better.score >= worse.score - 1e-9
    assert better.score_tier >= worse.score_tier
    assert better.tier >= worse.tier
    assert better.cap_active >= worse.cap_active
    assert better.cap_passive >= worse.cap_passive


@settings(deadline=None)
@given(history=histories())
def test_doing_better_never_gives_a_lower_score_tier_or_cap_on_any_day(history: History) -> None:
    better, worse = pair(history)
    day = FIRST_DAY
    for step in history.days:
        for passed in {1, 2, step.idle // 2 + 1, step.idle + 1}:
            _assert_never_lower(better.at(day + passed), worse.at(day + passed))
        day += step.idle + 1
        better.does(step.better, day)
        if step.worse is not None:
            worse.does(step.worse, day)
        _assert_never_lower(better.member, worse.at(day))


@settings(deadline=None)
@given(history=histories(), later=st.integers(1, 500))
def test_what_is_projected_for_a_day_is_what_that_day_begins_with(
    history: History, later: int
) -> None:
    account, _ = pair(history)
    day = FIRST_DAY
    for step in history.days:
        day += step.idle + 1
        account.does(step.better, day)
    member, company = deepcopy(account.member), deepcopy(account.company)
    projected = tiers.project(member, company, POLICY, day + later)
    whole = tiers.project_enterprise(company, POLICY, day + later)
    assert (member, company) == (account.member, account.company)
    tiers.begin_enterprise_day(company, POLICY, day + later, 7)
    assert tiers.project(member, company, POLICY, day + later) == projected
    tiers.begin_day(member, company, POLICY, day + later, 7)
    assert (member.cap_active, member.cap_passive) == (projected.active, projected.passive)
    assert (company.cap_active, company.cap_passive) == (whole.active, whole.passive)


@settings(deadline=None)
@given(history=histories())
def test_parts_and_ceilings_reproduce_score_and_tier(history: History) -> None:
    account, _ = pair(history)
    day = FIRST_DAY
    for step in history.days:
        day += step.idle + 1
        account.does(step.better, day)
        view = account.at(day + 1)
        company = tiers.moved_enterprise(account.company, POLICY, day + 1, 1)
        score = trust.member_score(view, company, POLICY)
        found = ceilings.member_ceilings(view, company, POLICY, score)
        assert view.score == score.total
        assert view.tier == min([view.score_tier, *(ceiling.max_tier for ceiling in found)])


@settings(deadline=None)
@given(history=histories())
def test_a_midnight_moves_a_tier_by_one_and_a_gap_raises_it_by_two_at_most(
    history: History,
) -> None:
    account, _ = pair(history)
    day = FIRST_DAY
    for step in history.days:
        day += step.idle + 1
        before = account.member.score_tier
        assert account.at(account.member.day + 1).score_tier - before in {-1, 0, 1}
        assert account.at(day).score_tier <= before + 2
        account.does(step.better, day)


@settings(deadline=None)
@given(history=histories())
def test_within_a_day_tier_and_caps_only_fall(history: History) -> None:
    account, _ = pair(history)
    day = FIRST_DAY
    for step in history.days:
        day += step.idle + 1
        began = account.at(day)
        account.does(step.better, day)
        now = account.member
        assert now.tier <= began.tier
        assert now.cap_active <= began.cap_active
        assert now.cap_passive <= began.cap_passive


@settings(deadline=None)
@given(history=histories(), gap=st.integers(2, 63))
def test_one_idle_day_more_is_one_step_of_the_same_way(history: History, gap: int) -> None:
    account, _ = pair(history)
    day = FIRST_DAY
    for step in history.days[:4]:
        day += step.idle + 1
        account.does(step.better, day)
    ways: list[tuple[int, int]] = []
    for passed in (gap, gap + 1):
        view = account.at(day + passed)
        ways.append((view.score_tier, view.low_days))
    (tier, low), (tier_then, low_then) = ways
    fell = tier_then == tier - 1 and low == POLICY.movement.demotion_days - 1
    assert tier_then == tier or fell
    assert low_then in {0, low + 1}


def test_the_doings_of_a_history_reach_the_account() -> None:
    account = Account.begin("verified", frozenset(), 2)
    assert account.member.tier == 2
    assert account.at(FIRST_DAY + 3).day == FIRST_DAY + 3


@settings(deadline=None)
@given(history=histories(), later=st.integers(1, 500))
def test_idle_days_taken_in_one_stride_come_out_as_one_by_one(history: History, later: int) -> None:
    for account in pair(history):
        day = FIRST_DAY
        for step in history.days:
            day += step.idle + 1
            account.does(step.better, day)
        stride = account.at(day + later)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tiers, "_stays", lambda view, *_: view.score_tier == 0)
            singly = account.at(day + later)
        assert stride.score_tier == singly.score_tier
        assert (stride.tier, stride.low_days) == (singly.tier, singly.low_days)
        assert stride.score == pytest.approx(singly.score, abs=1e-9)
        assert (stride.cap_active, stride.cap_passive) == (singly.cap_active, singly.cap_passive)

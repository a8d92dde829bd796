"""A quota tells that a score is too low by the score that is shown, and no more exactly."""

from dataclasses import replace

import pytest

from scoring.report import member_report
from server.http.quota import _falling
from tests.scoring.build import POLICY, a_company, an_old_hand


@pytest.mark.parametrize(("below", "is_told"), [(-1, False), (0, False), (1, True)])
def test_it_is_there_where_the_shown_score_is_below(below: int, is_told: bool) -> None:
    company = a_company("certified")
    member = an_old_hand(company, 3, low_days=2)
    made = member_report(member, company, POLICY, day=company.day, now_ms=9, guide=False)
    needed = made.standing.falling.needed
    shown = replace(made, score=needed - below)
    days = POLICY.movement.demotion_days
    told = {"needed": needed, "days": 2, "after": days} if is_told else None
    assert _falling(shown) == told

"""What a tier gives, the ramp of members, the seats of enterprises, and QR routes."""

import pytest

from scoring.caps import Caps, enterprise_caps, member_caps, starting
from scoring.qr import route
from tests.scoring.build import DAY, POLICY, a_company, a_member, an_old_hand, next_day


def test_accounts_never_seen_begin_at_tier_0() -> None:
    begin = starting(POLICY)
    assert begin.member == Caps(5, 50)
    assert begin.enterprise == Caps(20, 200)


@pytest.mark.parametrize(
    ("tier", "best", "active"),
    [(0, 0, 5), (1, 0, 10), (2, 0, 10), (2, 4, 10), (2, 11, 22), (2, 30, 50), (4, 99, 198)],
)
def test_active_adds_at_most_double_the_best_day(tier: int, best: int, active: int) -> None:
    member = a_member(a_company(), best={DAY - 3: best, DAY - 5: best // 2})
    assert member_caps(member, tier, POLICY).active == active


def test_the_ramp_leaves_passive_adds_alone() -> None:
    assert member_caps(a_member(a_company()), 4, POLICY).passive == 2000


def test_a_dormant_member_ramps_up_anew() -> None:
    company = a_company()
    member = an_old_hand(company, 2, best={DAY: 40})
    next_day(company, member, days=14)
    assert member.cap_active == 50
    member.best = {DAY: 40}
    next_day(company, member)
    assert member.cap_active == 10


def test_the_ramp_grows_by_the_days_before_not_within_the_day() -> None:
    company = a_company()
    member = an_old_hand(company, 2)
    next_day(company, member)
    assert member.cap_active == 10
    member.best[member.day] = 10
    next_day(company, member)
    assert member.cap_active == 20


@pytest.mark.parametrize(
    ("tier", "seats", "expected"),
    [
        (0, {}, Caps(20, 200)),
        (0, {DAY: [11, 0.0]}, Caps(22, 220)),
        (2, {DAY: [15, 0.0]}, Caps(300, 3000)),
        (2, {DAY: [10, 0.0], DAY - 27: [6, 0.0]}, Caps(320, 3200)),
        (2, {DAY: [10, 0.0], DAY - 28: [60, 0.0]}, Caps(300, 3000)),
    ],
)
def test_an_enterprises_caps_go_by_seats_with_a_floor(
    tier: int, seats: dict[int, list[float]], expected: Caps
) -> None:
    company = a_company()
    company.seats = seats
    assert enterprise_caps(company, tier, POLICY) == expected


@pytest.mark.parametrize(
    ("headroom", "member"),
    [
        ({"ann": 3, "bo": 7, "cy": 5}, "bo"),
        ({"cy": 5, "bo": 5, "ann": 4}, "bo"),
        ({"ann": 0, "bo": 1}, "bo"),
        ({"ann": 0, "bo": -2}, None),
        ({}, None),
    ],
    ids=["most", "ties by id", "full ones left out", "all full", "nobody"],
)
def test_the_next_scan_goes_to_the_member_with_the_most_headroom(
    headroom: dict[str, int], member: str | None
) -> None:
    assert route(headroom) == member

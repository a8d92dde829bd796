"""What a tier gives, the ramp of members, the seats of enterprises, and QR routes."""

import pytest

from scoring.caps import Caps, PerSeat, enterprise_caps, member_caps, ramp, starting
from scoring.qr import route
from scoring.report import enterprise_report
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
    ("best", "following"),
    [({}, 10), ({0: 9}, 18), ({13: 9}, 18), ({14: 9}, 10), ({2: 9, 14: 20}, 18), ({0: 77}, 50)],
    ids=["none", "today", "the last that counts", "no longer", "the lesser", "more than the tier"],
)
def test_the_cap_that_follows_is_that_of_the_next_midnight(
    best: dict[int, int], following: int
) -> None:
    company = a_company()
    member = an_old_hand(company, 2, best={DAY - back: adds for back, adds in best.items()})
    member.cap_active = 10
    found = ramp(member, POLICY)
    assert found is not None
    assert (found.most, found.following) == (50, following)
    next_day(company, member)
    assert member.tier == 2
    assert member.cap_active == following


def test_a_member_with_its_tiers_whole_cap_has_no_ramp() -> None:
    member = an_old_hand(a_company(), 2)
    member.cap_active = 50
    assert ramp(member, POLICY) is None


def test_an_enterprises_report_says_what_a_seat_gives() -> None:
    company = a_company()
    made = enterprise_report(company, POLICY, day=DAY, now_ms=9)
    row = POLICY.tiers[made.tier]
    assert made.basis == PerSeat(row.enterprise_seat, row.enterprise_floor)


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

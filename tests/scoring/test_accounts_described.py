"""Usage reports, profiles and seats in the views."""

from datetime import date, timedelta

import pytest

from tests.scoring.story import DAY_MS, Story


def _stat_date(story: Story, back: int = 0) -> str:
    return (date(1970, 1, 1) + timedelta(days=story.day - back)).isoformat()


def test_the_last_report_of_a_day_counts() -> None:
    story = Story()
    for chats, percentage in ((10, 90), (20, 50)):
        story.tell(
            "usage.reported",
            stat_date=_stat_date(story),
            chat_cnt=chats,
            reply_percentage=percentage,
        )
    assert story.member().replies == {story.day: [20, 50]}
    assert story.member().active_days == 1
    assert story.company.seat_count(story.day) == 1


@pytest.mark.parametrize("back", [-1, 28])
def test_reports_outside_the_window_change_nothing(back: int) -> None:
    story = Story()
    story.tell("usage.reported", stat_date=_stat_date(story, back), chat_cnt=5)
    assert story.member().replies == {}
    assert story.member().active_days == 0


def test_yesterdays_report_marks_yesterday() -> None:
    story = Story()
    story.tell("usage.reported", stat_date=_stat_date(story, 1), chat_cnt=5)
    assert story.member().active_days == 0b10


def test_a_seat_is_counted_once_on_its_last_day() -> None:
    story = Story()
    for _ in range(3):
        story.tell("usage.reported", stat_date=_stat_date(story), chat_cnt=5, reply_percentage=100)
        story.wait(days=1)
    assert story.company.seat_count(story.day - 28) == 1
    assert story.company.seat_usage(story.day - 28) == pytest.approx(0.6 * 3 / 20 + 0.4)
    story.wait(days=40)
    story.deny("x")
    assert story.company.seats == {}


def test_profiles_hold_field_names_only() -> None:
    story = Story()
    story.tell(
        "enterprise.updated",
        None,
        time_zone="Asia/Shanghai",
        verification="verified",
        profile={"logo": True, "domain": True},
    )
    story.tell(
        "member.updated",
        activated_at=story.now_ms - 100 * DAY_MS,
        linked_account_id="wx1",
        person_id="p1",
        profile={"avatar": True},
    )
    assert story.company.profile == {"logo", "domain"}
    assert story.company.verification == "verified"
    member = story.member()
    assert member.profile == {"avatar"}
    assert (member.person_id, member.linked_account_id) == ("p1", "wx1")
    assert member.clean_since_day == story.day - 100

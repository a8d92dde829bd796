"""What penalties bind in a replay: linked accounts, persons, and the adds that follow."""

from typing import Any

from server.policy import Policy, default_policy, policy_from_object
from tests.replay.files import Line, Replaying, add, line
from tests.replay.test_penalties import at, looks, reasons, violation

WX = "wx-1"


def linked(when: str, member: str = "li", link: str | None = WX, **more: Any) -> Line:
    return line("member.updated", when, member, linked_account_id=link, **more)


def wechat(how: str, when: str, member: str = "li", **more: Any) -> Line:
    return line(f"linked_account.{how}", when, member, linked_account_id=WX, **more)


def releasing(after_h: int) -> Policy:
    given = default_policy().model_dump(mode="json")
    given["penalties"]["linked_account"]["release_after_h"] = after_h
    return policy_from_object(given)


def test_a_linked_accounts_block_withholds_until_some_hours_after_its_unblocking(
    run: Replaying,
) -> None:
    lines = [linked(at(1)), wechat("blocked", at(2)), wechat("unblocked", at(3))]
    found = run(lines, policy=releasing(5))
    assert looks(found, "type", "track", "step", "rule", "starts_at", "ends_at") == [
        ("T2.LINKED_WECHAT_BLOCKED", 2, None, "linked.blocked", at(2), None),
        ("T2.LINKED_WECHAT_BLOCKED", 2, None, "linked.blocked", at(2), at(3, 9)),
    ]
    assert found.scores["acme", "li"]["parts"][-1]["inputs"]["violation_points"] == 0


def test_every_member_linked_to_it_has_it_withheld(run: Replaying) -> None:
    lines = [
        *(linked(at(1), member) for member in ("li", "wu", "zhao")),
        linked(at(1, 5), "zhao", "wx-2"),
        wechat("blocked", at(2)),
        linked(at(2, 5), "sun"),
        wechat("unblocked", at(3)),
    ]
    found = looks(run(lines), "member_id", "starts_at", "ends_at")
    assert found[:3] == [("li", at(2), None), ("wu", at(2), None), ("sun", at(2, 5), None)]
    assert sorted(found[3:]) == [
        ("li", at(2), at(3, 5)),
        ("sun", at(2, 5), at(3, 5)),
        ("wu", at(2), at(3, 5)),
    ]


def test_events_of_a_linked_account_count_by_their_own_time(run: Replaying) -> None:
    def received(event: Line, when: str) -> Line:
        return event | {"received_at": when}

    lines = [
        linked(at(1)),
        received(wechat("unblocked", at(3)), at(3, 5)),
        received(wechat("blocked", at(2)), at(3, 6)),
    ]
    assert run(lines).penalties == []
    late = [
        linked(at(1)),
        wechat("blocked", at(2)),
        received(wechat("unblocked", at(3)), at(4)),
        received(wechat("blocked", at(2, 9)), at(4, 1)),
    ]
    assert looks(run(late), "starts_at", "ends_at") == [(at(2), None), (at(2), at(4))]


def test_blocked_again_while_it_waits_it_stays(run: Replaying) -> None:
    lines = [
        linked(at(1)),
        wechat("blocked", at(2)),
        wechat("unblocked", at(3)),
        wechat("blocked", at(3, 4, 30)),
        linked(at(3, 5), link=None),
    ]
    assert [each["ends_at"] for each in run(lines).penalties] == [None, at(3, 5), None]


def test_an_answer_may_name_the_linked_account(run: Replaying) -> None:
    wrong = line("appeal.decided", at(2, 6), outcome="overturned", linked_account_id=WX)
    lines = [linked(at(1)), wechat("blocked", at(2)), wrong, add("a", at(2, 7))]
    found = run(lines, enforce=True)
    assert looks(found, "state", "ends_at") == [("active", None), ("overturned", at(2, 6))]
    assert reasons(found) == ["ok"]


def test_of_several_an_answer_is_about_the_one_that_began_then(run: Replaying) -> None:
    lines = [linked(at(1))]
    for day in (2, 8):
        lines += [wechat("blocked", at(day)), wechat("unblocked", at(day + 1))]
    wrong = line("appeal.decided", at(12), outcome="overturned", linked_account_id=WX)
    for when, first in ((at(2), at(2)), (None, at(8))):
        named = {} if when is None else {"starts_at": when}
        *_, last = run([*lines, wrong | named]).penalties
        assert (last["state"], last["starts_at"]) == ("overturned", first)


def test_describing_a_member_again_brings_nothing_back(run: Replaying) -> None:
    wrong = line("appeal.decided", at(2, 6), outcome="overturned", linked_account_id=WX)
    lines = [linked(at(1)), wechat("blocked", at(2)), wrong, linked(at(2, 7))]
    assert [each["state"] for each in run(lines).penalties] == ["active", "overturned"]
    again = [*lines, wechat("blocked", at(3))]
    assert [each["state"] for each in run(again).penalties][2:] == ["active"]


def test_a_report_about_a_linked_account_needs_a_link(run: Replaying) -> None:
    reported = violation(at(2), violation="T2.LINKED_WECHAT_BLOCKED")
    (refused,) = run([reported]).penalties
    assert (refused["id"], refused["why_none"]) == (
        None,
        "The member is linked to no account of another service.",
    )
    late = [linked(at(1)), wechat("unblocked", at(2)), reported]
    assert run(late).penalties[0]["why_none"] == "The linked account was unblocked after that."
    found = run([linked(at(1)), reported, wechat("unblocked", at(3))])
    assert [each["ends_at"] for each in found.penalties] == [None, at(3, 5)]


def test_strikes_and_interop_follow_a_person_to_a_new_account(run: Replaying) -> None:
    lines = [
        linked(at(1), "li", None, person_id="p-1"),
        violation(at(2), "v1"),
        add("a", at(2, 5), "wu"),
        linked(at(3), "wu", None, person_id="p-1"),
        add("b", at(3, 5), "wu"),
        add("c", at(5, 5), "wu"),
        violation(at(8), "v2", member="wu"),
        add("d", at(9), "li"),
        line("appeal.decided", at(10), "wu", violation_id="v2", outcome="overturned"),
        add("e", at(10, 5), "li"),
    ]
    found = run(lines, enforce=True)
    assert looks(found, "member_id", "step")[:2] == [("li", 1), ("wu", 2)]
    assert reasons(found, "wu") == ["ok", "member_restricted", "ok"]
    assert reasons(found, "li") == ["member_restricted", "ok"]


def test_a_penalty_binds_the_adds_that_follow_up_to_the_second_of_its_end(run: Replaying) -> None:
    lines = [
        add("a", at(1)),
        violation(at(1)),
        add("b", at(1)),
        add("scan", at(1, 5), initiated_by="contact"),
        add("c", "2026-11-04T03:59:59Z"),
        add("d", at(4)),
    ]
    assert reasons(run(lines, enforce=True)) == ["ok", *["member_restricted"] * 3, "ok"]
    assert run(lines).summary.tally.allowed == 5


def test_an_account_block_binds_a_member_and_an_enterprise_block_everybody(
    run: Replaying,
) -> None:
    grounds = {"number": 40, "share": 0.8, "gravity": "grave", "intent": "meant"}
    severe: Line = {"severity": "severe", "second": True, "violation": "T3.FRAUD"}
    alone = [violation(at(1), **severe), add("a", at(29)), add("b", at(29), "wu")]
    found = run(alone, enforce=True)
    assert (reasons(found), reasons(found, "wu")) == (["member_restricted"], ["ok"])
    wide = violation(at(1), **severe, scopes=["enterprise_account"], grounds=grounds)
    found = run([wide, *alone[1:]], enforce=True)
    assert reasons(found, "wu") == ["enterprise_restricted"]


def test_a_linked_account_binds_until_its_release(run: Replaying) -> None:
    lines = [
        linked(at(1)),
        wechat("blocked", at(2)),
        add("a", at(2, 5)),
        wechat("unblocked", at(3)),
        add("b", at(3, 4, 59)),
        add("c", at(3, 5)),
    ]
    assert reasons(run(lines, enforce=True)) == ["member_restricted"] * 2 + ["ok"]


def test_what_was_approved_or_overturned_binds_no_longer(run: Replaying) -> None:
    for answer in (
        line("application.decided", at(2), violation_id="v1", outcome="approved"),
        line("appeal.decided", at(2), violation_id="v1", outcome="overturned"),
        line("appeal.decided", at(2), violation_id="v1", outcome="modified"),
    ):
        found = run([violation(at(1)), answer, add("a", at(2))], enforce=True)
        assert reasons(found) == ["ok"]

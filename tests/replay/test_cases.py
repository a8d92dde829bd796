from collections.abc import Iterable
from typing import Any

import pytest

from server.replay import observing
from server.replay.summary import lines_of
from tests.replay.files import Line, Replaying, Run, add, line
from tests.worker.suspicion import REVIEW_ONLY, touchy

BOTH = pytest.mark.parametrize("enforce", [False, True])


def at(day: int, hour: int = 4, minute: int = 0, second: int = 0) -> str:
    return f"2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z"


def blocked(member: str = "li", when: str = at(22), n: int = 0, **more: Any) -> Line:
    return add(f"{member}-{n}", when, member, outcome="blocked", **more)


def decided(how: str, when: str, member: str | None = "li") -> Line:
    return line(f"case.{how}", when, member, case_id="3-41-member")


def activated(when: str, **numbers: Any) -> Line:
    policy = touchy(**numbers).model_dump(mode="json")
    return {"type": "policy.activated", "at": when, "version": 2, "policy": policy}


def verdicts(found: Run) -> list[tuple[str, str, bool]]:
    return [(each["member_id"], each["verdict"], each["deferred"]) for each in found.cases]


def reasons(found: Run, member: str = "li") -> list[str]:
    return [each["reason"] for each in found.decisions if each["member_id"] == member]


@BOTH
def test_a_case_is_written_when_it_opens(run: Replaying, *, enforce: bool) -> None:
    found = run([add("c", at(21)), blocked()], policy=touchy(), enforce=enforce)
    (case,) = found.cases
    assert 0.3 < case.pop("posterior") < 1
    assert case.pop("contributions")[0]["pattern"] == "hard_negatives"
    assert case == {
        "case_id": "case-1",
        "at": at(22),
        "opened_at": at(22),
        "enterprise_id": "acme",
        "member_id": "li",
        "verdict": "enforce",
        "patterns": ["hard_negatives"],
        "adds_before": 2,
        "deferred": False,
    }
    assert "cases: 1 of 1 accounts (enforce 1)" in lines_of(found.summary)


def test_observing_holds_nobody_and_what_joins_is_no_line(run: Replaying) -> None:
    found = run([blocked(n=n) for n in range(4)], policy=touchy())
    assert verdicts(found) == [("li", "enforce", False)]
    assert found.summary.tally.allowed == 4


def test_a_review_that_comes_to_be_enforced_is_one_line_more(run: Replaying) -> None:
    lines = [
        activated(at(20), enforce=REVIEW_ONLY),
        blocked(),
        blocked(n=1),
        activated(at(23)),
        blocked(when=at(23), n=2),
        blocked(when=at(23, 5), n=3),
    ]
    found = run(lines)
    first, second = found.cases
    assert (first["case_id"], first["opened_at"]) == (second["case_id"], second["opened_at"])
    assert (first["verdict"], first["at"], first["adds_before"]) == ("review", at(22), 1)
    assert (second["verdict"], second["at"], second["adds_before"]) == ("enforce", at(23), 3)
    assert "cases: 1 of 1 accounts (enforce 1)" in lines_of(found.summary)


@BOTH
def test_the_breaker_puts_off_and_the_next_local_day_enforces(
    run: Replaying, *, enforce: bool
) -> None:
    policy = touchy(enterprise_floor=1, enterprise_seat_share=0)
    lines = [
        *(blocked(f"m{n}", at(22, 4, n)) for n in range(3)),
        add("x", at(22, 15, 59), "other"),
        add("y", at(22, 16), "other"),
        add("z", at(22, 17), "other"),
        add("w", at(24), "other"),
    ]
    found = run(lines, policy=policy, enforce=enforce)
    assert verdicts(found) == [
        ("m0", "enforce", False),
        ("m1", "review", True),
        ("m2", "review", True),
        ("m1", "enforce", False),
        ("m2", "enforce", False),
    ]
    assert [each["at"] for each in found.cases[3:]] == [at(22, 16), at(24)]
    assert found.cases[3]["case_id"] == found.cases[1]["case_id"]


def test_the_total_counts_the_same_local_day_of_all(run: Replaying) -> None:
    lines = [blocked() | {"enterprise_id": name} for name in ("a", "b", "c")]
    later = blocked(when=at(23)) | {"enterprise_id": "d"}
    found = run([*lines, later], policy=touchy(total=2))
    assert [each["deferred"] for each in found.cases] == [False, False, True, False]


def test_a_case_of_a_whole_enterprise_is_a_review(run: Replaying) -> None:
    found = run([blocked()], policy=touchy(company=0.9), enforce=True)
    assert verdicts(found) == [(None, "review", False), ("li", "enforce", False)]
    assert found.cases[0]["posterior"] is None


def test_enforcing_holds_active_adds_until_the_end_by_the_files_clock(run: Replaying) -> None:
    lines: Iterable[Line] = [
        blocked(),
        add("a", at(22, 5)),
        add("scan", at(22, 5), initiated_by="contact"),
        add("b", at(25, 3, 59, 59)),
        add("c", at(25, 4)),
        add("other", at(22, 5), "wu"),
    ]
    found = run(lines, policy=touchy(), enforce=True)
    assert reasons(found) == ["ok", "member_restricted", "ok", "member_restricted", "ok"]
    assert reasons(found, "wu") == ["ok"]


@pytest.mark.parametrize(("how", "then"), [("dismissed", "ok"), ("confirmed", "member_restricted")])
def test_a_decision_of_the_file_is_about_the_open_case(run: Replaying, how: str, then: str) -> None:
    lines = [blocked(), decided(how, at(22, 5)), add("a", at(22, 6)), blocked(when=at(25, 5), n=1)]
    found = run(lines, policy=touchy(), enforce=True)
    assert reasons(found)[1] == then
    assert [case["case_id"] for case in found.cases] == ["case-1", "case-2"]


def test_a_decision_ends_what_was_put_off(run: Replaying) -> None:
    lines = [blocked(), decided("confirmed", at(22, 5)), add("a", at(24)), add("b", at(26))]
    found = run(lines, policy=touchy(total=0), enforce=True)
    assert verdicts(found) == [("li", "review", True)]
    assert reasons(found) == ["ok", "member_restricted", "ok"]


@BOTH
def test_a_decision_without_a_case_is_only_an_event(run: Replaying, *, enforce: bool) -> None:
    lines = [add("c"), decided("dismissed", at(22, 5)), decided("confirmed", at(22, 6), None)]
    found = run(lines, enforce=enforce)
    assert (found.cases, found.summary.tally.events) == ([], 3)


def test_batches_do_not_show_in_cases(run: Replaying, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        each
        for day in range(1, 9)
        for n in range(4)
        for each in (
            blocked(f"m{n}", at(day), day),
            decided("dismissed", at(day, 9), f"m{day % 4}"),
        )
    ]
    policy = touchy(enterprise_floor=1, enterprise_seat_share=0)
    at_once = run(lines, policy=policy)
    monkeypatch.setattr(observing, "BATCH", 1)
    assert run(lines, policy=policy).cases == at_once.cases
    assert {verdict for _, verdict, _ in verdicts(at_once)} == {"review", "enforce"}

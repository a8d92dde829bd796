"""What violations, second holders, answers and linked accounts bring in a replay."""

from typing import Any

import pytest

from server.policy import default_policy, policy_from_object
from server.replay.files import ReplayError
from server.replay.summary import lines_of
from tests.replay.files import Line, Replaying, Run, add, line
from tests.worker.suspicion import touchy

SEVERE = {"severity": "severe"}


def at(day: int, hour: int = 4, minute: int = 0) -> str:
    return f"2026-11-{day:02}T{hour:02}:{minute:02}:00Z"


def violation(when: str, id_: str = "v1", **more: Any) -> Line:
    """Harassing content of `li`, found by staff just then, unless changed."""
    plain: Line = {
        "violation_id": id_,
        "violation": "T1.HARASSING_CONTENT",
        "source": "own_initiative",
        "occurred_at": when,
    }
    return line("violation.reported", when, more.pop("member", "li"), **plain | more)


def looks(found: Run, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in names) for each in found.penalties]


def reasons(found: Run, member: str = "li") -> list[str]:
    return [each["reason"] for each in found.decisions if each["member_id"] == member]


def ladder(*more: Line) -> list[Line]:
    """Three violations of li, weeks apart; the third as two holders say."""
    return [
        violation(at(1), "v1"),
        violation(at(8), "v2"),
        violation(at(20), "v3", holder="rui"),
        violation(at(20, 6), "v3", holder="mei"),
        *more,
    ]


def test_the_ladder_is_walked_step_by_step(run: Replaying) -> None:
    found = run(ladder())
    assert looks(found, "violation_id", "step", "hold", "rule", "starts_at", "ends_at") == [
        ("v1", 1, False, "ladder.first", at(1), at(4)),
        ("v2", 2, False, "ladder.second", at(8), at(15)),
        ("v3", None, True, "hold.report", at(20), at(23)),
        ("v3", 3, False, "ladder.third", at(20, 6), None),
        ("v3", None, True, "hold.report", at(20), at(20, 6)),
    ]
    assert {each["scope"] for each in found.penalties} == {"interop"}
    assert "penalties: 3 imposed (track 1 3), 0 overturned, 1 holds" in lines_of(found.summary)


def test_a_violation_costs_points_in_the_scores(run: Replaying) -> None:
    clean, punished = run([add("c", at(1))]), run([add("c", at(1)), violation(at(1, 5))])
    li = ("acme", "li")
    assert punished.scores[li]["score"] < clean.scores[li]["score"]
    again = run([add("c", at(1)), violation(at(1, 5)), violation(at(1, 5))])
    assert again.scores == punished.scores
    mistake = line("appeal.decided", at(1, 6), violation_id="v1", outcome="overturned")
    undone = run([add("c", at(1)), violation(at(1, 5)), mistake])
    assert undone.scores[li]["score"] == clean.scores[li]["score"]


def test_conduct_of_an_incident_that_was_punished_brings_nothing_and_says_why(
    run: Replaying,
) -> None:
    found = run([violation(at(2)), violation(at(3), "v2", occurred_at=at(1))])
    *_, second = found.penalties
    assert (second["violation_id"], second["id"], second["state"]) == ("v2", None, None)
    assert "incident" in second["why_none"]


def test_an_overturned_step_moves_the_later_ones(run: Replaying) -> None:
    mistake = line("appeal.decided", at(9), violation_id="v1", outcome="overturned", holder="ann")
    found = run([violation(at(1)), violation(at(8), "v2"), mistake])
    assert looks(found, "violation_id", "step", "state", "ends_at")[2:] == [
        ("v1", 1, "overturned", at(4)),
        ("v2", 1, "ended", at(9)),  # four days were served of the three that are left
    ]
    assert "penalties: 2 imposed (track 1 2), 1 overturned (track 1 1), 0 holds" in lines_of(
        found.summary
    )


def test_an_approved_application_ends_the_restriction_and_keeps_the_strike(run: Replaying) -> None:
    granted = line("application.decided", at(2), violation_id="v1", outcome="approved")
    found = run([violation(at(1)), granted, violation(at(8), "v2")])
    assert looks(found, "violation_id", "step", "state", "ends_at") == [
        ("v1", 1, "active", at(4)),
        ("v1", 1, "ended", at(2)),
        ("v2", 2, "active", at(15)),
    ]


def test_a_modified_penalty_ends_when_the_answer_says_and_never_later(run: Replaying) -> None:
    def modified(ends_at: str) -> Line:
        more: Line = {"violation_id": "v1", "outcome": "modified", "ends_at": ends_at}
        return line("appeal.decided", at(2), **more)

    lines = [violation(at(1)), modified(at(3)), modified(at(9))]
    assert [each["ends_at"] for each in run(lines).penalties] == [at(4), at(3)]


def test_an_answer_about_nothing_is_dropped(run: Replaying) -> None:
    found = run([line("application.decided", penalty_id="p-7", outcome="approved")])
    assert (found.penalties, found.summary.tally.dropped) == ([], 1)


def test_what_is_severe_is_held_until_a_second_holder_says_so(run: Replaying) -> None:
    wide: Line = {**SEVERE, "scopes": ["admin_account"]}
    alone = run([violation(at(1), **wide)])
    assert looks(alone, "scope", "hold", "ends_at") == [("interop", True, at(4))]
    same = run([violation(at(1), holder="rui", **wide), violation(at(2), holder="rui", **wide)])
    assert len(same.penalties) == 1
    blocked = [("member_account", False, None), ("admin_account", False, None)]
    at_once = run([violation(at(1), second=True, **wide)])
    assert looks(at_once, "scope", "hold", "ends_at") == blocked
    by_two = run([violation(at(1), holder="rui", **wide), violation(at(2), holder="mei", **wide)])
    assert looks(by_two, "scope", "hold", "ends_at") == [
        ("interop", True, at(4)),
        *blocked,
        ("interop", True, at(2)),
    ]


@pytest.mark.parametrize(("how", "ends"), [("dismissed", at(2)), ("confirmed", at(4))])
def test_a_case_of_a_report_is_decided_under_its_violations_id(
    run: Replaying, how: str, ends: str
) -> None:
    decided = line(f"case.{how}", at(2), case_id="v1", holder="mei")
    found = run([violation(at(1), violation="T3.FRAUD", holder="rui"), decided])
    held = [each for each in found.penalties if each["hold"]]
    assert held[0]["ends_at"] == at(4)
    imposed = [each["scope"] for each in found.penalties if not each["hold"]]
    assert imposed == (["member_account"] if how == "confirmed" else [])
    assert held[-1]["ends_at"] == at(2)
    assert ends in (at(2), at(4))


def test_a_machines_report_waits_for_a_person(run: Replaying) -> None:
    by_machine = violation(at(1), source="automated")
    assert run([by_machine]).penalties == []
    seen = line("case.confirmed", at(2), case_id="v1", holder="rui")
    found = run([by_machine, seen])
    assert looks(found, "step", "starts_at", "automated") == [(1, at(2), False)]


def test_a_confirmed_case_of_patterns_is_a_step_of_the_ladder(run: Replaying) -> None:
    seen = line("case.confirmed", at(22, 5), case_id="3-41-member")
    found = run([add("c", at(22), outcome="blocked"), seen], policy=touchy())
    assert looks(found, "case_id", "hold", "scope", "step") == [
        ("case-1", True, "active_adds", None),
        ("case-1", False, "interop", 1),
    ]
    assert found.penalties[1]["violation_id"].endswith("v-3-41-member")
    assert found.scores["acme", "li"]["parts"][-1]["inputs"]["violation_points"] == 3.0


def test_a_third_step_out_of_patterns_takes_two_holders(run: Replaying) -> None:
    def seen(hour: int, holder: str) -> Line:
        return line("case.confirmed", at(22, hour), case_id="3-41-member", holder=holder)

    before = [violation(at(1)), violation(at(8), "v2"), add("c", at(22), outcome="blocked")]
    alone = run([*before, seen(5, "rui"), seen(6, "rui")], policy=touchy())
    assert [each["step"] for each in alone.penalties if not each["hold"]] == [1, 2]
    by_two = run([*before, seen(5, "rui"), seen(6, "mei")], policy=touchy())
    assert [each["step"] for each in by_two.penalties if not each["hold"]] == [1, 2, 3]


def test_the_first_step_comes_by_itself_where_the_policy_lets_it(run: Replaying) -> None:
    given = touchy().model_dump(mode="json")
    given["penalties"]["ladder"]["automatic_steps"] = 1
    policy = policy_from_object(given)
    found = run([add("c", at(22), outcome="blocked"), add("d", at(22, 5))], policy=policy)
    names = ("case_id", "step", "automated", "starts_at", "ends_at")
    assert looks(found, *names) == [("case-1", 1, True, at(22), at(25))]


def test_an_overturned_hold_of_patterns_closes_its_case(run: Replaying) -> None:
    lines = [
        add("c", at(22), outcome="blocked"),
        line("appeal.decided", at(22, 5), case_id="3-41-member", outcome="overturned"),
        add("d", at(22, 6)),
        add("e", at(22, 7), outcome="blocked"),
    ]
    found = run(lines, policy=touchy(), enforce=True)
    assert looks(found, "id", "state")[:2] == [("case-1", "active"), ("case-1", "overturned")]
    assert reasons(found) == ["ok"] * 3
    assert [case["case_id"] for case in found.cases] == ["case-1", "case-2"]


def test_an_upheld_line_imposes_where_it_says_of_what_kind(run: Replaying) -> None:
    plain: Line = {"violation_id": "v9", "track": 1, "severity": "normal"}
    bare = run([line("violation.upheld", at(1), **plain)])
    assert bare.penalties == []
    told = line("violation.upheld", at(1), violation="T1.INDUCED_SHARING", **plain)
    found = run([told, line("violation.overturned", at(2), **plain)])
    assert looks(found, "violation_id", "step", "state") == [
        ("v9", 1, "active"),
        ("v9", 1, "overturned"),
    ]
    assert found.scores["acme", "li"]["parts"][-1]["inputs"]["violation_points"] == 0


BAD: list[tuple[Line, str]] = [
    (violation(at(1), violation="T1.NOISE"), "violation: unknown kind 'T1.NOISE'; known kinds: T1"),
    (violation(at(1), severity="grave"), "severity: input should be 'normal' or 'severe'"),
    (violation(at(1), scopes=["admin_account"]), "scopes: account blocks are for severe"),
    (
        violation(at(1), **SEVERE, scopes=["enterprise_account"]),
        "grounds: an enterprise_account block needs them",
    ),
    (violation(at(1), noise=1), "noise: unknown field of violation.reported"),
    (line("appeal.decided", outcome="overturned"), "penalty_id: is missing; or one of"),
    (
        line("application.decided", penalty_id="p", outcome="overturned"),
        "outcome: input should be 'approved' or 'rejected'",
    ),
    (
        line(
            "violation.upheld",
            violation_id="v",
            violation="T3.FRAUD",
            track=1,
            severity="normal",
        ),
        "track: T3.FRAUD is of track 3",
    ),
]


@pytest.mark.parametrize(("bad", "message"), BAD, ids=range(len(BAD)))
def test_a_line_that_cannot_be_so_is_named(run: Replaying, bad: Line, message: str) -> None:
    with pytest.raises(ReplayError) as refused:
        run([add("c"), bad])
    assert f"events.ndjson:2: {message}" in str(refused.value)


def test_kinds_that_the_policy_adds_are_known(run: Replaying) -> None:
    added = {"track": 1, "id": "T1.NOISE", "clause": "House rules, 4", "title": "Make noise"}
    given = default_policy().model_dump(mode="json")
    given["penalties"]["kinds"] = [added]
    found = run([violation(at(1), violation="T1.NOISE")], policy=policy_from_object(given))
    assert looks(found, "type", "step") == [("T1.NOISE", 1)]

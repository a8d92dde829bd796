from collections.abc import Iterable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.policy import parse_policy
from tests.replay.files import Line, Replaying, Run, add, line

LI = ("acme", "li")


@pytest.fixture
def enforce(run: Replaying) -> Replaying:
    return partial(run, enforce=True)


def at(day: int, hour: int = 4, minute: int = 0, second: int = 0) -> str:
    return f"2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z"


def reasons(found: Run) -> list[str]:
    return [decision["reason"] for decision in found.decisions]


def adds(day: int, count: int, **more: str) -> Iterable[Line]:
    return [add(f"c{day}-{n}", at(day, 4, n), **more) for n in range(count)]


def test_the_sixth_add_of_a_newcomers_day_is_denied(enforce: Replaying) -> None:
    found = enforce(adds(22, 6))
    assert reasons(found) == ["ok"] * 5 + ["member_daily_cap"]
    last = found.decisions[-1]
    assert (last["allowed"], last["state"], last["binding_limit"]) == (
        False,
        "denied",
        "member_daily_active",
    )
    assert last["at"] == at(22, 4, 5)
    assert found.summary.tally.denied == {"member_daily_cap": 1}
    assert found.scores[LI]["denied"] == 1


def test_what_came_of_a_denied_add_did_not_happen(enforce: Replaying) -> None:
    lines = [*adds(22, 6, outcome="blocked"), line("contact.complained", target_id="c22-5")]
    found = enforce(lines)
    assert found.scores[LI]["blocked"] == 5
    assert found.scores[LI]["complained"] == 0
    assert found.summary.tally.dropped == 2


def test_what_came_of_an_allowed_add_did_although_the_contact_was_denied_before(
    enforce: Replaying,
) -> None:
    late = [add("c22-5", at(23)), line("contact.accepted", at(23, 5), target_id="c22-5")]
    assert enforce([*adds(22, 6), *late]).scores[LI]["accepted"] == 1


def test_feedback_after_a_denied_add_is_about_the_one_that_was_allowed(enforce: Replaying) -> None:
    lines = [
        add("c", at(2)),
        line("contact.declined", at(2, 5), target_id="c"),
        add("c", at(3)),
        line("contact.complained", at(3, 5), target_id="c"),
        add("c", at(4), "wang"),
    ]
    found = enforce(lines)
    assert reasons(found) == ["ok", "contact_cooldown", "contact_cooldown"]
    assert found.scores[LI]["complained"] == 1
    assert found.summary.tally.dropped == 0


@pytest.mark.parametrize(("month", "complaints"), [("06", 1), ("05", 0)])
def test_feedback_after_a_denied_add_needs_one_allowed_within_provenance(
    enforce: Replaying, month: str, complaints: int
) -> None:
    early = f"2026-{month}-01T04:00:00Z"
    reopened = line("contact.declined", at(21, 5), target_id="c")
    lines = [add("c", early), reopened, add("c", at(22))]
    found = enforce([*lines, line("contact.complained", at(22, 5), target_id="c")])
    assert reasons(found) == ["ok", "contact_cooldown"]
    assert found.scores[LI]["complained"] == complaints
    assert found.summary.tally.dropped == 1 - complaints


def test_feedback_without_any_add_is_not_dropped(enforce: Replaying) -> None:
    lines = [line("contact.complained", target_id="c"), add("c", at(23))]
    found = enforce(lines)
    assert reasons(found) == ["contact_cooldown"]
    assert found.summary.tally.dropped == 0


def test_the_contact_of_an_allowed_add_is_known_by_its_earlier_names(enforce: Replaying) -> None:
    old, new = "h.k1.AAAAAAAAAAAAAAAAAAAAAA", "h.k2.AAAAAAAAAAAAAAAAAAAAAA"
    lines = [
        add(old, at(2), outcome="declined"),
        add(new, at(3), aliases=[old]),
        line("contact.complained", at(3, 5), target_id=new, aliases=[old]),
    ]
    found = enforce(lines)
    assert reasons(found) == ["ok", "contact_cooldown"]
    assert found.summary.tally.dropped == 0
    assert found.scores[LI]["complained"] == 1


def test_a_failure_is_of_the_last_add_not_of_an_earlier_allowed_one(enforce: Replaying) -> None:
    lines = [add("c", at(2), outcome="declined"), add("c", at(3), mode="spend")]
    found = enforce([*lines, line("contact.failed", at(3, 5), target_id="c")])
    assert reasons(found) == ["ok", "contact_cooldown"]
    assert found.summary.tally.dropped == 1


def test_a_commit_of_a_denied_add_is_dropped(enforce: Replaying) -> None:
    lines = [*adds(22, 5), add("x", at(22, 5), decision_id="mine")]
    kept = line("add.committed", at(22, 6), target_id="x", decision_id="mine")
    assert enforce([*lines, kept]).summary.tally.dropped == 1


def test_a_local_midnight_gives_new_quota(enforce: Replaying) -> None:
    found = enforce([*adds(22, 5), add("x", at(22, 15, 59)), add("y", at(22, 16))])
    assert reasons(found)[-2:] == ["member_daily_cap", "ok"]


def test_caps_that_trust_raised_act_with_the_first_add_of_the_day(enforce: Replaying) -> None:
    verified = line("enterprise.updated", at(21), None, verification="certified")
    # In UTC noon of the 23rd, the second day: tier 1, and the ramp's 10 adds.
    found = enforce([verified, *adds(22, 5, outcome="accepted"), *adds(23, 11)])
    assert reasons(found)[5:] == ["ok"] * 10 + ["member_daily_cap"]


def test_a_complaint_starts_a_cool_down_for_the_whole_enterprise(enforce: Replaying) -> None:
    lines = [add("c", outcome="complained"), add("c", at(23), "wang"), add("c", at(23), "wang")]
    lines[2]["initiated_by"] = "contact"
    assert reasons(enforce(lines)) == ["ok", "contact_cooldown", "ok"]


def test_a_cool_down_ends_by_the_clock_of_the_file(enforce: Replaying) -> None:
    lines = [add("c", at(1), outcome="declined"), add("c", at(21)), add("c", at(23))]
    assert reasons(enforce(lines)) == ["ok", "contact_cooldown", "ok"]


def test_a_hold_that_is_not_committed_gives_its_quota_back(enforce: Replaying) -> None:
    held = [add(f"h{n}", at(22, 4, 0, n), mode="hold", hold_s=60) for n in range(5)]
    found = enforce([*held, add("x", at(22, 4, 0, 30)), add("y", at(22, 4, 2))])
    assert [each["state"] for each in found.decisions] == ["held"] * 5 + ["denied", "spent"]


def test_a_commit_keeps_a_hold_under_the_id_of_the_file(enforce: Replaying) -> None:
    held = [
        add(f"h{n}", at(22, 4, 0, n), mode="hold", hold_s=60, decision_id=f"mine-{n}")
        for n in range(5)
    ]
    kept = line("add.committed", at(22, 4, 0, 9), target_id="h0", decision_id="mine-0")
    after = [add(f"x{n}", at(22, 4, 2, n)) for n in range(5)]
    assert reasons(enforce([*held, kept, *after]))[5:] == ["ok"] * 4 + ["member_daily_cap"]


def test_a_cancel_gives_its_quota_back(enforce: Replaying) -> None:
    spent = [add(f"c{n}", at(22, 4, n), decision_id=f"mine-{n}") for n in range(5)]
    cancelled = line("add.cancelled", at(22, 4, 5), target_id="c4", decision_id="mine-4")
    found = enforce([*spent, cancelled, add("x", at(22, 4, 6))])
    assert reasons(found)[-1] == "ok"
    assert found.scores[LI]["adds"] == 6


def test_a_cancel_of_nothing_is_dropped(enforce: Replaying) -> None:
    lines = [add("c"), line("add.cancelled", target_id="c", decision_id="never-made")]
    assert enforce(lines).summary.tally.dropped == 1


def test_a_request_that_never_arrived_is_refunded(enforce: Replaying) -> None:
    lines = [*adds(22, 5), line("contact.failed", at(22, 4, 5), target_id="c22-4")]
    assert reasons(enforce([*lines, add("x", at(22, 4, 6))]))[-1] == "ok"


def test_the_same_add_again_on_its_day_is_the_first_decision(enforce: Replaying) -> None:
    found = enforce([add("c", at(22, 4)), add("c", at(22, 5))])
    assert [each["replayed"] for each in found.decisions] == [False, True]
    assert found.summary.tally.allowed == 1


def test_a_refusal_is_no_decision(enforce: Replaying) -> None:
    policy = parse_policy('[quota.unknown_accounts]\nmode = "refuse"\n', "p.toml")
    found = enforce([add("c", outcome="accepted")], policy=policy)
    assert [(each["state"], each["reason"]) for each in found.decisions] == [
        ("refused", "unknown_account")
    ]
    assert found.summary.tally.dropped == 1


def test_an_event_id_counts_once(enforce: Replaying) -> None:
    accepted = line("contact.accepted", target_id="c", event_id="x")
    found = enforce([add("c"), accepted, accepted])
    assert found.summary.tally.dropped == 1
    assert found.scores[LI]["accepted"] == 1


def test_hand_overs_charge_only_their_own_cap(enforce: Replaying) -> None:
    policy = parse_policy("[quota]\nhandover_daily = 2\n", "p.toml")
    found = enforce(
        [*adds(22, 3, way="admin_assigned"), *adds(22, 5, way="unknown")], policy=policy
    )
    assert reasons(found)[2] == "handover_cap"


calm = st.lists(
    st.tuples(
        st.integers(1, 28),
        st.sampled_from(["li", "wang"]),
        st.sampled_from([None, "accepted", "declined", "deleted"]),
    ),
    max_size=20,
    unique_by=lambda row: (row[0], row[1]),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(calm)
def test_where_nothing_is_denied_both_modes_come_to_the_same(
    run: Replaying, rows: list[tuple[int, str, str | None]]
) -> None:
    lines = [
        add(f"c{n}", at(day), member, outcome=outcome)
        for n, (day, member, outcome) in enumerate(sorted(rows, key=lambda row: row[:2]))
    ]
    observed, enforced = run(lines), run(lines, enforce=True)
    assert enforced.summary.tally.denied == {}
    assert enforced.scores == observed.scores
    assert enforced.flags == observed.flags

from typing import Any

import pytest

from server.policy import default_policy
from server.replay import observing
from server.replay.files import ReplayError
from tests.replay.files import Line, Replaying, add, line

LI = ("acme", "li")


def at(day: int, hour: int = 4) -> str:
    return f"2026-11-{day:02}T{hour:02}:00:00Z"


def test_adds_count_as_made_whatever_the_caps(run: Replaying) -> None:
    found = run(add(f"c{n}") for n in range(12))
    assert found.summary.tally.allowed == 12
    assert found.scores[LI]["adds"] == 12
    assert found.summary.tally.caps_reached == {"member_daily_active": 1}
    assert not (found.out / "decisions.ndjson").exists()


def test_scores_have_the_posterior_of_each_member(run: Replaying) -> None:
    found = run(
        [
            *(add(f"a{n}", member_id="wang", outcome="accepted") for n in range(12)),
            *(add(f"b{n}", outcome="complained") for n in range(12)),
        ]
    )
    prior = default_policy().scoring.patterns.verdict.prior
    assert found.scores["acme", "wang"]["posterior"] < prior
    assert found.scores[LI]["posterior"] > 0.9


def test_an_outcome_in_the_line_of_an_add_is_the_same_as_one_of_its_own(run: Replaying) -> None:
    together = run([add("c1", outcome="accepted"), add("c2", outcome="blocked")])
    apart = run(
        [
            add("c1"),
            line("contact.accepted", target_id="c1"),
            add("c2"),
            line("contact.blocked", target_id="c2"),
        ]
    )
    assert together.scores == apart.scores
    assert together.scores[LI]["accepted"] == together.scores[LI]["blocked"] == 1


def test_ignored_is_no_event_of_its_own(run: Replaying) -> None:
    assert run([add("c1", outcome="ignored")]).scores == run([add("c1")]).scores


def test_a_denial_of_the_service_stays_one(run: Replaying) -> None:
    denied = add("c1", allowed=False, reason="member_daily_cap", outcome="accepted")
    found = run([denied])
    assert found.summary.tally.denied == {"member_daily_cap": 1}
    assert (found.scores[LI]["adds"], found.scores[LI]["denied"]) == (0, 1)
    assert found.scores[LI]["accepted"] == 0


def test_an_event_id_counts_once_for_its_enterprise_while_it_is_remembered(run: Replaying) -> None:
    lines = [add("c1"), add("c2")]
    lines += [line("contact.accepted", target_id="c1", event_id="x")]
    lines += [line("contact.accepted", target_id="c2", event_id="x")]
    lines += [line("contact.accepted", at(24), target_id="c2", event_id="x")]
    found = run(lines)
    assert found.summary.tally.dropped == 1
    assert found.scores[LI]["accepted"] == 2


def test_batches_do_not_show(run: Replaying, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        each
        for day in range(1, 20)
        for n in range(5)
        for each in (
            add(f"c{day}-{n}", at(day), way="phone_search"),
            line(
                "contact.accepted" if n else "contact.blocked", at(day, 9), target_id=f"c{day}-{n}"
            ),
        )
    ]
    at_once = run(lines)
    monkeypatch.setattr(observing, "BATCH", 1)
    singly = run(lines)
    assert singly.scores == at_once.scores
    assert singly.flags == at_once.flags
    assert len(at_once.flags) >= 1


def test_a_flag_is_written_with_its_evidence(run: Replaying) -> None:
    found = run(add(f"c{n}", outcome="blocked") for n in range(12))
    (flag,) = [flag for flag in found.flags if flag["pattern"] == "hard_negatives"]
    assert (flag["enterprise_id"], flag["member_id"]) == LI
    assert flag["statistic"] >= flag["threshold"] == 11.5
    assert flag["adds_before"] == 12
    assert flag["at"] == "2026-11-22T04:00:00Z"
    assert "blocked the member" in flag["evidence"][-1]
    assert found.scores[LI]["flagged"]


def test_scores_add_up_and_are_as_of_the_last_event_of_all(run: Replaying) -> None:
    found = run([add("c1", outcome="accepted"), add("c1", at(29), member="wang")])
    score = found.scores[LI]
    assert sum(part["points"] for part in score["parts"]) == pytest.approx(score["score"])
    usage = next(part for part in score["parts"] if part["name"] == "usage")
    assert usage["inputs"]["active_days"] == 1
    assert score["parts"][-1]["inputs"]["clean_days"] == 7
    assert score["tier"] == 1  # unverified: not above


def test_enterprises_may_stand_one_after_the_other(run: Replaying) -> None:
    acme = [add(f"c{n}", at(20 + n), outcome="accepted") for n in range(5)]
    other = [each | {"enterprise_id": "other"} for each in acme]
    after = run(acme + other)
    mixed = run([each for pair in zip(acme, other, strict=True) for each in pair])
    assert after.scores == mixed.scores


def strict(version: int = 2, **more: Any) -> Line:
    policy = default_policy().model_dump(mode="json")
    policy["scoring"]["patterns"]["hard_negatives"] |= {"threshold": 0.9, "mode": "shadow"}
    activated = line("policy.activated", member=None, version=version, policy=policy)
    del activated["enterprise_id"]
    return activated | more


def test_an_activated_policy_holds_for_what_follows(run: Replaying) -> None:
    found = run([add("c1", outcome="blocked"), strict(), add("c2", outcome="blocked")])
    assert [flag["mode"] for flag in found.flags] == ["shadow"]
    assert found.flags[0]["adds_before"] == 2


def test_a_shards_policy_holds_for_the_lines_of_that_shard(run: Replaying) -> None:
    bad = {"outcome": "blocked"}
    found = run(
        [strict(shard=3), add("c1", shard=3, **bad), add("c2", "2026-11-22T05:00:00Z", **bad)]
    )
    assert len(found.flags) == 1


def test_a_policy_that_was_given_holds_throughout(run: Replaying) -> None:
    lines = [strict(), add("c1", outcome="blocked")]
    assert len(run(lines).flags) == 1
    assert run(lines, policy=default_policy()).flags == []


def test_a_policy_that_cannot_be_used_is_named_with_its_line(run: Replaying) -> None:
    wrong = strict() | {"policy": {"quota": {"handover_daily": -1}}}
    with pytest.raises(
        ReplayError, match=r"events\.ndjson:2: policy: quota\.handover_daily: must be"
    ):
        run([add("c1"), wrong])


def test_a_time_zone_of_an_enterprise_moves_its_midnights(run: Replaying) -> None:
    lines = [add("c1", "2026-11-22T15:00:00Z"), add("c2", "2026-11-22T17:00:00Z")]
    zone = line("enterprise.updated", "2026-11-21T00:00:00Z", None, time_zone="UTC")
    usage = [
        next(part for part in found.scores[LI]["parts"] if part["name"] == "usage")
        for found in (run(lines), run([zone, *lines]))
    ]
    assert [part["inputs"]["active_days"] for part in usage] == [2, 1]

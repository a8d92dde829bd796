"""One pass tells of each member what passes of their own would."""

import json

import pytest

from benchmarks.detection_ablation import WHOLE, without
from benchmarks.detection_climb import LAST_NATS
from benchmarks.detection_events import Converter
from benchmarks.detection_pass import Company, Followed, follow_events
from benchmarks.workload import Enterprise, generate, make_plan
from scoring import verdict
from scoring.events import Event, parse
from scoring.fold import fold
from scoring.patterns.policy import log_odds
from scoring.policy import ScoringPolicy
from scoring.working import Effects, Level, Working
from server.policy import default_policy
from server.replay.adds import as_made
from server.replay.files import Raw
from server.replay.reading import Reader, replay_hasher

ABUSERS = {
    "blaster": 2,
    "enumerator": 1,
    "bot": 1,
    "hijack": 2,
    "self_accepter": 2,
    "swarm": 1,
}
PLAN = make_plan(members=20, days=6, abusers=ABUSERS)
POLICY = default_policy().scoring
Made = list[tuple[Enterprise, list[Event]]]


@pytest.fixture(scope="module")
def made() -> Made:
    return [(each, Converter().events(each.lines)) for each in generate(PLAN, 5)]


def followed(made: Made, policy: ScoringPolicy) -> list[Company]:
    return [follow_events(each, events, policy, ()) for each, events in made]


@pytest.fixture(scope="module")
def companies(made: Made) -> list[Company]:
    return followed(made, POLICY)


def members(companies: list[Company]) -> list[Followed]:
    return [member for company in companies for member in company.members]


def reached(member: Followed) -> Level | None:
    if "enforce" in member.reached:
        return "enforce"
    return "review" if "review" in member.reached else None


def test_the_levels_are_those_that_the_fold_calls_for(companies: list[Company]) -> None:
    found = members(companies)
    assert [member.levels[WHOLE] for member in found] == [reached(member) for member in found]
    assert sum(reached(member) == "enforce" for member in found) > 10


@pytest.mark.parametrize("name", verdict.WEIGHED)
def test_without_a_pattern_they_are_those_with_it_in_shadow(
    made: Made, companies: list[Company], name: str
) -> None:
    shadowed = POLICY.model_copy(update={"patterns": without(POLICY.patterns, name)})
    alone = members(followed(made, shadowed))
    assert [member.levels[name] for member in members(companies)] == list(map(reached, alone))


def test_a_threshold_is_crossed_where_the_level_is_reached(companies: list[Company]) -> None:
    enforced = [m for m in members(companies) if reached(m) == "enforce"]
    for member in enforced:
        crossings = [point.adds for point in member.crossed_enforceable]
        assert member.reached["enforce"].adds in crossings


def test_the_fold_works_the_log_odds_out_where_they_are_highest(
    made: Made, companies: list[Company]
) -> None:
    tops: dict[str, float] = {}
    for _, events in made:
        working, effects = Working(), Effects()
        for event in events:
            fold(event, working, POLICY, effects)
            if event.member_id is None:
                continue
            view = working.members[event.enterprise_id, event.member_id]
            found = verdict.contributions(view, POLICY.patterns)
            nats = verdict.log_odds(found, POLICY.patterns)
            tops[event.member_id] = max(tops.get(event.member_id, nats), nats)
    least_nats = log_odds(POLICY.patterns.verdict.review)
    always = [m for m in members(companies) if m.label.since_ms is None]
    close = [m for m in always if least_nats - 2 < tops.get(m.label.member_id, -99) < LAST_NATS]
    assert len(close) > 10
    for member in close:
        assert member.top == pytest.approx(tops[member.label.member_id])


def test_a_hijacked_account_counts_from_the_hijack(made: Made, companies: list[Company]) -> None:
    hijacked = [m for m in members(companies) if m.label.class_name == "hijack"]
    assert hijacked
    for member in hijacked:
        adds = [
            event
            for _, events in made
            for event in events
            if event.member_id == member.label.member_id and event.type == "add.requested"
        ]
        since_ms = member.label.since_ms or 0
        assert 0 < member.adds == sum(event.received_ms >= since_ms for event in adds) < len(adds)


def test_accounts_of_the_own_farm_are_no_victims(companies: list[Company]) -> None:
    farmed = [m for m in members(companies) if m.label.note == "farm_adds"]
    others = [m for m in members(companies) if m.label.class_name == "blaster"]
    assert all(point.victims < point.adds for m in farmed for point in m.reached.values())
    assert all(point.victims == point.adds for m in others for point in m.reached.values())
    assert farmed
    assert any(member.reached for member in others)


def test_events_are_those_of_a_replay_but_for_the_names_of_blocks_and_decisions() -> None:
    reader, converter = Reader(replay_hasher()), Converter()
    apart = {"target_id", "decision_id", "number_block", "mode", "policy_version"}
    (enterprise, *_) = generate(make_plan(members=5, days=2, abusers={}), 1)
    kinds = set()
    for line in enterprise.lines:
        event = converter.event(line)
        read = reader.line(Raw("f", 1, json.dumps(line).encode()))
        (body,) = as_made(read, event.day, 1)
        clock = {"received_ms": event.at_ms, "day": event.day, "day_end_ms": event.day_end_ms}
        wanted = parse(body | clock)
        kinds.add(event.type)
        for name in ("type", "at_ms", "enterprise_id", "member_id", "target"):
            assert getattr(event, name) == getattr(wanted, name)
        fields = {k: v for k, v in event.fields.items() if k not in apart}
        assert fields == {k: v for k, v in wanted.fields.items() if k not in apart}
    assert kinds >= {"enterprise.updated", "add.requested", "contact.accepted"}

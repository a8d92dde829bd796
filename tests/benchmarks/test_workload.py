import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path
from statistics import mean, pstdev

import pytest

from benchmarks.workload import Label, generate, make_plan, stressed
from benchmarks.workload_parameters import defaults, load
from benchmarks.workload_stress import STRESSES
from server.replay.files import Raw
from server.replay.reading import Reader, replay_hasher
from tests.benchmarks.traffic import Line, Traffic, instant_s, local_day

ABUSERS = {
    "blaster": 20,
    "slow_drip": 20,
    "enumerator": 8,
    "bot": 20,
    "hijack": 8,
    "self_accepter": 8,
    "swarm": 1,
    "rotator": 4,
}
DAYS = 20
CLASSES = defaults().classes


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    return Traffic(make_plan(members=200, days=DAYS, abusers=ABUSERS))


def test_an_enterprise_is_the_same_whichever_others_are_made() -> None:
    plan = make_plan(members=60, days=2)
    every = [list(each.lines) for each in generate(plan, 1)]
    third = next(islice(generate(plan, 1), 2, None))
    assert list(third.lines) == every[2]


def test_a_replay_takes_every_line_whatever_the_stress(tmp_path: Path) -> None:
    classes = tmp_path / "classes.toml"
    classes.write_text("[usage]\nenabled = true\n[classes.sales]\nblock_sessions = 0.5\n")
    plan = stressed(make_plan(load(classes), members=40, days=2), STRESSES)
    reader, kinds = Reader(replay_hasher()), Counter[str]()
    for line in Traffic(plan).lines():
        kinds[reader.line(Raw("f", 1, json.dumps(line).encode())).type] += 1
    assert kinds["add.requested"] > 1_000
    assert kinds.keys() >= {"enterprise.updated", "phone_search.missed", "usage.reported"}


def test_each_enterprise_is_described_first_and_goes_on_by_time(traffic: Traffic) -> None:
    for _, lines in traffic.enterprises:
        assert lines[0]["type"] == "enterprise.updated"
        assert lines[0]["verification"] == "verified"
        assert all(one["at"] <= other["at"] for one, other in pairwise(lines))


def test_feedback_comes_after_an_add_of_that_contact_by_that_member(traffic: Traffic) -> None:
    answers = 0
    for lines in traffic.by_member.values():
        added: set[str] = set()
        for line in lines:
            if line["type"] == "add.requested":
                added.add(line["target_id"])
            elif line["type"].startswith("contact."):
                answers += 1
                assert line["target_id"] in added
    assert answers > 10_000


def test_every_member_has_one_label_and_classes_are_as_planned(traffic: Traffic) -> None:
    ids = [label.member_id for label in traffic.labels]
    assert len(ids) == len(set(ids))
    assert set(traffic.by_member) <= set(ids)
    found = Counter(label.class_name for label in traffic.labels)
    grouped = {name: n * max(1, CLASSES[name].group) for name, n in ABUSERS.items()}
    assert {name: found[name] for name in ABUSERS} == grouped
    assert {name: found[name] for name in CLASSES if name not in ABUSERS} == {
        "sales": 80,
        "recruiter": 30,
        "event_staff": 20,
        "telesales": 20,
        "low_activity": 50,
    }
    assert all(label.abusive == CLASSES[label.class_name].abusive for label in traffic.labels)


def test_without_counts_abusers_are_scaled_and_of_each_class_there_is_one() -> None:
    assert make_plan(members=300).abusers["blaster"] == 6
    assert set(make_plan(members=50).abusers.values()) == {1}
    assert set(make_plan(members=300, abusers=0).abusers.values()) == {0}
    assert sum(make_plan(members=3_000, abusers=0.16).abusers.values()) == 369


def test_abusers_sit_alone_or_in_twos_among_honest_members(traffic: Traffic) -> None:
    guests = {name for name in ABUSERS if not CLASSES[name].group}
    for enterprise, _ in traffic.enterprises:
        abusive = [label for label in enterprise.labels if label.abusive]
        if enterprise.kind in {"swarm", "rotator"}:
            assert len(abusive) == len(enterprise.labels) == CLASSES[enterprise.kind].group
        else:
            assert {label.class_name for label in abusive} <= guests
            assert len(enterprise.labels) > len(abusive)


RATED = ["sales", "recruiter", "telesales", "blaster", "slow_drip", "bot", "swarm"]


@pytest.mark.parametrize("name", RATED)
def test_answers_to_cold_adds_are_near_the_rates_of_the_class(traffic: Traffic, name: str) -> None:
    rates = CLASSES[name]
    found = traffic.rates(traffic.members(name), rates.cold)
    assert found["accepted"] == pytest.approx(rates.accept, abs=0.05)
    assert found["declined"] == pytest.approx(rates.decline, rel=0.45)
    assert found["blocked"] == pytest.approx(rates.block, rel=0.45)
    assert found["complained"] == pytest.approx(rates.complain, rel=0.6, abs=0.002)


def test_warm_adds_are_welcome(traffic: Traffic) -> None:
    found = traffic.rates(traffic.members("sales"), CLASSES["sales"].warm)
    assert found["accepted"] == pytest.approx(0.70, abs=0.06)
    adds = traffic.adds(traffic.members("sales"))
    warm = sum(line["way"] in CLASSES["sales"].warm for line in adds)
    assert warm / len(adds) == pytest.approx(CLASSES["sales"].warm_share, abs=0.03)


@pytest.mark.parametrize("name", ["sales", "recruiter", "telesales", "blaster", "slow_drip", "bot"])
def test_adds_of_a_weekday_are_near_the_mean_of_the_class(traffic: Traffic, name: str) -> None:
    labels = traffic.members(name)
    days = {(line["member_id"], local_day(line)) for line in traffic.adds(labels)}
    weekdays = [day for day in days if (day[1] + 3) % 7 < 5]
    adds = sum((line["member_id"], local_day(line)) in weekdays for line in traffic.adds(labels))
    assert adds / len(weekdays) == pytest.approx(CLASSES[name].adds_a_day, rel=0.35)


def test_codes_are_scanned_in_bursts(traffic: Traffic) -> None:
    scans = traffic.adds(traffic.members("event_staff"), by="contact")
    hours = Counter((line["member_id"], int(instant_s(line) // 3_600)) for line in scans)
    assert len(hours) > 50
    assert all(60 <= count <= 150 for count in hours.values())
    found = traffic.rates(traffic.members("event_staff"), ["qr_code"])
    assert found["accepted"] == pytest.approx(0.93, abs=0.02)


def test_a_hijacked_account_is_honest_until_it_is_taken_over(traffic: Traffic) -> None:
    for label in traffic.members("hijack"):
        assert label.since_ms is not None
        lines = [line for line in traffic.adds([label]) if line["way"] != "qr_code"]
        before = [line for line in lines if instant_s(line) * 1_000 < label.since_ms]
        begun = round((label.since_ms / 1_000 - instant_s(lines[0])) / 86_400)
        assert 8 <= begun <= 19
        assert len(before) / begun < len(lines[len(before) :]) / (DAYS - begun)
        assert any(line["way"] in CLASSES["sales"].warm for line in before)
        assert not any(line["way"] in CLASSES["sales"].warm for line in lines[len(before) :])


def test_a_third_of_a_self_accepters_adds_go_to_its_farm(traffic: Traffic) -> None:
    labels = traffic.members("self_accepter", note="farm_adds")
    adds = traffic.adds(labels)
    of_farm = [line for line in adds if "-f" in line["target_id"]]
    assert len(of_farm) / len(adds) == pytest.approx(1 / 3, abs=0.02)
    again = Counter(line["target_id"] for line in of_farm)
    assert len(again) <= 100 * len(labels)
    assert mean(again.values()) > 3
    accepted = {line["target_id"] for each in labels for line in answers_of(traffic, each)}
    assert accepted >= again.keys()


def answers_of(traffic: Traffic, label: Label) -> list[Line]:
    lines = traffic.by_member[label.member_id]
    return [line for line in lines if line["type"] == "contact.accepted"]


def test_or_its_farm_scans_three_times_for_each_victim(traffic: Traffic) -> None:
    labels = traffic.members("self_accepter", note="farm_scans")
    assert labels
    scans, adds = traffic.adds(labels, by="contact"), traffic.adds(labels)
    assert len(scans) == 3 * len(adds)
    assert traffic.rates(labels, ["qr_code"])["accepted"] == 1.0


def test_a_rotator_moves_on_at_its_daily_cap_and_all_take_part(traffic: Traffic) -> None:
    adds = traffic.adds(traffic.members("rotator"))
    days = Counter((line["member_id"], local_day(line)) for line in adds)
    assert max(days.values()) == CLASSES["rotator"].daily_cap
    assert {member for member, _ in days} == {
        label.member_id for label in traffic.members("rotator")
    }


def test_a_swarm_adds_the_same_contacts(traffic: Traffic) -> None:
    by_contact: dict[str, set[str]] = defaultdict(set)
    adds = traffic.adds(traffic.members("swarm"))
    for line in adds:
        by_contact[line["target_id"]].add(line["member_id"])
    assert len(by_contact) <= CLASSES["swarm"].pool
    assert mean(map(len, by_contact.values())) > 5
    assert len({line["greeting"] for line in adds if "greeting" in line}) == 1


def searches(traffic: Traffic, label: Label) -> list[Line]:
    return [line for line in traffic.by_member[label.member_id] if "target_phone" in line]


def test_an_enumerator_counts_numbers_up_and_misses_half(traffic: Traffic) -> None:
    missed = found = 0
    for label in traffic.members("enumerator"):
        numbers = [int(line["target_phone"][1:]) for line in searches(traffic, label)]
        assert {later - earlier for earlier, later in pairwise(numbers)} == {1, 2, 3}
        missed += sum(line["type"] == "phone_search.missed" for line in searches(traffic, label))
        found += len(numbers)
    assert missed / found == pytest.approx(0.5, abs=0.03)


def test_honest_searches_sometimes_miss_and_sometimes_go_through_a_company(
    traffic: Traffic,
) -> None:
    labels = traffic.members("sales", "recruiter", "telesales")
    lines = [line for label in labels for line in searches(traffic, label)]
    missed = sum(line["type"] == "phone_search.missed" for line in lines)
    assert missed / len(lines) == pytest.approx(0.075, abs=0.025)
    near = [
        abs(int(one["target_phone"]) - int(other["target_phone"])) < 100
        for label in labels
        for one, other in pairwise(searches(traffic, label))
    ]
    assert 0.01 < mean(near) < 0.2


def gaps(lines: Sequence[Line]) -> list[float]:
    return [instant_s(other) - instant_s(one) for one, other in pairwise(lines)]


def test_a_bot_has_an_interval_and_a_person_has_not(traffic: Traffic) -> None:
    for name, least, most in (("bot", 0.0, 3.0), ("blaster", 30.0, 1e9)):
        for label in traffic.members(name):
            by_day: dict[int, list[Line]] = defaultdict(list)
            for line in traffic.adds([label]):
                by_day[local_day(line)].append(line)
            longest = max(by_day.values(), key=len)
            assert least <= pstdev(gaps(longest)) <= most


def test_colleagues_sometimes_add_the_same_contact(traffic: Traffic) -> None:
    seen, again = dict[str, str](), 0
    adds = [line for line in traffic.adds(traffic.members()) if line["way"] != "qr_code"]
    for line in sorted(adds, key=lambda line: str(line["at"])):
        again += seen.setdefault(line["target_id"], line["member_id"]) != line["member_id"]
    assert 0.005 < again / len(adds) < 0.03


def test_some_enterprises_hand_contacts_over(traffic: Traffic) -> None:
    shares = []
    for _, lines in traffic.enterprises:
        ways = Counter(line["way"] for line in lines if line["type"] == "add.requested")
        shares.append((ways["shared_by_member"] + ways["admin_assigned"]) / ways.total())
    assert 0 < sum(share > 0.01 for share in shares) < len(shares) / 2
    assert sum(share == 0 for share in shares) >= len(shares) / 2

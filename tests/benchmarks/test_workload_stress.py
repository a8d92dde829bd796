"""Each stress variant beside the same traffic without it."""

from collections import Counter

import pytest

from benchmarks.workload import Plan, WorkloadError, make_plan, stressed
from benchmarks.workload_parameters import defaults
from tests.benchmarks.traffic import Line, Traffic, instant_s, local_day

STRESS = defaults().stress
ABUSERS = {"blaster": 8, "hijack": 2}
COLD = defaults().classes["sales"].cold


def plan(*stresses: str) -> Plan:
    return stressed(make_plan(members=150, days=12, abusers=ABUSERS), stresses)


@pytest.fixture(scope="module")
def calm() -> Traffic:
    return Traffic(plan())


def complaints(traffic: Traffic) -> list[Line]:
    return [line for line in traffic.lines() if line["type"] == "contact.complained"]


def test_negatives_halved_halves_them_for_everybody(calm: Traffic) -> None:
    halved = Traffic(plan("negatives_halved"))
    for names in (["sales", "recruiter", "telesales"], ["blaster"]):
        before = calm.rates(calm.members(*names), COLD)
        after = halved.rates(halved.members(*names), COLD)
        assert after["accepted"] == pytest.approx(before["accepted"], abs=0.03)
        for answer in ("declined", "blocked", "complained"):
            assert after[answer] == pytest.approx(before[answer] / 2, rel=0.35, abs=0.001)


def test_accepts_shift_for_everybody_down_to_a_floor(calm: Traffic) -> None:
    up, down = Traffic(plan("accept_up")), Traffic(plan("accept_down"))
    for name in ("sales", "telesales", "blaster"):
        before = calm.rates(calm.members(name), COLD)["accepted"]
        rate = defaults().classes[name].accept
        lower = max(rate - STRESS.accept_shift, STRESS.accept_least) - rate
        higher = up.rates(up.members(name), COLD)["accepted"]
        assert higher == pytest.approx(before + STRESS.accept_shift, abs=0.06)
        found = down.rates(down.members(name), COLD)["accepted"]
        assert found == pytest.approx(before + lower, abs=0.06)


def test_retaliation_adds_complaints_by_contacts_who_had_not_refused(calm: Traffic) -> None:
    traffic = Traffic(plan("retaliation"))
    hit = traffic.members("sales", note="retaliation")
    assert len(hit) / len(traffic.members("sales")) == pytest.approx(0.3, abs=0.12)
    assert all(label.class_name == "sales" for label in traffic.members(note="retaliation"))
    least, most = STRESS.retaliation.complaints
    extra = len(complaints(traffic)) - len(complaints(calm))
    assert least * len(hit) * 0.8 <= extra <= most * len(hit)
    refused = {"contact.declined", "contact.blocked"}
    for label in hit:
        lines = traffic.by_member[label.member_id]
        by = Counter(line["target_id"] for line in lines if line["type"] == "contact.complained")
        assert by.total() >= least
        assert not by.keys() & {line["target_id"] for line in lines if line["type"] in refused}


def test_saboteurs_scan_and_then_block_or_complain_over_days() -> None:
    traffic = Traffic(plan("qr_sabotage"))
    hit = traffic.members(note="sabotage")
    least, most = STRESS.qr_sabotage.scans
    assert 3 <= len(hit) <= 30
    for label in hit:
        lines = [
            line for line in traffic.by_member[label.member_id] if "-x" in line.get("target_id", "")
        ]
        kinds = Counter(line["type"] for line in lines)
        scans = [line for line in lines if line["type"] == "add.requested"]
        assert least <= len(scans) <= most
        assert {(line["way"], line["initiated_by"]) for line in scans} == {("qr_code", "contact")}
        assert kinds["contact.blocked"] + kinds["contact.complained"] == len(scans)
        assert len({line["target_id"] for line in scans}) <= STRESS.qr_sabotage.accounts
        assert len({local_day(line) for line in scans}) == STRESS.qr_sabotage.days
    assert not any(label.abusive for label in hit)


@pytest.mark.parametrize("name", ["qr_sabotage", "retaliation"])
def test_attacks_leave_everybodys_own_traffic_as_it_was(calm: Traffic, name: str) -> None:
    lines = Counter(map(str, Traffic(plan(name)).lines()))
    assert lines > Counter(map(str, calm.lines()))


def test_on_a_viral_day_half_of_the_enterprises_add_five_times_as_much(calm: Traffic) -> None:
    traffic = Traffic(plan("viral"))
    day = traffic.plan.viral_day
    assert day is not None
    first = local_day(next(traffic.lines()))
    viral = traffic.members(note="viral")
    assert {label.class_name for label in viral} <= set(STRESS.viral.classes)
    hit = {label.enterprise_id for label in viral}
    assert len(hit) / len(traffic.enterprises) == pytest.approx(0.5, abs=0.2)
    days = Counter(local_day(line) - first for line in traffic.adds(viral))
    others = [
        count for d, count in days.items() if d % 7 < 5 and d != day and d < traffic.plan.days
    ]
    assert days[day] / (sum(others) / len(others)) == pytest.approx(5, rel=0.25)
    ids = {label.member_id for label in viral}
    usual = calm.rates([label for label in calm.labels if label.member_id in ids], COLD)
    assert traffic.rates(viral, COLD)["accepted"] == pytest.approx(usual["accepted"], abs=0.03)


def test_several_variants_act_together() -> None:
    both = plan("negatives_halved", "accept_up", "viral")
    assert both.negatives == 0.5
    assert both.accept_shift == pytest.approx(0.1)
    assert both.viral_day is not None


def test_an_unknown_variant_is_named_beside_the_known() -> None:
    with pytest.raises(WorkloadError, match="unknown stress 'drought'; known: negatives_halved"):
        plan("drought")


def test_answers_that_come_late_are_left_out(calm: Traffic) -> None:
    days = calm.plan.days + calm.plan.parameters.answers.tail_days
    start = instant_s(next(calm.lines()))
    assert max(map(instant_s, calm.lines())) < start + days * 86_400

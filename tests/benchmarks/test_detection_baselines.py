import pytest

from benchmarks.detection_baselines import HOUR_MS, Baselines
from benchmarks.detection_events import Converter
from benchmarks.workload_company import Line

MINUTE_S, DAY_S = 60, 86_400


def line(kind: str, at_s: float, contact: int, **more: str) -> Line:
    named = {"enterprise_id": "e", "member_id": "m", "target_id": f"c{contact}"}
    return {"type": kind, "at": round(at_s * 1_000), **named, **more}


def adds(count: int, gap_s: float, **more: str) -> list[Line]:
    return [line("add.requested", n * gap_s, n, **more) for n in range(count)]


def answers(kind: str, count: int, at_s: float) -> list[Line]:
    return [line(f"contact.{kind}", at_s + n, n) for n in range(count)]


def seen(*lines: Line) -> Baselines:
    state, converter = Baselines(), Converter()
    for each in sorted(lines, key=lambda line: float(line["at"])):
        state.see(converter.event(each))
    return state


@pytest.mark.parametrize(
    ("count", "gap_s", "fires"),
    [(40, 30, False), (41, 30, True), (60, 60, True), (400, 90, False)],
)
def test_the_cap_is_forty_adds_in_any_sliding_hour(count: int, gap_s: float, fires: bool) -> None:
    assert ("hourly_cap" in seen(*adds(count, gap_s)).fired) is fires


@pytest.mark.parametrize("more", [{"initiated_by": "contact"}, {"way": "shared_by_member"}])
def test_what_is_passive_or_handed_over_is_not_counted(more: dict[str, str]) -> None:
    found = seen(*adds(60, 30, **more))
    assert found.fired == set()
    assert found.resolved == 0


@pytest.mark.parametrize(
    ("accepted", "declined", "fires"), [(5, 5, False), (4, 6, True), (0, 0, False)]
)
def test_renren_needs_a_fast_hour_and_few_accepted(
    accepted: int, declined: int, fires: bool
) -> None:
    before = [line("add.requested", n, 100 + n) for n in range(10)]
    kinds = ["accepted"] * accepted + ["declined"] * declined
    told = [line(f"contact.{kind}", 50 + n, 100 + n) for n, kind in enumerate(kinds)]
    later = [line("add.requested", DAY_S + n * MINUTE_S, n) for n in range(21)]
    assert ("renren" in seen(*before, *told, *later).fired) is fires
    assert "renren" not in seen(*before, *told, *later[:20]).fired


@pytest.mark.parametrize(("refused", "fires"), [(3, False), (4, True)])
def test_wald_flags_after_four_refusals_on_end(refused: int, fires: bool) -> None:
    found = seen(*adds(refused, 1), *answers("declined", refused, 60))
    assert ("wald" in found.fired) is fires
    assert found.resolved == refused


def test_wald_ends_where_it_found_the_member_honest() -> None:
    good = [*adds(4, 1), *answers("accepted", 4, 60)]
    bad = [line("add.requested", 100, 9 + n) for n in range(20)]
    bad += [line("contact.declined", 200 + n, 9 + n) for n in range(20)]
    assert seen(*good, *bad).fired == set()


def test_what_is_not_answered_within_three_days_is_refused_and_a_later_answer_no_news() -> None:
    wait_s = 72 * HOUR_MS / 1_000
    asked = adds(4, 0)
    assert seen(*asked, line("add.requested", wait_s - 1, 9)).resolved == 0
    late = seen(*asked, *answers("accepted", 4, wait_s))
    assert late.resolved == 4
    assert late.fired == {"wald"}

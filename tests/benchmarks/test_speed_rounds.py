"""Figures of speed: subjects in turn, ratios of the same round."""

import json
from functools import partial
from pathlib import Path

import pytest

from benchmarks import batch, precheck
from benchmarks.speed.driving import GOOD, REFUSED, Drive
from benchmarks.speed.machine import machine
from benchmarks.speed.measuring import Measured
from benchmarks.speed.report import shown, shown_ratio, write
from benchmarks.speed.rounds import Ratio, interleaved, median, percentile, ratio, spread
from benchmarks.speed.subjects import DO_NOTHING, OURS


def test_each_round_asks_every_subject_and_another_one_first() -> None:
    asked: list[str] = []

    def subject(name: str) -> int:
        asked.append(name)
        return len(asked)

    told: list[str] = []
    given = interleaved({name: partial(subject, name) for name in "abc"}, 3, progress=told.append)
    assert asked == list("abcbcacab")
    assert given == {"a": [1, 6, 8], "b": [2, 4, 9], "c": [3, 5, 7]}
    assert told[3] == "round 2 of 3: b"


def test_without_rounds_nothing_is_measured() -> None:
    with pytest.raises(ValueError, match="at least one round"):
        interleaved({"a": lambda: 1}, 0)


@pytest.mark.parametrize(
    ("values", "middle", "apart"),
    [([4.0], 4.0, 0.0), ([3.0, 1.0, 2.0], 2.0, 1.0), ([0.0, 0.0], 0.0, 0.0), ([9, 11], 10, 0.2)],
)
def test_a_median_and_how_far_the_rounds_lie_apart(
    values: list[float], middle: float, apart: float
) -> None:
    assert median(values) == middle
    assert spread(values) == pytest.approx(apart)


def test_a_ratio_is_of_the_same_round_so_that_a_slow_machine_cancels_out() -> None:
    assert ratio([10, 5, 20], [5, 2.5, 10]) == Ratio(2, 2, 2)
    assert ratio([1, 3, 2], [1, 1, 1]) == Ratio(2, 1, 3)
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


def test_percentiles_are_of_the_values_themselves() -> None:
    values = list(range(1, 101))
    assert [percentile(values, share) for share in (0.5, 0.99, 0.999)] == [50, 99, 100]
    assert percentile([7.0], 0.5) == 7.0


def test_figures_are_shown_with_what_they_range_over() -> None:
    assert shown([9_000, 10_000, 11_000]) == "10,000 ±10 %"
    assert shown_ratio(Ratio(1.434, 1.38, 1.51)) == "1.43 (1.38–1.51)"


def measured(per_s: float, server_us: float) -> Measured:
    drive = Drive(per_s, 100, 0, 1.0, 1.0, 2.0, 3.0, 4.0, {GOOD: 100, REFUSED: 0})
    return Measured(drive, server_us, None)


def test_ours_is_compared_with_each_other_by_rate_and_by_cpu() -> None:
    rounds = {OURS: [measured(70, 100)] * 3, DO_NOTHING: [measured(100, 60)] * 3}
    assert precheck.ratios(rounds) == {
        DO_NOTHING: {"per_s": Ratio(0.7, 0.7, 0.7), "cpu": Ratio(0.6, 0.6, 0.6)}
    }
    assert precheck.ratios({DO_NOTHING: rounds[DO_NOTHING]}) == {}


def test_batches_are_compared_with_the_script_of_one_counter_and_with_that_of_two() -> None:
    rounds = {
        "batches of 1,000": [batch.Figures(50_000, 8.0, 9.0)],
        batch.REFERENCE: [batch.Figures(200_000, None, 4.0)],
        batch.TWO: [batch.Figures(100_000, None, 8.0)],
    }
    assert batch.ratios(rounds)["batches of 1,000"] == {
        batch.REFERENCE: Ratio(0.25, 0.25, 0.25),
        batch.TWO: Ratio(0.5, 0.5, 0.5),
    }


def test_figures_are_written_with_where_they_come_from(tmp_path: Path) -> None:
    path = write(tmp_path / "new" / "f.json", "precheck", {"one": Ratio(1, 1, 1)}, machine())
    written = json.loads(path.read_text())
    assert written["figures"] == {"one": {"median": 1, "low": 1, "high": 1}}
    assert written["benchmark"] == "precheck"
    assert written["machine"]["cores"] >= 1
    assert {"python", "aiohttp", "redis"} <= set(written["machine"]["versions"])

from math import inf, isclose, log

import pytest

from benchmarks import detection_measures as measures
from benchmarks.detection_climb import Climb, Point
from benchmarks.workload_parameters import defaults


@pytest.mark.parametrize(
    ("abusive", "honest", "area"),
    [([2, 3], [0, 1], 1), ([0], [1], 0), ([1], [1], 0.5), ([1, 3], [2], 0.5), ([], [1], None)],
)
def test_auc_is_the_share_of_pairs_in_their_order(
    abusive: list[float], honest: list[float], area: float | None
) -> None:
    assert measures.auc(abusive, honest) == area


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([3, 1, 2], 0.5, 2), (range(1, 11), 0.9, 9), ([5], 0.9, 5), ([1, 2], 0.5, 1), ([], 0.5, None)],
)
def test_a_quantile_is_a_value_that_there_is(
    values: list[float], share: float, found: float | None
) -> None:
    assert measures.quantile(values, share) == found


def test_precision_follows_from_how_many_abusers_there_are() -> None:
    assert measures.precision(0.9, 0.001, 0.5) == pytest.approx(0.9 / 0.901)
    assert measures.precision(0.9, 0.001, 0.001) == pytest.approx(0.0009 / (0.0009 + 0.000999))
    assert measures.precision(0.9, 0, 0.001) == 1
    assert measures.precision(0, 0, 0.001) is None
    assert measures.precision(None, 0.1, 0.001) is None


@pytest.mark.parametrize(("false", "threshold"), [(0.5, 2), (0.25, 3), (0.2, 4), (1, -inf)])
def test_at_most_the_allowed_share_is_above_a_threshold(false: float, threshold: float) -> None:
    honest = [1.0, 2.0, 3.0, 4.0]
    assert measures.threshold_at(honest, false) == threshold
    assert (measures.above(honest, threshold) or 0) <= false


def test_walds_number_falls_with_what_an_answer_is_worth() -> None:
    classes = defaults().classes
    telesales = measures.outcomes(classes["telesales"])
    assert isclose(sum(telesales), 1)
    assert measures.divergence(telesales, telesales) == 0
    blaster, slow = (
        measures.divergence(measures.outcomes(classes[name]), telesales)
        for name in ("blaster", "swarm")
    )
    assert blaster > slow > 0
    assert measures.wald_number(blaster) < measures.wald_number(slow)
    needed = 0.93 * log(0.93 / 3e-4) + 0.07 * log(0.07 / (1 - 3e-4))
    assert measures.wald_number(1) == pytest.approx(needed)


def test_a_climb_remembers_where_each_threshold_was_crossed_first() -> None:
    climb, grid = Climb(), [0.0, 1.0, 2.0]
    for nats, adds in [(-1.0, 1), (1.5, 2), (0.5, 3), (2.0, 4), (9.0, 5)]:
        climb.note(nats, Point(adds, adds, 0), grid)
    assert [point.adds for point in climb.crossed] == [2, 2, 4]
    assert climb.top == 9

"""The one figure of negatives an enterprise sees: only over enough outcomes and enough days."""

from collections.abc import Mapping

import pytest

from server.http.history import NEGATIVE_DAYS, negative
from server.records.days import DayRecord

TODAY = 20_000


def day(back: int, **counts: int) -> DayRecord:
    return DayRecord("acme", "", TODAY - back, counts, 5, 0.0, 0)


CASES: Mapping[str, tuple[list[DayRecord], float | None]] = {
    "nothing": ([], None),
    "19 outcomes": ([day(6, resolved=1), day(0, resolved=18, negatives=1)], None),
    "20 outcomes": ([day(6, resolved=1), day(0, resolved=19, negatives=2)], 0.1),
    "6 days": ([day(5, resolved=10), day(0, resolved=10, negatives=2)], None),
    "7 days": ([day(6, resolved=10), day(0, resolved=10, negatives=2)], 0.1),
    "a week that is over": ([day(9, resolved=20, negatives=2)], 0.1),
    "days before without an outcome": ([day(6, requested=9), day(5, resolved=30)], None),
    "outcomes too long ago": ([day(NEGATIVE_DAYS, resolved=9), day(2, resolved=30)], None),
    "steps of 5 %": ([day(6, resolved=31, negatives=6)], 0.2),
    "few who changed their mind": ([day(6, accepted=9, blocked=9), day(0, resolved=9)], None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_figure_needs_outcomes_and_days(case: str) -> None:
    records, share = CASES[case]
    found = negative(records, TODAY)
    assert (None if found is None else found["share"]) == share

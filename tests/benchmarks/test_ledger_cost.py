"""Benchmarks of the ledger and of redis-server: short runs on a real Redis."""

from pathlib import Path

import pytest

from benchmarks import ledger
from tests.benchmarks.commands import SIGNALS, interrupted, quick
from tests.redis_server import require_redis_server

INTERRUPTED = 130


@pytest.fixture(autouse=True)
def _redis_server() -> None:
    require_redis_server()


def test_the_ledger_is_measured_in_groups_and_by_callers_beside_bare_counters(
    tmp_path: Path,
) -> None:
    ran = quick("ledger", tmp_path / "ledger.json", "--seconds", "0.05")
    names = [ledger.spent(group) for group in ledger.GROUPS] + [ledger.COMMITTED]
    assert list(ran.figures) == [*names, ledger.BY_REDIS_PY, ledger.BY_BENCHMARK]
    for name in names:
        (cost,) = ran.figures[name]
        assert cost["count"] >= 1_024
        assert 0.8 < cost["allowed"] / cost["count"] < 0.97, name
        assert cost["python_s"] > 0
        assert cost["redis_s"] > 0
        assert name.split(",")[0] in ran.printed
    alone, together = (ran.figures[ledger.spent(group)][0] for group in (1, 64))
    each = [one["redis_s"] / one["count"] for one in (alone, together)]
    assert each[0] > each[1], "a call of its own for every add must cost Redis more than a group"


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_a_run_and_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    code, left = interrupted("ledger", number, tmp_path, after="round 1")
    assert code == INTERRUPTED
    assert left == []

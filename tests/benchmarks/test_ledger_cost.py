"""Benchmarks of the ledger and of redis-server: short runs on a real Redis."""

import signal
from pathlib import Path
from typing import Any

import pytest

from benchmarks import ledger, redis_cost
from benchmarks.redis_cost_inside import LUA
from benchmarks.redis_cost_kinds import KINDS, MIXED, PEEKED, REPEATED
from tests.benchmarks.commands import interrupted, quick
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


@pytest.mark.parametrize(
    ("name", "after", "number"),
    [
        ("ledger", "round 1", signal.SIGINT),
        ("ledger", "round 1", signal.SIGTERM),
        ("redis_cost", "every account is begun", signal.SIGINT),
        ("memory", "events", signal.SIGTERM),
        ("scale", "events", signal.SIGINT),
    ],
)
def test_a_signal_ends_a_run_and_leaves_nothing_behind(
    name: str, after: str, number: int, tmp_path: Path
) -> None:
    code, left = interrupted(name, number, tmp_path, after)
    assert code == INTERRUPTED
    assert left == []


def test_redis_is_measured_by_kind_and_size_and_what_is_inside(tmp_path: Path) -> None:
    ran = quick("redis_cost", tmp_path / "cost.json", "--seconds", "0.05")
    assert list(ran.figures) == [*KINDS, *redis_cost.BARE]
    for kind in KINDS:
        (by_size,) = ran.figures[kind]
        assert list(by_size) == [str(size) for size in redis_cost.SIZES]
        for size, sample in by_size.items():
            cost, inside = sample["cost"], sample["inside"]
            assert cost["redis_s"] > 0
            assert inside[LUA]["calls"] == pytest.approx(1 / int(size), rel=0.01)
            assert ("xadd" in inside) is (kind not in {PEEKED, REPEATED}), kind
    assert "wanted: at most 12 µs" in ran.printed
    _whole_adds_up(ran.figures[MIXED][0]["64"])


def _whole_adds_up(sample: dict[str, Any]) -> None:
    whole = sum(one["us"] for one in sample["inside"].values())
    cost = sample["cost"]
    assert whole == pytest.approx(cost["redis_s"] / cost["count"] * 1e6)

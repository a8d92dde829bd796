"""The benchmark of scale: a run of moments on real servers, and what it leaves out."""

import random
from pathlib import Path

import pytest

from benchmarks import scale, scale_processes
from benchmarks.scale_sizes import BYTES_A_MEMBER
from benchmarks.speed.loading import Load
from benchmarks.speed.traffic import Traffic
from tests.benchmarks.commands import quick
from tests.redis_server import require_redis_server

MEMBERS = (1_000, 2_000)
TOO_MANY = 10**10


def test_sizes_and_processes_are_measured_and_what_does_not_fit_is_said(tmp_path: Path) -> None:
    require_redis_server()
    many = [str(members) for members in (*MEMBERS, TOO_MANY)]
    ran = quick("scale", tmp_path / "scale.json", "--seconds", "0.5", "--members", *many)
    results = ran.figures["results"]
    assert results["left_out"] == [TOO_MANY]
    assert "left out, as memory is short: 10,000,000,000" in ran.printed
    for members in map(str, MEMBERS):
        (cost,), (measured,) = results["ledger"][members], results["http"][members]
        assert 0.05 < 1 - cost["allowed"] / cost["count"] < 0.15
        assert cost["redis_s"] > 0
        assert measured["drive"]["requests"] > 100
    counts = scale_processes.counts()
    assert list(results["processes"]) == [str(count) for count in counts]
    for (served,) in results["processes"].values():
        assert served["drive"]["requests"] > 100
        assert served["server_us"] > 0


def test_only_sizes_that_fit_beside_each_other_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "free_bytes", lambda: 12_500 * BYTES_A_MEMBER)
    assert scale.fitting([20_000, 10_000, 1_000]) == [1_000, 10_000]
    assert scale.fitting([12_500]) == []


def test_the_accounts_that_begin_are_those_that_are_asked_about() -> None:
    traffic = Traffic(members=2_000, enterprises=40, denied_share=0)
    what = Load(traffic.members, traffic.enterprises, run="00000000")
    began = {what.account(number) for number in range(what.count)}
    draw = random.Random(1)
    assert {traffic.account(draw) for _ in range(50 * traffic.members)} == began

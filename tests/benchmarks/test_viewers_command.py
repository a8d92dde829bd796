"""The benchmark of people who look at the dashboard, run for a second of each."""

import json
from pathlib import Path

from benchmarks import viewers
from tests.benchmarks.speed_programs import require, running


def test_pre_checks_are_compared_with_and_without_people_who_look(tmp_path: Path) -> None:
    require("redis-server")
    out = tmp_path / "out.json"
    assert viewers.main(["--quick", "--viewers", "20", "--out", str(out)]) == 0
    figures = json.loads(out.read_text())["figures"]
    (nobody,), (watched,) = figures["rounds"].values()
    assert set(figures["rounds"]) == {viewers.NOBODY, viewers.with_viewers(20)}
    assert nobody["values_per_s"] == 0 < watched["values_per_s"]
    for one in (nobody, watched):
        assert one["measured"]["drive"]["per_s"] > 0
        assert one["measured"]["server_us"] > 0
    for compared in figures["ratios"].values():
        assert compared["median"] > 0
    assert not running("benchmarks.speed.viewing")

"""The commands of batches and of the embedded default, run for a second each."""

import json
from pathlib import Path

from benchmarks import batch, embedded
from tests.benchmarks.speed_programs import require


def test_batches_are_compared_with_bare_scripts_of_the_same_run(tmp_path: Path) -> None:
    require("redis-server", "redis-benchmark")
    out = tmp_path / "out.json"
    assert batch.main(["--quick", "--out", str(out)]) == 0
    figures = json.loads(out.read_text())["figures"]
    assert figures["reference"] == batch.REFERENCE
    assert set(figures["ratios"]) == set(figures["rounds"])
    for name, (one,) in figures["rounds"].items():
        assert one["per_s"] > 0
        assert one["redis_us"] > 0
        assert (one["server_us"] is None) is name.startswith("EVALSHA")
    for script in (batch.REFERENCE, batch.TWO):
        assert figures["ratios"][script][script]["median"] == 1


def test_the_embedded_default_is_asked_in_every_way(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert embedded.main(["--quick", "--out", str(out)]) == 0
    figures = json.loads(out.read_text())["figures"]
    assert set(figures["rounds"]) == set(embedded.WAYS)
    for (one,) in figures["rounds"].values():
        assert one["measured"]["failed"] == 0
        assert one["measured"]["drive"]["per_s"] > 0

"""The command that folds a backlog and watches the lag, run small."""

import asyncio
import json
from pathlib import Path

from benchmarks import fold
from benchmarks.speed.lagging import LAYOUTS, NOBODY
from tests.benchmarks.speed_programs import require
from tests.postgres_server import PostgresServer
from tests.stored import StoredOnServer

EVENTS = 2_000


async def _empty(stored: StoredOnServer) -> None:
    await (await stored.empty("benchmark")).close()


def test_a_backlog_is_folded_whole_by_every_means(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    require("redis-server")
    stored = StoredOnServer(postgres_server)
    asyncio.run(_empty(stored))
    out = tmp_path / "out.json"
    arguments = ["--quick", "--only", "backlog", "--events", str(EVENTS), "--out", str(out)]
    assert fold.main([*arguments, "--database", stored.url("benchmark")]) == 0
    asyncio.run(stored.remove())
    folds = json.loads(out.read_text())["figures"]["folds"]
    assert set(folds) == {fold.MEMORY, fold.SQLITE, fold.POSTGRESQL}
    for (one,) in folds.values():
        assert one["events"] == EVENTS
        assert one["cpu_s"] > one["parse_s"] >= 0


def test_the_lag_is_watched_for_everyone_who_folds(tmp_path: Path) -> None:
    require("redis-server")
    out = tmp_path / "out.json"
    assert fold.main(["--quick", "--only", "lag", "--out", str(out)]) == 0
    lags = json.loads(out.read_text())["figures"]["lags"]
    assert set(lags) == set(LAYOUTS)
    for name, (one,) in lags.items():
        assert one["drive"]["per_s"] > 0
        assert one["p50_s"] <= one["p99_s"] <= one["max_s"]
        assert (one["caught_up_s"] is None) is (name == NOBODY)

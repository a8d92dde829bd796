"""`make load`: a short run against both real gateways, and that its books can fail to balance."""

import json
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from benchmarks import load, load_scene
from benchmarks.load_adds import Rush, rush, rushed_accounts, steady
from benchmarks.load_books import Entry
from benchmarks.load_gateways import GATEWAYS
from benchmarks.load_scene import Scene
from tests.benchmarks.commands import interrupted
from tests.benchmarks.speed_programs import require, running

SUBJECTS = {"direct", "nginx", "nginx + check", "envoy", "envoy + check"}
SHORT = ["--quick", "--rounds", "1", "--seconds", "0.3"]


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test starts is known by its directory: another one may run beside it."""
    require("redis-server", "nginx", "envoy")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert running(str(tmp_path)) == []


def test_a_short_run_balances_and_measures_every_subject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load.main([*SHORT, "--out", str(tmp_path / "load.json")]) == 0
    written: dict[str, Any] = json.loads((tmp_path / "load.json").read_text())
    figures = written["figures"]
    assert {"nginx", "envoy"} <= written["machine"]["versions"].keys()
    assert figures["added"]["envoy"]["p99_ms"] == [
        figures["fixed"]["envoy + check"][0]["p99_ms"] - figures["fixed"]["envoy"][0]["p99_ms"]
    ]
    for gateway in ("nginx", "envoy"):
        rate = figures["full"][f"{gateway} + check"][0]["per_s"] / 3
        for name in (gateway, f"{gateway} + check"):
            (fixed,) = figures["fixed"][name]
            assert fixed["requests"] == int(rate * 0.3)
    assert set(figures["full"]) == set(figures["fixed"]) == SUBJECTS
    for runs in (*figures["full"].values(), *figures["fixed"].values()):
        for run in runs:
            assert 0 < run["p50_ms"] <= run["p95_ms"] <= run["p99_ms"] <= run["p999_ms"]
            assert run["requests"] > 0
            assert "generator" in run["cpu_us"]
    assert all(_entry(one).balances for one in figures["books"])
    # On a busy machine a gateway may stop waiting: 503, and of these nothing else is known.
    statuses, rushed = Counter[str](figures["statuses"]), load.QUICK.rush
    lost = statuses["503"]
    assert {one["slack"] for one in figures["books"]} == {0, *((lost, 2 * lost) if lost else ())}
    assert statuses["200"] + lost >= rushed.allowed
    assert statuses["429"] + lost >= rushed.asked - rushed.allowed
    assert set(statuses) <= {"200", "429", "503"}
    assert figures["errors"] == 0
    said = capsys.readouterr().out
    for word in ("p99.9", "balances", "late p99", "a check adds, ms"):
        assert word in said


def test_an_add_that_slips_past_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = load._rush

    def slipping(scene: Scene, of: Rush, connections: int) -> None:
        asked(scene, of, connections)
        account = rushed_accounts()[0]
        headers = {
            "X-Enterprise-Id": account.enterprise_id,
            "X-Member-Id": account.member_id,
            "X-Quota-Decision-Id": "made-up",
        }
        past = HTTPConnection("127.0.0.1", scene.messenger_port)
        past.request("POST", "/contacts/add", headers=headers)
        assert past.getresponse().status == 200
        past.close()

    monkeypatch.setattr(load, "_rush", slipping)
    for module in (load, load_scene):
        monkeypatch.setattr(module, "GATEWAYS", {"nginx": GATEWAYS["nginx"]})
    shortest = [*SHORT, "--seconds", "0.1"]
    assert load.main([*shortest, "--out", str(tmp_path / "load.json")]) == 1
    said = capsys.readouterr().err
    for words in (
        "adds at the messenger = adds that callers saw allowed",
        "members with more or fewer: 0 and 1",
        "by other decisions: 0 and 1",
    ):
        assert words in said
    books = json.loads((tmp_path / "load.json").read_text())["figures"]["books"]
    assert sum(not _entry(one).balances for one in books) >= 3


def test_an_interrupted_run_ends_what_it_started(tmp_path: Path) -> None:
    assert interrupted("load", signal.SIGINT, tmp_path, "at full speed") == (130, [])


@pytest.mark.parametrize(
    ("found", "slack", "balances"),
    [(10, 0, True), (9, 0, False), (11, 0, False), (9, 5, False), (15, 5, True), (16, 5, False)],
)
def test_an_entry_may_be_over_by_its_slack_and_never_under(
    found: int, slack: int, *, balances: bool
) -> None:
    assert Entry("adds", 10, found, slack).balances is balances


def test_a_rush_asks_each_cap_for_half_as_much_again() -> None:
    of = Rush(member_cap=4, enterprise_cap=10)
    parts = [rush("r", of, part, 2) for part in range(2)]
    adds = [one for part in parts for one in part]
    assert len({one.raw for one in adds}) == len(adds) == of.asked
    asked = Counter(one.account.partition("/")[0] for one in adds)
    assert set(asked.values()) == {6, 15}
    assert of.allowed == 8 * 4 + 2 * 10


def test_steady_traffic_never_asks_twice_for_the_same() -> None:
    adds = steady("a", 2_000) + steady("b", 2_000)
    assert len({one.raw for one in adds}) == 4_000
    rushed = {one.name for one in rushed_accounts()}
    assert 0.07 < sum(one.account in rushed for one in adds) / 4_000 < 0.13


def _entry(told: dict[str, Any]) -> Entry:
    return Entry(**told)

"""The real command, with every peer whose programs are there: a short run, and one interrupted."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import precheck
from benchmarks.speed.subjects import DO_NOTHING, FLEXIBLE, LIMITS, NGINX, OURS, SUBJECTS
from tests.benchmarks.speed_programs import require, running

ROOT = Path(__file__).parents[2]
LONGEST_S = 300


def environment(tmp_path: Path) -> dict[str, str]:
    """Everything the run writes is under `tmp_path`, so what it started is known by that."""
    return {**os.environ, "TMPDIR": str(tmp_path)}


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a quick run of everything writes."""
    require("redis-server")
    directory = tmp_path_factory.mktemp("quick")
    command = [sys.executable, precheck.__file__, "--quick", "--out", str(directory / "out.json")]
    done = subprocess.run(
        command,
        env=environment(directory),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, done.stderr
    assert running(str(directory)) == []
    written: dict[str, Any] = json.loads((directory / "out.json").read_text())
    return written | {"printed": done.stdout}


def test_every_subject_is_measured_or_said_to_be_missing(quick: dict[str, Any]) -> None:
    figures = quick["figures"]
    measured, missing = set(figures["rounds"]), set(figures["missing"])
    assert measured | missing == set(SUBJECTS)
    assert not measured & missing
    assert {OURS, DO_NOTHING, LIMITS} <= measured
    if os.environ.get("CI") == "true":
        assert {FLEXIBLE, NGINX} <= measured
    for name in missing:
        assert f"missing: {name}" in quick["printed"]


def test_each_round_has_a_rate_and_what_it_cost(quick: dict[str, Any]) -> None:
    for name, rounds in quick["figures"]["rounds"].items():
        for one in rounds:
            assert one["drive"]["requests"] > 0
            assert one["drive"]["errors"] == 0
            assert one["server_us"] > 0
            assert (one["redis_us"] is None) is (name in {DO_NOTHING, NGINX})


def test_all_are_asked_the_same_mix_of_allowed_and_denied(quick: dict[str, Any]) -> None:
    for shares in quick["figures"]["denied_before_and_after"].values():
        assert all(0.05 <= share <= 0.15 for share in shares)
        assert len(shares) == 2


def test_ratios_of_ours_are_of_the_same_run(quick: dict[str, Any]) -> None:
    figures = quick["figures"]
    rounds = figures["rounds"]
    assert set(figures["ratios_of_ours"]) == set(rounds) - {OURS}
    (ours,), (other,) = rounds[OURS], rounds[DO_NOTHING]
    expected = ours["drive"]["per_s"] / other["drive"]["per_s"]
    found = figures["ratios_of_ours"][DO_NOTHING]["per_s"]["median"]
    assert found == pytest.approx(expected)


def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path) -> None:
    require("redis-server")
    command = [sys.executable, "-u", precheck.__file__, "--quick", "--only", OURS, DO_NOTHING]
    with subprocess.Popen(
        command,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if "warming up" in line:
                break
        assert running(str(tmp_path)) != []
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert "what was started has ended" in process.stderr.read()
    assert running(str(tmp_path)) == []


def test_a_peer_whose_program_is_missing_is_told_and_in_ci_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    out = ["--out", str(tmp_path / "out.json")]
    assert precheck.main(["--quick", "--only", DO_NOTHING, NGINX, *out]) == 1
    assert "nginx is not installed" in capsys.readouterr().err
    monkeypatch.setenv("CI", "")
    assert precheck.main(["--quick", "--only", DO_NOTHING, NGINX, *out]) == 0
    printed = capsys.readouterr().out
    assert "missing: nginx limit_req" in printed
    assert "asked by asyncio" in printed
    assert precheck.main(["--quick", "--only", NGINX, *out]) == 1
    assert "nothing could be measured" in capsys.readouterr().err


def test_the_page_of_peers_tells_of_each_and_its_command_is_one() -> None:
    page = (ROOT / "docs" / "peers.md").read_text()
    assert "make bench-precheck" in page
    assert "\nbench-precheck:" in (ROOT / "Makefile").read_text()
    described = page.replace("`", "")
    for name in set(SUBJECTS) - {OURS}:
        peer = name.removesuffix(" + aiohttp").removesuffix(" aiohttp")
        assert f"| {peer} |" in described

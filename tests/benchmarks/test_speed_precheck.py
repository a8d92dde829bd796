"""The real command, with every peer whose programs are there: a short run, and one interrupted."""

import fcntl
import json
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from benchmarks import precheck
from benchmarks.speed import installed
from benchmarks.speed.measuring import DENIED_LEAST, DENIED_MOST
from benchmarks.speed.packages import install
from benchmarks.speed.programs import MissingError, ProgramError, free_port
from benchmarks.speed.subjects import DO_NOTHING, FLEXIBLE, LIMITS, NGINX, OURS, PEERS, SUBJECTS
from tests.benchmarks.commands import Ran, interrupted, quick
from tests.benchmarks.speed_programs import require, running

ROOT = Path(__file__).parents[2]
FLEXIBLE_PEER = PEERS / "rate_limiter_flexible"


def require_packages() -> None:
    """Skips where npm cannot fetch a peer's packages; in CI that is a failure."""
    try:
        install(FLEXIBLE_PEER, print)
    except ProgramError as error:
        if os.environ.get("CI") == "true":
            raise
        if not isinstance(error, MissingError):  # which the command itself tells of
            pytest.skip(str(error))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A quick run of everything."""
    require("redis-server")
    require_packages()
    directory = tmp_path_factory.mktemp("quick")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(directory))  # so what it started is known by that
        ran = quick("precheck", directory / "out.json")
    assert running(str(directory)) == []
    return ran


def test_every_subject_is_measured_or_said_to_be_missing(ran: Ran) -> None:
    figures = ran.figures
    measured, missing = set(figures["rounds"]), set(figures["missing"])
    assert measured | missing == set(SUBJECTS)
    assert not measured & missing
    assert {OURS, DO_NOTHING, LIMITS} <= measured
    if os.environ.get("CI") == "true":
        assert {FLEXIBLE, NGINX} <= measured
    for name in missing:
        assert f"missing: {name}" in ran.printed


def test_each_round_has_a_rate_and_what_it_cost(ran: Ran) -> None:
    for name, rounds in ran.figures["rounds"].items():
        for one in rounds:
            assert one["drive"]["requests"] > 0
            assert one["drive"]["errors"] == 0
            assert one["server_us"] > 0
            assert (one["redis_us"] is None) is (name in {DO_NOTHING, NGINX})


def test_all_are_asked_the_same_mix_of_allowed_and_denied(ran: Ran) -> None:
    for shares in ran.figures["denied_before_and_after"].values():
        assert all(DENIED_LEAST <= share <= DENIED_MOST for share in shares)
        assert len(shares) == 2


def test_ratios_of_ours_are_of_the_same_run(ran: Ran) -> None:
    figures = ran.figures
    rounds = figures["rounds"]
    assert set(figures["ratios_of_ours"]) == set(rounds) - {OURS}
    (ours,), (other,) = rounds[OURS], rounds[DO_NOTHING]
    expected = ours["drive"]["per_s"] / other["drive"]["per_s"]
    found = figures["ratios_of_ours"][DO_NOTHING]["per_s"]["median"]
    assert found == pytest.approx(expected)


def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path) -> None:
    require("redis-server")
    only = ("--only", LIMITS, DO_NOTHING)
    code, left = interrupted("precheck", signal.SIGINT, tmp_path, "warming up", *only)
    assert (code, left) == (130, [])


def test_a_peer_whose_program_is_missing_is_told_and_in_ci_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(installed, "SYSTEM", "")
    monkeypatch.setenv("CI", "true")
    out = ["--out", str(tmp_path / "out.json")]
    assert precheck.main(["--quick", "--only", DO_NOTHING, NGINX, *out]) == 1
    assert "nginx is not installed: `apt-get install nginx`" in capsys.readouterr().err
    monkeypatch.setenv("CI", "")
    assert precheck.main(["--quick", "--only", DO_NOTHING, NGINX, *out]) == 0
    printed = capsys.readouterr().out
    assert "missing: nginx limit_req" in printed
    assert "asked by asyncio: wrk is not installed: `apt-get install wrk`" in printed
    assert precheck.main(["--quick", "--only", NGINX, *out]) == 1
    assert "nothing could be measured" in capsys.readouterr().err


def test_packages_that_npm_cannot_fetch_are_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FLEXIBLE_PEER / name, tmp_path)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(ProgramError, match=r"ECONNREFUSED.*npm_config_registry.*--only"):
        install(tmp_path, print)
    assert not (tmp_path / "node_modules").exists()


def test_what_another_run_is_fetching_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # whoever did not wait would miss Node
    monkeypatch.setattr(installed, "SYSTEM", "")
    lock, done = tmp_path / "package-lock.json", tmp_path / "node_modules/.package-lock.json"
    lock.write_text("{}")
    with ThreadPoolExecutor() as pool, lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = pool.submit(install, tmp_path, print)
        assert not wait({waiting}, timeout=0.3).done
        done.parent.mkdir()
        done.write_text("{}")
        fcntl.flock(held, fcntl.LOCK_UN)
        assert waiting.result() == tmp_path


def test_a_lock_file_names_no_registry() -> None:
    locked = json.loads((FLEXIBLE_PEER / "package-lock.json").read_text())["packages"]
    assert len(locked) > 40
    assert all("resolved" not in one for one in locked.values())


def test_the_page_of_peers_tells_of_each_and_its_command_is_one() -> None:
    page = (ROOT / "docs" / "peers.md").read_text()
    assert "make bench-precheck" in page
    assert "\nbench-precheck:" in (ROOT / "Makefile").read_text()
    described = page.replace("`", "")
    for name in set(SUBJECTS) - {OURS}:
        peer = name.removesuffix(" + aiohttp").removesuffix(" aiohttp")
        assert f"| {peer} |" in described

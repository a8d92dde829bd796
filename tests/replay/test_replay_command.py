import asyncio
import gzip
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from server.replay.files import ReplayError
from server.replay.run import replay
from tests.replay.files import add, line, read, write

COMMAND = [str(Path(sys.executable).with_name("contact-quota")), "replay"]
cli = CliRunner()


def test_it_writes_the_results_and_prints_a_summary(tmp_path: Path) -> None:
    one = write(tmp_path / "one.ndjson", [add(f"c{n}", outcome="accepted") for n in range(6)])
    two = tmp_path / "two.ndjson.gz"
    write(tmp_path / "two", [add("x", "2026-11-23T04:00:00Z", "wang")])
    two.write_bytes(gzip.compress((tmp_path / "two").read_bytes()))
    out = tmp_path / "made" / "out"
    result = cli.invoke(app, ["replay", str(one), str(two), "--out", str(out), "--enforce"])
    assert result.exit_code == 0
    said = result.stdout.splitlines()
    assert said[0] == "12 events of 2 members in 1 enterprises"
    assert said[1] == "7 adds: 6 allowed, 1 denied (member_daily_cap 1)"
    assert said[2].startswith("1 events dropped: outcomes of denied adds, repeated events, ")
    assert said[-1] == f"Results: {out}"
    assert {path.name for path in out.iterdir()} == {
        "cases.ndjson",
        "decisions.ndjson",
        "flags.ndjson",
        "penalties.ndjson",
        "scores.ndjson",
    }
    assert len(read(out / "decisions.ndjson")) == 7
    assert len(read(out / "scores.ndjson")) == 2
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    path = write(tmp_path / "e.ndjson", [add("c"), line("contact.loved")])
    out = tmp_path / "out"
    result = cli.invoke(app, ["replay", str(path), "--out", str(out)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}:2: type: contact.loved is no event")
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path, out = write(tmp_path / "e.ndjson", [add("c")]), tmp_path / "out"
    out.touch()
    result = cli.invoke(app, ["replay", str(path), "--out", str(out)])
    assert result.exit_code == 1
    assert result.stderr == f"{out}: cannot be written: not a directory\n"
    assert sorted(tmp_path.iterdir()) == [path, out]


def test_a_bad_policy_is_named_as_by_policy_check(tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text("[quota]\nhandover_daily = -1\n")
    result = cli.invoke(app, ["replay", "e.ndjson", "--policy", str(policy)])
    assert result.exit_code == 1
    assert result.stderr == f"{policy}:2: quota.handover_daily: must be at least 0, not -1\n"


def test_an_earlier_result_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    good = write(tmp_path / "good.ndjson", [add("c")])
    bad = write(tmp_path / "bad.ndjson", [add("c"), {}])
    out = tmp_path / "out"
    asyncio.run(replay([good], out, enforce=True))
    (out / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(ReplayError):
        asyncio.run(replay([bad], out))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    asyncio.run(replay([good], out))
    made = {"cases.ndjson", "flags.ndjson", "penalties.ndjson", "scores.ndjson"}
    kept = {*made, "notes.txt"}
    assert {path.name for path in out.iterdir()} == kept


def test_observing_and_enforcing_at_once_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "e.ndjson", [add("c")])
    out = tmp_path / "out"
    command = ["replay", str(path), "--enforce", "--observe", "--out", str(out)]
    result = cli.invoke(app, command)
    assert result.exit_code == 2
    assert "--observe, --enforce: choose one" in result.stderr
    assert not out.exists()


def test_a_terminal_sees_a_bar_and_a_file_does_not(tmp_path: Path) -> None:
    path = write(tmp_path / "e.ndjson", [add("c")])
    command = [*COMMAND, str(path), "--out", str(tmp_path / "out")]
    plain = subprocess.run(command, capture_output=True, check=True)
    assert plain.stderr == b""
    ours, theirs = pty.openpty()
    subprocess.run(command, stderr=theirs, stdout=subprocess.DEVNULL, check=True)
    os.close(theirs)
    assert b"Replaying" in os.read(ours, 65_536)
    os.close(ours)

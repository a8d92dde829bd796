import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from server.replay import decision_lines
from server.replay.fields import OfEnterprise
from tests.replay.files import Replaying, add, read
from tests.worker.suspicion import touchy

PAGE = (Path(__file__).parents[2] / "docs" / "replay.md").read_text()
cli = CliRunner()


DECISIONS = re.findall(r"```json decisions\n(.*?)```", PAGE, re.DOTALL)[0]


@pytest.mark.parametrize("mode", ["--observe", "--enforce"])
def test_the_decisions_of_the_page_are_replayed(tmp_path: Path, mode: str) -> None:
    path, out = tmp_path / "events.ndjson", tmp_path / "out"
    path.write_text(DECISIONS)
    result = cli.invoke(app, ["replay", str(path), mode, "--out", str(out)])
    assert result.exit_code == 0, result.stderr
    assert "penalties: 2 imposed (track 1 1, track 3 1), 0 overturned, 1 holds" in result.stdout
    last = {line["id"]: line for line in read(out / "penalties.ndjson")}
    assert {line["ends_at"] for line in last.values()} == {
        None,
        "2026-11-25T01:00:00Z",
        "2026-11-28T05:00:00Z",
    }
    row = next(line for line in PAGE.splitlines() if line.startswith("| `penalties.ndjson`"))
    assert all(re.search(rf"\b{name}\b", row) for line in last.values() for name in line)


def test_the_page_lists_every_field_of_a_line_of_decisions() -> None:
    shapes = (decision_lines.ViolationReported, decision_lines.ViolationJudged)
    answers = (decision_lines.AppealDecided, decision_lines.ApplicationDecided)
    section = PAGE.partition("## Decisions")[2].partition("## Two modes")[0]
    named = set(re.findall(r"\w+", section))
    for shape in (*shapes, decision_lines.CaseDecided, *answers):
        told = {"hold", "automated", *OfEnterprise.__annotations__}  # of exports, and of all lines
        assert shape.__annotations__.keys() - told <= named, shape


@pytest.mark.parametrize("mode", ["--observe", "--enforce"])
def test_the_events_of_the_page_are_replayed(tmp_path: Path, mode: str) -> None:
    (events,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    path, out = tmp_path / "events.ndjson", tmp_path / "out"
    path.write_text(events)
    result = cli.invoke(app, ["replay", str(path), mode, "--out", str(out)])
    assert result.exit_code == 0, result.stderr
    (score,) = read(out / "scores.ndjson")
    assert (score["adds"], score["accepted"], score["blocked"]) == (2, 1, 1)


def test_the_page_lists_every_field_of_the_results(tmp_path: Path) -> None:
    (events,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    path, out = tmp_path / "events.ndjson", tmp_path / "out"
    path.write_text(events)
    cli.invoke(app, ["replay", str(path), "--enforce", "--out", str(out)])
    for name in ("scores.ndjson", "decisions.ndjson"):
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}`"))
        missing = [field for field in read(out / name)[0] if not re.search(rf"\b{field}\b", row)]
        assert missing == ["enterprise_id", "member_id"] * (name == "scores.ndjson")


def test_the_page_lists_every_field_of_flags_and_cases(run: Replaying) -> None:
    found = run([add("c", outcome="blocked")], policy=touchy())
    for name in ("flags.ndjson", "cases.ndjson"):
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}`"))
        named = re.findall(r"\w+", row.rpartition(": `")[2])
        assert named == list(read(found.out / name)[0])

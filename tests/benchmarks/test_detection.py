"""The command: a quick run, its files, and what it says where something is wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import detection
from benchmarks.detection_page import BEGIN, END
from benchmarks.detection_plots import PLOTS
from benchmarks.detection_tables import TABLES
from benchmarks.detection_work import spread

MARKED = f"# Page\n\nprose\n\n{BEGIN}\n\nold\n\n{END}\n\nmore prose\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("detection")
    (out / "page.md").write_text(MARKED)
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("REAL_DATA_SETS", raising=False)
        arguments = ["--quick", "--out", str(out / "found.json"), "--page", str(out / "page.md")]
        assert detection.main(arguments) == 0
    return out


@pytest.fixture(scope="module")
def results(made: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made / "found.json").read_text())
    return found


def test_a_quick_run_measures_every_part(results: dict[str, Any]) -> None:
    assert results["honest"] == 30
    assert {each["class"] for each in results["classes"]} >= {"sales", "blaster", "bot", "rotator"}
    assert [each["adds"] for each in results["first_adds"]] == [5, 10, 20, 50]
    assert [each["scenario"] for each in results["scenarios"]] == ["pool", "retaliation"]
    assert results["cost"]["patterns"] > 0
    assert results["cost"]["each"].keys() == {
        *(each["without"] for each in results["removed"] if each["without"]),
        "enterprise_negatives",
        "greeting_reuse",
    }
    assert 0 < results["cost"]["size"]["mean"] <= results["cost"]["size"]["max"]
    assert results["real"] is None


def test_found_and_false_fall_as_the_threshold_rises(results: dict[str, Any]) -> None:
    for kind in ("any", "enforceable"):
        for figure in ("found", "false"):
            shares = [each[kind][figure] for each in results["thresholds"]]
            assert shares == sorted(shares, reverse=True)
    assert results["thresholds"][0]["any"]["found"] > 0
    nats = [each["nats"] for each in results["thresholds"]]
    assert nats == sorted(nats)
    assert nats[0] == -3
    assert nats[-1] == 15


def test_the_page_has_every_table_and_plot_and_keeps_its_prose(
    made: Path, results: dict[str, Any]
) -> None:
    page = (made / "page.md").read_text()
    assert page.startswith(f"# Page\n\nprose\n\n{BEGIN}\n")
    assert page.endswith(f"{END}\n\nmore prose\n")
    assert "\n\nold\n\n" not in page
    tables = [make(results).title for make in TABLES]
    assert re.findall(r"^### (.+)$", page, re.MULTILINE)[2:] == tables
    assert "REAL_DATA_SETS named no directory" in page
    for name in re.findall(r"\]\((\S+\.png)\)", page):
        assert (made / name).read_bytes().startswith(b"\x89PNG")
    assert len(list((made / "images").iterdir())) == len(PLOTS)


def test_the_same_figures_make_the_same_page_and_plots(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text(MARKED)
    again = ["--from", str(made / "found.json"), "--page", str(tmp_path / "page.md")]
    assert detection.main(again) == 0
    assert (tmp_path / "page.md").read_bytes() == (made / "page.md").read_bytes()
    for image in (made / "images").iterdir():
        assert (tmp_path / "images" / image.name).read_bytes() == image.read_bytes()
    assert "Asked for and reached" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["no markers", BEGIN, f"{END}{BEGIN}", MARKED + MARKED])
def test_a_page_without_its_markers_stays_as_it_is(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    again = ["--from", str(made / "found.json"), "--page", str(page)]
    assert detection.main(again) == 1
    assert "page.md: must have <!-- measured: begin -->" in capsys.readouterr().err
    assert page.read_text() == text
    assert not (tmp_path / "images").exists()


def test_an_interrupt_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(detection, "run", interrupted)
    assert detection.main(["--quick", "--out", str(tmp_path / "found.json")]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--seeds", "one"], "'one' is not a list of seeds"),
        (["--members", "0"], "'0' is not a number from 1 on"),
    ],
)
def test_an_argument_of_a_wrong_form_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit):
        detection.main(arguments)
    assert told in capsys.readouterr().err


def test_a_policy_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[scoring.patterns.verdict]\nreview = 2.0\n")
    assert detection.main(["--quick", "--policy", str(path)]) == 1
    assert "mine.toml:2" in capsys.readouterr().err


@pytest.mark.parametrize("processes", [1, 2])
def test_jobs_come_back_in_their_order(processes: int) -> None:
    given = ["a", "bbb", "cc"]
    assert list(spread(len, given, processes, Console(quiet=True))) == [1, 3, 2]

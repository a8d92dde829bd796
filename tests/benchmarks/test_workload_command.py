import csv
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import workload
from benchmarks.workload import WorkloadError, make_plan
from benchmarks.workload_files import COLUMNS, write
from benchmarks.workload_parameters import defaults, load
from benchmarks.workload_traffic import generate
from tests.replay.files import read

SMALL = ["--members", "20", "--days", "2"]


def made(out: Path, *arguments: str) -> dict[str, bytes]:
    assert workload.main([str(out), *SMALL, *arguments]) == 0
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    one = made(tmp_path / "one", "--seed", "3")
    assert set(one) == {"events.ndjson", "labels.csv"}
    assert made(tmp_path / "two", "--seed", "3") == one
    assert made(tmp_path / "three", "--seed", "4")["events.ndjson"] != one["events.ndjson"]
    zipped = made(tmp_path / "four", "--seed", "3", "--gzip")
    assert made(tmp_path / "five", "--seed", "3", "--gzip") == zipped
    assert set(zipped) == {"events.ndjson.gz", "labels.csv"}


def test_it_runs_by_path_and_another_process_makes_the_same(tmp_path: Path) -> None:
    here = made(tmp_path / "here", "--seed", "3")
    command = [sys.executable, workload.__file__, str(tmp_path / "there"), *SMALL, "--seed", "3"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (tmp_path / "there" / "events.ndjson").read_bytes() == here["events.ndjson"]
    assert "lines of" in done.stdout
    assert done.stderr == ""


def test_labels_say_since_when_a_member_is_abusive(tmp_path: Path) -> None:
    made(tmp_path, "--abusers", "blaster=2,hijack=2,rotator=1")
    first: dict[str, str] = {}
    for line in read(tmp_path / "events.ndjson"):
        first.setdefault(line.get("member_id", ""), line["at"])
    rows = list(csv.DictReader((tmp_path / "labels.csv").read_text().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        assert (row["since"] == "") or (row["abusive"] == "true")
        if row["class"] == "blaster":
            assert row["since"] == first[row["member_id"]]
    assert sum(row["class"] == "rotator" for row in rows) == 10
    assert all(row["since"].endswith("16:00:00Z") for row in rows if row["class"] == "hijack")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--members", "2"], "members: at least 5 are needed"),
        (["--days", "0"], "days: at least 1 is needed"),
        (["--abusers", "sales=3"], "unknown class 'sales'; known: blaster"),
        (["--abusers", "11"], "a share lies between 0 and 10"),
        (["--classes", "/nowhere.toml"], "/nowhere.toml: cannot be read: No such file"),
    ],
)
def test_what_cannot_be_made_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert workload.main([str(tmp_path / "out"), *arguments]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_argument_of_a_wrong_form_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        workload.main([str(tmp_path), "--abusers", "many"])
    assert "neither a share such as 0.05 nor counts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[classes.sales]\naccept = 1.5\n", "classes.sales.accept: Input should be less"),
        ("[classes.sales]\naccept = 0.99\n", "are more than 1 together"),
        ("[classes.sales]\ncold = { pigeon = 1 }\n", "unknown way 'pigeon'"),
        ("[classes.sales]\nadds = 4\n", "classes.sales.adds: Extra inputs"),
        ("[abusers]\nsales = 4\n", "abusers.sales: classes.sales.abusive is not true"),
        ("[abusers]\nghost = 4\n", "unknown class 'ghost'"),
        ('[classes.new]\nlike = "ghost"\n', "no such class: 'ghost'"),
        ("[classes", "is not TOML"),
    ],
)
def test_a_file_with_a_mistake_is_told_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "classes.toml"
    path.write_text(text)
    with pytest.raises(WorkloadError, match=r"classes\.toml: ") as raised:
        load(path)
    assert told in str(raised.value)


def test_a_file_is_laid_over_the_defaults_key_by_key_and_ways_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "classes.toml"
    path.write_text(
        "[classes.sales]\nadds_a_day = 5\ncold = { unknown = 1 }\n"
        '[classes.spammer]\nlike = "blaster"\nblock = 0.2\n[abusers]\nspammer = 4\n'
    )
    found, usual = load(path), defaults()
    assert found.classes["sales"].adds_a_day == 5
    assert found.classes["sales"].cold == {"unknown": 1}
    assert found.classes["sales"].accept == usual.classes["sales"].accept
    assert found.classes["spammer"].complain == usual.classes["blaster"].complain
    assert found.abusers == {**usual.abusers, "spammer": 4}
    assert found.warm == usual.warm


def test_a_run_that_fails_leaves_earlier_files_and_no_drafts(tmp_path: Path) -> None:
    before = made(tmp_path, "--seed", "3")

    def failing() -> object:
        yield next(generate(make_plan(members=20, days=2), 1))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(failing(), tmp_path)  # type: ignore[arg-type]
    assert {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())} == before

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.real_data import Organisation, college, convert, market, outcome
from server.replay.files import Raw
from server.replay.reading import Reader, replay_hasher
from tests.replay.files import Run, read

DATA = os.environ.get("REAL_DATA_SETS")
needs_data = pytest.mark.skipif(
    DATA is None or not Path(DATA).is_dir(),
    reason="REAL_DATA_SETS names no directory with the data sets of docs/real-data.md",
)


def people(**more: Any) -> Organisation:
    return Organisation("x", "UTC", **more)


def brief(lines: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (each["type"], each["member_id"], each["target_id"])
        for each in lines
        if "target_id" in each
    ]


def test_the_first_message_is_an_add_and_an_answer_within_a_week_accepts_it() -> None:
    week = 7 * 86_400
    messages = ["1 2 0", "1 2 5", f"2 1 {week}", "1 2 9", "3 4 0", f"4 3 {week + 1}", "2 3 9"]
    assert brief(list(college(messages, people()))) == [
        ("add.requested", "m1", "c2"),
        ("contact.accepted", "m1", "c2"),
        ("add.requested", "m3", "c4"),
        ("add.requested", "m2", "c3"),
    ]


def test_an_answer_that_came_too_late_is_not_made_good_by_a_later_message() -> None:
    messages = ["1 2 0", f"2 1 {8 * 86_400}", f"2 1 {8 * 86_400 + 1}"]
    assert brief(list(college(messages, people()))) == [("add.requested", "m1", "c2")]


@pytest.mark.parametrize(
    ("weight", "stands_for"),
    [
        (10, "accepted"),
        (1, "accepted"),
        (-1, "deleted"),
        (-3, "deleted"),
        (-4, "blocked"),
        (-9, "blocked"),
        (-10, "complained"),
    ],
)
def test_a_rating_is_an_outcome(weight: int, stands_for: str) -> None:
    assert outcome(weight) == stands_for


def test_who_rates_is_the_contact_and_who_is_rated_the_member() -> None:
    lines = list(market(["Source,Target,Weight,Timestamp", "7,8,-10,60"], people()))
    assert brief(lines) == [("add.requested", "m8", "c7")]
    assert lines[1]["outcome"] == "complained"
    assert lines[1]["at"] == "1970-01-01T00:01:00Z"


def test_members_spread_over_enterprises_that_are_described_first() -> None:
    lines = list(college(["1 2 0", "2 3 1", "3 4 2"], people(enterprises=2)))
    assert [each["enterprise_id"] for each in lines] == ["x-1", "x-1", "x-0", "x-0", "x-1"]
    assert [each["type"] == "enterprise.updated" for each in lines] == [True, False] * 2 + [False]


def test_every_line_is_one_that_a_replay_takes(tmp_path: Path) -> None:
    source, target = tmp_path / "messages.gz", tmp_path / "events.ndjson"
    source.write_bytes(gzip.compress(b"1 2 1082040961\n2 1 1082040999\n"))
    assert convert("collegemsg", source, target) == 3
    reader = Reader(replay_hasher())
    found = [
        reader.line(Raw("f", n, text.encode())).type
        for n, text in enumerate(target.read_text().splitlines())
    ]
    assert found == ["enterprise.updated", "add.requested", "contact.accepted"]


WHOLE = [
    ("collegemsg", "collegemsg.txt.gz", 13_838, (0, 0, 0)),
    ("bitcoin-otc", "bitcoin_otc.csv.gz", 35_592, (87, 113, 65)),
]
"""Name, file, adds; accounts with a flag, members with a case, those enforced."""


@needs_data
@pytest.mark.parametrize(("name", "file", "adds", "found"), WHOLE)
def test_the_whole_data_sets_come_to_what_the_page_says(
    tmp_path: Path, name: str, file: str, adds: int, found: tuple[int, int, int]
) -> None:
    source = tmp_path / "data.ndjson"
    convert(name, Path(DATA or "") / file, source)
    run = Run(tmp_path, read(source))
    assert run.summary.tally.adds == run.summary.tally.allowed == adds
    cases = [case for case in run.cases if case["member_id"] is not None]
    members = {case["member_id"] for case in cases}
    enforced = {case["member_id"] for case in cases if case["verdict"] == "enforce"}
    assert (len(run.summary.tally.flagged), len(members), len(enforced)) == found
    assert any(score["complained"] for score in run.scores.values()) is (found[0] > 0)

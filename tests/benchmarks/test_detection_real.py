import gzip
import os
from pathlib import Path

import pytest

from benchmarks.detection_real import (
    COLLEGE,
    REDDIT,
    VARIABLE,
    college,
    college_jobs,
    directory,
    measure_college,
    reddit,
)
from server.policy import default_policy
from tests.benchmarks.test_real_data import needs_data

POLICY = default_policy().scoring
PATTERNS = POLICY.patterns


def test_without_data_nothing_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert directory() is None
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    assert directory() is None
    assert college_jobs(tmp_path, 2, POLICY) == []
    assert reddit(tmp_path, PATTERNS) is None
    assert college([]) is None


def test_abusers_come_among_the_people(tmp_path: Path) -> None:
    messages = [f"{n} {n + 1} {1_082_040_961 + n * 9_000}\n" for n in range(60)]
    (tmp_path / COLLEGE).write_bytes(gzip.compress("".join(messages).encode()))
    found = college(map(measure_college, college_jobs(tmp_path, 1, POLICY)))
    assert found is not None
    assert found["classes"]["people"]["members"] == 60
    assert found["classes"]["people"]["enforce"]["count"] == 0
    assert found["classes"]["blaster"]["members"] == 1
    assert found["classes"]["blaster"]["adds_made"] > 100
    assert found["classes"]["slow_drip"]["adds_made"] > 50


def test_a_clock_is_told_from_a_person(tmp_path: Path) -> None:
    rows = ["user_id,is_bot,timestamp_s\n"]
    rows += [f"1,1,{1_400_000_000 + 300 * n}\n" for n in range(40)]
    rows += [f"2,0,{1_400_000_000 + 97 * n * n}\n" for n in range(40)]
    (tmp_path / REDDIT).write_bytes(gzip.compress("".join(rows).encode()))
    found = reddit(tmp_path, PATTERNS)
    assert found is not None
    assert found["bots"]["flagged"] == 1
    assert found["bots"]["events_until_flag"][0] == PATTERNS.machine_timing.threshold + 1
    assert found["people"]["flagged"] == 0
    assert found["people"]["highest"] < PATTERNS.machine_timing.threshold


@needs_data
def test_half_of_the_real_bots_are_found_and_no_person() -> None:
    found = reddit(Path(os.environ[VARIABLE]), PATTERNS)
    assert found is not None
    assert (found["bots"]["accounts"], found["people"]["accounts"]) == (17, 462)
    assert found["bots"]["flagged"] >= 9
    assert found["people"]["flagged"] == 0

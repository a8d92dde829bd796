"""docs/patterns.md says what there is, and its commands are ones."""

import re
from pathlib import Path

from benchmarks import detection
from benchmarks.detection_page import BEGIN, END
from benchmarks.detection_scenarios import SPREADS
from benchmarks.workload_parameters import defaults
from benchmarks.workload_stress import STRESSES
from server.policy import default_policy

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "patterns.md").read_text()
PROSE = PAGE[: PAGE.index(BEGIN)]


def test_the_page_has_a_place_for_what_was_measured() -> None:
    assert PAGE.count(BEGIN) == PAGE.count(END) == 1


def test_its_commands_are_ones() -> None:
    commands = re.findall(r"^python benchmarks/detection\.py (.+)$", PROSE, re.MULTILINE)
    assert len(commands) == 2
    given = [detection._parser().parse_args(command.split()) for command in commands]
    assert given[0].out == given[1].results
    assert given[1].page == Path("docs/patterns.md")
    assert "bench-detection:" in (ROOT / "Makefile").read_text()


def test_it_tells_every_pattern_with_its_mode() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (\w+) \|$", PROSE, re.MULTILINE))
    patterns = default_policy().scoring.patterns
    names = set(type(patterns).model_fields) - {"verdict"}
    assert rows == {name: getattr(patterns, name).mode for name in names}


def test_it_tells_every_class_of_abusers_and_every_stress() -> None:
    for name in defaults().abusers:
        assert f"| {name.replace('_', ' ')} |" in PROSE
    plain = " ".join(PROSE.lower().split())
    for name in (*STRESSES, *SPREADS):
        words = name.split("_")
        assert " ".join(words) in plain or all(word in plain for word in words)


def test_its_pictures_are_there() -> None:
    for name in re.findall(r"\]\((images/\S+)\)", PAGE):
        assert (ROOT / "docs" / name).is_file()

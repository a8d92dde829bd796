"""The page on adding a pattern: its example is a pattern, and what it names is there."""

import re
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from scoring import patterns, verdict
from scoring.patterns import recent
from scoring.patterns.shape import Attempt
from scoring.views import new_member

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/adding-a-pattern.md").read_text()


def _example() -> Any:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    module = ModuleType("rush")
    exec(compile(code, "docs/adding-a-pattern.md", "exec"), module.__dict__)  # noqa: S102
    return module


def test_the_example_fires_and_begins_anew() -> None:
    rush, view = _example(), new_member(1)
    policy = SimpleNamespace(rush=SimpleNamespace(mode="shadow", within_s=2.0, threshold=3))
    fired = []
    for at_ms in (0, 1_000, 2_500, 9_000, 10_000, 11_000, 12_000, 13_000):
        attempt = Attempt(at_ms + 60_000, 20_000, f"d{at_ms}", "c", "ok")
        recent.note_add(attempt, view)
        fired.append(rush.observe(attempt, view, policy))
    (signal,) = filter(None, fired)
    assert fired.index(signal) == 6
    assert (signal.pattern, signal.mode, signal.statistic) == ("rush", "shadow", 3)
    assert signal.evidence[0] == "3 adds in a row came within 2 s of the one before"
    assert signal.events == ("d10000", "d11000", "d12000")


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:scoring|server|tests)/[\w/.]+)`", PAGE)))
)
def test_files_that_it_names_are_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_tables_that_it_names_are_there() -> None:
    named = set(re.findall(r"`(OF_[A-Z_]+)`", PAGE))
    assert named == {name for name in vars(patterns) if name.startswith("OF_")}
    assert "`WEIGHED`" in PAGE
    assert verdict.WEIGHED

"""What the tests of a whole replay share."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.replay.files import Line, Replaying, Run


@pytest.fixture
def run(tmp_path: Path) -> Replaying:
    """Replays lines, each time in a directory of its own."""
    numbers = count()

    def started(lines: Iterable[Line], **more: Any) -> Run:
        place = tmp_path / str(next(numbers))
        place.mkdir()
        return Run(place, lines, **more)

    return started

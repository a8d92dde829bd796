"""What a replay writes: NDJSON files that appear together at the end, or not at all."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DECISIONS, FLAGS, SCORES = "decisions.ndjson", "flags.ndjson", "scores.ndjson"
CASES, PENALTIES = "cases.ndjson", "penalties.ndjson"


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """A temporary directory beside `out`, gone at the end whatever happens."""
    parent = out.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=parent) as directory:
        yield Path(directory)


def publish(made: Path, out: Path) -> None:
    """Moves the files in `made` to `out` by renaming: all at once where `out` is new.

    Of an earlier replay's results those that this one does not have are removed; other files stay.
    """
    if not out.exists():
        made.rename(out)
        return
    for name in (DECISIONS, FLAGS, CASES, PENALTIES, SCORES):
        if (made / name).exists():
            (made / name).replace(out / name)
        else:
            (out / name).unlink(missing_ok=True)


class LinesFile:
    """A file of JSON objects, one a line."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, line: Mapping[str, Any]) -> None:
        """Appends one object."""
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

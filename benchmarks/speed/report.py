"""Tables of figures for a person, and the same figures as JSON."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.speed.machine import Machine
from benchmarks.speed.rounds import Ratio, median, spread

RESULTS = Path("benchmarks-results")
"""Where figures go unless told otherwise; git ignores it."""
WIDTH = 140


def console() -> Console:
    """Where tables go; wide enough for them where it is no terminal, whose width is its own."""
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH)


def shown(values: Sequence[float], digits: int = 0) -> str:
    """The median, and how far the rounds lie apart: "8,120 ±4 %" is a spread of 8 %."""
    return f"{median(values):,.{digits}f} ±{spread(values) * 50:.0f} %"


def shown_ratio(one: Ratio, digits: int = 2) -> str:
    """A ratio with its range: "1.43 (1.38–1.51)"."""
    return f"{one.median:.{digits}f} ({one.low:.{digits}f}–{one.high:.{digits}f})"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table whose first column says what, the others figures."""
    made = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        made.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        made.add_row(*row)
    return made


def present(
    tables: Sequence[Table], measured: Machine, notes: Sequence[str] = (), *, console: Console
) -> None:
    """Prints tables, what to know about them, and the machine."""
    for one in tables:
        console.print(one)
    for note in notes:
        console.print(f"· {note}", highlight=False)
    console.print(f"· {measured.line()}", highlight=False)


def write(out: Path | None, name: str, figures: Mapping[str, Any], measured: Machine) -> Path:
    """Writes the figures with where they come from; returns the file.

    By default that is `RESULTS`/name.json. Dataclasses among the figures become objects. Raises
    OSError where it cannot be written.
    """
    path = out or RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {
        "benchmark": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "machine": asdict(measured),
        "figures": figures,
    }
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False, default=_plain) + "\n")
    return path


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{value!r} is no figure")

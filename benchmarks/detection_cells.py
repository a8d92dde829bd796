"""Tables whose cells are text, and how figures are written in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NONE = "–"
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Table:
    """Cells as text; the first column is words, the others are figures."""

    title: str
    columns: Sequence[str]
    rows: Rows
    note: str = ""


def share(value: float | None) -> str:
    """A share with three decimals, small ones with as many as they need: `.934`, `.00025`."""
    if value is None:
        return NONE
    digits = 3 if value >= 0.01 or value == 0 else 5
    return f"{value:.{digits}f}".removeprefix("0") if value < 1 else f"{value:.3f}"


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands apart."""
    return NONE if value is None else f"{value:,.{digits}f}"


def pair(values: Sequence[float | None]) -> str:
    """A median with the 90th percentile."""
    return f"{number(values[0])} · {number(values[1])}"


def counted(figures: Mapping[str, Any]) -> str:
    """The share that is false, and how many members that are."""
    return f"{share(figures['false'])} ({figures['false_count']})"


def said(name: str) -> str:
    """A name as a word of a table."""
    return name.replace("_", " ")


def markdown(table: Table) -> str:
    """A table of a page, under its title."""
    head = [f"| {' | '.join(table.columns)} |", "|---" + "|---:" * (len(table.columns) - 1) + "|"]
    rows = [f"| {' | '.join(row)} |" for row in table.rows]
    parts = [f"### {table.title}", "\n".join([*head, *rows]) if rows else "", table.note]
    return "\n\n".join(filter(None, parts))

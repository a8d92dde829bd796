"""Tables of the documentation, as tests read them."""

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def table(page: str, first_column: str) -> dict[str, dict[str, str]]:
    """Rows by their first cell: column to cell."""
    lines = (DOCS / page).read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first_column} |"))
    columns = _cells(lines[start])
    rows: dict[str, dict[str, str]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        cells = _cells(line)
        rows[cells[0]] = dict(zip(columns[1:], cells[1:], strict=True))
    return rows


def shell_blocks(page: str) -> list[str]:
    """The commands marked to be run, in order."""
    blocks: list[str] = []
    lines: list[str] | None = None
    for line in (DOCS / page).read_text().splitlines():
        if line == "```sh curl":
            lines = []
        elif line == "```" and lines is not None:
            blocks.append("\n".join(lines))
            lines = None
        elif lines is not None:
            lines.append(line)
    return blocks


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]

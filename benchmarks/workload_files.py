"""Files of made-up traffic: a replay's events, and labels that say who is abusive since when."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from benchmarks.workload_plan import Label
from benchmarks.workload_traffic import Enterprise
from server.http.fields import instant

Row = tuple[str, str, str, str, str, str, str]
COLUMNS = ("enterprise_id", "enterprise_kind", "member_id", "class", "abusive", "since", "note")
_encoded = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass
class Written:
    """What was written: members and adds by class, and lines in all."""

    lines: int = 0
    enterprises: int = 0
    members: Counter[str] = field(default_factory=Counter)
    adds: Counter[str] = field(default_factory=Counter)


def write(enterprises: Iterable[Enterprise], out: Path, *, zipped: bool = False) -> Written:
    """Writes events and labels under `out`; both appear at the end, together."""
    out.mkdir(parents=True, exist_ok=True)
    events = out / ("events.ndjson.gz" if zipped else "events.ndjson")
    drafts = {events: out / "events.part", out / "labels.csv": out / "labels.part"}
    written = Written()
    try:
        with (
            _opened(drafts[events], zipped) as lines,
            _opened(out / "labels.part", zipped=False) as labels,
        ):
            rows = csv.writer(labels, lineterminator="\n")
            rows.writerow(COLUMNS)
            for enterprise in enterprises:
                rows.writerows(_enterprise(enterprise, lines, written))
        for path, draft in drafts.items():
            draft.replace(path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return written


@contextmanager
def _opened(path: Path, zipped: bool) -> Iterator[TextIO]:
    """A text file; a compressed one tells neither its name nor its time, to be the same again."""
    if not zipped:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, encoding="utf-8", newline="\n") as file,
    ):
        yield file


def _enterprise(enterprise: Enterprise, file: TextIO, written: Written) -> list[Row]:
    """Writes an enterprise's lines; the rows of its labels."""
    first: dict[str, str] = {}
    adds: Counter[str] = Counter()
    for line in enterprise.lines:
        file.write(_encoded(line) + "\n")
        written.lines += 1
        member = line.get("member_id")
        if member is not None:
            first.setdefault(member, line["at"])
            adds[member] += line["type"] == "add.requested"
    written.enterprises += 1
    for label in enterprise.labels:
        written.members[label.class_name] += 1
        written.adds[label.class_name] += adds[label.member_id]
    return [_row(enterprise, label, first.get(label.member_id, "")) for label in enterprise.labels]


def _row(enterprise: Enterprise, label: Label, first: str) -> Row:
    """`since` is the hijack's instant, or the first event of a member who was abusive always."""
    since = first if label.since_ms is None else instant(label.since_ms)
    abusive = "true" if label.abusive else "false"
    account = (enterprise.enterprise_id, enterprise.kind, label.member_id)
    return (*account, label.class_name, abusive, since if label.abusive else "", label.note)

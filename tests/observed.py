"""The metrics there are, as the registry of this process has them, and as docs/metrics.md says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prometheus_client import REGISTRY

from server import cli, wiring
from tests.http.tables import DOCS, table

LOADED = (cli, wiring)
"""Importing these makes every metric there is."""
OPEN_ENDED = frozenset({"version"})
"""Labels whose values are bounded, but known to nobody beforehand."""
_QUOTED = re.compile(r"`([^`]+)`")
_PARTS = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "gauge": ("",),
}


@dataclass(frozen=True)
class Metric:
    """One metric; `values` are those that its labels have."""

    type: str
    values: dict[str, frozenset[str]]

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(self.values)


def registered() -> dict[str, Metric]:
    """What the registry has, by name; of a histogram without `le`."""
    found = {}
    for family in REGISTRY.collect():
        if not family.name.startswith("contact_quota_"):
            continue
        values: dict[str, set[str]] = {}
        for sample in family.samples:
            for label, value in sample.labels.items():
                if label != "le":
                    values.setdefault(label, set()).add(value)
        name = f"{family.name}_total" if family.type == "counter" else family.name
        frozen = {label: frozenset(some) for label, some in values.items()}
        found[name] = Metric(family.type, frozen)
    return found


def documented() -> dict[str, Metric]:
    """What the page says there is."""
    rows = table("metrics.md", "metric")
    values = _documented_values()
    found = {}
    for cell, row in rows.items():
        (name,) = _QUOTED.findall(cell)
        labels = _QUOTED.findall(row["labels"])
        found[name] = Metric(row["type"], {label: values[name, label] for label in labels})
    return found


def _documented_values() -> dict[tuple[str, str], frozenset[str]]:
    """By metric and label; the table of labels has a row for those that share their values."""
    found = {("contact_quota_build_info", "version"): frozenset[str]()}
    for names, label, values in _rows_of_labels():
        for name in names:
            found[name, label] = values
    return found


def _rows_of_labels() -> list[tuple[list[str], str, frozenset[str]]]:
    lines = (DOCS / "metrics.md").read_text().splitlines()
    start = lines.index("| metric | label | values |")
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        names, label, values = line.strip("|").split("|")
        rows.append(
            (_QUOTED.findall(names), _QUOTED.findall(label)[0], frozenset(_QUOTED.findall(values)))
        )
    return rows


def series(metrics: dict[str, Metric]) -> dict[str, dict[str, frozenset[str]]]:
    """Labels with their values by the names that PromQL reads; `le` has any value."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for name, metric in metrics.items():
        stem = name.removesuffix("_total") if metric.type == "counter" else name
        for part in _PARTS[metric.type]:
            labels = dict(metric.values)
            if part == "_bucket":
                labels["le"] = frozenset()
            found[stem + part] = labels
    return found

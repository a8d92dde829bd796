"""What an expression of PromQL reads: its series with their matchers, and the labels it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import promql_parser

_PARTS = ("expr", "lhs", "rhs", "args", "vector_selector", "param")
_GRAFANA = {"$__rate_interval": "5m", "$__range": "6h"}


@dataclass(frozen=True)
class Matcher:
    """A label with what it must be; `is_regex`: the value is a pattern."""

    label: str
    value: str
    is_regex: bool


@dataclass
class Read:
    """What an expression reads. `named`: labels that it groups or matches by."""

    series: list[tuple[str, tuple[Matcher, ...]]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)


def read(expression: str) -> Read:
    """Parses it; variables of Grafana stand for something."""
    for variable, value in _GRAFANA.items():
        expression = expression.replace(variable, value)
    found = Read()
    for node in _walk(promql_parser.parse(expression)):
        if isinstance(node, promql_parser.VectorSelector):
            found.series.append((str(node.name), tuple(map(_matcher, node.matchers.matchers))))
        elif isinstance(node, promql_parser.AggregateExpr) and node.modifier is not None:
            found.grouped |= set(node.modifier.labels)
        elif isinstance(node, promql_parser.BinaryExpr) and node.modifier is not None:
            matching = node.modifier.matching
            found.named |= set(matching.labels if matching else ())
            found.named |= set(node.modifier.group_labels or ())
    found.named |= found.grouped
    return found


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for part in _PARTS:
        below = getattr(node, part, None)
        for one in below if isinstance(below, list) else [below]:
            if one is not None:
                yield from _walk(one)


def _matcher(found: Any) -> Matcher:
    is_regex = found.op in (promql_parser.MatchOp.Re, promql_parser.MatchOp.NotRe)
    return Matcher(found.name, found.value, is_regex)

"""What enforcement came to in a period, as counts; `transparency` reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imposed:
    """How many penalties, or holds, of one sort were imposed."""

    track: int
    type: str
    scope: str
    source: str
    automated: bool
    is_hold: bool
    count: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How many penalties and holds one sort of decision ended, shortened or undid."""

    penalties: int = 0
    holds: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """Violations of one type and source; `counts` has `reported` and `VIOLATION_CHANGES`."""

    track: int
    type: str
    source: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases by what opened them; `counts` has `opened` and `CASE_DECISIONS`."""

    patterns: Mapping[str, int]
    reports: Mapping[str, int]
    median_ms: float | None


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of one kind; `closed` has a count for each state that ends one.

    `median_ms` and `beyond_target` are of those that a reviewer answered.
    """

    filed: int
    closed: Mapping[str, int]
    median_ms: float | None
    beyond_target: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """Enterprises that were blocked, of how many; `without`: members hit who did nothing."""

    enterprises: int
    of: int
    without: int


@dataclass(frozen=True, slots=True)
class Flagged:
    """How many flags one pattern raised in one mode."""

    pattern: str
    mode: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a period; `ended` by application, modification and overturn."""

    imposed: Sequence[Imposed]
    ended: Mapping[str, Ended]
    violations: Sequence[Judged]
    cases: Cases
    appeals: Requests
    applications: Requests
    blocked: Blocked
    flags: Sequence[Flagged]

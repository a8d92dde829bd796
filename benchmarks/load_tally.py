"""What callers saw of a run: latencies, answers, and which decisions let an add through."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, Self
from zlib import crc32

ALLOWED, WAITS = 200, 503


@dataclass(slots=True)
class Seen:
    """Answers as callers saw them, over any number of runs.

    `allowed` counts by account the adds that a decision let through, `fingerprint` sums these
    decisions' CRC-32, `reasons` counts decisions by reason, `statuses` every answer by status;
    `errors` are requests that got no answer.
    """

    allowed: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    fingerprint: int = 0
    errors: int = 0

    def answered(self, account: str, status: int, decision: bytes, reason: bytes) -> None:
        """Notes one answer; `decision` and `reason` are those of its headers, or empty."""
        self.statuses[str(status)] += 1
        if reason:
            self.reasons[reason.decode()] += 1
        if status == ALLOWED and decision:
            self.allowed[account] += 1
            self.fingerprint += crc32(decision)

    @property
    def answers(self) -> int:
        """Answers of any status."""
        return self.statuses.total()

    def add(self, other: Self) -> None:
        """Takes another run in."""
        self.allowed += other.allowed
        self.reasons += other.reasons
        self.statuses += other.statuses
        self.fingerprint += other.fingerprint
        self.errors += other.errors

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def told(cls, said: dict[str, Any]) -> Self:
        """One that came as JSON."""
        counters = {name: Counter(said[name]) for name in ("allowed", "reasons", "statuses")}
        return cls(fingerprint=said["fingerprint"], errors=said["errors"], **counters)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave; latencies in ms, from when a request was due to its whole answer.

    `late_p99_ms` is how late the generator itself was. `cpu_us` is its own CPU a request.
    """

    per_s: float
    requests: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    p999_ms: float
    late_p99_ms: float
    cpu_us: float
    seen: Seen

    def plain(self) -> dict[str, Any]:
        """Its figures without what was seen of each account, for JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "seen"}

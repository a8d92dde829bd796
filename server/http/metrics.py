"""What Prometheus reads. No label holds an id: the number of series is bounded."""

from __future__ import annotations

import collections
import os
from collections.abc import Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from quota.adds import Decision, Refusal

MULTIPROCESS_DIR = "PROMETHEUS_MULTIPROC_DIR"

DECISIONS = Counter("contact_quota_decisions_total", "Pre-checks by how they ended", ["reason"])
DECISION_SECONDS = Histogram(
    "contact_quota_decision_seconds",
    "Time a call of the ledger for a group of pre-checks took",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1),
)
EVENTS = Counter("contact_quota_events_total", "Events by what became of them", ["outcome"])


GROUP_SIZE = Histogram(
    "contact_quota_group_size",
    "Pre-checks that shared one call of the ledger",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)


def _ended(answer: object) -> str:
    if isinstance(answer, Decision):
        return "replayed" if answer.replayed else answer.reason
    return answer.code if isinstance(answer, Refusal) else "failed"


class Metrics:
    """Counts with the labels' children at hand: a lookup by label costs more than the count."""

    def __init__(self) -> None:
        self._reasons: dict[str, Counter] = {}

    def decided(self, answers: Sequence[object], seconds: float | None) -> None:
        """Counts decisions, refusals and failures that one call brought; None: refused without."""
        if seconds is not None:
            DECISION_SECONDS.observe(seconds)
            GROUP_SIZE.observe(len(answers))
        for ended, count in collections.Counter(map(_ended, answers)).items():
            self._reason(ended).inc(count)

    def _reason(self, reason: str) -> Counter:
        counter = self._reasons.get(reason)
        if counter is None:
            counter = self._reasons[reason] = DECISIONS.labels(reason)
        return counter


def exposition() -> tuple[bytes, str]:
    """All metrics as text, with its content type; sums over the processes that share a port."""
    if MULTIPROCESS_DIR not in os.environ:
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST

"""What Prometheus reads. No label holds an id: the number of series is bounded.

docs/metrics.md says what each means. Children whose labels are known beforehand are made here, at
0: a rate needs a value before the first event.
"""

from __future__ import annotations

import collections
import os
from bisect import bisect_left
from collections.abc import Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from quota.adds import Decision, Refusal
from quota.records import REASONS
from server.http.problems import KINDS

MULTIPROCESS_DIR = "PROMETHEUS_MULTIPROC_DIR"

REFUSALS = ("conflict", "new_accounts", "unknown_account", "unavailable")
ENDS = (*REASONS, "replayed", *REFUSALS, "failed")
"""How a pre-check ends: decided for a reason, decided before, refused, or by a failure."""
OTHER = "other"
STATUSES = (*map(str, KINDS), OTHER)
SUB_SECOND = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1)
MANY = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class GroupedHistogram(Histogram):
    """A histogram that takes what a group brought at once: one lock a bucket, not one each."""

    def observe_all(self, amounts: Sequence[float]) -> None:
        """Observes each of them."""
        counts = [0] * len(self._upper_bounds)
        for amount in amounts:
            counts[bisect_left(self._upper_bounds, amount)] += 1
        self._sum.inc(sum(amounts))
        for bucket, count in zip(self._buckets, counts, strict=True):
            if count:
                bucket.inc(count)


POLICY_VERSION = Gauge(
    "contact_quota_policy_version",
    "Version of the policy that decides",
    multiprocess_mode="livemax",
)
DECISIONS = Counter("contact_quota_decisions_total", "Pre-checks by how they ended", ["reason"])
PRECHECK_SECONDS = GroupedHistogram(
    "contact_quota_precheck_seconds",
    "Time a single pre-check waited for its answer, reading and writing HTTP left out",
    buckets=SUB_SECOND,
)
DECISION_SECONDS = Histogram(
    "contact_quota_decision_seconds",
    "Time a call of the ledger for a group of pre-checks took",
    buckets=SUB_SECOND,
)
GROUP_SIZE = Histogram(
    "contact_quota_group_size",
    "Pre-checks that shared one call of the ledger",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
BATCH_SIZE = Histogram(
    "contact_quota_precheck_batch_size", "Items of a POST /v1/precheck/batch", buckets=MANY
)
EVENTS = Counter("contact_quota_events_total", "Events by what became of them", ["outcome"])
EVENT_OUTCOMES = ("accepted", "duplicate")
EVENT_BATCH_SIZE = Histogram(
    "contact_quota_event_batch_size", "Events of a POST /v1/events", buckets=MANY
)
PROBLEMS = Counter(
    "contact_quota_http_problems_total",
    "Requests below /v1 that were answered with a problem, by its HTTP status",
    ["status"],
)
LIVE_STREAMS = Gauge(
    "contact_quota_live_streams",
    "Streams of `GET /v1/live` that are open",
    multiprocess_mode="livesum",
)
LIVE_STREAMS_LIMIT = Gauge(
    "contact_quota_live_streams_limit",
    "Streams of `GET /v1/live` that may be open at a time",
    multiprocess_mode="livesum",
)

_DECIDED = {ended: DECISIONS.labels(ended) for ended in ENDS}
_PROBLEMS = {status: PROBLEMS.labels(status) for status in STATUSES}
for _outcome in EVENT_OUTCOMES:
    EVENTS.labels(_outcome)


def problem_answered(asked: str, status: int) -> None:
    """Counts a problem; `asked` is method and path. What is no part of the API does not count."""
    if asked.partition(" ")[2].startswith("/v1/"):
        _PROBLEMS.get(str(status), _PROBLEMS[OTHER]).inc()


def _ended(answer: object) -> str:
    if isinstance(answer, Decision):
        return "replayed" if answer.replayed else answer.reason
    return answer.code if isinstance(answer, Refusal) else "failed"


class Metrics:
    """What the group commit tells, with the labels' children at hand: a lookup costs more."""

    def decided(self, answers: Sequence[object], seconds: float | None) -> None:
        """Counts decisions, refusals and failures that one call brought; None: refused without."""
        if seconds is not None:
            DECISION_SECONDS.observe(seconds)
            GROUP_SIZE.observe(len(answers))
        for ended, count in collections.Counter(map(_ended, answers)).items():
            _DECIDED[ended].inc(count)

    def waited(self, seconds: Sequence[float]) -> None:
        """Counts how long each of a group's single pre-checks waited."""
        PRECHECK_SECONDS.observe_all(seconds)


def exposition() -> tuple[bytes, str]:
    """All metrics as text, with its content type; sums over the processes that share a port."""
    if MULTIPROCESS_DIR not in os.environ:
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST

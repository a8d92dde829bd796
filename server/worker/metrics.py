"""What the worker tells Prometheus. No label holds an id: the number of series is bounded.

docs/metrics.md says what each means. The gauges of the whole installation are set by the process
whose worker holds shard 0 and are 0 in all others, so that their maximum is the figure.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import get_args

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from penalties.appeals import Kind
from penalties.cases import UNDECIDED, Level
from penalties.policy import BreakerLimit
from scoring.patterns.policy import Mode, Patterns
from server.enforcement import metrics as enforcement

PATTERNS = tuple(name for name in Patterns.model_fields if name != "verdict")
MODES: tuple[str, ...] = get_args(Mode)
LEVELS: tuple[str, ...] = get_args(Level)
LIMITS: tuple[str, ...] = get_args(BreakerLimit)
KINDS: tuple[str, ...] = get_args(Kind)
STORES = ("redis", "record")
CAP_STATES = ("near", "at")

BUILD = Gauge(
    "contact_quota_build_info",
    "1, with the version of the package that runs",
    ["version"],
    multiprocess_mode="livemax",
)
FOLDED = Counter("contact_quota_events_folded_total", "Events folded into views")
LAG_SECONDS = Gauge(
    "contact_quota_fold_lag_seconds",
    "Age of the newest event folded, when it was; of the shard that is farthest behind",
    multiprocess_mode="livemax",
)
BATCH_SECONDS = Histogram(
    "contact_quota_fold_batch_seconds",
    "Time from reading a batch of events to its caps being published",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SHARDS_HELD = Gauge(
    "contact_quota_shards_held", "Shards this worker holds a lease of", multiprocess_mode="livesum"
)
SHARDS = Gauge("contact_quota_shards", "Shards there are", multiprocess_mode="livemax")
SHARDS_CLOSED = Gauge(
    "contact_quota_shards_closed",
    "Shards that answer no pre-check, because they are being refilled or nobody does",
    multiprocess_mode="livemax",
)
LEASES_LOST = Counter("contact_quota_leases_lost_total", "Shards another worker took over")
STORE_UP = Gauge(
    "contact_quota_store_up",
    "Whether a store answered when it was last asked: 1, or 0 from the first failure on",
    ["store"],
    multiprocess_mode="livemin",
)
OUTAGES = Counter(
    "contact_quota_store_outages_total", "Times a process found a store away", ["store"]
)
HOLDS_EXPIRED = Counter("contact_quota_idle_holds_total", "Expired holds the worker came upon")
FAILURES = Counter("contact_quota_fold_failures_total", "Batches that failed by a mistake of ours")
FLAGS = Counter("contact_quota_flags_total", "Flags that patterns raised", ["pattern", "mode"])
CASES = Counter(
    "contact_quota_cases_opened_total", "Cases that patterns opened, by what they ask", ["verdict"]
)
HOLDS = Counter("contact_quota_case_holds_total", "Members whose active adds a case holds")
DEFERRED = Counter(
    "contact_quota_cases_deferred_total",
    "Times the circuit breaker made a case that was to be enforced ask for a review",
    ["limit"],
)

BACKLOG = Gauge(
    "contact_quota_fold_backlog_events",
    "Events that nobody has folded yet",
    multiprocess_mode="livemax",
)
OLDEST_SECONDS = Gauge(
    "contact_quota_fold_oldest_waiting_seconds",
    "Age of the oldest event that nobody has folded yet, 0 where there is none",
    multiprocess_mode="livemax",
)
ENTERPRISES_AT_CAP = Gauge(
    "contact_quota_enterprises_at_cap",
    "Enterprises with a fifth of today's active cap left (near), or nothing (at)",
    ["state"],
    multiprocess_mode="livemax",
)
MEMBERS_AT_CAP = Gauge(
    "contact_quota_members_at_cap",
    "Members with a fifth of today's active cap left (near), or nothing (at)",
    ["state"],
    multiprocess_mode="livemax",
)
CASES_OPEN = Gauge(
    "contact_quota_cases_open",
    "Cases that nobody has decided, by state",
    ["state"],
    multiprocess_mode="livemax",
)
CASES_OLDEST = Gauge(
    "contact_quota_cases_oldest_opened_timestamp_seconds",
    "When the oldest case that nobody has decided was opened, 0 where there is none",
    multiprocess_mode="livemax",
)
CASES_PUT_OFF = Gauge(
    "contact_quota_cases_put_off",
    "Open cases that were to be enforced and that the circuit breaker or a pause put off",
    multiprocess_mode="livemax",
)
PAUSED = Gauge(
    "contact_quota_enforcement_paused",
    "Whether somebody paused enforcement: 1, else 0",
    multiprocess_mode="livemax",
)
BINDING = Gauge(
    "contact_quota_penalties_binding",
    "Restrictions that bind now; hold: until somebody has decided",
    ["track", "scope", "hold"],
    multiprocess_mode="livemax",
)
WAITING = Gauge(
    "contact_quota_requests_waiting",
    "Appeals and applications that wait for a reviewer",
    ["kind"],
    multiprocess_mode="livemax",
)
OVERDUE = Gauge(
    "contact_quota_requests_overdue",
    "Those that should have been decided by now",
    ["kind"],
    multiprocess_mode="livemax",
)
REFRESHED = Gauge(
    "contact_quota_gauges_refreshed_timestamp_seconds",
    "When the gauges of the whole installation were last read from the stores",
    multiprocess_mode="livemax",
)

BUILD.labels(version("contact-quota")).set(1)
for _store in STORES:
    OUTAGES.labels(_store)
    STORE_UP.labels(_store).set(1)
for _pattern in PATTERNS:
    for _mode in MODES:
        FLAGS.labels(_pattern, _mode)
for _level in LEVELS:
    CASES.labels(_level)
for _limit in LIMITS:
    DEFERRED.labels(_limit)
for _state in CAP_STATES:
    ENTERPRISES_AT_CAP.labels(_state)
    MEMBERS_AT_CAP.labels(_state)
for _undecided in UNDECIDED:
    CASES_OPEN.labels(_undecided)
for _kind in KINDS:
    WAITING.labels(_kind)
    OVERDUE.labels(_kind)
for _track in enforcement.TRACKS:
    for _scope in enforcement.SCOPES:
        for _hold in enforcement.HOLDS:
            BINDING.labels(_track, _scope, _hold)

# Else a series beside each counter says when its process began.
disable_created_metrics()  # type: ignore[no-untyped-call]
_away: set[str] = set()


def store_away(store: str) -> None:
    """Somebody in this process did not reach a store; its outage counts once, whoever notices."""
    if store not in _away:
        _away.add(store)
        OUTAGES.labels(store).inc()
    STORE_UP.labels(store).set(0)


def store_back(store: str) -> None:
    """Somebody in this process reached a store."""
    _away.discard(store)
    STORE_UP.labels(store).set(1)

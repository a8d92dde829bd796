"""What the worker tells Prometheus. No label holds an id: the number of series is bounded."""

from prometheus_client import Counter, Gauge, Histogram

FOLDED = Counter("contact_quota_events_folded_total", "Events folded into views")
LAG_SECONDS = Gauge(
    "contact_quota_fold_lag_seconds",
    "Age of the newest event folded, when it was; of the shard that is farthest behind",
    multiprocess_mode="max",
)
BATCH_SECONDS = Histogram(
    "contact_quota_fold_batch_seconds",
    "Time from reading a batch of events to its caps being published",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SHARDS_HELD = Gauge(
    "contact_quota_shards_held", "Shards this worker holds a lease of", multiprocess_mode="livesum"
)
LEASES_LOST = Counter("contact_quota_leases_lost_total", "Shards another worker took over")
OUTAGES = Counter("contact_quota_worker_outages_total", "Times the worker found a store away")
HOLDS_EXPIRED = Counter("contact_quota_idle_holds_total", "Expired holds the worker came upon")
FAILURES = Counter("contact_quota_fold_failures_total", "Batches that failed by a mistake of ours")
FLAGS = Counter("contact_quota_flags_total", "Flags that patterns raised", ["pattern", "mode"])
CASES = Counter("contact_quota_cases_opened_total", "Cases by what they opened as", ["verdict"])
HOLDS = Counter("contact_quota_case_holds_total", "Members whose active adds a case holds")
DEFERRED = Counter(
    "contact_quota_cases_deferred_total",
    "Times the circuit breaker made a case that was to be enforced ask for a review",
    ["limit"],
)

"""What deliveries tell Prometheus. No label holds an id: the number of series is bounded."""

from prometheus_client import Counter, Gauge, Histogram

ATTEMPTS = Counter(
    "contact_quota_webhook_attempts_total",
    "Attempts to deliver a notice; dead: failed, and not tried again",
    ["outcome"],
)
OLDEST_SECONDS = Gauge(
    "contact_quota_webhook_oldest_waiting_seconds",
    "Age of the oldest notice that waits to be delivered, 0 where none does",
    multiprocess_mode="livemax",
)
ATTEMPT_SECONDS = Histogram(
    "contact_quota_webhook_attempt_seconds",
    "Time an attempt to deliver a notice took, failed ones among them",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
UNDELIVERED = Gauge(
    "contact_quota_webhook_deliveries",
    "Notices on their way to webhooks that wait, or were given up and not replayed",
    ["state"],
    multiprocess_mode="livemax",
)
UNDELIVERED_STATES = ("waiting", "dead")
OUTCOMES = ("delivered", "failed", "dead")

for outcome in OUTCOMES:
    ATTEMPTS.labels(outcome)
for state in UNDELIVERED_STATES:
    UNDELIVERED.labels(state)

"""What deliveries tell Prometheus. No label holds an id: the number of series is bounded."""

from prometheus_client import Counter, Gauge

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
OUTCOMES = ("delivered", "failed", "dead")

for outcome in OUTCOMES:
    ATTEMPTS.labels(outcome)

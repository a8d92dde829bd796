"""`RateLimit` headers (draft-ietf-httpapi-ratelimit-headers-10) and `Retry-After` of a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from quota.adds import WINDOW_S, Decision, LimitState

RETRY_AFTER: Mapping[str, Any] = {
    "description": "Whole seconds until asking again may help.",
    "schema": {"type": "integer", "minimum": 1},
}
HEADERS: Mapping[str, Any] = MappingProxyType(
    {
        "RateLimit-Policy": {
            "description": "By limit: its quota `q` in a window of `w` seconds "
            "(draft-ietf-httpapi-ratelimit-headers-10).",
            "schema": {"type": "string"},
            "example": '"member_daily_active";q=50;w=86400',
        },
        "RateLimit": {
            "description": "By limit: `r` left, all of it back in `t` seconds.",
            "schema": {"type": "string"},
            "example": '"member_daily_active";r=0;t=3600',
        },
        "Retry-After": {
            **RETRY_AFTER,
            "description": "On a denial that time cures: whole seconds until it does.",
        },
    }
)
"""What `headers` makes, as OpenAPI headers."""


def headers(decision: Decision, now_ms: int) -> dict[str, str]:
    """The headers that go with a decision; none of the limits where none was reached."""
    made: dict[str, str] = {}
    if decision.limits:
        said = tuple([(name, cap, window) for name, cap, _, window, _ in decision.limits])
        made["RateLimit-Policy"] = policy(said)
        made["RateLimit"] = remaining(decision.limits, now_ms)
    wait_s = retry_after_s(decision, now_ms)
    if wait_s is not None:
        made["Retry-After"] = str(wait_s)
    return made


@lru_cache(maxsize=4096)
def policy(limits: tuple[tuple[str, int, str], ...]) -> str:
    """A structured-field list: quota `q` within a window of `w` seconds, by name, cap and window.

    Remembered: most accounts have the caps of a tier.
    """
    return ", ".join([f'"{name}";q={cap};w={WINDOW_S[window]}' for name, cap, window in limits])


def remaining(limits: Sequence[LimitState], now_ms: int) -> str:
    """A structured-field list: `r` left, all of it back in `t` seconds, by limit."""
    return ", ".join(
        [
            f'"{name}";r={cap - used if cap > used else 0};'
            f"t={-((now_ms - resets_ms) // 1000) if resets_ms > now_ms else 0}"
            for name, cap, used, _, resets_ms in limits
        ]
    )


def retry_after_s(decision: Decision, now_ms: int) -> int | None:
    """Whole seconds until a denial may turn; None where time does not cure it.

    Never for a cool-down: its end would tell what the contact did (DOMAIN §2).
    """
    if decision.allowed or decision.retry_at_ms is None or decision.reason == "contact_cooldown":
        return None
    return max(1, seconds_until(decision.retry_at_ms, now_ms))


def seconds_until(at_ms: int, now_ms: int) -> int:
    """Whole seconds from now, rounded up, never below 0."""
    return max(0, -((now_ms - at_ms) // 1000))

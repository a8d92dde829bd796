"""When a delivery that failed is tried again, and when no more."""

from __future__ import annotations

DELAYS_S = (5, 30, 120, 600, 1_800, 3_600)
"""Seconds before the next attempt, after the first, second, … failure; the last stays."""
JITTER = 0.2
"""Each delay is up to this share longer or shorter: receivers that come back are not run over."""
MOST_ATTEMPTS = 30
MOST_AGE_MS = 24 * 3_600_000
"""How old a notice may become on its way."""
LEAST_ATTEMPTS = 5
"""So many are made, within a quarter of an hour, however old the notice is: it may have been
replayed, or have waited behind another one."""


def delay_ms(attempts: int, chance: float) -> int:
    """Milliseconds to wait after that many failures (1 or more); `chance` is random in 0–1."""
    delay_s = DELAYS_S[min(attempts, len(DELAYS_S)) - 1]
    return round(delay_s * 1000 * (1 + JITTER * (2 * chance - 1)))


def is_dead(attempts: int, age_ms: int) -> bool:
    """Whether a delivery that failed that often, of a notice that old, is not tried again."""
    too_old = age_ms >= MOST_AGE_MS and attempts >= LEAST_ATTEMPTS
    return too_old or attempts >= MOST_ATTEMPTS

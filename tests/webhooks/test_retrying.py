"""When failures are tried again."""

import pytest

from server.webhooks.retrying import (
    LEAST_ATTEMPTS,
    MOST_AGE_MS,
    MOST_ATTEMPTS,
    delay_ms,
    is_dead,
)

MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("attempts", "expected_ms"),
    [
        (1, 5_000),
        (2, 30_000),
        (3, 2 * MINUTE),
        (4, 10 * MINUTE),
        (5, 30 * MINUTE),
        (6, HOUR),
        (7, HOUR),
        (29, HOUR),
    ],
)
def test_the_delay_after_a_failure(attempts: int, expected_ms: int) -> None:
    assert delay_ms(attempts, 0.5) == expected_ms
    assert delay_ms(attempts, 0.0) == round(expected_ms * 0.8)
    assert delay_ms(attempts, 1.0) == round(expected_ms * 1.2)


def test_a_receiver_that_is_away_for_a_day_gets_it_after_all() -> None:
    at_ms, attempts = 0, 1
    while not is_dead(attempts, at_ms):
        at_ms += delay_ms(attempts, 0.5)
        attempts += 1
    assert MOST_AGE_MS <= at_ms < MOST_AGE_MS + HOUR
    assert attempts <= MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("attempts", "age_ms", "dead"),
    [
        (1, 0, False),
        (29, MOST_AGE_MS - 1, False),
        (30, 0, True),
        (LEAST_ATTEMPTS, MOST_AGE_MS, True),
        (LEAST_ATTEMPTS - 1, 90 * MOST_AGE_MS, False),
    ],
)
def test_when_a_delivery_is_dead(attempts: int, age_ms: int, dead: bool) -> None:
    assert is_dead(attempts, age_ms) is dead

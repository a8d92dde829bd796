"""The quota section: what is refused, and what the ledger takes from it."""

import pytest
from pydantic import ValidationError

from quota.policy import QuotaPolicy, Window, window
from tests.quota.rules import DEFAULTS, make_rules

VALUES = DEFAULTS.model_dump()


def test_the_defaults_are_valid_and_frozen() -> None:
    policy = QuotaPolicy.model_validate(VALUES)
    assert policy == DEFAULTS
    with pytest.raises(ValidationError, match="frozen"):
        policy.handover_daily = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("40/hour", Window(40, 3_600_000)),
        ("1/minute", Window(1, 60_000)),
        ("40 per 1 hour", Window(40, 3_600_000)),
        ("9 per 60 minutes", Window(9, 3_600_000)),
    ],
)
def test_a_rate_names_a_window(notation: str, expected: Window) -> None:
    assert window(notation) == expected
    assert expected.slot_ms * 12 == expected.window_ms


@pytest.mark.parametrize(
    "rate",
    [
        "",
        "40",
        "forty/hour",
        "40/fortnight",
        "40/day",
        "40/second",
        "40/2 hours",
        "0/hour",
        "65536/hour",
    ],
)
def test_other_rates_are_refused(rate: str) -> None:
    with pytest.raises(ValidationError, match="member_burst_active"):
        QuotaPolicy.model_validate({**VALUES, "member_burst_active": rate})


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/Asia/Shanghai", "Asia"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="default_time_zone"):
        QuotaPolicy.model_validate({**VALUES, "default_time_zone": zone})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("handover_daily", -1),
        ("handover_daily", 1.5),
        ("handover_daily", True),
        ("enterprise_burst_active", {"window": "day", "share": 0.01, "at_least": 30}),
        ("enterprise_burst_active", {"window": "minute", "share": 0, "at_least": 30}),
        ("enterprise_burst_active", {"window": "minute", "share": 0.01, "at_least": 0}),
        ("refunds", {"window_min": 0, "share": 0.2, "at_least": 3}),
        ("refunds", {"window_min": 10, "share": 1.2, "at_least": 3}),
        ("unknown_accounts", {"mode": "ask", "new_per_minute": 1000}),
        ("handover_dayly", 3),
    ],
)
def test_out_of_range_and_unknown_keys_are_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError, match=key):
        QuotaPolicy.model_validate({**VALUES, key: value})


def test_rules_say_the_windows_of_the_bursts() -> None:
    rules = make_rules(member_burst_active="7/minute")
    assert rules.windows == {
        "member_burst_active": "minute",
        "enterprise_burst_active": "minute",
        "member_burst_passive": "minute",
    }
    assert rules.bursts["member_burst_active"] == Window(7, 60_000)
    assert rules.bursts["enterprise_burst_active"] == Window(30, 60_000)

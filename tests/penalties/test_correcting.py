"""A strike was a mistake: later steps stand lower, and what was served counts."""

from dataclasses import replace

from penalties.imposing import restated
from penalties.penalty import Penalty
from penalties.tracks import HOUR_MS, corrected, step_length_ms
from server.policy import default_policy
from tests.penalties.build import penalty

POLICY = default_policy().penalties
EARLY_MS = 1_000 * HOUR_MS


def strike(step: int, start_h: int, **changed: object) -> Penalty:
    """A step of the ladder, as it was imposed; starts are hours of the test's time."""
    lasts_ms = step_length_ms(step, POLICY)
    starts_ms = EARLY_MS + start_h * HOUR_MS
    ends_ms = None if lasts_ms is None else starts_ms + lasts_ms
    given = {"step": step, "ordinal": step, "starts_ms": starts_ms, "ends_ms": ends_ms}
    return penalty(f"s{start_h}", **given | changed)


def ends_h(history: list[Penalty], gone: Penalty, now_h: int) -> dict[str, tuple[int, int | None]]:
    """By penalty: its step and its end in hours of the test's time."""
    now_ms = EARLY_MS + now_h * HOUR_MS
    return {
        one.penalty_id: (
            one.step,
            None if one.ends_ms is None else (one.ends_ms - EARLY_MS) // HOUR_MS,
        )
        for one in corrected(history, gone, POLICY, now_ms)
    }


def test_a_later_step_is_lowered_and_what_was_served_before_it_is_credited() -> None:
    first, second = strike(1, 0), strike(2, 24)
    assert ends_h([second], first, 30) == {"s24": (1, 72)}


def test_without_later_steps_nothing_is_corrected() -> None:
    assert ends_h([strike(1, 0)], strike(2, 100), 120) == {}
    assert ends_h([strike(2, 100)], penalty("no strike"), 120) == {}


def test_credit_is_not_used_up_by_a_step_that_is_over() -> None:
    """72 h and 168 h were served; of what stands, 72 h and 168 h are due."""
    first, second, third = strike(1, 0), strike(2, 100), strike(3, 300)
    assert ends_h([second, third], first, 310) == {"s100": (1, 268), "s300": (2, 310)}


def test_what_a_lower_step_lasted_too_long_is_credited_to_the_next() -> None:
    first, second, third = (
        strike(1, 0, lifted_ms=EARLY_MS + HOUR_MS),
        strike(2, 100),
        strike(3, 300),
    )
    # 1 h of the first and 96 h too many of the second: 168 − 97 are left, 10 of them served.
    assert ends_h([second, third], first, 310)["s300"] == (2, 300 + 168 - 97)


def test_what_was_served_was_served() -> None:
    first, second = strike(1, 0), strike(2, 100)
    assert ends_h([second], first, 200) == {"s100": (1, 200)}
    assert ends_h([second], first, 900) == {"s100": (1, 268)}
    lifted = replace(second, lifted_ms=second.starts_ms + 5 * HOUR_MS)
    assert ends_h([lifted], first, 900) == {"s100": (1, 172)}


def test_what_ran_at_the_same_time_was_served_once() -> None:
    first, second, third = strike(1, 0), strike(2, 10), strike(3, 20)
    assert ends_h([second, third], first, 30) == {"s10": (1, 72), "s20": (2, 178)}


def test_no_end_moves_to_a_later_time() -> None:
    first, second = strike(1, 0), strike(2, 72)
    milder = replace(second, ends_ms=second.starts_ms + HOUR_MS)
    assert ends_h([milder], first, 73) == {"s72": (1, 73)}


def test_a_fourth_strike_becomes_no_milder_than_the_third() -> None:
    first, second, third = strike(1, 0), strike(2, 100), strike(3, 300)
    fourth = strike(3, 400, ordinal=4)
    assert "s400" not in ends_h([second, third, fourth], first, 500)


def test_a_step_that_became_the_first_may_be_applied_against_and_says_so() -> None:
    first, second = strike(1, 0), strike(2, 24)
    (correction,) = corrected([second], first, POLICY, EARLY_MS + 30 * HOUR_MS)
    after = restated(second, correction, POLICY)
    assert (after.step, after.may_apply, second.step) == (1, True, 2)
    assert after.statement["clause"] == "§2.1, §2.2 (1)"
    assert "may apply once" in str(after.statement["redress"])

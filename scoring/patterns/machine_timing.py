"""Machine timing: gaps between active adds that are regular as no person's are (DOMAIN §5).

Of the last gaps between `least_s` and `most_s`, the larger of two counts:

- equal: those within `width_s`, or `width_share` of the least of them where that is more, of one
  another; shorter ones than `equal_from_s` only dilute, for people in a hurry are fast again and
  again, too.
- multiples: those that are whole multiples of one period, which is the last gap or the best period
  so far: a schedule with pauses.
"""

from typing import Any, NamedTuple

from scoring.patterns import recent
from scoring.patterns.policy import MachineTiming, Patterns
from scoring.patterns.shape import Attempt, Signal
from scoring.views import MemberView

NAME = "machine_timing"

_TENTH_MS = 100
"""Gaps and periods of a state are in tenths of a second."""


class Equal(NamedTuple):
    """How many gaps are equal, and the least and largest of them in tenths of a second."""

    number: int
    least: int
    largest: int


def begin() -> dict[str, Any]:
    """The state of an account without adds: `n` the statistic, `gaps` oldest first."""
    return {"n": 0, "last": 0, "gaps": [], "period": 0}


def observe(attempt: Attempt, view: MemberView, policy: Patterns) -> Signal | None:
    """Takes in one allowed add; a signal where enough gaps are regular."""
    if attempt.reason != "ok":
        return None
    numbers = policy.machine_timing
    state = view.patterns.get(NAME)
    if state is None:
        state = view.patterns[NAME] = begin()
    gap_ms = attempt.at_ms - state["last"]
    state["last"] = attempt.at_ms
    if not numbers.least_s * 1000 <= gap_ms <= numbers.most_s * 1000:
        return None
    _take_in(gap_ms // _TENTH_MS, state, numbers)
    if state["n"] < numbers.threshold:
        return None
    said, events = recent.adds(view)
    evidence = (in_words(state, numbers), *said)
    count, threshold = float(state["n"]), float(numbers.threshold)
    state.update(n=0, gaps=[], period=0)
    return Signal(NAME, numbers.mode, count, threshold, evidence, events)


def in_words(state: dict[str, Any], numbers: MachineTiming) -> str:
    """The statistic as a sentence."""
    gaps, period = state["gaps"], state["period"]
    equal = equal_gaps(gaps, numbers)
    if equal.number == state["n"]:
        said = f"lasted from {equal.least / 10:.1f} to {equal.largest / 10:.1f} s"
    else:
        slack = period * numbers.slack_share
        said = f"were whole multiples of {period / 10:.1f} s, to within {slack / 10:.1f} s"
    return f"{state['n']} of the last {len(gaps)} gaps between adds {said}"


def _take_in(gap: int, state: dict[str, Any], numbers: MachineTiming) -> None:
    """Counts anew, where that may come to anything: below the first evidence, `n` is 0."""
    gaps = state["gaps"] = [*state["gaps"], gap][-numbers.window :]
    least = min(numbers.evidence[0][0], numbers.threshold)
    if len(gaps) < least:
        return
    period = state["period"]
    best = on_multiples(gaps, period, numbers) if period else 0
    if numbers.period_from_s * 10 <= gap <= numbers.period_to_s * 10 and gap != period:
        count = on_multiples(gaps, gap, numbers)
        if count >= best:
            best, state["period"] = count, gap
    if state["n"] >= least or _near(gap, gaps, numbers) >= least:
        best = max(equal_gaps(gaps, numbers).number, best)
    state["n"] = best if best >= least else 0


def _near(gap: int, gaps: list[int], numbers: MachineTiming) -> int:
    """How many gaps are as near to this one as equal ones can be; no more are equal to it."""
    width = max(numbers.width_s * 10, gap * numbers.width_share)
    low, high = gap - width, gap + width
    return len([each for each in gaps if low <= each <= high])


def equal_gaps(gaps: list[int], numbers: MachineTiming) -> Equal:
    """The largest number of equal gaps."""
    ordered = sorted(gaps)
    least, width, share = numbers.equal_from_s * 10, numbers.width_s * 10, numbers.width_share
    count = start = 0
    for place, gap in enumerate(ordered):
        if gap < least:
            continue
        limit = gap + max(width, gap * share)
        while place + count < len(ordered) and ordered[place + count] <= limit:
            count += 1
            start = place
    if not count:
        return Equal(0, 0, 0)
    return Equal(count, ordered[start], ordered[start + count - 1])


def on_multiples(gaps: list[int], period: int, numbers: MachineTiming) -> int:
    """How many gaps are 1 to `multiples` times a period, to within `slack_share` of it."""
    slack = int(period * numbers.slack_share)
    twice, most = 2 * slack, numbers.multiples * period + 2 * slack
    return len(
        [gap for gap in gaps if (gap + slack) % period <= twice and period <= gap + slack <= most]
    )

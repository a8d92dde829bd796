"""When a member of made-up traffic adds: sessions of a person, or the run of a machine."""

from collections.abc import Iterator
from math import exp
from random import Random

from benchmarks.workload_habits import Habit
from benchmarks.workload_plan import DAY_MS, HOUR_MS

_BREAK_MS = 10 * 60_000


def times_of(habit: Habit, midnight_ms: int, count: int, draw: Random) -> Iterator[list[int]]:
    """The instants of a day's adds, a list for each session, in order and before midnight."""
    if habit.rates.machine is not None:
        return _run(habit, midnight_ms, count, draw)
    return _sessions(habit, midnight_ms, count, draw)


def _run(habit: Habit, midnight_ms: int, count: int, draw: Random) -> Iterator[list[int]]:
    first, last = (hour * HOUR_MS for hour in habit.rates.hours)
    last -= int(count * habit.interval_s * 1_000)
    at, times = midnight_ms + draw.uniform(first, max(first, last)), list[int]()
    while len(times) < count and at < midnight_ms + DAY_MS:
        times.append(int(at))
        at += 1_000 * max(1.0, habit.interval_s + draw.gauss(0, habit.jitter_s))
    yield times


def _sessions(habit: Habit, midnight_ms: int, count: int, draw: Random) -> Iterator[list[int]]:
    gap_mu, sigma, gauss = habit.gap_mu, habit.rates.gap_sigma, draw.gauss
    first_ms, last_ms = (hour * HOUR_MS for hour in habit.rates.hours)
    sessions = min(count, max(1, draw.randint(*habit.rates.sessions)))
    starts = sorted(draw.uniform(first_ms, last_ms) for _ in range(sessions))
    cuts = [0, *sorted(draw.randrange(count + 1) for _ in range(sessions - 1)), count]
    at, end = 0, midnight_ms + DAY_MS
    for place, start in enumerate(starts):
        at, times = max(at + _BREAK_MS, midnight_ms + int(start)), list[int]()
        for _ in range(cuts[place + 1] - cuts[place]):
            if at >= end:
                break
            times.append(at)
            at += 1 + int(1_000 * exp(gap_mu + sigma * gauss(0.0, 1.0)))
        if times:
            yield times

"""What the patterns cost: time for an event, as a difference of folds; bytes of what they keep."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import log
from random import Random
from time import process_time
from typing import Any
from unittest.mock import patch

from benchmarks.detection_events import Converter
from benchmarks.detection_measures import quantile
from benchmarks.detection_pass import CLEARED_EVERY
from benchmarks.detection_summary import Figures, Pool
from benchmarks.workload import generate, make_plan
from benchmarks.workload_plan import DAY_MS, HOUR_MS, START_MS
from scoring import judging, patterns
from scoring.events import Event
from scoring.fold import fold
from scoring.patterns import recent
from scoring.policy import ScoringPolicy
from scoring.views import MemberView
from scoring.working import Effects, Working

TABLES = ("OF_ANSWERS", "OF_COMPANY_ANSWERS", "OF_ATTEMPTS", "OF_SEARCHES")
_REPEATS = 3
_SEED = 11
_ABUSERS = {"blaster": 1, "slow_drip": 1, "enumerator": 1, "bot": 1}

Observers = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class _Kind:
    """A fold with these tables; `whole` keeps what patterns cite, `judged` calls for cases."""

    observers: Observers
    whole: bool = False
    judged: bool = False


def time_cost(policy: ScoringPolicy, members: int, days: int) -> Figures:
    """CPU time in µs for an event of made-up traffic, the least of three folds of each kind.

    `patterns`: folds with the real tables and judging, less folds with empty tables and none.
    `judging`: real tables with judging, less without. `each`: one pattern by itself, less none.
    """
    plan = make_plan(members=members, days=days, abusers=_ABUSERS)
    streams = [Converter().events(each.lines) for each in generate(plan, _SEED)]
    count, none = sum(map(len, streams)), dict.fromkeys(TABLES, ())
    real = {name: getattr(patterns, name) for name in TABLES}
    kinds = {
        "whole": _Kind(real, whole=True, judged=True),
        "unjudged": _Kind(real, whole=True),
        "none": _Kind(none),
    }
    for table, observers in real.items():
        for observer in observers:
            name = observer.__module__.rpartition(".")[2]
            kinds[name] = _Kind({**none, table: (observer,)})
    least_s = _least(streams, policy, kinds)
    us = {name: seconds / count * 1e6 for name, seconds in least_s.items()}
    base = us.pop("none")
    whole, unjudged = us.pop("whole"), us.pop("unjudged")
    return {
        "events": count,
        "fold": whole,
        "patterns": whole - base,
        "judging": whole - unjudged,
        "each": {name: each - base for name, each in us.items()},
    }


def _least(
    streams: Sequence[Sequence[Event]],
    policy: ScoringPolicy,
    kinds: Mapping[str, _Kind],
) -> dict[str, float]:
    """Kinds take turns, so that what else the machine does meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(_REPEATS):
        for name, kind in kinds.items():
            with _only(kind):
                found[name].append(_fold_all(streams, policy))
    return {name: min(seconds) for name, seconds in found.items()}


@contextmanager
def _only(kind: _Kind) -> Iterator[None]:
    """What does not belong to the kind does nothing meanwhile."""
    with ExitStack() as stack:
        for name, table in kind.observers.items():
            stack.enter_context(patch.object(patterns, name, table))
        if not kind.whole:
            stack.enter_context(patch.object(recent, "note_add", _nothing))
            stack.enter_context(patch.object(recent, "note_answer", _nothing))
        if not kind.judged:
            stack.enter_context(patch.object(judging, "judge", _nothing))
        yield


def _nothing(*_: object) -> None:
    """Neither notes nor verdicts."""


def _fold_all(streams: Sequence[Sequence[Event]], policy: ScoringPolicy) -> float:
    gc.collect()
    gc.disable()
    started = process_time()
    for events in streams:
        working, effects = Working(), Effects()
        for place, event in enumerate(events):
            if place % CLEARED_EVERY == 0:
                effects = Effects()
            fold(event, working, policy, effects)
    taken = process_time() - started
    gc.enable()
    return taken


def size_cost(pool: Pool) -> Figures:
    """Bytes of JSON: of a member's patterns' states, and of an open add in its list."""
    sizes = [member.bytes for member in pool.members]
    return {
        **_sizes(sizes),
        "by_class": {
            name: _sizes([member.bytes for member in members])
            for name, members in pool.by_class().items()
        },
        "open_add": _open_add(),
    }


def _open_add() -> float:
    """Bytes of one among the adds of four days that wait, 50 a day."""
    draw, opened, at = Random(_SEED), [], START_MS
    for place in range(200):
        day = place // 50
        at = max(at, START_MS + day * DAY_MS + 9 * HOUR_MS)
        at += int(draw.lognormvariate(log(150_000), 1.0))
        opened.append([at, 20_458 + day, 0])
    without, with_them = MemberView(START_MS), MemberView(START_MS, opened=opened)
    return (len(with_them.to_json()) - len(without.to_json())) / len(opened)


def _sizes(sizes: Sequence[int]) -> Figures:
    return {
        "mean": sum(sizes) / len(sizes),
        "p99": quantile(sizes, 0.99),
        "max": max(sizes),
    }

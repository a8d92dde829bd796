"""One enterprise through the real fold, and what it tells of each member."""

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.detection_ablation import WHOLE
from benchmarks.detection_climb import Point
from benchmarks.detection_early import Early, measure_early
from benchmarks.detection_events import Converter, is_passive_add
from benchmarks.detection_watch import Judge, Reached, Watch
from benchmarks.workload import Enterprise, Label
from scoring import verdict
from scoring.events import Event
from scoring.fold import fold
from scoring.patterns import burst_pressure, repeat_target
from scoring.policy import ScoringPolicy
from scoring.views import MemberView
from scoring.working import Effects, Level, Working

REMOVED = (WHOLE, *verdict.WEIGHED, repeat_target.NAME, burst_pressure.NAME)
"""What `Followed.levels` are without; the patterns of an enterprise call for no member."""
CLEARED_EVERY = 2_000
"""Events after which effects and changed keys, which nobody keeps here, are dropped."""


@dataclass(slots=True)
class Followed:
    """A member at the end; times and counts as in `Watch`, nats of the last event.

    `bytes` is the JSON of its patterns' states; `levels` the highest level without each pattern.
    """

    label: Label
    adds: int
    reached: Reached
    flags: set[str]
    top: float
    top_enforceable: float
    crossed: Sequence[Point]
    crossed_enforceable: Sequence[Point]
    levels: dict[str, Level | None]
    nats: float
    bytes: int
    early: dict[int, Early] = field(default_factory=dict)


@dataclass(slots=True)
class Company:
    """An enterprise at the end: `flags` of its patterns with its adds at the first of each."""

    enterprise_id: str
    kind: str
    flags: dict[str, int]
    members: list[Followed]
    events: int


def follow(enterprise: Enterprise, policy: ScoringPolicy, early: Sequence[int]) -> Company:
    """Folds a whole enterprise; `early`: adds after which evidence is measured by itself."""
    gc.disable()  # views and events hold no cycles, and there are hundreds of thousands
    try:
        events = Converter().events(enterprise.lines)
        return follow_events(enterprise, events, policy, early)
    finally:
        gc.enable()


def follow_events(
    enterprise: Enterprise, events: Sequence[Event], policy: ScoringPolicy, early: Sequence[int]
) -> Company:
    """The same of events."""
    judge, working = Judge(policy.patterns), Working()
    watches = {label.member_id: Watch(label) for label in enterprise.labels}
    with judge.overhearing():
        flags = _fold_all(events, working, policy, watches, judge)
    members = [_followed(watch, working, judge) for watch in watches.values()]
    for k in early:
        found = measure_early(events, enterprise.labels, k, policy)
        for member in members:
            if (measured := found.get(member.label.member_id)) is not None:
                member.early[k] = measured
    return Company(enterprise.enterprise_id, enterprise.kind, flags, members, len(events))


def _fold_all(
    events: Sequence[Event],
    working: Working,
    policy: ScoringPolicy,
    watches: Mapping[str, Watch],
    judge: Judge,
) -> dict[str, int]:
    """Folds the events while members are watched; the enterprise's flags."""
    flags = dict[str, int]()
    for effects, event in _cleared(events, working):
        watch = watches.get(event.member_id or "")
        if watch is not None:
            watch.see(event)
        judge.begin()
        fold(event, working, policy, effects)
        if effects.flags or effects.verdicts:
            _tell(effects, watches, flags)
        if watch is not None and not is_passive_add(event):
            watch.weigh(working.members[event.enterprise_id, watch.label.member_id], judge)
    return flags


def _cleared(events: Sequence[Event], working: Working) -> Iterator[tuple[Effects, Event]]:
    effects = Effects()
    for place, event in enumerate(events):
        if place % CLEARED_EVERY == 0:
            effects = Effects()
            working.changed.clear()
        yield effects, event


def _tell(effects: Effects, watches: Mapping[str, Watch], flags: dict[str, int]) -> None:
    """Hands on what the event called for."""
    for flag in effects.flags:
        if flag.member_id is not None:
            watches[flag.member_id].flagged(flag)
        elif flag.mode != "shadow":
            flags.setdefault(flag.pattern, flag.adds_before)
    for called in effects.verdicts:
        if called.member_id is not None:
            watches[called.member_id].told(called)
    effects.flags.clear()
    effects.verdicts.clear()


def _followed(watch: Watch, working: Working, judge: Judge) -> Followed:
    label = watch.label
    view = working.members.get((label.enterprise_id, label.member_id)) or MemberView(0)
    found = verdict.contributions(view, judge.patterns)
    return Followed(
        label,
        watch.adds,
        watch.reached,
        watch.flags,
        watch.odds.top,
        watch.enforceable.top,
        watch.odds.crossed,
        watch.enforceable.crossed,
        {name: watch.level_without(name) for name in REMOVED},
        verdict.log_odds(found, judge.patterns),
        len(json.dumps(view.patterns, separators=(",", ":"))),
    )

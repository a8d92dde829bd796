"""What becomes known of one member on its way through the fold."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from benchmarks.detection_ablation import WHOLE, Ablation
from benchmarks.detection_baselines import Baselines
from benchmarks.detection_climb import Climb, Point, thresholds
from benchmarks.detection_events import is_active_add, is_victim
from benchmarks.workload import Label
from scoring import verdict
from scoring.events import Event
from scoring.patterns.policy import Patterns
from scoring.views import MemberView
from scoring.working import Flag, Level, Verdict

Reached = dict[str, Point]
ALONE = "alone"
"""What `reached` calls it that a flag of any single pattern asks for a person."""


class Judge:
    """The numbers that every member is measured by; one for a pass."""

    def __init__(self, patterns: Patterns) -> None:
        self.patterns = patterns
        self.grid: Sequence[float] = thresholds(patterns.verdict)
        self.ablation = Ablation(patterns)
        self._overheard: dict[str, float] | None = None

    @contextmanager
    def overhearing(self) -> Iterator[None]:
        """While the fold runs: what it works out itself is not worked out a second time."""
        work_out = verdict.contributions

        def told(view: MemberView, policy: Patterns) -> dict[str, float]:
            self._overheard = work_out(view, policy)
            return self._overheard

        with patch.object(verdict, "contributions", told):
            yield

    def begin(self) -> None:
        """Before an event is folded: nothing was overheard of it."""
        self._overheard = None

    def contributions(self, view: MemberView) -> dict[str, float] | None:
        """Those of the member whose event was just folded; None where they cannot have risen.

        The fold stops asking for them once a member is to be enforced.
        """
        if self._overheard is not None:
            return self._overheard
        known = view.patterns.get(verdict.STATE)
        at_the_top = known is not None and known["level"] == "enforce"
        return verdict.contributions(view, self.patterns) if at_the_top else None


@dataclass(slots=True)
class Watch:
    """A member: counts and crossings since it is abusive, or since its first event.

    `reached` says where it stood when a level was called for (`review`, `enforce`), or a simpler
    rule flagged it. `early` are those of them that came before it was abusive. `without` is the
    highest level without each pattern, `solo` the patterns with a flag that asks alone.
    """

    label: Label
    adds: int = 0
    victims: int = 0
    resolved: int = 0
    reached: Reached = field(default_factory=dict)
    early: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    odds: Climb = field(default_factory=Climb)
    enforceable: Climb = field(default_factory=Climb)
    without: dict[str, Level] = field(default_factory=dict)
    solo: set[str] = field(default_factory=set)
    baselines: Baselines = field(default_factory=Baselines)
    _begun: bool = False
    _settled: bool = False
    """Nothing is left to learn: every threshold is crossed, enforced without any one pattern."""

    @property
    def here(self) -> Point:
        """Where the member stands."""
        return Point(self.adds, self.victims, self.resolved)

    def see(self, event: Event) -> None:
        """Counts an event before it is folded."""
        since_ms = self.label.since_ms
        self._begun = since_ms is None or event.received_ms >= since_ms
        resolved = self.baselines.resolved
        self.baselines.see(event)
        if self._begun:
            self.resolved += self.baselines.resolved - resolved
            if is_active_add(event):
                self.adds += 1
                self.victims += is_victim(event)
        for name in self.baselines.fired:
            self._reach(name)

    def told(self, called: Verdict) -> None:
        """A case was called for."""
        self._reach("review")
        if called.level == "enforce":
            self._reach("enforce")

    def flagged(self, flag: Flag) -> None:
        """A pattern fired."""
        if flag.mode == "shadow":
            return
        self._reach(ALONE)
        if self._begun:
            self.flags.add(flag.pattern)
            if flag.pattern in verdict.ASK_ALONE:
                self.solo.add(flag.pattern)

    def weigh(self, view: MemberView, judge: Judge) -> None:
        """Takes in the log-odds after an event, where there is anything against the member."""
        if not self._begun or self._settled:
            return
        found = judge.contributions(view)
        if found is None:
            return
        nats, here = verdict.log_odds(found, judge.patterns), self.here
        self.odds.note(nats, here, judge.grid)
        if nats > self.enforceable.top and _is_enforceable(found, judge.patterns):
            self.enforceable.note(nats, here, judge.grid)
        if judge.ablation.may_matter(found):
            self._ablate(view, found, judge.ablation)
            self._settled = len(self.enforceable.crossed) == len(judge.grid) and list(
                self.without.values()
            ).count("enforce") == len(judge.ablation.names)

    def _ablate(self, view: MemberView, found: Mapping[str, float], ablation: Ablation) -> None:
        for name in ablation.names:
            before = self.without.get(name)
            if before == "enforce":
                continue
            now = ablation.level(name, view, found)
            if now is not None and verdict.rank(now) > verdict.rank(before):
                self.without[name] = now

    def level_without(self, name: str = WHOLE) -> Level | None:
        """The highest level without that pattern, fused or not."""
        found = self.without.get(name if name in verdict.WEIGHED else WHOLE)
        return found or ("review" if self.solo - {name} else None)

    def _reach(self, name: str) -> None:
        if not self._begun:
            self.early.add(name)
        elif name not in self.early:
            self.reached.setdefault(name, self.here)


def _is_enforceable(found: Mapping[str, float], policy: Patterns) -> bool:
    """Whether a pattern of that mode speaks."""
    return any(
        nats >= policy.verdict.noted and getattr(policy, name).mode == "enforce"
        for name, nats in found.items()
    )

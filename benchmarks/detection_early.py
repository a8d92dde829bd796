"""What is known after a member's first adds: streams that end there, through the real fold.

Of each member stay its first k active adds, their contacts' answers and the searches that missed
before the k-th. Four days after that, when what has no answer is ignored, its log-odds are read. Of
a hijacked account the k adds are those after the hijack; of what was before all adds stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from math import inf
from operator import attrgetter

from benchmarks.detection_events import is_active_add
from benchmarks.workload import Label
from scoring import verdict
from scoring.events import Event
from scoring.fold import fold
from scoring.policy import ScoringPolicy
from scoring.working import Effects, Working

DAY_MS = 86_400_000
AFTER_DAYS = 4
_END = "add.committed"
"""Changes nothing but the clock."""
_HARD = ("blocked", "complained")
_by_time = attrgetter("received_ms")


@dataclass(frozen=True, slots=True)
class Early:
    """Log-odds in nats, and of k adds the shares accepted, and blocked or complained about."""

    nats: float
    accepted: float
    hard: float


@dataclass(slots=True)
class _Start:
    """A member's first k adds: `answers` of their contacts, the last that came of each."""

    since_ms: int
    k: int
    before: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    adds: int = 0
    last: Event | None = None
    """The k-th add."""

    def keeps(self, event: Event) -> bool:
        """Whether an event belongs to the stream that ends after k adds."""
        if event.type == "add.requested":
            return is_active_add(event) and self.last is None and self._add(event)
        if event.type == "phone_search.missed":
            return self.last is None
        if event.received_ms > self._end_ms:
            return False
        if event.target in self.answers:
            self.answers[event.target] = event.type.removeprefix("contact.")
            return True
        return event.target in self.before

    def _add(self, event: Event) -> bool:
        if event.received_ms < self.since_ms:
            self.before.add(event.target)
            return True
        self.answers.setdefault(event.target, "")
        self.adds += 1
        if self.adds == self.k:
            self.last = event
        return True

    @property
    def _end_ms(self) -> float:
        return inf if self.last is None else self.last.received_ms + AFTER_DAYS * DAY_MS

    def early(self, nats: float) -> Early:
        """What there is to measure, once the stream has ended."""
        answers, count = list(self.answers.values()), len(self.answers)
        hard = sum(answer in _HARD for answer in answers)
        return Early(nats, answers.count("accepted") / count, hard / count)


def measure_early(
    events: Sequence[Event], labels: Iterable[Label], k: int, policy: ScoringPolicy
) -> dict[str, Early]:
    """By member, for those with at least k active adds."""
    starts = {label.member_id: _Start(label.since_ms or 0, k) for label in labels}
    kept = [
        event for event in events if event.member_id is None or starts[event.member_id].keeps(event)
    ]
    working, found = Working(), dict[str, Early]()
    for event in merge(kept, sorted(_ends(starts.values()), key=_by_time), key=_by_time):
        fold(event, working, policy, Effects())
        if event.type == _END and event.member_id is not None:
            view = working.members[event.enterprise_id, event.member_id]
            weights = verdict.contributions(view, policy.patterns)
            nats = verdict.log_odds(weights, policy.patterns)
            found[event.member_id] = starts[event.member_id].early(nats)
    return found


def _ends(starts: Iterable[_Start]) -> Iterator[Event]:
    """The event by which each stream ends, of days without a change of clocks."""
    for last in (start.last for start in starts):
        if last is not None:
            end_ms = last.received_ms + AFTER_DAYS * DAY_MS
            yield Event(
                _END,
                end_ms,
                end_ms,
                last.day + AFTER_DAYS,
                last.day_end_ms + AFTER_DAYS * DAY_MS,
                last.enterprise_id,
                last.member_id,
                "",
                (),
                {},
            )

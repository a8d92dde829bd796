"""Simpler rules over the same streams, to compare with.

`wald`: Wald's sequential test of acceptance, .8 of an honest member's adds against .2 of an
abuser's, α = β = .01; it ends at either bound. [Wald, Sequential Analysis, 1947]
`renren`: more than 20 adds in an hour and less than half of the answered accepted. [Yang et al.,
Uncovering social network sybils in the wild, IMC 2011]
`hourly_cap`: more than 40 adds in an hour.

Hours slide. All three read active adds, hand-overs excluded; an add that has no answer after 72 h
is not accepted, and only the first answer counts.
"""

from collections import deque
from collections.abc import Iterator
from math import log

from benchmarks.detection_events import is_active_add
from scoring.events import Event

HOUR_MS = 3_600_000
IGNORED_AFTER_MS = 72 * HOUR_MS
NAMES = ("wald", "renren", "hourly_cap")

_HONEST, _ABUSIVE, _ERROR = 0.8, 0.2, 0.01
ACCEPTED_NATS = log(_ABUSIVE / _HONEST)
REFUSED_NATS = log((1 - _ABUSIVE) / (1 - _HONEST))
FLAG_NATS = log((1 - _ERROR) / _ERROR)
CLEAR_NATS = log(_ERROR / (1 - _ERROR))
_RENREN_ADDS, _RENREN_ACCEPTED, _CAP_ADDS = 20, 0.5, 40


class Baselines:
    """The rules' state of one member. `resolved` counts its adds with a first answer, or without.

    `fired` names the rules that have flagged the member.
    """

    def __init__(self) -> None:
        self.resolved = 0
        self.fired: set[str] = set()
        self._accepted = 0
        self._nats = 0.0
        self._cleared = False
        self._last_hour: deque[int] = deque()
        self._asked: deque[tuple[int, str]] = deque()
        self._pending: dict[str, int] = {}

    def see(self, event: Event) -> None:
        """Takes in one event of the member."""
        for accepted in self._resolutions(event):
            self.resolved += 1
            self._accepted += accepted
            self._test(accepted)
        if is_active_add(event):
            self._add(event)

    def _resolutions(self, event: Event) -> Iterator[bool]:
        """First answers by now: whether each is an acceptance."""
        asked, pending = self._asked, self._pending
        while asked and asked[0][0] + IGNORED_AFTER_MS <= event.received_ms:
            at_ms, contact = asked.popleft()
            if pending.get(contact) == at_ms:
                del pending[contact]
                yield False
        if event.type.startswith("contact.") and pending.pop(event.target, None) is not None:
            yield event.type == "contact.accepted"

    def _test(self, accepted: bool) -> None:
        if self._cleared or "wald" in self.fired:
            return
        self._nats += ACCEPTED_NATS if accepted else REFUSED_NATS
        if self._nats >= FLAG_NATS:
            self.fired.add("wald")
        self._cleared = self._nats <= CLEAR_NATS

    def _add(self, event: Event) -> None:
        at_ms, last_hour = event.received_ms, self._last_hour
        if event.target not in self._pending:
            self._pending[event.target] = at_ms
            self._asked.append((at_ms, event.target))
        last_hour.append(at_ms)
        while last_hour[0] <= at_ms - HOUR_MS:
            last_hour.popleft()
        if len(last_hour) > _CAP_ADDS:
            self.fired.add("hourly_cap")
        if len(last_hour) > _RENREN_ADDS and self._accepted < _RENREN_ACCEPTED * self.resolved:
            self.fired.add("renren")

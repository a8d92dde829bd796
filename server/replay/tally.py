"""What a replay counts, for its summary and for the figures of each member."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from quota.ways import HANDOVERS
from scoring.events import Event
from scoring.views import EnterpriseView, MemberView
from scoring.working import CountKey, Effects, MemberKey, Working

Account = tuple[str, str | None]
"""(enterprise, member or None for the enterprise as a whole)"""


@dataclass(slots=True)
class _Used:
    """Adds of an account on a local day, by direction, and which caps they reached."""

    day: int
    adds: dict[str, int] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """Figures of a run; each daily cap is reached at most once per account and local day."""

    lines: int = 0
    events: int = 0
    """Events folded: lines, and the outcomes that stand in lines of adds."""
    allowed: int = 0
    denied: Counter[str] = field(default_factory=Counter)
    """Denied adds by reason."""
    dropped: int = 0
    """Events that did not happen as decided here: outcomes of denied adds, repeated events."""
    caps_reached: Counter[str] = field(default_factory=Counter)
    """Account-days on which the adds reached a daily cap, by the limit's name."""
    flags: Counter[str] = field(default_factory=Counter)
    """Flags by pattern."""
    flagged: set[Account] = field(default_factory=set)
    """Accounts with a flag."""
    cases: Counter[str] = field(default_factory=Counter)
    """Cases by what they came to."""
    suspected: set[Account] = field(default_factory=set)
    """Accounts with a case."""
    holds: Counter[str] = field(default_factory=Counter)
    """Holds until somebody decides, by track."""
    imposed: Counter[str] = field(default_factory=Counter)
    """Penalties by track, without holds."""
    overturned: Counter[str] = field(default_factory=Counter)
    """Of these, the ones that were a mistake."""
    figures: dict[MemberKey, Counter[str]] = field(default_factory=dict)
    """The names of history's counts, by member, over the whole run."""
    _used: dict[MemberKey, _Used] = field(default_factory=dict)

    @property
    def adds(self) -> int:
        """Adds requested: allowed and denied."""
        return self.allowed + self.denied.total()

    def note(self, event: Event, working: Working) -> None:
        """Counts an event that was just folded."""
        self.events += 1
        if event.type != "add.requested":
            return
        fields, e, m = event.fields, event.enterprise_id, event.member_id
        if not fields["allowed"]:
            self.denied[fields["reason"]] += 1
            return
        self.allowed += 1
        if m is None or fields["way"] in HANDOVERS:
            return
        direction = "active" if fields["initiated_by"] == "member" else "passive"
        self._charge("enterprise", (e, ""), working.enterprises[e], event.day, direction)
        self._charge("member", (e, m), working.members[e, m], event.day, direction)

    def gather(self, effects: Effects) -> None:
        """Takes over what a batch called for."""
        for flag in effects.flags:
            self.flags[flag.pattern] += 1
            self.flagged.add((flag.enterprise_id, flag.member_id))
        self._figure(effects.counts)

    def _figure(self, counts: Mapping[CountKey, Mapping[str, int]]) -> None:
        for (enterprise_id, member_id, _), figures in counts.items():
            if member_id:
                key = (enterprise_id, member_id)
                total = self.figures.get(key)
                if total is None:
                    total = self.figures[key] = Counter()
                for name, number in figures.items():
                    total[name] += number

    def _charge(
        self,
        whose: str,
        key: MemberKey,
        view: EnterpriseView | MemberView,
        day: int,
        direction: str,
    ) -> None:
        used = self._used.get(key)
        if used is None or used.day != day:
            used = self._used[key] = _Used(day)
        adds = used.adds[direction] = used.adds.get(direction, 0) + 1
        cap = view.cap_active if direction == "active" else view.cap_passive
        if adds >= cap and direction not in used.reached:
            used.reached.add(direction)
            self.caps_reached[f"{whose}_daily_{direction}"] += 1

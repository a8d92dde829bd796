"""Cases: what patterns found about one account, waiting for a person (DOMAIN §5).

    a finding ─▶ opens a case, or joins the one that the account has open (`findings`)
              ─▶ `enforce`: a hold on active adds, once, while the day's circuit breaker permits
    a report  ─▶ opens one, where a second person or a first has yet to say so
    a person  ─▶ confirms (alone, or as the first of two), escalates (always of two) or dismisses

An account is a member, or an enterprise as a whole (`member_id` None), which is never enforced:
nobody is held for what colleagues did.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from penalties.penalty import Severity, Source
from penalties.restrictions import Scope
from penalties.violation import Grounds

Level = Literal["review", "enforce"]
State = Literal["open", "awaiting_second", "confirmed", "dismissed"]
Action = Literal["confirm", "dismiss", "escalate"]
Voice = Literal["alone", "first", "second"]
HoldState = Literal["active", "ended", "lifted"]

TRANSITIONS: Mapping[tuple[State, Action, Voice], State] = MappingProxyType(
    {
        ("open", "confirm", "alone"): "confirmed",
        ("open", "confirm", "first"): "awaiting_second",
        ("open", "escalate", "first"): "awaiting_second",
        ("open", "dismiss", "alone"): "dismissed",
        ("confirmed", "escalate", "first"): "awaiting_second",
        ("awaiting_second", "confirm", "second"): "confirmed",
        ("awaiting_second", "escalate", "second"): "confirmed",
        ("awaiting_second", "dismiss", "alone"): "dismissed",
    }
)
"""What a decision makes of a case, by who says it: somebody whose word is enough, the first of two
different holders, the second. What is not here is not allowed. Dismissing what was asked for on top
of a confirmed case leaves that confirmed."""

UNDECIDED = ("open", "awaiting_second")
MALICIOUS_ADD = "T1.MALICIOUS_ADD"
"""What patterns look for (§2.1)."""

HELD = Scope.ACTIVE_ADDS
"""What an enforced case holds until a person decides."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The member's active adds are held in `[starts_ms, ends_ms)`, unless lifted before."""

    starts_ms: int
    ends_ms: int
    lifted_ms: int | None = None

    def state(self, now_ms: int) -> HoldState:
        """`lifted` only where that came before its end."""
        if self.lifted_ms is not None:
            return "lifted"
        return "active" if now_ms < self.ends_ms else "ended"


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What a person decided; `severity` None for a dismissal. Two-person rules compare holders.

    `scopes` are account blocks asked for beside the member's, `grounds` what an enterprise block
    rests on.
    """

    at_ms: int
    action: Action
    holder: str
    key_id: str
    note: str
    severity: Severity | None
    scopes: frozenset[Scope] = frozenset()
    grounds: Grounds | None = None

    def repeats(self, other: "CaseDecision") -> bool:
        """Whether the same person said the same before, by whatever key and at whatever time."""
        return self.said_by(other) and self.agrees(other)

    def said_by(self, other: "CaseDecision") -> bool:
        """Whether the same person spoke, in the same words."""
        return (self.holder, self.note) == (other.holder, other.note)

    def agrees(self, other: "CaseDecision") -> bool:
        """Whether both want the same done, in whatever words."""
        mine = (self.action, self.severity or "normal", self.scopes)
        return mine == (other.action, other.severity or "normal", other.scopes)

    def seconds(self, first: "CaseDecision") -> bool:
        """Whether it only confirms what `first` found, as a second holder may.

        An escalation may have been asked for anew, for other blocks: that has to be named.
        """
        confirms = (self.action, first.action) == ("confirm", "confirm") and not self.scopes
        return confirms and self.severity in {None, first.severity}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the first of two holders said, and in which state the case was before."""

    decision: CaseDecision
    before: State


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `level` is what the evidence calls for; it rises and never falls.

    `adds_before` counts the account's allowed adds up to the opening. `enforced_day` is the local
    day on which it was enforced, `deferred_day` the last one whose circuit breaker put that off.
    `violation_id` names the violation that was reported, or that a confirmation made of it.
    """

    id: str
    enterprise_id: str
    member_id: str | None
    level: Level
    posterior: float | None
    contributions: Mapping[str, float]
    patterns: tuple[str, ...]
    flags: tuple[str, ...]
    evidence: tuple[str, ...]
    events: tuple[str, ...]
    adds_before: int
    opened_ms: int
    changed_ms: int
    policy_version: int
    state: State = "open"
    enforced_day: int | None = None
    deferred_day: int | None = None
    hold: Hold | None = None
    decision: CaseDecision | None = field(default=None)
    type: str = MALICIOUS_ADD
    source: Source = "automated"
    violation_id: str | None = None
    proposal: Proposal | None = None

    @property
    def is_decided(self) -> bool:
        """Whether nobody's word is awaited."""
        return self.state not in UNDECIDED

    @property
    def deferred(self) -> bool:
        """Whether a circuit breaker turned it into a review for now."""
        return self.deferred_day is not None

    @property
    def verdict(self) -> Level:
        """What it came to: `enforce` only once it was enforced."""
        return self.level if self.enforced_day is not None else "review"

    def asks_for_hold(self, day: int) -> bool:
        """Whether it is to be enforced on that local day, if the circuit breaker permits."""
        wanted = not self.is_decided and self.level == "enforce" and self.enforced_day is None
        return wanted and (self.deferred_day is None or self.deferred_day < day)


def voice_of(case: Case, decision: CaseDecision, *, needs_two: bool) -> Voice:
    """As whom the holder speaks; `needs_two`: what it comes to takes two different holders."""
    if decision.action == "dismiss":
        return "alone"
    if case.proposal is not None and case.state == "awaiting_second":
        return "second"
    return "first" if needs_two or decision.action == "escalate" else "alone"


def decided(case: Case, decision: CaseDecision, *, needs_two: bool = False) -> Case | None:
    """The case after a decision, None where its state allows none.

    A second holder's bare `confirm` means what the first one found; anything else, and the second
    word about an escalation, has to say the same as the first. It comes from somebody else.
    """
    voice = voice_of(case, decision, needs_two=needs_two)
    after = TRANSITIONS.get((case.state, decision.action, voice))
    if after is None:
        return None
    changed = replace(case, changed_ms=max(case.changed_ms, decision.at_ms))
    if voice == "first":
        first = replace(decision, severity=decision.severity or "normal")
        return replace(changed, state=after, proposal=Proposal(first, case.state))
    if voice == "second":
        return _seconded(changed, decision)
    if case.proposal is not None and case.proposal.before == "confirmed":
        return replace(changed, state="confirmed", proposal=None)
    hold = case.hold
    if hold is not None and after == "dismissed" and hold.state(decision.at_ms) == "active":
        hold = replace(hold, lifted_ms=decision.at_ms)
    made = decision
    if decision.action == "confirm" and decision.severity is None:
        made = replace(decision, severity="normal")
    return replace(changed, state=after, decision=made, proposal=None, hold=hold)


def _seconded(case: Case, second: CaseDecision) -> Case | None:
    proposal = case.proposal
    if proposal is None or proposal.decision.holder == second.holder:
        return None
    first = proposal.decision
    if not (second.seconds(first) or second.agrees(first)):
        return None
    made = replace(first, at_ms=second.at_ms, holder=second.holder, key_id=second.key_id)
    return replace(case, state="confirmed", decision=replace(made, note=second.note))

"""The pure rules applied to a record in memory, as `server/enforcement` applies them to SQL.

Nothing is decided here: every method asks `penalties` what follows and keeps it.
"""

from dataclasses import dataclass, field, replace

from penalties.appeals import falls_with
from penalties.cases import Action, Case, CaseDecision, Proposal, decided
from penalties.findings import Today, enforced
from penalties.imposing import (
    Imposing,
    imposed,
    pattern_hold,
    report_hold,
    restated,
    violation_of,
)
from penalties.penalty import Penalty, Severity
from penalties.policy import PenaltiesPolicy
from penalties.restrictions import Scope
from penalties.tracks import DAY_MS, HOUR_MS, Ruling, corrected, next_ordinal, rule_on
from penalties.violation import TRANSITIONS as OF_VIOLATIONS
from penalties.violation import Change, Violation, ViolationState
from tests.penalties.build import case_of

Account = tuple[str, str]
"""(enterprise, member)"""


@dataclass
class Record:
    """Everything on record; `people` says who is behind which account."""

    policy: PenaltiesPolicy
    people: dict[Account, str]
    now_ms: int = 100 * DAY_MS
    penalties: dict[str, Penalty] = field(default_factory=dict)
    violations: dict[str, Violation] = field(default_factory=dict)
    states: dict[str, ViolationState] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    links: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    """Of a linked account: blocked or unblocked, since when, and when that was learned."""

    def history(self, enterprise_id: str, member_id: str | None) -> list[Penalty]:
        """An account's penalties with those of the person behind it."""
        person = self.people.get((enterprise_id, member_id or ""))
        return [
            one
            for one in self.penalties.values()
            if (one.enterprise_id, one.member_id) == (enterprise_id, member_id)
            or (person is not None and one.person_id == person)
        ]

    def report(self, asked: Violation, holder: str) -> None:
        """A violation is reported: imposed at once, or held until a second one has said so."""
        ruling = self._rule(asked)
        self.violations[asked.id] = asked
        by_machine = asked.source == "automated"
        if not (by_machine or ruling.needs_two):
            self._uphold(asked, ruling, (holder,))
            return
        self.states[asked.id] = "reported"
        first = CaseDecision(
            self.now_ms, "confirm", holder, "k", asked.facts, asked.severity, asked.scopes
        )
        case = case_of(asked, self.now_ms)
        if not by_machine:
            case = replace(case, state="awaiting_second", proposal=Proposal(first, "open"))
        self.cases[case.id] = case
        if ruling.needs_two:
            self._hold(asked, () if by_machine else (holder,), case.id)

    def enforce(self, case: Case, day: int) -> None:
        """A case of patterns is opened, or goes on; it holds active adds where that is due."""
        if case.asks_for_hold(day):
            case, _ = enforced(case, self.now_ms, Today(day, 0, 0, 0), self.policy)
            held = self._automatic(case) or pattern_hold(case, self.policy)
            if isinstance(held, Case):
                case = held
            elif held is not None:
                self.penalties[held.id] = held
        self.cases[case.id] = case

    def decide(
        self,
        case_id: str,
        action: Action,
        holder: str,
        severity: Severity | None = None,
        scopes: frozenset[Scope] = frozenset(),
    ) -> None:
        """A person decides a case: alone, as the first of two, or as the second."""
        case = self.cases[case_id]
        said = CaseDecision(self.now_ms, action, holder, "k", "looked", severity, scopes)
        if action == "dismiss":
            self._dismiss(case, said)
            return
        first = (
            case.proposal.decision if case.state == "awaiting_second" and case.proposal else said
        )
        known = self.violations.get(case.violation_id or "") or violation_of(case, ())
        if (self.states.get(known.id, "reported"), "uphold") not in OF_VIOLATIONS:
            return
        violation = replace(known, severity=first.severity or "normal", scopes=first.scopes)
        ruling = self._rule(violation)
        after = decided(replace(case, violation_id=violation.id), said, needs_two=ruling.needs_two)
        if after is None:
            return
        self.cases[case_id], self.violations[violation.id] = after, violation
        if after.state == "confirmed":
            self._uphold(violation, ruling, tuple(dict.fromkeys((first.holder, holder))))
            return
        if self.states.setdefault(violation.id, "reported") == "reported" and action == "confirm":
            self._hold(violation, (holder,), case_id)

    def overturn(self, penalty: Penalty) -> set[str]:
        """A penalty was a mistake: all that came of it is undone. What was corrected beside it."""
        same = [
            one
            for one in self.penalties.values()
            if penalty.violation_id is not None and one.violation_id == penalty.violation_id
        ]
        fall = falls_with(penalty, same)
        for one in fall:
            self.penalties[one.id] = replace(one, overturned_ms=self.now_ms)
        history = self.history(penalty.enterprise_id, penalty.member_id)
        stay = [one for one in history if one.id not in {gone.id for gone in fall}]
        changed = set()
        for one in fall:
            for correction in corrected(stay, one, self.policy, self.now_ms):
                before = self.penalties[correction.penalty_id]
                self.penalties[before.id] = restated(before, correction, self.policy)
                changed.add(before.id)
        if penalty.member_id is not None and penalty.violation_id is not None:
            upheld = self.states[penalty.violation_id] == "upheld"
            self._judge(penalty.violation_id, upheld=upheld)
        if penalty.is_hold and penalty.case_id is not None:
            case = self.cases[penalty.case_id]
            if not case.is_decided:
                self._dismiss(
                    case, CaseDecision(self.now_ms, "dismiss", "zoe", "k", "overturned", None)
                )
        return changed

    def linked(self, of: Violation, state: str, at_ms: int) -> None:
        """The account that a member is linked to was blocked or unblocked, at its own time."""
        name = of.linked_account_id or ""
        known, known_ms, _ = self.links.get(name, ("unblocked", -1, 0))
        if at_ms < known_ms or (at_ms == known_ms and (known, state) != ("blocked", "unblocked")):
            return
        self.links[name] = (state, at_ms, self.now_ms)
        waiting = [
            one
            for one in self.penalties.values()
            if one.linked_account_id == name and one.binds_at(self.now_ms)
        ]
        if state == "unblocked":
            ends_ms = at_ms + self.policy.linked_account.release_after_h * HOUR_MS
            for one in waiting:
                if one.ends_ms is None:
                    self._end(one, ends_ms)
            return
        ruling = self._rule(of)
        if ruling.measures:
            self.violations[of.id] = of
            self._uphold(of, ruling, ())
        for one in waiting:
            self.penalties[one.id] = replace(one, ends_ms=None)

    def _rule(self, violation: Violation) -> Ruling:
        history = self.history(violation.enterprise_id, violation.member_id)
        return rule_on(violation, history, self.policy, self.now_ms)

    def _how(self, violation: Violation, by: tuple[str, ...]) -> Imposing:
        account = violation.enterprise_id, violation.member_id
        return Imposing(
            now_ms=self.now_ms,
            decided_by=by,
            policy=self.policy,
            policy_version=1,
            person_id=self.people.get((account[0], account[1] or "")),
            ordinal=next_ordinal(self.history(*account)),
        )

    def _uphold(self, violation: Violation, ruling: Ruling, by: tuple[str, ...]) -> None:
        self.states[violation.id] = "upheld"
        for penalty in imposed(violation, ruling.measures, self._how(violation, by)):
            self.penalties.setdefault(penalty.id, penalty)
        for one in list(self.penalties.values()):
            if one.is_hold and one.violation_id == violation.id and one.binds_at(self.now_ms):
                self._end(one, None)

    def _automatic(self, case: Case) -> Case | None:
        """The first step by itself, where the policy lets it and it is the first."""
        violation = violation_of(case, ())
        ruling = self._rule(violation)
        steps = [measure.step for measure in ruling.measures]
        if not self.policy.ladder.automatic_steps or ruling.needs_two or steps != [1]:
            return None
        self.violations[violation.id] = violation
        self._uphold(violation, ruling, ())
        said = CaseDecision(self.now_ms, "confirm", "service", "", "by rule", "normal")
        return decided(replace(case, hold=None, violation_id=violation.id), said)

    def _hold(self, violation: Violation, by: tuple[str, ...], case_id: str) -> None:
        if violation.member_id is not None:
            how = replace(self._how(violation, by), case_id=case_id)
            held = report_hold(violation, how)
            self.penalties.setdefault(held.id, held)

    def _dismiss(self, case: Case, said: CaseDecision) -> None:
        after = decided(case, said)
        if after is None:
            return
        self.cases[case.id] = after
        if after.state != "dismissed":
            return
        for one in list(self.penalties.values()):
            if one.is_hold and one.case_id == case.id and one.binds_at(self.now_ms):
                self._end(one, None)
        if self.states.get(case.violation_id or "") == "reported":
            self._judge(case.violation_id or "", upheld=False)

    def _judge(self, violation_id: str, *, upheld: bool) -> None:
        change: Change = "overturn" if upheld else "dismiss"
        after = OF_VIOLATIONS.get((self.states[violation_id], change))
        self.states[violation_id] = after or self.states[violation_id]

    def _end(self, penalty: Penalty, ends_ms: int | None) -> None:
        if ends_ms is None or ends_ms <= self.now_ms:
            self.penalties[penalty.id] = replace(penalty, lifted_ms=self.now_ms)
        else:
            self.penalties[penalty.id] = replace(penalty, ends_ms=ends_ms)

"""The cases of a replay: by the worker's rules, kept in memory, written as they come.

What a case of patterns withholds, and what a decision about it brings, goes the way of `penalties`
and `violations`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from penalties.cases import Action, Case, CaseDecision, Level, decided
from penalties.findings import Finding, Today, enforced, joined, opened
from penalties.imposing import pattern_hold, violation_of
from penalties.penalty import Penalty
from scoring.caps import seat_count
from scoring.events import Event
from scoring.working import Verdict, Working
from server.http.fields import instant
from server.replay.output import LinesFile
from server.replay.penalties import Penalties
from server.replay.policies import InForce
from server.replay.said import ANYBODY, follow_up, is_of_service, moment_ms
from server.replay.tally import Account, Tally
from server.replay.violations import Violations

ACTIONS: Mapping[str, Action] = {"case.confirmed": "confirm", "case.dismissed": "dismiss"}
"""What the line of a decision does to the account's open case."""


@dataclass(slots=True)
class _PutOff:
    """Accounts of an enterprise whose cases wait for a day after `day`, in order of opening."""

    day: int = 0
    accounts: dict[Account, None] = field(default_factory=dict)


class Cases:
    """Opens, joins, enforces and decides cases, one open case per account.

    What the circuit breaker put off is tried again with the first event of its enterprise on a
    later local day. `lines` gets a case when it opens, and once more when it comes to be enforced.
    """

    def __init__(
        self,
        working: Working,
        lines: LinesFile,
        tally: Tally,
        penalties: Penalties,
        violations: Violations,
    ) -> None:
        self.is_told = False
        """Whether the files are of a service, and tell what it imposed by itself."""
        self._working = working
        self._lines = lines
        self._tally = tally
        self._penalties = penalties
        self._violations = violations
        self._open: dict[Account, Case] = {}
        self._judged: set[Account] = set()
        self._put_off: dict[str, _PutOff] = {}
        self._enforced: Counter[tuple[str, int]] = Counter()
        self._enforced_in_all: Counter[int] = Counter()

    @property
    def is_put_off(self) -> bool:
        """Whether the circuit breaker keeps cases for a later day."""
        return bool(self._put_off)

    def folded(self, event: Event, verdicts: Sequence[Verdict], in_force: InForce) -> None:
        """What an event that was just folded means for cases."""
        if self._put_off:
            self._retry(event, in_force)
        for verdict in verdicts:
            self._take(verdict, event, in_force)

    def decide(self, event: Event, in_force: InForce) -> None:
        """`case.confirmed`, `case.dismissed`: about the account's open case."""
        account = event.enterprise_id, event.member_id
        self._judged.discard(account)
        case = self._open.get(account)
        if case is None:
            return
        action = ACTIONS[event.type]
        if action == "confirm" and not is_of_service(event):
            after = self._confirm(case, event, in_force)
        else:
            after = decided(case, _said(event, action))
        if after is None:
            return
        self._open[account] = after
        if after.is_decided:
            del self._open[account]
        if after.state == "dismissed":
            self.end_holds(case, moment_ms(event))

    def dismiss(self, one: Penalty, event: Event) -> bool:
        """Nobody need look into a case that was a mistake; False where it is not open."""
        account = one.enterprise_id, one.member_id
        if one.member_id is None or one.case_id is None:
            return False
        waiting = self._violations.waiting_as(one.case_id)
        is_open = account in self._open and self._open[account].id == one.case_id
        if is_open:
            del self._open[account]
        if waiting is not None:
            del self._violations.waiting[waiting]
        if not (is_open or waiting):
            return False
        if not is_of_service(event):
            told = follow_up(event, "case.dismissed", one.member_id, {"case_id": one.case_id})
            self._violations.follow_ups.append(told)
        return True

    def open_of(self, account: Account) -> Case | None:
        """The account's open case."""
        return self._open.get(account)

    def end_holds(self, case: Case, now_ms: int) -> None:
        """Ends what is held for a case."""
        for one in self._penalties.of_account((case.enterprise_id, case.member_id)):
            if one.is_hold and one.case_id == case.id and one.binds_at(now_ms):
                self._penalties.lift(one, now_ms)

    def _take(self, verdict: Verdict, event: Event, in_force: InForce) -> None:
        account = verdict.enterprise_id, verdict.member_id
        if account in self._judged:
            return
        found, known = _finding(verdict), self._open.get(account)
        if known is None:
            case_id = f"case-{self._tally.cases.total() + 1}"
            case = opened(case_id, found, in_force.version)
            case = self._enforce(case, event, in_force)
            self._tally.suspected.add(account)
            self._tally.cases[case.verdict] += 1
            self._lines.write(case_line(case, found.at_ms, case.adds_before))
        else:
            case = self._enforce(joined(known, found), event, in_force)
            self._note_risen(known.verdict, case, found.at_ms, found.adds_before)
        self._keep(case)

    def _retry(self, event: Event, in_force: InForce) -> None:
        put_off = self._put_off.get(event.enterprise_id)
        if put_off is None or event.day <= put_off.day:
            return
        for account in self._put_off.pop(event.enterprise_id).accounts:
            known = self._open.get(account)
            if known is None:
                continue
            case = self._enforce(known, event, in_force)
            self._note_risen(known.verdict, case, event.received_ms, self._adds(account))
            self._keep(case)

    def _enforce(self, case: Case, event: Event, in_force: InForce) -> Case:
        company = self._working.enterprises[case.enterprise_id]
        day, policy = company.day, in_force.policy
        if not case.asks_for_hold(day):
            return case
        today = Today(
            day=day,
            seats=seat_count(company, policy.scoring),
            enforced_here=self._enforced[case.enterprise_id, day],
            enforced_in_all=self._enforced_in_all[day],
        )
        case, limit = enforced(case, event.received_ms, today, policy.penalties)
        if limit is None:
            self._enforced[case.enterprise_id, day] += 1
            self._enforced_in_all[day] += 1
            return self._act(case, event, in_force)
        return case

    def _act(self, case: Case, event: Event, in_force: InForce) -> Case:
        """Holds the member's active adds, or imposes the first step where the policy lets us."""
        policy = in_force.policy.penalties
        if policy.ladder.automatic_steps:
            upheld = self._uphold_alone(case, event, in_force)
            if upheld is not None:
                return upheld
        held = pattern_hold(case, policy)
        if held is not None:
            self._penalties.impose(held)
        return case

    def _uphold_alone(self, case: Case, event: Event, in_force: InForce) -> Case | None:
        """The case comes to the ladder's first step by itself; None where that is not its step.

        Nothing does that a first person wants a second one to decide.
        """
        if case.state != "open":
            return None
        at_ms, violation = event.received_ms, violation_of(case, ())
        ruling = self._violations.rule(violation, in_force.policy.penalties, at_ms)
        if ruling.needs_two or [measure.step for measure in ruling.measures] != [1]:
            return None
        if self.is_told:
            # Until the decision's own line, what patterns show was before it.
            self._judged.add((case.enterprise_id, case.member_id))
        else:
            self._violations.uphold(violation, ruling, event, in_force, case_id=case.id)
        said = CaseDecision(at_ms, "confirm", "", "", "", "normal")
        return decided(replace(case, hold=None, violation_id=violation.id), said)

    def _confirm(self, case: Case, event: Event, in_force: InForce) -> Case | None:
        """A person says that a case shows a violation: alone, as the first of two, as the second.

        The violation's id is of the case's in the line, as in the service.
        """
        fields, proposal = event.fields, case.proposal
        named = replace(case, id=fields["case_id"])
        severity = fields.get("severity") or (proposal and proposal.decision.severity) or "normal"
        violation = replace(violation_of(named, fields.get("contacts", ())), severity=severity)
        if case.violation_id is not None:
            violation = replace(violation, id=case.violation_id)
        at_ms, said = moment_ms(event), _said(event, "confirm")
        ruling = self._violations.rule(violation, in_force.policy.penalties, at_ms)
        needs_two = ruling.needs_two and not fields.get("second", False)
        after = decided(replace(case, violation_id=violation.id), said, needs_two=needs_two)
        if after is None:
            return None
        if after.state == "awaiting_second":
            how = self._violations.how(violation, at_ms, in_force, said.holder, case_id=case.id)
            self._violations.hold(violation, how)
            return after
        holders = (*(() if proposal is None else (proposal.decision.holder,)), said.holder)
        self._violations.uphold(
            violation, ruling, event, in_force, holders=holders, case_id=case.id
        )
        return after

    def _note_risen(self, before: Level, case: Case, at_ms: int, adds: int) -> None:
        if case.verdict == before:
            return
        self._tally.cases[before] -= 1
        self._tally.cases[case.verdict] += 1
        self._lines.write(case_line(case, at_ms, adds))

    def _keep(self, case: Case) -> None:
        account = case.enterprise_id, case.member_id
        if case.is_decided:
            self._open.pop(account, None)
            return
        self._open[account] = case
        if case.deferred_day is not None:
            put_off = self._put_off.setdefault(case.enterprise_id, _PutOff())
            put_off.day = case.deferred_day
            put_off.accounts[account] = None

    def _adds(self, account: Account) -> int:
        enterprise_id, member_id = account
        if member_id is None:
            return self._working.enterprises[enterprise_id].adds
        return self._working.members[enterprise_id, member_id].adds


def case_line(case: Case, at_ms: int, adds_before: int) -> dict[str, Any]:
    """A case as of `at_ms`; `member_id` null means the whole enterprise."""
    strongest_first = sorted(case.contributions.items(), key=lambda item: -item[1])
    return {
        "case_id": case.id,
        "at": instant(at_ms),
        "opened_at": instant(case.opened_ms),
        "enterprise_id": case.enterprise_id,
        "member_id": case.member_id,
        "verdict": case.verdict,
        "posterior": case.posterior,
        "contributions": [{"pattern": name, "nats": nats} for name, nats in strongest_first],
        "patterns": case.patterns,
        "adds_before": adds_before,
        "deferred": case.deferred,
    }


def _said(event: Event, action: Action) -> CaseDecision:
    holder, severity = event.fields.get("holder", ANYBODY), event.fields.get("severity")
    return CaseDecision(moment_ms(event), action, holder, "", "", severity)


def _finding(verdict: Verdict) -> Finding:
    names = (name for name in Finding.__dataclass_fields__ if name != "flags")
    return Finding(**{name: getattr(verdict, name) for name in names})

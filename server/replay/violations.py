"""The violations of a replay: reported, upheld, overturned; and what each calls for."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from penalties.appeals import falls_with
from penalties.catalogue import Track
from penalties.imposing import Imposing, imposed, report_hold
from penalties.penalty import Penalty
from penalties.policy import PenaltiesPolicy
from penalties.tracks import Ruling, corrected, next_ordinal, rule_on
from penalties.violation import Violation, ViolationState
from scoring.events import Event
from server.replay.accounts import Accounts
from server.replay.penalties import Penalties
from server.replay.policies import InForce
from server.replay.said import ANYBODY, follow_up, is_of_service, moment_ms, violation_of_line

UNBLOCKED = "The linked account was unblocked after that."
NOT_LINKED = "The member is linked to no account of another service."


@dataclass(slots=True)
class Known:
    """A violation of the replay; `holders` are those who said so.

    `case_id` is of its penalties; `waits_as` is the id under which lines decide its case.
    """

    violation: Violation
    case_id: str | None
    waits_as: str
    state: ViolationState = "reported"
    holders: dict[str, None] = field(default_factory=dict)


class Violations:
    """Rules on violations and imposes what they call for.

    `follow_ups` are events for the fold, of what the lines of a file made to be so; whoever folds
    takes them. `waiting` are violations that somebody has still to say so about, by case.
    """

    def __init__(self, penalties: Penalties, accounts: Accounts) -> None:
        self.follow_ups: list[Event] = []
        self.waiting: dict[str, Known] = {}
        self._penalties = penalties
        self._accounts = accounts
        self._known: dict[str, Known] = {}
        self._count = 0

    def report(self, event: Event, in_force: InForce, case_id: str | None) -> None:
        """`violation.reported`: upheld at once, or once as many have said so as it takes.

        `case_id` is that of the case here, which lines may know under another one.
        """
        asked = self._asked(event)
        if asked is None:
            return
        known = self._known.get(asked.id)
        if known is None or (known.state == "upheld" and _is_graver(asked, known.violation)):
            # What turned out to be graver is said anew, by as many as that takes.
            state = "reported" if known is None else known.state
            fresh = Known(asked, case_id, event.fields.get("case_id", asked.id), state)
            known = self._known[asked.id] = fresh
        elif known.state != "reported":
            return
        known.violation = asked
        if asked.source != "automated":
            known.holders[event.fields.get("holder", ANYBODY)] = None
        self._hear(known, event, in_force)

    def confirm(self, known: Known, event: Event, in_force: InForce) -> None:
        """`case.confirmed` about a report that waits; the severity of whoever speaks counts."""
        severity = event.fields.get("severity", known.violation.severity)
        known.violation = replace(known.violation, severity=severity)
        known.holders[event.fields.get("holder", ANYBODY)] = None
        self._hear(known, event, in_force)

    def dismiss(self, known: Known, event: Event) -> None:
        """`case.dismissed` about a report that waits: what it withheld comes back."""
        if known.state == "reported":
            known.state = "dismissed"
        self.waiting.pop(known.waits_as, None)
        self.end_holds(known.violation.id, moment_ms(event))

    def upheld(self, event: Event, in_force: InForce) -> None:
        """`violation.upheld`, which was folded: its penalty, where its kind is known."""
        if is_of_service(event):
            return
        known = self._known.get(event.fields["violation_id"])
        if known is not None:
            found = replace(known.violation, severity=event.fields["severity"])
        elif "violation" in event.fields:
            found = violation_of_line(event, event.fields["violation_id"])
        else:
            return
        known = known or Known(found, None, found.id)
        if known.state == "overturned":
            return
        self._known[found.id] = known
        known.violation = found
        known.holders[event.fields.get("holder", ANYBODY)] = None
        ruling = self.rule(found, in_force.policy.penalties, moment_ms(event))
        self._impose(known, ruling, event, in_force)

    def overturned(self, event: Event, in_force: InForce) -> None:
        """`violation.overturned`, which was folded: nothing that came of it stands."""
        known = self._known.get(event.fields["violation_id"])
        if is_of_service(event) or known is None:
            return
        known.state = "overturned"
        standing = self._penalties.of_violation(known.violation.id)
        # A member's first: the others fall with it.
        for one in sorted(standing, key=lambda one: one.member_id is None)[:1]:
            self._undo(one, in_force.policy.penalties, moment_ms(event), of_case=False)

    def overturn(self, one: Penalty, event: Event, in_force: InForce, *, of_case: bool) -> None:
        """A penalty was a mistake; where it was a member's, so was the violation.

        `of_case`: so was its case, which was open.
        """
        now_ms = moment_ms(event)
        for fallen in self._undo(one, in_force.policy.penalties, now_ms, of_case=of_case):
            known = self._known.get(fallen.violation_id or "")
            if known is None or known.state == "overturned":
                continue
            if known.violation.member_id != one.member_id:  # only the enterprise's block was wrong
                continue
            was_upheld, known.state = known.state == "upheld", "overturned"
            self.waiting.pop(known.waits_as, None)
            is_scored = known.violation.track is not Track.LINKED_ACCOUNT
            if was_upheld and is_scored and not is_of_service(event):
                self._follow(event, "violation.overturned", known.violation)

    def waiting_as(self, case_id: str) -> str | None:
        """Under which id lines decide a case that waits; None where it does not."""
        found = (name for name, known in self.waiting.items() if known.case_id == case_id)
        return next(found, None)

    def rule(self, violation: Violation, policy: PenaltiesPolicy, now_ms: int) -> Ruling:
        """What a violation calls for, given what the account did before."""
        history = self._penalties.history(violation.enterprise_id, violation.member_id)
        return rule_on(violation, history, policy, now_ms)

    def uphold(
        self,
        violation: Violation,
        ruling: Ruling,
        event: Event,
        in_force: InForce,
        *,
        holders: tuple[str, ...] = (),
        case_id: str | None = None,
    ) -> None:
        """A violation that patterns found, or a linked account's block, is so."""
        known = Known(violation, case_id, violation.id, holders=dict.fromkeys(holders))
        self._known[violation.id] = known
        self._impose(known, ruling, event, in_force)
        self._follow_upheld(event, violation, ruling)

    def hold(self, violation: Violation, how: Imposing) -> None:
        """Holds what a report is about until it was decided: once, and only of a member."""
        held = report_hold(violation, how)
        if violation.member_id is not None and self._penalties.get(held.id) is None:
            self._penalties.impose(held)

    def how(
        self,
        violation: Violation,
        at_ms: int,
        in_force: InForce,
        *holders: str,
        case_id: str | None,
    ) -> Imposing:
        """Who imposes on the account of a violation, when, under which policy."""
        account = violation.enterprise_id, violation.member_id
        return Imposing(
            now_ms=at_ms,
            decided_by=holders,
            policy=in_force.policy.penalties,
            policy_version=in_force.version,
            person_id=self._accounts.person_of(*account),
            ordinal=next_ordinal(self._penalties.history(*account)),
            case_id=case_id,
        )

    def end_holds(self, violation_id: str, now_ms: int) -> None:
        """Ends the interim hold for a violation where it still binds."""
        for one in self._penalties.of_violation(violation_id):
            if one.is_hold and one.binds_at(now_ms):
                self._penalties.lift(one, now_ms)

    def _hear(self, known: Known, event: Event, in_force: InForce) -> None:
        """Upholds a violation where enough have said so, else holds what it may cost."""
        at_ms, violation = moment_ms(event), known.violation
        ruling = self.rule(violation, in_force.policy.penalties, at_ms)
        enough = 2 if ruling.needs_two else 1
        if event.fields.get("second") or len(known.holders) >= enough:
            self._impose(known, ruling, event, in_force)
            self._follow_upheld(event, violation, ruling)
            return
        known.case_id = known.case_id or known.waits_as
        self.waiting[known.waits_as] = known
        held = event.fields.get("hold", True) and known.state == "reported"
        if ruling.needs_two and held:
            holders = _deciders(known, event)
            how = self.how(violation, at_ms, in_force, *holders, case_id=known.case_id)
            self.hold(violation, how)

    def _impose(self, known: Known, ruling: Ruling, event: Event, in_force: InForce) -> None:
        """Imposes what was ruled, but for what it brought already; its interim hold ends."""
        at_ms, violation = moment_ms(event), known.violation
        known.state = "upheld"
        self.waiting.pop(known.waits_as, None)
        holders = _deciders(known, event)
        how = self.how(violation, at_ms, in_force, *holders, case_id=known.case_id)
        for penalty in imposed(violation, ruling.measures, how):
            if self._penalties.get(penalty.id) is None:
                self._penalties.impose(penalty)
        if ruling.why_none is not None:
            self._penalties.impose_none(violation, at_ms, ruling.why_none)
        self.end_holds(violation.id, at_ms)

    def _undo(
        self, one: Penalty, policy: PenaltiesPolicy, now_ms: int, *, of_case: bool
    ) -> list[Penalty]:
        """Overturns a penalty and what falls with it, which it returns; later steps move."""
        penalties = self._penalties
        fall = {each.id: each for each in self._falls(one, of_case=of_case)}
        for penalty in fall.values():
            penalties.overturn(penalty, now_ms)
        history = penalties.history(one.enterprise_id, one.member_id)
        stay = {other.id: other for other in history if other.id not in fall}
        for penalty in fall.values():
            for correction in corrected(list(stay.values()), penalty, policy, now_ms):
                penalties.correct(stay[correction.penalty_id], correction, policy, now_ms)
        return list(fall.values())

    def _falls(self, one: Penalty, *, of_case: bool) -> Iterator[Penalty]:
        """What falls with a penalty; with a violation, or an open case, all of its holds."""
        known, id_ = self._penalties, one.violation_id
        siblings = [one] if id_ is None else known.of_violation(id_)
        yield from (each for each in falls_with(one, siblings) if each.overturned_ms is None)
        if one.member_id is None or one.case_id is None or (id_ is None and not of_case):
            return
        for other in known.of_account((one.enterprise_id, one.member_id)):
            if other.is_hold and other.case_id == one.case_id and other.overturned_ms is None:
                yield other

    def _asked(self, event: Event) -> Violation | None:
        """The violation of a report; None where there is nothing that it could be about."""
        violation_id = event.fields.get("violation_id")
        if violation_id is None:
            self._count += 1
            violation_id = f"violation-{self._count}"
        asked = violation_of_line(event, violation_id)
        if asked.track is not Track.LINKED_ACCOUNT or asked.severity == "severe":
            return asked
        link = None
        if asked.member_id is not None:
            link = self._accounts.link_of((asked.enterprise_id, asked.member_id))
        heard = self._accounts.heard.get(link or "")
        is_over = heard is not None and heard.is_unblocked and heard.at_ms >= asked.occurred_ms
        why_none = NOT_LINKED if link is None else UNBLOCKED
        if link is None or is_over:
            self._penalties.impose_none(asked, moment_ms(event), why_none)
            return None
        return replace(asked, linked_account_id=link)

    def _follow_upheld(self, event: Event, violation: Violation, ruling: Ruling) -> None:
        """Of one incident only the violation that its penalty is for costs points."""
        if is_of_service(event) or violation.track is Track.LINKED_ACCOUNT:
            return
        if ruling.measures or violation.member_id is None:
            self._follow(event, "violation.upheld", violation)

    def _follow(self, event: Event, type_: str, violation: Violation) -> None:
        contacts = event.fields.get("contacts", violation.contacts)
        fields = {
            "violation_id": violation.id,
            "track": int(violation.track),
            "severity": violation.severity,
            "contacts": list(contacts),
        }
        self.follow_ups.append(follow_up(event, type_, violation.member_id, fields))


def _deciders(known: Known, event: Event) -> tuple[str, ...]:
    """Who decides; nobody where the service did by its rules, or only a machine has spoken."""
    if event.fields.get("automated"):
        return ()
    is_said = is_of_service(event) or event.fields.get("second")
    return tuple(known.holders) or ((ANYBODY,) if is_said else ())


def _is_graver(asked: Violation, known: Violation) -> bool:
    return asked.severity == "severe" and (
        known.severity == "normal" or not asked.scopes <= known.scopes
    )

"""What follows in a replay, beside scores: cases, violations, penalties, and answers about them."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from quota.adds import Restriction
from scoring.events import Event
from scoring.working import Verdict, Working
from server.replay.accounts import Accounts
from server.replay.answers import Answers
from server.replay.cases import Cases
from server.replay.decision_lines import DECISIONS
from server.replay.linking import BLOCKED, UNBLOCKED, LinkedAccounts
from server.replay.output import LinesFile
from server.replay.penalties import Penalties
from server.replay.policies import InForce
from server.replay.said import is_of_service
from server.replay.tally import Account, Tally
from server.replay.violations import Violations

Handler = Callable[[Event, InForce], None]

UNFOLDED = frozenset({"violation.reported", "appeal.decided", "application.decided"})
"""Lines that scoring need not know of: what they come to for it is an event of its own."""

DECIDING = DECISIONS | {"member.updated", BLOCKED, UNBLOCKED}
"""Events that may impose or undo something, or say whom that binds."""

_OF_A_REPORT = re.compile(r"c-[0-9a-f]{24}")
"""How the service names the case of a report."""


class Enforcement:
    """Takes what was decided out of the files, and imposes what follows by the rules.

    `cases` and `penalties` are files of lines. Everything is kept in memory.
    """

    def __init__(
        self, working: Working, cases: LinesFile, penalties: LinesFile, tally: Tally
    ) -> None:
        self._accounts = Accounts()
        self._penalties = Penalties(self._accounts, penalties, tally)
        self._violations = Violations(self._penalties, self._accounts)
        self._cases = Cases(working, cases, tally, self._penalties, self._violations)
        self._linked = LinkedAccounts(self._accounts, self._penalties, self._violations)
        self._answers = Answers(self._penalties, self._violations, self._cases, tally)
        self._handlers: Mapping[str, Handler] = MappingProxyType(
            {
                "member.updated": self._described,
                BLOCKED: self._linked.changed,
                UNBLOCKED: self._linked.changed,
                "case.confirmed": self._case_decided,
                "case.dismissed": self._case_decided,
                "violation.reported": self._reported,
                "violation.upheld": self._violations.upheld,
                "violation.overturned": self._violations.overturned,
                "appeal.decided": self._answers.decided,
                "application.decided": self._answers.decided,
            }
        )

    def is_told(self) -> None:
        """The files are of a service, and tell what it imposed: nothing comes by itself here."""
        self._cases.is_told = True

    @property
    def is_put_off(self) -> bool:
        """Whether there are cases that an event of a later day brings up again."""
        return self._cases.is_put_off

    @property
    def has_follow_ups(self) -> bool:
        """Whether scoring has something to know of what came about."""
        return bool(self._violations.follow_ups)

    def folded(self, event: Event, verdicts: Sequence[Verdict], in_force: InForce) -> None:
        """What the verdicts of an event that was just folded call for."""
        self._cases.folded(event, verdicts, in_force)

    def take(self, event: Event, in_force: InForce) -> Sequence[Event]:
        """What an event of the files decides; returns what is to be folded after it."""
        handler = self._handlers.get(event.type)
        if handler is not None:
            handler(event, in_force)
        return self.take_follow_ups()

    def take_follow_ups(self) -> Sequence[Event]:
        """What scoring has to know of what came about since this was asked last."""
        found = self._violations.follow_ups
        if found:
            self._violations.follow_ups = []
        return found

    def take_changed(self, now_ms: int) -> dict[Account, list[Restriction]]:
        """What binds each account of which that changed since this was asked last."""
        return self._penalties.take_changed(now_ms)

    def _described(self, event: Event, in_force: InForce) -> None:
        self._penalties.moved(self._accounts.describe(event))
        self._linked.linked(event, in_force)

    def _reported(self, event: Event, in_force: InForce) -> None:
        """A case of patterns that an export names has another id here."""
        case_id = event.fields.get("case_id")
        if case_id is not None and _is_of_patterns(event.fields.get("violation_id", ""), case_id):
            case = self._cases.open_of((event.enterprise_id, event.member_id))
            case_id = case_id if case is None else case.id
        self._violations.report(event, in_force, case_id)

    def _case_decided(self, event: Event, in_force: InForce) -> None:
        """About a report that waits, or about the open case of the account's patterns."""
        case_id = event.fields["case_id"]
        known = self._violations.waiting.get(case_id)
        if known is not None:
            if event.type == "case.dismissed":
                self._violations.dismiss(known, event)
            elif not is_of_service(event):
                self._violations.confirm(known, event, in_force)
            if not _is_of_patterns(known.violation.id, case_id):
                return
        elif _OF_A_REPORT.fullmatch(case_id):
            return
        self._cases.decide(event, in_force)


def _is_of_patterns(violation_id: str, case_id: str) -> bool:
    """Whether a violation is what a case of patterns came to, see `penalties.imposing`."""
    return violation_id.endswith(f"v-{case_id}")

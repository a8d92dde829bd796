"""What is answered to appeals and unblock applications in a replay: penalties end, or fall."""

from penalties.appeals import sort_of
from penalties.penalty import Penalty
from scoring.events import Event
from server.replay.cases import Cases
from server.replay.penalties import Penalties
from server.replay.policies import InForce
from server.replay.said import moment_ms
from server.replay.tally import Tally
from server.replay.violations import Violations


class Answers:
    """Carries answers out; one about a penalty that is not there, or is over, is dropped."""

    def __init__(
        self, penalties: Penalties, violations: Violations, cases: Cases, tally: Tally
    ) -> None:
        self._penalties = penalties
        self._violations = violations
        self._cases = cases
        self._tally = tally

    def decided(self, event: Event, in_force: InForce) -> None:
        """`appeal.decided`, `application.decided`."""
        outcome, at_ms = event.fields["outcome"], moment_ms(event)
        if outcome == "rejected":
            return
        found = self._about(event, at_ms)
        if outcome == "overturned":
            fallen = [one for one in found if one.overturned_ms is None]
            for one in fallen[:1]:
                self._overturn(one, event, in_force)
        else:
            fallen = [one for one in found if one.binds_at(at_ms)]
            for one in fallen:
                self._shorten(one, event, at_ms)
        self._tally.dropped += not fallen

    def _about(self, event: Event, at_ms: int) -> list[Penalty]:
        """The penalty that is named, or those of the violation, or the hold of a case.

        What the service imposed by itself has other ids in a replay: it is the hold that the
        account is under, or what its linked account withholds.
        """
        fields, account = event.fields, (event.enterprise_id, event.member_id)
        one = self._penalties.get(fields.get("penalty_id", ""))
        if one is not None:
            return [one]
        if "linked_account_id" in fields:
            some = self._penalties.of_account(account)
            same = (one for one in some if one.linked_account_id == fields["linked_account_id"])
            return [one for one in same if one.starts_ms <= at_ms][-1:]
        if "violation_id" in fields:
            some = self._penalties.of_violation(fields["violation_id"])
            return sorted(some, key=lambda one: (one.member_id is None, one.is_hold))
        held = self._cases.hold_of(account, at_ms) if "case_id" in fields else None
        return [] if held is None else [held]

    def _overturn(self, one: Penalty, event: Event, in_force: InForce) -> None:
        of_case = self._cases.dismiss(one, event)
        self._violations.overturn(one, event, in_force, of_case=of_case)

    def _shorten(self, one: Penalty, event: Event, at_ms: int) -> None:
        """It ends now, or earlier than it would have; never later."""
        ends_ms = event.fields.get("ends_at")
        is_later = ends_ms is not None and one.ends_ms is not None and ends_ms >= one.ends_ms
        if not is_later and not (ends_ms is not None and sort_of(one) == "linked"):
            self._penalties.lift(one, at_ms, ends_ms)

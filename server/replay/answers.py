"""What is answered to appeals and unblock applications in a replay: penalties end, or fall."""

from collections.abc import Iterable

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
        # What fell with another one just now was not about nothing.
        fell = any(one.overturned_ms == at_ms for one in found)
        self._tally.dropped += not (fallen or fell)

    def _about(self, event: Event, at_ms: int) -> list[Penalty]:
        """The penalty that is named, or those of the violation, or the hold of a case.

        What the service imposed by itself has other ids in a replay: it is the hold of the account,
        or what its linked account withholds, that began at about the same time.
        """
        fields, account = event.fields, (event.enterprise_id, event.member_id)
        one = self._penalties.get(fields.get("penalty_id", ""))
        if one is not None:
            return [one]
        begun_ms = fields.get("starts_at", at_ms)
        own = self._penalties.of_account(account)
        if "linked_account_id" in fields:
            link = fields["linked_account_id"]
            return _nearest((one for one in own if one.linked_account_id == link), begun_ms)
        if "violation_id" in fields:
            some = self._penalties.of_violation(fields["violation_id"])
            return sorted(some, key=lambda one: (one.member_id is None, one.is_hold))
        if "case_id" not in fields:
            return []
        return _nearest((one for one in own if one.violation_id is None), begun_ms)

    def _overturn(self, one: Penalty, event: Event, in_force: InForce) -> None:
        of_case = self._cases.dismiss(one, event)
        self._violations.overturn(one, event, in_force, of_case=of_case)

    def _shorten(self, one: Penalty, event: Event, at_ms: int) -> None:
        """It ends now, or earlier than it would have; never later."""
        ends_ms = event.fields.get("ends_at")
        is_later = ends_ms is not None and one.ends_ms is not None and ends_ms >= one.ends_ms
        if not is_later and not (ends_ms is not None and sort_of(one) == "linked"):
            self._penalties.lift(one, at_ms, ends_ms)


def _nearest(some: Iterable[Penalty], begun_ms: int) -> list[Penalty]:
    """Whichever began nearest to that time."""
    nearest = min(some, key=lambda one: abs(one.starts_ms - begun_ms), default=None)
    return [] if nearest is None else [nearest]

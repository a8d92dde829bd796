"""What is on record of enforcement at one moment, and what has to be so at every moment."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Case
from penalties.catalogue import Track
from penalties.penalty import PERSONAL, Penalty
from penalties.restrictions import OF_ENTERPRISE, Scope
from penalties.violation import Violation
from server.records import cases, penalties, requests
from server.records.cases import CaseFilter
from server.records.penalties import PenaltyFilter
from server.records.requests import Request, RequestFilter
from server.records.tables import audit, members, outbox, violations
from server.records.violations import _record

Account = tuple[str, str | None]
HOUR_MS = 3_600_000
ALL = 100_000


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything by id; `deeds` are (action, subject), `notices` (type, penalty or other id)."""

    penalties: Mapping[str, Penalty]
    violations: Mapping[str, Violation]
    verdicts: Mapping[str, str]
    cases: Mapping[str, Case]
    requests: Mapping[str, Request]
    deeds: tuple[tuple[str, str], ...]
    notices: tuple[tuple[str, str], ...]
    people: Mapping[Account, str | None]

    def history(self, account: Account) -> list[Penalty]:
        """Penalties of an account and of the person behind it, oldest first."""
        found = [one for one in self.penalties.values() if self.is_of(one, account)]
        return sorted(found, key=lambda one: (one.starts_ms, one.ordinal or 0))

    def is_of(self, one: Penalty, account: Account) -> bool:
        """Whether a penalty is the account's own, or of the person who has it."""
        owner = (one.enterprise_id, one.member_id)
        person = self.people.get(account)
        if owner == account:
            return True
        return person is not None and person in {one.person_id, self.people.get(owner)}

    def binding(self, account: Account, now_ms: int) -> dict[str, Penalty]:
        """What binds an account: its own, and `interop` of the person behind it."""
        return {
            one.id: one
            for one in self.penalties.values()
            if one.binds_at(now_ms)
            and (
                (one.enterprise_id, one.member_id) == account
                or (one.scope in PERSONAL and self.is_of(one, account))
            )
        }


async def seen(connection: AsyncConnection) -> Seen:
    """Reads it."""
    imposed = await penalties.listed(connection, PenaltyFilter(limit=ALL))
    opened = await cases.listed(connection, CaseFilter(limit=ALL))
    asked: list[Request] = []
    for kind in ("appeal", "application"):
        asked += await requests.listed(connection, RequestFilter(kind=kind, limit=ALL))
    rows = (await connection.execute(select(violations))).mappings().all()
    reported = [_record(row) for row in rows]
    deeds = await connection.execute(
        select(audit.c.action, audit.c.subject_id).order_by(audit.c.seq)
    )
    notices = await connection.execute(select(outbox.c.type, outbox.c.id).order_by(outbox.c.seq))
    described = await connection.execute(select(members))
    return Seen(
        penalties={record.penalty.id: record.penalty for record in imposed},
        violations={record.violation.id: record.violation for record in reported},
        verdicts={record.violation.id: record.state for record in reported},
        cases={record.case.id: record.case for record in opened},
        requests={request.id: request for request in asked},
        deeds=tuple((row.action, row.subject_id) for row in deeds),
        notices=tuple((row.type, row.id.partition(":")[2]) for row in notices),
        people={(row.enterprise_id, row.member_id): row.person_id for row in described},
    )


def check(now: Seen, accounts: Iterable[Account]) -> None:
    """What holds of every record."""
    for account in accounts:
        _steps_climb_one_by_one(now, account)
    _holds_are_short_and_once(now)
    _grave_ones_took_two(now)
    _overturned_ones_count_for_nothing(now)
    _notices_come_once(now)
    _nothing_waits_for_what_was_decided(now)


def check_change(before: Seen, now: Seen, may_end: frozenset[str]) -> None:
    """What one step may do: `may_end` are penalties that it may end or overturn.

    Everything it did has a deed, and nobody serves longer than before.
    """
    assert now.deeds[: len(before.deeds)] == before.deeds
    done = {subject for _, subject in now.deeds[len(before.deeds) :]}
    for id_, one in now.penalties.items():
        was = before.penalties.get(id_)
        assert one == was or id_ in done, f"no deed of {id_}"
        if was is None:
            continue
        if (one.lifted_ms, one.overturned_ms) != (was.lifted_ms, was.overturned_ms):
            assert id_ in may_end, f"{id_} fell with something else"
        waits = one.track is Track.LINKED_ACCOUNT and one.scope is Scope.INTEROP
        if was.over_ms is not None and not (waits and not one.is_hold):
            assert one.over_ms is not None, f"{id_} ends later than it did"
            assert one.over_ms <= was.over_ms, f"{id_} ends later than it did"
    for id_, state in now.verdicts.items():
        assert state == before.verdicts.get(id_) or id_ in done, f"no deed of {id_}"
    for id_, request in now.requests.items():
        assert request == before.requests.get(id_) or id_ in done, f"no deed of {id_}"
    for id_, case in now.cases.items():
        known = before.cases.get(id_)
        is_new = known is None and (case.state == "open" or case.violation_id in done)
        same = known is not None and case.state == known.state
        assert is_new or same or id_ in done, f"no deed of {id_}"


def _steps_climb_one_by_one(now: Seen, account: Account) -> None:
    standing = [one for one in now.history(account) if one.is_strike]
    for number, one in enumerate(standing, start=1):
        assert one.step in {None, min(number, 3)}, [(s.id, s.step, s.starts_ms) for s in standing]
    starts = [one.starts_ms for one in standing]
    assert len(starts) == len(set(starts)), "two steps for one incident"
    for one, after in pairwise(standing):
        assert after.violation_id is not None
        conduct = now.violations[after.violation_id]
        assert conduct.occurred_ms > one.starts_ms, "two steps for one incident"


def _holds_are_short_and_once(now: Seen) -> None:
    holds = [one for one in now.penalties.values() if one.is_hold]
    for one in holds:
        assert one.ends_ms is not None
        assert one.ends_ms - one.starts_ms <= 72 * HOUR_MS
    once = Counter((one.violation_id or one.case_id, one.scope) for one in holds)
    assert not [what for what, times in once.items() if times > 1]


def _grave_ones_took_two(now: Seen) -> None:
    for one in now.penalties.values():
        is_grave = one.scope in OF_ENTERPRISE or one.scope is Scope.MEMBER_ACCOUNT
        if not one.is_hold and (is_grave or one.is_permanent or one.severity == "severe"):
            assert len(set(one.decided_by)) >= 2, (one.id, one.decided_by)
            assert "contact-quota" not in one.decided_by


def _overturned_ones_count_for_nothing(now: Seen) -> None:
    for one in now.penalties.values():
        verdict = now.verdicts.get(one.violation_id or "")
        if one.overturned_ms is None or one.member_id is None or verdict is None:
            assert one.overturned_ms is not None or verdict != "overturned" or not one.member_id
            continue
        assert verdict in {"overturned", "dismissed"}, (one.id, verdict)


def _notices_come_once(now: Seen) -> None:
    told = Counter(now.notices)
    for id_, one in now.penalties.items():
        assert told["penalty.imposed", id_] == 1
        assert told["penalty.overturned", id_] == (one.overturned_ms is not None)
        assert told["penalty.ended", id_] <= 1
        if one.lifted_ms is not None:
            assert told["penalty.ended", id_] == 1


def _nothing_waits_for_what_was_decided(now: Seen) -> None:
    for one in now.penalties.values():
        case = now.cases.get(one.case_id or "")
        if one.is_hold and case is not None and case.state == "dismissed":
            assert one.lifted_ms is not None or one.overturned_ms is not None or _ran_out(one, case)
    for case in now.cases.values():
        if case.state == "dismissed" and case.violation_id is not None:
            assert now.verdicts[case.violation_id] in {"dismissed", "overturned"}


def _ran_out(one: Penalty, case: Case) -> bool:
    """Whether a hold had ended by itself when its case was decided."""
    said = case.decision
    return one.ends_ms is not None and said is not None and one.ends_ms <= said.at_ms

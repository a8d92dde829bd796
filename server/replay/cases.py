"""The cases of a replay: by the worker's rules, kept in memory, written as they come."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penalties.cases import (
    HELD,
    Action,
    Case,
    CaseDecision,
    Finding,
    Level,
    Today,
    decided,
    enforced,
    joined,
    opened,
)
from quota.adds import Restriction
from scoring.caps import seat_count
from scoring.events import Event
from scoring.working import Verdict, Working
from server.http.fields import instant
from server.replay.output import LinesFile
from server.replay.policies import InForce
from server.replay.tally import Account, Tally

ACTIONS: Mapping[str, Action] = {"case.confirmed": "confirm", "case.dismissed": "dismiss"}
"""What the line of a decision does to the account's open case."""
_NOBODY = "the replay's files"


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

    def __init__(self, working: Working, lines: LinesFile, tally: Tally) -> None:
        self._working = working
        self._lines = lines
        self._tally = tally
        self._open: dict[Account, Case] = {}
        self._put_off: dict[str, _PutOff] = {}
        self._enforced: Counter[tuple[str, int]] = Counter()
        self._enforced_in_all: Counter[int] = Counter()
        self._holding: dict[Account, dict[str, Case]] = {}
        self._changed: set[Account] = set()

    def folded(self, event: Event, verdicts: Sequence[Verdict], in_force: InForce) -> None:
        """What an event that was just folded means for cases."""
        self._retry(event, in_force)
        for verdict in verdicts:
            self._take(verdict, event, in_force)
        if event.type in ACTIONS:
            self._decide(event)

    def take_changed(self, now_ms: int) -> dict[Account, list[Restriction]]:
        """What binds each account whose holds changed since this was asked last."""
        changed, self._changed = self._changed, set()
        return {account: self._binding(account, now_ms) for account in sorted(changed, key=str)}

    def _take(self, verdict: Verdict, event: Event, in_force: InForce) -> None:
        account = verdict.enterprise_id, verdict.member_id
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
            account = case.enterprise_id, case.member_id
            self._enforced[case.enterprise_id, day] += 1
            self._enforced_in_all[day] += 1
            self._holding.setdefault(account, {})[case.id] = case
            self._changed.add(account)
        return case

    def _note_risen(self, before: Level, case: Case, at_ms: int, adds: int) -> None:
        if case.verdict == before:
            return
        self._tally.cases[before] -= 1
        self._tally.cases[case.verdict] += 1
        self._lines.write(case_line(case, at_ms, adds))

    def _keep(self, case: Case) -> None:
        account = case.enterprise_id, case.member_id
        self._open[account] = case
        if case.deferred_day is not None:
            put_off = self._put_off.setdefault(case.enterprise_id, _PutOff())
            put_off.day = case.deferred_day
            put_off.accounts[account] = None

    def _decide(self, event: Event) -> None:
        account = event.enterprise_id, event.member_id
        case = self._open.get(account)
        if case is None:
            return
        action, at_ms = ACTIONS[event.type], event.received_ms
        after = decided(case, CaseDecision(at_ms, action, _NOBODY, "", "", None))
        if after is None:
            return
        del self._open[account]
        if after.hold is not None and after.hold.lifted_ms is not None:
            self._holding[account].pop(case.id, None)
            self._changed.add(account)

    def _binding(self, account: Account, now_ms: int) -> list[Restriction]:
        return [
            Restriction(case.id, str(HELD), case.hold.ends_ms, may_apply=False, may_appeal=True)
            for case in self._holding.get(account, {}).values()
            if case.hold is not None and case.hold.state(now_ms) == "active"
        ]

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


def _finding(verdict: Verdict) -> Finding:
    names = (name for name in Finding.__dataclass_fields__ if name != "flags")
    return Finding(**{name: getattr(verdict, name) for name in names})

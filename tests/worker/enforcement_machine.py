"""Enforcement as people use it: reports, decisions, requests and answers, batches, pauses."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from penalties.cases import CaseDecision
from penalties.penalty import Penalty
from penalties.restrictions import Scope
from penalties.violation import Grounds
from server.enforcement import answering, batches, deciding, pausing, reporting, requesting
from server.enforcement.answering import Answer
from server.enforcement.batches import Selection
from server.enforcement.changes import Actor
from server.enforcement.deciding import CaseConflict
from server.enforcement.requesting import Asking, NotNow
from server.records.engine import Database
from server.worker.telling import Told
from tests.penalties.build import violation
from tests.worker.enforcement_record import HOUR_MS
from tests.worker.enforcement_world import EnforcementWorld, accounts_

T = TypeVar("T")
GROUNDS = Grounds("all", "most", "grave", "meant")

holders = st.sampled_from(("ann", "bob", "cat"))
faults = st.sampled_from([0, 0, 0, 1, 2, 3])
"""At which step of its transaction a call fails, to be made again; 0: at none."""
telling = st.sampled_from(["now", "now", "now", "late", "never"])
severities = st.sampled_from(["normal", "normal", "normal", "severe"])
wider = st.sampled_from([(), (), (Scope.ADMIN_ACCOUNT,), (Scope.ENTERPRISE_ACCOUNT,)])
kinds = st.sampled_from(["T1.HARASSING_CONTENT", "T1.INDUCED_SHARING", "T3.FRAUD"])


class EnforcementMachine(EnforcementWorld):
    """What people do, about accounts to which things happen by themselves."""

    @rule(
        account=accounts_,
        kind=kinds,
        severity=severities,
        scopes=wider,
        source=st.sampled_from(["own_initiative", "own_initiative", "user_report", "automated"]),
        ago_h=st.sampled_from([0, 0, 0, 1, 100]),
        holder=holders,
        at=faults,
        how=telling,
    )
    def report(
        self,
        account: tuple[str, str],
        kind: str,
        severity: Any,
        scopes: tuple[Scope, ...],
        source: Any,
        ago_h: int,
        holder: str,
        at: int,
        how: str,
    ) -> None:
        one = violation(
            f"v-{next(self.numbers)}",
            type=kind,
            severity=severity,
            scopes=frozenset(scopes if severity == "severe" else ()),
            grounds=GROUNDS if severity == "severe" else None,
            source=source,
            enterprise_id=account[0],
            member_id=account[1],
            occurred_ms=self.clock() - ago_h * HOUR_MS,
        )
        terms = self.terms(account[0])
        made = self.call(lambda db: reporting.report(db, one, Actor(holder, "k"), terms), at)
        self._tell(Told(made.penalties, [made.violation]), how)
        self._step()

    @precondition(lambda self: self.now.cases)
    @rule(
        data=st.data(),
        action=st.sampled_from(["confirm", "confirm", "dismiss", "escalate"]),
        severity=st.sampled_from([None, None, "normal", "severe"]),
        scopes=wider,
        holder=holders,
        at=faults,
        how=telling,
    )
    def decide(
        self,
        data: st.DataObject,
        action: Any,
        severity: Any,
        scopes: tuple[Scope, ...],
        holder: str,
        at: int,
        how: str,
    ) -> None:
        case = self.now.cases[data.draw(st.sampled_from(sorted(self.now.cases)))]
        severity = {"dismiss": None, "escalate": "severe"}.get(action, severity)
        is_grave = severity == "severe"
        said = CaseDecision(
            self.clock(),
            action,
            holder,
            "k",
            f"looked {next(self.numbers)}",
            severity,
            frozenset(scopes if is_grave else ()),
            GROUNDS if is_grave else None,
        )
        terms = self.terms(case.enterprise_id)
        try:
            made = self.call(lambda db: deciding.decide(db, case.id, said, terms), at)
        except CaseConflict:
            return
        settled = made.record if made.record.case.decision is not None else None
        self._tell(Told(made.penalties, made.violations, settled), how)
        holds = {one.id for one in self.now.penalties.values() if one.case_id == case.id}
        self._step({id_ for id_ in holds if self.now.penalties[id_].is_hold})

    @precondition(lambda self: self.now.penalties)
    @rule(
        data=st.data(),
        kind=st.sampled_from(["appeal", "appeal", "application"]),
        by=st.sampled_from(["administrator", "member"]),
        at=faults,
    )
    def file(self, data: st.DataObject, kind: Any, by: Any, at: int) -> None:
        one = self.now.penalties[data.draw(st.sampled_from(sorted(self.now.penalties)))]
        asking = Asking(kind, one.id, by, "wrong_link", f"not me {next(self.numbers)}")
        actor, terms = Actor(by, "k"), self.terms(one.enterprise_id)
        self.may_refuse(lambda db: requesting.file(db, asking, actor, terms), at)
        self._step()

    @precondition(lambda self: self.now.requests)
    @rule(data=st.data(), step=st.sampled_from(["review", "answer", "withdraw"]), at=faults)
    def move(self, data: st.DataObject, step: Any, at: int) -> None:
        request = self.now.requests[self._some_request(data)]
        terms = self.terms(request.enterprise_id)
        actor, text = Actor("bob", "k"), f"said {next(self.numbers)}"
        self.may_refuse(
            lambda db: requesting.move(db, request.id, step, actor, terms, text=text), at
        )
        self._step()

    @precondition(lambda self: self.now.requests)
    @rule(
        data=st.data(),
        outcome=st.sampled_from(
            ["overturned", "overturned", "overturned", "modified", "rejected", "need_information"]
        ),
        hours=st.sampled_from([None, -1, 1, 30]),
        holder=holders,
        at=faults,
        how=telling,
    )
    def answer(
        self,
        data: st.DataObject,
        outcome: str,
        hours: int | None,
        holder: str,
        at: int,
        how: str,
    ) -> None:
        request = self.now.requests[self._some_request(data)]
        if request.kind == "application" and outcome != "rejected":
            outcome, hours = "approved", None
        ends_ms = None if hours is None else self.clock() + hours * HOUR_MS
        made = Answer(request.kind, outcome, f"looked {next(self.numbers)}", ends_ms)
        actor, terms = Actor(holder, "k"), self.terms(request.enterprise_id)
        answered = self.may_refuse(
            lambda db: answering.answer(db, request.id, made, actor, terms), at
        )
        if answered is not None:
            self._tell(Told(answered.penalties, answered.violations), how)
        one = self.now.penalties[request.penalty_id]
        self._step(self._falls(one) if outcome == "overturned" else {one.id})

    @rule(hours=st.sampled_from([1, 30, 400]), first=holders, second=holders)
    def overturn_batch(self, hours: int, first: str, second: str) -> None:
        now_ms, reason = self.clock(), f"wrong {next(self.numbers)}"
        wanted = Selection(now_ms - hours * HOUR_MS, now_ms)
        for holder in (first, second):
            batch = self.run(batches.ask(self.database, wanted, reason, Actor(holder, "k"), now_ms))
            assert (batch.confirmed_by is None) == (holder == first)
        if first != second:
            for one in list(self.now.penalties.values()):
                if wanted.from_ms <= one.starts_ms < wanted.to_ms:
                    self.may_fall |= self._falls(one)
        self._step()

    @rule(pause=st.booleans())
    def pause_or_resume(self, *, pause: bool) -> None:
        self.run(self._pause(pause=pause))
        self._step()

    async def _pause(self, *, pause: bool) -> None:
        change = pausing.pause if pause else pausing.resume
        async with self.database.write() as connection:
            await change(connection, Actor("ann", "k"), "why", self.clock())

    def _some_request(self, data: st.DataObject) -> str:
        """By its place in the audit: ids are random, and an example has to be the same again."""
        deeds = [subject for _, subject in self.now.deeds]
        known = sorted(self.now.requests, key=deeds.index)
        return known[data.draw(st.integers(0, len(known) - 1))]

    def may_refuse(self, work: Callable[[Database], Coroutine[Any, Any, T]], at: int) -> T | None:
        """What came of a call, None where the rules say no."""
        try:
            return self.call(work, at)
        except NotNow:
            return None

    def _falls(self, one: Penalty) -> set[str]:
        """What may fall with a penalty: whatever is of its violation, and the holds of its case."""
        return {
            other.id
            for other in self.now.penalties.values()
            if other.id == one.id
            or (one.violation_id is not None and other.violation_id == one.violation_id)
            or (other.is_hold and one.case_id is not None and other.case_id == one.case_id)
        }

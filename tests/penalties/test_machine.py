"""Whatever is reported, decided, appealed and unblocked in whatever order: nobody gets too much."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from penalties.restrictions import Scope
from penalties.tracks import DAY_MS, HOUR_MS
from tests.penalties.build import case_of_patterns, violation
from tests.penalties.invariants import ACCOUNTS, POLICY, Watched
from tests.penalties.model_requests import Request

HOLDERS = ("ann", "bob", "cho")
LINKED = "T2.LINKED_WECHAT_BLOCKED"
DOCUMENTS = ("business_licence", "legal_person_id", "handheld_id", "authorisation_letter")

accounts = st.sampled_from(ACCOUNTS)
holders = st.sampled_from(HOLDERS)
severities = st.sampled_from(["normal", "normal", "severe"])
scopes = st.sampled_from(
    [frozenset(), frozenset(), frozenset({Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})]
)
places = st.integers(0, 30)
ago_ms = st.sampled_from([0, 1, HOUR_MS, 3 * DAY_MS, 40 * DAY_MS])


class Machine(Watched):
    """People and events at work on one record."""

    @initialize(automatic=st.sampled_from([0, 1]))
    def begin(self, automatic: int) -> None:
        ladder = POLICY.ladder.model_copy(update={"automatic_steps": automatic})
        self.record.policy = POLICY.model_copy(update={"ladder": ladder})

    @rule(
        account=accounts,
        type_=st.sampled_from(["T1.HARASSING_CONTENT", "T1.MALICIOUS_ADD", "T3.FRAUD", LINKED]),
        severity=severities,
        source=st.sampled_from(["own_initiative", "user_report", "automated"]),
        holder=holders,
        before_ms=ago_ms,
        wider=scopes,
        whole=st.integers(0, 9),
    )
    def report(
        self,
        account: tuple[str, str],
        type_: str,
        severity: str,
        source: str,
        holder: str,
        before_ms: int,
        wider: frozenset[Scope],
        whole: int,
    ) -> None:
        asked = violation(
            self._id(),
            type=type_,
            severity=severity,
            source=source,
            enterprise_id=account[0],
            member_id=account[1] if whole else None,
            occurred_ms=self.record.now_ms - before_ms,
            scopes=wider if severity == "severe" else frozenset(),
            linked_account_id=f"wx-{account[1]}" if type_ == LINKED else None,
        )
        with self.only_these_end({one.id for one in self.holds() if one.violation_id == asked.id}):
            self.record.report(asked, holder)

    @rule(account=accounts)
    def see_patterns(self, account: tuple[str, str]) -> None:
        case = case_of_patterns(self._id("k"), *account, self.record.now_ms)
        with self.only_these_end(set()):
            self.record.enforce(case, self._day())

    @precondition(lambda self: self.record.cases)
    @rule(place=places)
    def see_more(self, place: int) -> None:
        case = self._one(self.record.cases, place)
        with self.only_these_end(set()):
            self.record.enforce(case, self._day() + 1)

    @precondition(lambda self: self.record.cases)
    @rule(
        place=places,
        action=st.sampled_from(["confirm", "confirm", "dismiss", "escalate"]),
        holder=holders,
        severity=st.none() | severities,
        wider=scopes,
    )
    def decide(
        self,
        place: int,
        action: Any,
        holder: str,
        severity: Any,
        wider: frozenset[Scope],
    ) -> None:
        case = self._one(self.record.cases, place)
        asks = wider if severity == "severe" else frozenset()
        named = case.violation_id or f"v-{case.id}"
        own = {one.id for one in self.holds() if named == one.violation_id}
        own |= {one.id for one in self.holds() if one.case_id == case.id}
        with self.only_these_end(own):
            self.record.decide(case.id, action, holder, severity, asks)

    @precondition(lambda self: self.record.penalties)
    @rule(
        place=places,
        kind=st.sampled_from(["appeal", "application"]),
        role=st.sampled_from(["administrator", "member", "platform"]),
        holder=st.sampled_from([*HOLDERS, "firm"]),
        text=st.sampled_from(["It was not me.", "There is a new witness."]),
        grounds=st.sampled_from(["mistake", "wrong link"]),
    )
    def file(self, place: int, kind: Any, role: Any, holder: str, text: str, grounds: str) -> None:
        penalty = self._one(self.record.penalties, place)
        with self.only_these_end(set()):
            asked = Request(kind, penalty.id, role, holder, text, self.record.now_ms)
            self.record.file(asked, grounds)

    @precondition(lambda self: self.record.requests)
    @rule(
        place=places,
        outcome=st.sampled_from(
            ["overturned", "overturned", "approved", "modified", "rejected", "need_information"]
        ),
        holder=holders,
        shorter_ms=st.sampled_from([0, HOUR_MS, 3 * DAY_MS]),
        documents=st.sampled_from([DOCUMENTS, ()]),
    )
    def answer(
        self, place: int, outcome: str, holder: str, shorter_ms: int, documents: tuple[str, ...]
    ) -> None:
        record = self.record
        place %= len(record.requests)
        penalty = record.penalties[record.requests[place].penalty_id]
        same = {
            one.id
            for one in record.penalties.values()
            if one.violation_id is not None and one.violation_id == penalty.violation_id
        }
        alone = {penalty.id}
        record.corrected = set()
        before = dict(record.penalties)
        may_end = alone | same if outcome == "overturned" else alone
        with self.only_these_end(may_end, corrected=True):
            was_done = record.answer(place, outcome, holder, shorter_ms, documents)
        self.corrected_ms |= dict.fromkeys(record.corrected, record.now_ms)
        if outcome == "overturned" and was_done:
            self.is_as_if_it_had_never_been(penalty, before)

    @precondition(lambda self: any(one.is_strike for one in self.record.penalties.values()))
    @rule(place=places)
    def see_a_mistake(self, place: int) -> None:
        """A strike is overturned without being asked for, as batches do."""
        record, before = self.record, dict(self.record.penalties)
        strikes = {one.id: one for one in before.values() if one.is_strike}
        gone = self._one(strikes, place)
        same = {one.id for one in before.values() if one.violation_id == gone.violation_id}
        with self.only_these_end(same, corrected=True):
            record.corrected = record.overturn(gone)
        self.corrected_ms |= dict.fromkeys(record.corrected, record.now_ms)
        self.is_as_if_it_had_never_been(gone, before)

    @precondition(lambda self: self.record.requests)
    @rule(place=places, step=st.sampled_from(["review", "answer", "withdraw", "expire"]))
    def move(self, place: int, step: str) -> None:
        with self.only_these_end(set()):
            self.record.move(place % len(self.record.requests), step)

    @rule(account=accounts, state=st.sampled_from(["blocked", "unblocked"]), before_ms=ago_ms)
    def linked(self, account: tuple[str, str], state: str, before_ms: int) -> None:
        at_ms = self.record.now_ms - before_ms
        told = violation(
            self._id("l"),
            type=LINKED,
            source="automated",
            enterprise_id=account[0],
            member_id=account[1],
            occurred_ms=at_ms,
            linked_account_id=f"wx-{account[1]}",
        )
        mine = {
            one.id
            for one in self.record.penalties.values()
            if one.linked_account_id == told.linked_account_id
        }
        with self.only_these_end(mine):
            self.record.linked(told, state, at_ms)

    @rule(passed_ms=st.sampled_from([1, HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 40 * DAY_MS]))
    def wait(self, passed_ms: int) -> None:
        self.record.now_ms += passed_ms

    def _one(self, some: dict[str, Any], place: int) -> Any:
        return list(some.values())[place % len(some)]

    def _id(self, prefix: str = "v") -> str:
        self.number += 1
        return f"{prefix}{self.number}"

    def _day(self) -> int:
        return self.record.now_ms // DAY_MS


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

"""Whatever is reported, decided, appealed and unblocked in whatever order: nobody gets too much."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from penalties.catalogue import Track
from penalties.penalty import Penalty, binding, subject_of
from penalties.restrictions import BINDS, Scope, forbidden
from penalties.tracks import DAY_MS, HOUR_MS, STEPS, step_length_ms
from server.policy import default_policy
from tests.penalties.build import case_of_patterns, violation
from tests.penalties.model_requests import Office, Request

POLICY = default_policy().penalties
ACCOUNTS = [("acme", "li"), ("acme", "wang"), ("globex", "lee")]
PEOPLE = {("acme", "li"): "p1", ("globex", "lee"): "p1"}
HOLDERS = ("ann", "bob", "cho")
DOCUMENTS = ("business_licence", "legal_person_id", "handheld_id", "authorisation_letter")
OF_ACCOUNTS = frozenset({Scope.MEMBER_ACCOUNT, Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})

accounts = st.sampled_from(ACCOUNTS)
holders = st.sampled_from(HOLDERS)
severities = st.sampled_from(["normal", "normal", "severe"])
scopes = st.sampled_from(
    [frozenset(), frozenset(), frozenset({Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})]
)
places = st.integers(0, 30)
ago_ms = st.sampled_from([0, 1, HOUR_MS, 3 * DAY_MS, 40 * DAY_MS])


class Machine(RuleBasedStateMachine):
    """People and events at work on one record; what was true when is remembered beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Office(POLICY, PEOPLE)
        self.number = 0
        self.first_over: dict[str, float] = {}
        self.corrected_ms: dict[str, int] = {}

    @initialize(automatic=st.sampled_from([0, 1]))
    def begin(self, automatic: int) -> None:
        ladder = POLICY.ladder.model_copy(update={"automatic_steps": automatic})
        self.record.policy = POLICY.model_copy(update={"ladder": ladder})

    @rule(
        account=accounts,
        type_=st.sampled_from(["T1.HARASSING_CONTENT", "T1.MALICIOUS_ADD", "T3.FRAUD"]),
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
        )
        with self._only_these_end(
            {one.id for one in self._holds() if one.violation_id == asked.id}
        ):
            self.record.report(asked, holder)

    @rule(account=accounts)
    def see_patterns(self, account: tuple[str, str]) -> None:
        case = case_of_patterns(self._id("k"), *account, self.record.now_ms)
        with self._only_these_end(set()):
            self.record.enforce(case, self._day())

    @precondition(lambda self: self.record.cases)
    @rule(place=places)
    def see_more(self, place: int) -> None:
        case = self._one(self.record.cases, place)
        with self._only_these_end(set()):
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
        own = {one.id for one in self._holds() if named == one.violation_id}
        own |= {one.id for one in self._holds() if one.case_id == case.id}
        with self._only_these_end(own):
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
        with self._only_these_end(set()):
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
        with self._only_these_end(may_end, corrected=True):
            was_done = record.answer(place, outcome, holder, shorter_ms, documents)
        self.corrected_ms |= dict.fromkeys(record.corrected, record.now_ms)
        if outcome == "overturned" and was_done:
            self._is_as_if_it_had_never_been(penalty, before)

    @precondition(lambda self: self.record.requests)
    @rule(place=places, step=st.sampled_from(["review", "answer", "withdraw", "expire"]))
    def move(self, place: int, step: str) -> None:
        with self._only_these_end(set()):
            self.record.move(place % len(self.record.requests), step)

    @rule(account=accounts, state=st.sampled_from(["blocked", "unblocked"]), before_ms=ago_ms)
    def linked(self, account: tuple[str, str], state: str, before_ms: int) -> None:
        at_ms = self.record.now_ms - before_ms
        told = violation(
            self._id("l"),
            type="T2.LINKED_WECHAT_BLOCKED",
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
        with self._only_these_end(mine):
            self.record.linked(told, state, at_ms)

    @rule(passed_ms=st.sampled_from([1, HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 40 * DAY_MS]))
    def wait(self, passed_ms: int) -> None:
        self.record.now_ms += passed_ms

    @invariant()
    def nobody_climbs_two_steps_for_one_incident(self) -> None:
        for strikes in self._strikes().values():
            for place, one in enumerate(strikes):
                occurred_ms = self.record.violations[one.violation_id or ""].occurred_ms
                assert all(occurred_ms > before.starts_ms for before in strikes[:place])
            assert len({one.violation_id for one in strikes}) == len(strikes)

    @invariant()
    def nobody_serves_longer_than_imposed(self) -> None:
        for one in self.record.penalties.values():
            first = self.first_over.setdefault(one.id, _over(one))
            if one.linked_account_id is None:
                assert _over(one) <= first
            else:
                assert one.track is Track.LINKED_ACCOUNT
                assert one.scope is Scope.INTEROP

    @invariant()
    def what_an_unblocked_link_withheld_ends_within_a_day(self) -> None:
        for one in self.record.penalties.values():
            if one.linked_account_id is not None:
                state, at_ms, learned_ms = self.record.links[one.linked_account_id]
                if state == "unblocked":
                    assert _over(one) <= max(at_ms + DAY_MS, learned_ms)

    @invariant()
    def steps_are_those_of_the_violations_that_stand(self) -> None:
        for strikes in self._strikes().values():
            for place, one in enumerate(strikes):
                if one.step is None:
                    assert one.scope is Scope.MEMBER_ACCOUNT
                    continue
                assert one.step == min(place + 1, len(STEPS))
                lasts_ms = step_length_ms(one.step, self.record.policy)
                if lasts_ms is not None:
                    full_ms = one.starts_ms + lasts_ms
                    assert _over(one) <= max(full_ms, self.corrected_ms.get(one.id, 0))
                assert one.may_apply is (one.step == 1)
        for penalty in self.record.penalties.values():
            if penalty.is_strike:
                assert self.record.states[penalty.violation_id or ""] == "upheld"

    @invariant()
    def what_is_active_is_forbidden(self) -> None:
        now_ms = self.record.now_ms
        for account in ACCOUNTS:
            history = self.record.history(*account)
            held = [one.restriction() for one in binding(history, now_ms)]
            for one in history:
                if one.starts_ms <= now_ms < _over(one):
                    assert BINDS[one.scope] <= forbidden(held, now_ms)

    @invariant()
    def what_is_grave_was_said_by_two(self) -> None:
        for one in self.record.penalties.values():
            if one.scope in OF_ACCOUNTS or one.step == 3:
                assert len(set(one.decided_by)) == 2
            if one.automated:
                assert one.decided_by == ()
                assert one.step in (None, 1)
                assert one.is_hold or one.step == 1 or one.linked_account_id is not None

    @invariant()
    def holds_are_short_and_come_once(self) -> None:
        seen = set()
        for one in self._holds():
            assert one.ends_ms is not None
            assert one.ends_ms - one.starts_ms <= 72 * HOUR_MS
            assert not one.is_strike
            what = (one.scope, one.violation_id or one.case_id)
            assert what not in seen
            seen.add(what)

    @contextmanager
    def _only_these_end(self, ids: set[str], *, corrected: bool = False) -> Iterator[None]:
        """Lifting one never lifts another; a correction of the ladder names what it changes."""
        before = {one.id: _over(one) for one in self.record.penalties.values()}
        yield
        allowed = ids | self.record.corrected if corrected else ids
        for id_, over in before.items():
            assert id_ in allowed or _over(self.record.penalties[id_]) == over

    def _is_as_if_it_had_never_been(self, gone: Penalty, before: dict[str, Penalty]) -> None:
        """With what was served already, later steps come to no more than what stands calls for."""
        now_ms, after = self.record.now_ms, self.record.penalties
        assert not after[gone.id].is_strike
        assert not after[gone.id].binds_at(now_ms)
        ever = [one for one in before.values() if one.ordinal and _subject(one) == _subject(gone)]
        served_ms = _together([(one.starts_ms, min(_over(one), now_ms)) for one in ever])
        due: list[tuple[int, float]] = []
        for one in self._strikes().get(_subject(gone), []):
            lasts_ms = step_length_ms(one.step or 0, self.record.policy)
            due.append((one.starts_ms, inf if lasts_ms is None else one.starts_ms + lasts_ms))
            assert _over(one) >= min(now_ms, _over(before[one.id]))
            if one.id in self.record.corrected and one.binds_at(now_ms):
                # What would end as it starts lasts a millisecond.
                left_ms = max(0, _together(due) - served_ms)
                assert _over(one) <= max(now_ms + left_ms, one.starts_ms + 1)

    def _strikes(self) -> dict[str, list[Penalty]]:
        """What counts on the ladder, by person or account, in order."""
        found: dict[str, list[Penalty]] = {}
        for one in sorted(self.record.penalties.values(), key=lambda one: one.starts_ms):
            if one.is_strike:
                found.setdefault(_subject(one), []).append(one)
        return found

    def _holds(self) -> list[Penalty]:
        return [one for one in self.record.penalties.values() if one.is_hold]

    def _one(self, some: dict[str, Any], place: int) -> Any:
        return list(some.values())[place % len(some)]

    def _id(self, prefix: str = "v") -> str:
        self.number += 1
        return f"{prefix}{self.number}"

    def _day(self) -> int:
        return self.record.now_ms // DAY_MS


def _over(one: Penalty) -> float:
    return inf if one.over_ms is None else one.over_ms


def _subject(one: Penalty) -> str:
    return subject_of(one.enterprise_id, one.member_id, one.person_id)


def _together(spans: list[tuple[int, float]]) -> float:
    """How long spans are, what they share counted once."""
    length, end = 0.0, -inf
    for starts, ends in sorted(spans):
        length += max(0.0, ends - max(starts, end))
        end = max(end, ends)
    return length


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

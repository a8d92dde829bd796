"""What is true of a record whatever happened to it, watched while a state machine works on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from hypothesis.stateful import RuleBasedStateMachine, invariant

from penalties.catalogue import Track
from penalties.penalty import Penalty, binding, subject_of
from penalties.restrictions import BINDS, Scope, forbidden
from penalties.tracks import DAY_MS, HOUR_MS, STEPS, step_length_ms
from server.policy import default_policy
from tests.penalties.model_requests import Office

POLICY = default_policy().penalties
ACCOUNTS = [("acme", "li"), ("acme", "wang"), ("globex", "lee")]
PEOPLE = {("acme", "li"): "p1", ("globex", "lee"): "p1"}
OF_ACCOUNTS = frozenset({Scope.MEMBER_ACCOUNT, Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})


class Watched(RuleBasedStateMachine):
    """A record, and beside it what was true when."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Office(POLICY, PEOPLE)
        self.number = 0
        self.first_over: dict[str, float] = {}
        self.corrected_ms: dict[str, int] = {}

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
                never = "blocked", 0, 0
                state, at_ms, learned_ms = self.record.links.get(one.linked_account_id, never)
                if state == "unblocked" and one.starts_ms < learned_ms:
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
        for one in self.holds():
            assert one.ends_ms is not None
            assert one.ends_ms - one.starts_ms <= 72 * HOUR_MS
            assert not one.is_strike
            what = (one.scope, one.violation_id or one.case_id)
            assert what not in seen
            seen.add(what)

    @contextmanager
    def only_these_end(self, ids: set[str], *, corrected: bool = False) -> Iterator[None]:
        """Lifting one never lifts another; a correction of the ladder names what it changes."""
        before = {one.id: _over(one) for one in self.record.penalties.values()}
        yield
        allowed = ids | self.record.corrected if corrected else ids
        for id_, over in before.items():
            assert id_ in allowed or _over(self.record.penalties[id_]) == over

    def is_as_if_it_had_never_been(self, gone: Penalty, before: dict[str, Penalty]) -> None:
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

    def holds(self) -> list[Penalty]:
        return [one for one in self.record.penalties.values() if one.is_hold]


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

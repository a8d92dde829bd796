"""What our code does where the seed's §2 to §4 say something, one story each.

A story asserts what the sentence asks for and returns the ids of the published rules that its
statements of reasons quoted.
"""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from penalties.catalogue import Track, ViolationKind, catalogue
from penalties.penalty import Penalty, binding
from penalties.policy import PenaltiesPolicy
from penalties.restrictions import Function, Scope, forbidden
from penalties.rules import RULES
from penalties.tracks import DAY_MS, HOUR_MS
from server.policy import default_policy
from tests.penalties.build import case_of_patterns, violation
from tests.penalties.model_requests import Office, Request

POLICY = default_policy().penalties
ALL = frozenset(Function)
EXTERNAL = frozenset({Function.ACTIVE_ADD, Function.PASSIVE_ADD, Function.OTHER_EXTERNAL})
WIDER = frozenset({Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})
LINKED = "T2.LINKED_WECHAT_BLOCKED"

Rules = frozenset[str]
"""Ids of published rules."""


def office() -> Office:
    """An empty record under the shipped policy."""
    return Office(POLICY, {})


def told(record: Office, id_: str = "v1", **changed: object) -> list[Penalty]:
    """Reported by ann, who is joined by bob where it takes two; what it brought."""
    asked = violation(id_, **{"occurred_ms": record.now_ms, **changed})
    record.report(asked, "ann")
    if record.states[id_] == "reported":
        record.decide(f"c-{id_}", "confirm", "bob")
    return [one for one in record.penalties.values() if one.violation_id == id_ and not one.is_hold]


def ladder(record: Office, steps: int) -> list[Penalty]:
    """So many violations of one member, each some days after the one before."""
    made = []
    for number in range(1, steps + 1):
        record.now_ms += 10 * DAY_MS
        made += told(record, f"v{number}")
    return made


def withheld(record: Office, member_id: str = "li") -> frozenset[Function]:
    """What a member cannot do now."""
    own = [*record.history("acme", member_id), *record.history("acme", None)]
    held = binding(own, record.now_ms)
    return forbidden([one.restriction() for one in held], record.now_ms)


def quoted(record: Office) -> Rules:
    """The published rules that statements of reasons rest on."""
    texts = {one.statement["rule"] for one in record.penalties.values()}
    return frozenset(rule.id for rule in RULES.values() if rule.text in texts)


def asked(penalty: Penalty, kind: str = "application", role: str = "administrator") -> Request:
    """A request that `firm` files."""
    given = {"kind": kind, "role": role, "penalty_id": penalty.id, "filed_by": "firm"}
    return Request(text="We looked into it.", at_ms=0, **given)  # type: ignore[arg-type]


def of_kind(kind_id: str) -> Callable[[], Rules]:
    """A story of one kind of the catalogue: what its track begins with."""

    def story() -> Rules:
        record = office()
        kind = POLICY.catalogue[kind_id]
        (made,) = told(record, type=kind_id, linked_account_id="wx-1")
        expected = {
            Track.LADDER: (Scope.INTEROP, 1, False),
            Track.LINKED_ACCOUNT: (Scope.INTEROP, None, False),
            Track.PERMANENT: (Scope.MEMBER_ACCOUNT, None, True),
        }
        assert (made.scope, made.step, made.is_permanent) == expected[kind.track]
        assert kind.clause in str(made.statement["clause"])
        return quoted(record)

    return story


def patterns_hold_active_adds() -> Rules:
    """Malicious addition is looked for, too: held for now, and a person makes it a violation."""
    record = office()
    record.enforce(case_of_patterns("k1", "acme", "li", record.now_ms), 100)
    assert withheld(record) == {Function.ACTIVE_ADD}
    assert not any(one.is_strike for one in record.penalties.values())
    seen = quoted(record)
    record.decide("k1", "confirm", "ann")
    assert withheld(record) == EXTERNAL
    return seen | of_kind("T1.MALICIOUS_ADD")()


def a_ladder_of_the_member_alone() -> Rules:
    """Steps count the member's own violations, not a colleague's."""
    record = office()
    assert [one.step for one in ladder(record, 3)] == [1, 2, 3]
    (other,) = told(record, "w1", member_id="wang")
    assert other.step == 1
    again = violation("v9", occurred_ms=record.now_ms)
    record.report(again, "ann")
    assert not [one for one in record.penalties.values() if one.violation_id == "v9"]
    return quoted(record)


def the_first_is_short_and_may_be_applied_against() -> Rules:
    """72 hours, one application of the administrator's; granted, the strike stays."""
    record = office()
    (first,) = ladder(record, 1)
    assert (first.ends_ms or 0) - first.starts_ms == 72 * HOUR_MS
    assert withheld(record) == EXTERNAL
    assert record.file(replace(asked(first), role="member"), "") is not None
    assert record.file(asked(first), "") is None
    assert record.file(asked(first), "") is not None
    assert not record.answer(0, "approved", "ann", 0, ())
    assert record.answer(0, "approved", "bob", 0, ())
    assert withheld(record) == frozenset()
    assert record.penalties[first.id].is_strike
    return quoted(record)


def the_second_is_short_and_may_not() -> Rules:
    """168 hours and no application; that the facts are wrong may be said (§5.3)."""
    record = office()
    _, second = ladder(record, 2)
    assert (second.ends_ms or 0) - second.starts_ms == 168 * HOUR_MS
    assert record.file(asked(second), "") is not None
    assert record.file(asked(second, "appeal"), "mistake") is None
    return quoted(record)


def the_third_is_for_good() -> Rules:
    """Two people say so; until the second one did it is a hold."""
    record = office()
    ladder(record, 2)
    record.now_ms += 10 * DAY_MS
    record.report(violation("v3", occurred_ms=record.now_ms), "ann")
    (held,) = [one for one in record.history("acme", "li") if one.binds_at(record.now_ms)]
    assert held.is_hold
    record.decide("c-v3", "confirm", "ann")
    assert record.states["v3"] == "reported"
    record.decide("c-v3", "confirm", "bob")
    (third,) = [one for one in record.history("acme", "li") if one.step == 3]
    assert (third.ends_ms, third.decided_by) == (None, ("ann", "bob"))
    record.now_ms += 4_000 * DAY_MS
    assert withheld(record) == EXTERNAL
    return quoted(record)


def grave(track: int) -> Callable[[], Rules]:
    """Whatever came before: the member's account at once, the others where two ask for it."""
    type_ = {1: "T1.HARASSING_CONTENT", 2: LINKED, 3: "T3.FRAUD"}[track]

    def story() -> Rules:
        record = office()
        (alone,) = told(record, type=type_, severity="severe")
        assert (alone.scope, alone.is_permanent) == (Scope.MEMBER_ACCOUNT, True)
        assert len(alone.decided_by) == 2
        record = office()
        made = told(record, type=type_, severity="severe", scopes=WIDER)
        assert {one.scope for one in made} == {Scope.MEMBER_ACCOUNT, *WIDER}
        assert withheld(record) == ALL
        assert withheld(record, "wang") == ALL
        return quoted(record)

    return story


def blocked_link(record: Office, state: str, at_ms: int) -> None:
    """The WeChat account that li is linked to was blocked, or unblocked."""
    number = len(record.violations)
    event = violation(f"l{number}", type=LINKED, source="automated", linked_account_id="wx-1")
    record.linked(replace(event, occurred_ms=at_ms), state, at_ms)


def a_blocked_link_affects_the_member() -> Rules:
    """By itself, without a strike, and only whom the account is linked to."""
    record = office()
    blocked_link(record, "blocked", record.now_ms)
    (made,) = record.penalties.values()
    assert (made.automated, made.is_strike, made.step) == (True, False, None)
    assert (withheld(record), withheld(record, "wang")) == (EXTERNAL, frozenset())
    return quoted(record)


def other_functions_stay() -> Rules:
    """`interop` leaves the account itself alone."""
    record = office()
    blocked_link(record, "blocked", record.now_ms)
    assert ALL - withheld(record) == {Function.ACCOUNT, Function.ADMINISTRATION}
    return quoted(record)


def it_lasts_until_the_unblocking() -> Rules:
    """However long that takes; blocked again while it waits, it stays."""
    record = office()
    blocked_link(record, "blocked", record.now_ms)
    record.now_ms += 400 * DAY_MS
    assert withheld(record) == EXTERNAL
    blocked_link(record, "unblocked", record.now_ms)
    blocked_link(record, "blocked", record.now_ms + 1)
    record.now_ms += 400 * DAY_MS
    assert withheld(record) == EXTERNAL
    return quoted(record)


def it_ends_by_itself_within_a_day() -> Rules:
    """After the policy's hours, at most 24."""
    record = office()
    blocked_link(record, "blocked", record.now_ms)
    blocked_link(record, "unblocked", record.now_ms + HOUR_MS)
    hours = POLICY.linked_account.release_after_h
    assert hours <= 24
    record.now_ms += (1 + hours) * HOUR_MS - 1
    assert withheld(record) == EXTERNAL
    record.now_ms += 1
    assert withheld(record) == frozenset()
    return quoted(record)


def for_good_and_two_say_so() -> Rules:
    """Held on the first word, blocked on the second one's, whatever the number."""
    record = office()
    record.report(violation(type="T3.FRAUD", occurred_ms=record.now_ms), "ann")
    assert withheld(record) == EXTERNAL
    record.decide("c-v1", "confirm", "bob")
    assert withheld(record) == EXTERNAL | {Function.ACCOUNT}
    record.now_ms += 4_000 * DAY_MS
    assert withheld(record) == EXTERNAL | {Function.ACCOUNT}
    return quoted(record)


def kinds_may_be_added() -> Rules:
    """A deployment's own guidelines add kinds, under their own clause; none is redefined."""
    house = ViolationKind(id="T3.DEEPFAKE", track=Track.PERMANENT, clause="house 7", title="Fakes")
    record = office()
    plain = POLICY.model_dump(mode="json") | {"kinds": [house.model_dump(mode="json")]}
    record.policy = PenaltiesPolicy.model_validate_json(json.dumps(plain))
    (made,) = told(record, type=house.id)
    assert (made.scope, made.statement["clause"]) == (Scope.MEMBER_ACCOUNT, "house 7, §4.2")
    with pytest.raises(ValueError, match="already in the catalogue"):
        catalogue([house, house])
    return quoted(record)

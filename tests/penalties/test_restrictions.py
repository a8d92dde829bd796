import pytest
from hypothesis import given
from hypothesis import strategies as st

from penalties.restrictions import OF_ENTERPRISE, Function, Restriction, Scope, active, forbidden

ACTIVE, PASSIVE = Function.ACTIVE_ADD, Function.PASSIVE_ADD
ADDS = {ACTIVE, PASSIVE}
EXTERNAL = ADDS | {Function.OTHER_EXTERNAL}
ACCOUNT = EXTERNAL | {Function.ACCOUNT}
ALL = set(Function)
HOUR_MS = 3_600_000


def restriction(
    scope: Scope, starts_at_ms: int = 0, ends_at_ms: int | None = None, penalty_id: str = "p-1"
) -> Restriction:
    return Restriction(
        penalty_id=penalty_id,
        scope=scope,
        enterprise_id="acme",
        member_id=None if scope in OF_ENTERPRISE else "li",
        starts_at_ms=starts_at_ms,
        ends_at_ms=ends_at_ms,
        may_apply=False,
        may_appeal=True,
    )


# What the seed says of each, and what that binds.
TABLE = [
    (Scope.ACTIVE_ADDS, "a hold of active adds only, until a person decides", {ACTIVE}),
    (Scope.INTEROP, "§3.2 (other functions will not be affected)", EXTERNAL),
    (Scope.MEMBER_ACCOUNT, "§2.2 the member account will be directly blocked", ACCOUNT),
    (Scope.ADMIN_ACCOUNT, "§2.2 or even … the administrator account", {Function.ADMINISTRATION}),
    (Scope.ENTERPRISE_ACCOUNT, "§2.2 or even the enterprise account", ALL),
]


@pytest.mark.parametrize(("scope", "clause", "bound"), TABLE)
def test_a_scope_binds_what_the_seed_says(scope: Scope, clause: str, bound: set[Function]) -> None:
    assert scope.binds == bound, clause


def test_every_scope_is_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(Scope)


def test_it_holds_from_its_start_up_to_its_end() -> None:
    held = restriction(Scope.INTEROP, starts_at_ms=HOUR_MS, ends_at_ms=73 * HOUR_MS)
    assert not held.active_at(HOUR_MS - 1)
    assert held.active_at(HOUR_MS)
    assert held.active_at(73 * HOUR_MS - 1)
    assert not held.active_at(73 * HOUR_MS)


def test_a_permanent_one_never_ends() -> None:
    assert restriction(Scope.INTEROP).active_at(2**62)


def test_each_ends_alone_and_the_rest_still_hold() -> None:
    hold = restriction(Scope.ACTIVE_ADDS, 0, 72 * HOUR_MS, "p-1")
    ladder = restriction(Scope.INTEROP, 0, 24 * HOUR_MS, "p-2")
    assert active([hold, ladder], HOUR_MS) == (hold, ladder)
    assert forbidden([hold, ladder], HOUR_MS) == EXTERNAL
    assert forbidden([hold, ladder], 24 * HOUR_MS) == {ACTIVE}
    assert forbidden([hold, ladder], 72 * HOUR_MS) == frozenset()


def test_an_enterprise_restriction_covers_every_member_of_it_and_no_other() -> None:
    whole = restriction(Scope.ENTERPRISE_ACCOUNT)
    assert whole.covers("acme", "li")
    assert whole.covers("acme", "wang")
    assert not whole.covers("other", "li")


def test_a_members_restriction_covers_that_member_alone() -> None:
    own = restriction(Scope.INTEROP)
    assert own.covers("acme", "li")
    assert not own.covers("acme", "wang")
    assert not own.covers("other", "li")


MISFITS = [(Scope.INTEROP, None), (Scope.ENTERPRISE_ACCOUNT, "li"), (Scope.ADMIN_ACCOUNT, "li")]


@pytest.mark.parametrize(("scope", "member_id"), MISFITS)
def test_only_blocks_of_the_enterprise_have_no_member(scope: Scope, member_id: str | None) -> None:
    with pytest.raises(ValueError, match="needs a member"):
        Restriction("p", scope, "acme", member_id, 0, None, may_apply=False, may_appeal=False)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        restriction(Scope.INTEROP, starts_at_ms=5, ends_at_ms=5)


spans = st.tuples(st.sampled_from(Scope), st.integers(0, 50), st.none() | st.integers(1, 50)).map(
    lambda row: restriction(row[0], row[1], None if row[2] is None else row[1] + row[2])
)


@given(st.lists(spans), st.lists(spans), st.integers(0, 110))
def test_one_more_restriction_never_permits_more(
    some: list[Restriction], more: list[Restriction], now_ms: int
) -> None:
    assert forbidden(some, now_ms) | forbidden(more, now_ms) == forbidden(some + more, now_ms)

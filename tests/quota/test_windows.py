"""Sliding windows: exact in Python and in Lua, and never over-admitting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quota import keys, windows
from quota.ledger import Ledger
from quota.policy import EnterpriseBurst, Rules
from tests.conftest import Clock
from tests.quota.opening import counters_of, decide, set_caps, used
from tests.quota.rules import add, make_rules

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
NAME = "member_burst_active"
SLOT_MS = 5_000
times = st.lists(st.integers(0, 40 * SLOT_MS), max_size=30).map(sorted)


@given(times, st.integers(0, 60 * SLOT_MS))
def test_a_window_counts_for_its_length_and_at_most_a_slot_more(
    events_ms: list[int], later_ms: int
) -> None:
    now_ms = (events_ms[-1] if events_ms else 0) + later_ms
    packed = windows.pack(events_ms, now_ms, SLOT_MS)
    current, counts = windows.unpack(packed, now_ms, SLOT_MS)
    at_least = sum(now_ms - at < 12 * SLOT_MS for at in events_ms)
    at_most = sum(now_ms - at < 13 * SLOT_MS for at in events_ms)
    assert at_least <= sum(counts) <= at_most
    resets = windows.resets_at_ms(current, counts, now_ms, SLOT_MS)
    assert sum(windows.unpack(packed, resets, SLOT_MS)[1]) == 0
    assert resets == now_ms or sum(windows.unpack(packed, resets - 1, SLOT_MS)[1]) > 0


@given(times, st.integers(0, 60 * SLOT_MS), st.integers(0, 60 * SLOT_MS))
def test_unpacking_later_is_packing_later(events_ms: list[int], a: int, b: int) -> None:
    first = (events_ms[-1] if events_ms else 0) + a
    later = windows.unpack(windows.pack(events_ms, first, SLOT_MS), first + b, SLOT_MS)
    assert later == windows.unpack(windows.pack(events_ms, first + b, SLOT_MS), first + b, SLOT_MS)


def test_a_clock_that_went_back_forgets_nothing() -> None:
    events_ms = [100 * SLOT_MS, 101 * SLOT_MS]
    packed = windows.pack(events_ms, 99 * SLOT_MS, SLOT_MS)
    assert packed == windows.pack(events_ms, 101 * SLOT_MS, SLOT_MS)
    assert sum(windows.unpack(packed, 99 * SLOT_MS, SLOT_MS)[1]) == 2


def test_counts_are_sixteen_bits_and_stay_at_the_most() -> None:
    packed = windows.pack([0] * 70_000, 0, SLOT_MS)
    assert windows.unpack(packed, 0, SLOT_MS)[1][-1] == 65_535


async def test_lua_writes_what_python_packs(ledger: Ledger, clock: Clock) -> None:
    rules = make_rules(member_burst_active="100/minute")
    await set_caps(ledger, 100)
    await set_caps(ledger, 100, member=None)
    spent_ms = []
    for gap_ms in (0, 1, 4_999, 5_000, 0, 30_001, 12_345, 64_999, 65_000, 3, 700_000, 1):
        clock.forward(ms=gap_ms)
        spent_ms.append(clock.now_ms)
        await decide(ledger, add(f"c{len(spent_ms)}"), rules)
        key = keys.member(keys.shard_of("acme", ledger.shards), "acme", "li")
        packed = (await counters_of(ledger, key)).burst_active
        assert packed == windows.pack(spent_ms, clock.now_ms, 5_000)


@pytest.mark.parametrize("gaps_seed", range(4))
@pytest.mark.parametrize(
    ("name", "rate", "window_ms"),
    [
        ("member_burst_active", "7/hour", HOUR_MS),
        ("member_burst_passive", "5/minute", MINUTE_MS),
        ("enterprise_burst_active", "6/minute", MINUTE_MS),
    ],
)
async def test_no_sliding_window_ever_holds_more_than_the_burst(
    ledger: Ledger, clock: Clock, name: str, rate: str, window_ms: int, gaps_seed: int
) -> None:
    most = int(rate.split("/", maxsplit=1)[0])
    company = EnterpriseBurst(window="minute", share=0.0001, at_least=1_000)
    rules = make_rules(member_burst_active="1000/hour", enterprise_burst_active=company)
    if name.startswith("enterprise"):
        company = company.model_copy(update={"at_least": most})
        rules = make_rules(member_burst_active="1000/hour", enterprise_burst_active=company)
    else:
        rules = make_rules(enterprise_burst_active=company)
        policy = rules.policy.model_copy(update={name: rate})
        rules = Rules(policy, rules.starting, rules.version)
    for member in ("li", None):
        await set_caps(ledger, 10_000, 10_000, member=member)
    by = "contact" if name.endswith("passive") else "member"
    admitted: list[int] = []
    for n in range(120):
        clock.forward(ms=(n * 7919 * (gaps_seed + 1) % 1000) * window_ms // 7000)
        decision = await decide(ledger, add(f"c{n}", initiated_by=by), rules)
        inside = [at for at in admitted if clock.now_ms - at < window_ms]
        if decision.allowed:
            admitted.append(clock.now_ms)
            assert len(inside) < most
        else:
            assert decision.binding_limit == name
            thirteen = [at for at in admitted if clock.now_ms - at < window_ms * 13 // 12]
            assert len(thirteen) >= most
    assert most < len(admitted) < 120


async def test_a_burst_denial_says_when_it_has_room(ledger: Ledger, clock: Clock) -> None:
    rules = make_rules(member_burst_active="2/minute")
    await decide(ledger, add("c1"), rules)
    clock.forward(ms=20_000)
    await decide(ledger, add("c2"), rules)
    denied = await decide(ledger, add("c3"), rules)
    assert denied.retry_at_ms is not None
    clock.now_ms = denied.retry_at_ms - 1
    assert not (await decide(ledger, add("c3"), rules)).allowed
    clock.forward(ms=1)
    assert (await decide(ledger, add("c3"), rules)).allowed


@pytest.mark.parametrize(("before", "after"), [("3/minute", "3/hour"), ("3/hour", "3/minute")])
async def test_a_new_window_length_in_the_policy_binds_within_a_window(
    ledger: Ledger, clock: Clock, before: str, after: str
) -> None:
    """Slots written under the old length must neither block for years nor break anything."""
    old, new = make_rules(member_burst_active=before), make_rules(member_burst_active=after)
    await set_caps(ledger, 100)
    await set_caps(ledger, 100, member=None)
    for n in range(3):
        assert (await decide(ledger, add(f"c{n}"), old)).allowed
    await decide(ledger, add("c4"), new)
    clock.forward(hours=1, minutes=5)
    assert await used(ledger, new, NAME) == 0
    fresh = [await decide(ledger, add(f"d{n}"), new) for n in range(4)]
    assert [d.reason for d in fresh] == ["ok"] * 3 + ["member_burst"]

"""What a spend checks, in which order, and what it charges."""

from collections.abc import Awaitable, Callable

import pytest

from quota import keys
from quota.adds import Add, Decision, Mode, Restriction
from quota.ledger import Ledger
from quota.policy import EnterpriseBurst, Rules, StartingCaps, UnknownAccounts
from quota.shard_log import Caps
from tests.conftest import Clock
from tests.quota.opening import decide, events_of, set_caps, set_cooldown, snapshot, used
from tests.quota.rules import add, make_rules

TIGHT = make_rules(
    starting=StartingCaps(2, 2, 3, 3),
    handover_daily=1,
    member_burst_active="3/hour",
    enterprise_burst_active=EnterpriseBurst(window="minute", share=0.01, at_least=3),
)
COUNTED = (
    "member_daily_active",
    "enterprise_daily_active",
    "member_burst_active",
    "enterprise_burst_active",
)
FOREVER = Restriction("p1", "interop", None, True, True)


async def restrict_enterprise(ledger: Ledger, _: Clock) -> None:
    await ledger.accounts.restrict("acme", None, [FOREVER])


async def restrict_member(ledger: Ledger, _: Clock) -> None:
    await ledger.accounts.restrict("acme", "li", [FOREVER])


async def cool_down(ledger: Ledger, clock: Clock) -> None:
    await set_cooldown(ledger, "c1", clock.now_ms + 86_400_000)


async def member_cap(ledger: Ledger, _: Clock) -> None:
    await set_caps(ledger, 0)


async def enterprise_cap(ledger: Ledger, _: Clock) -> None:
    await set_caps(ledger, 0, member=None)


async def member_burst(ledger: Ledger, clock: Clock) -> None:
    """Three adds of li in the hour, the most, and none in the enterprise's minute."""
    await set_caps(ledger, 9)
    await set_caps(ledger, 9, member=None)
    await ledger.spend([add(f"x{n}") for n in range(3)], TIGHT)
    clock.forward(minutes=2)


async def enterprise_burst(ledger: Ledger, _: Clock) -> None:
    """Three adds of others in the minute, the most."""
    await set_caps(ledger, 9, member=None)
    await ledger.spend([add(f"y{n}", member=f"m{n}") for n in range(3)], TIGHT)


Obstacle = Callable[[Ledger, Clock], Awaitable[None]]
ORDER: list[tuple[str, Obstacle, str | None]] = [
    ("enterprise_restricted", restrict_enterprise, None),
    ("member_restricted", restrict_member, None),
    ("contact_cooldown", cool_down, None),
    ("member_daily_cap", member_cap, "member_daily_active"),
    ("enterprise_daily_cap", enterprise_cap, "enterprise_daily_active"),
    ("member_burst", member_burst, "member_burst_active"),
    ("enterprise_burst", enterprise_burst, "enterprise_burst_active"),
]


@pytest.mark.parametrize("first", range(len(ORDER)), ids=[reason for reason, _, _ in ORDER])
async def test_the_first_check_that_fails_is_the_reason(
    ledger: Ledger, clock: Clock, first: int
) -> None:
    reason, _, binding = ORDER[first]
    due = ORDER[first:]
    for _, obstacle, _ in [*due[-2:], *due[:-2]]:
        await obstacle(ledger, clock)
    decision = await decide(ledger, add(), TIGHT)
    assert (decision.allowed, decision.reason, decision.state) == (False, reason, "denied")
    assert decision.binding_limit == binding
    assert tuple(limit.name for limit in decision.limits) == COUNTED


async def test_hand_overs_charge_only_their_own_cap(ledger: Ledger) -> None:
    await set_caps(ledger, 0, passive=0)
    await set_caps(ledger, 0, passive=0, member=None)
    allowed = await decide(ledger, add(way="shared_by_member"), TIGHT)
    denied = await decide(ledger, add("c2", way="admin_assigned"), TIGHT)
    assert allowed.allowed
    assert [limit.name for limit in allowed.limits] == ["handover_daily"]
    assert (denied.reason, denied.binding_limit) == ("handover_cap", "handover_daily")
    assert denied.retry_at_ms == denied.limits[0].resets_at_ms
    assert await used(ledger, TIGHT, "enterprise_daily_active") == 0
    assert await used(ledger, TIGHT, "member_daily_active") == 0
    assert await used(ledger, TIGHT, "member_burst_active") == 0


async def test_passive_adds_have_caps_and_a_burst_of_their_own(ledger: Ledger) -> None:
    rules = make_rules(member_burst_passive="2/minute")
    scans = [add(f"c{n}", initiated_by="contact", way="qr_code") for n in range(3)]
    first, second, third = [await decide(ledger, scan, rules) for scan in scans]
    assert first.allowed
    assert second.allowed
    assert (third.reason, third.binding_limit) == ("member_burst", "member_burst_passive")
    assert await used(ledger, rules, "member_daily_passive") == 2
    assert await used(ledger, rules, "enterprise_daily_passive") == 2
    assert await used(ledger, rules, "member_daily_active") == 0


@pytest.mark.parametrize("first", range(len(ORDER)), ids=[reason for reason, _, _ in ORDER])
async def test_a_denial_charges_nothing_and_is_still_an_event(
    ledger: Ledger, clock: Clock, first: int
) -> None:
    reason, obstacle, _ = ORDER[first]
    await decide(ledger, add("other", member="wang", initiated_by="contact"), TIGHT)
    await obstacle(ledger, clock)
    before = [await used(ledger, TIGHT, name) for name in COUNTED]
    events = len(await events_of(ledger))
    denied = await decide(ledger, add("c1"), TIGHT)
    assert denied.reason == reason
    assert [await used(ledger, TIGHT, name) for name in COUNTED] == before
    event = (await events_of(ledger))[events:]
    assert [(e["type"], e["allowed"], e["reason"]) for e in event] == [
        ("add.requested", False, reason)
    ]


async def test_cutting_the_cap_never_grants_quota(ledger: Ledger, rules: Rules) -> None:
    for n in range(4):
        assert (await decide(ledger, add(f"c{n}"), rules)).allowed
    for cap in (4, 3, 0):
        await set_caps(ledger, cap)
        denied = await decide(ledger, add(f"cut to {cap}"), rules)
        limit = denied.limits[0]
        assert denied.reason == "member_daily_cap"
        assert (limit.cap, limit.used, limit.remaining) == (cap, 4, 0)


async def test_raising_the_cap_works_at_once(ledger: Ledger, rules: Rules) -> None:
    await set_caps(ledger, 1)
    assert (await decide(ledger, add("c1"), rules)).allowed
    assert not (await decide(ledger, add("c2"), rules)).allowed
    await set_caps(ledger, 2)
    assert (await decide(ledger, add("c2"), rules)).allowed
    assert (await decide(ledger, add("c3"), rules)).limits[0].used == 2


async def test_an_older_fold_does_not_take_back_newer_caps(ledger: Ledger, rules: Rules) -> None:
    shard = keys.shard_of("acme", ledger.shards)
    for seq, active in ((7, 9), (3, 1)):
        caps = [Caps("acme", "li", active, 9, seq)]
        await ledger.log.publish(shard, fence=1, seq=0, caps=caps, cooldowns=[])
    member = await ledger.accounts.member("acme", "li", rules)
    assert member.limit("member_daily_active").cap == 9


async def test_a_restriction_of_active_adds_leaves_passive_ones_alone(
    ledger: Ledger, rules: Rules
) -> None:
    await ledger.accounts.restrict(
        "acme", "li", [Restriction("p", "active_adds", None, False, True)]
    )
    assert (await decide(ledger, add(), rules)).reason == "member_restricted"
    assert (await decide(ledger, add(initiated_by="contact"), rules)).allowed
    await ledger.accounts.restrict("acme", "li", [FOREVER])
    assert (await decide(ledger, add("c2", initiated_by="contact"), rules)).restriction == FOREVER


async def test_a_restriction_ends_by_the_clock_and_lifting_works_at_once(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    ends = clock.now_ms + 3_600_000
    await ledger.accounts.restrict("acme", "li", [Restriction("p", "interop", ends, True, True)])
    assert (await decide(ledger, add(), rules)).retry_at_ms == ends
    clock.now_ms = ends
    assert (await decide(ledger, add(), rules)).allowed
    await ledger.accounts.restrict("acme", "li", [FOREVER])
    assert (await decide(ledger, add("c2"), rules)).retry_at_ms is None
    await ledger.accounts.restrict("acme", "li", [])
    assert (await decide(ledger, add("c2"), rules)).allowed


async def test_an_enterprise_may_be_restricted_before_it_is_ever_seen(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    await restrict_enterprise(ledger, clock)
    assert (await decide(ledger, add(), rules)).reason == "enterprise_restricted"
    state = await ledger.accounts.enterprise("acme", rules)
    assert (state.time_zone, state.restrictions) == ("Asia/Shanghai", (FOREVER,))
    await ledger.accounts.restrict("acme", None, [])
    assert (await decide(ledger, add("c2"), rules)).allowed
    assert (await ledger.accounts.enterprise("acme", rules)).time_zone == "Asia/Shanghai"


async def test_of_several_restrictions_the_one_that_ends_last_is_named(
    ledger: Ledger, rules: Rules, clock: Clock
) -> None:
    ends = [clock.now_ms + ms for ms in (-1, 60_000, 180_000, 120_000)]
    several = [Restriction(f"p{n}", "interop", e, True, True) for n, e in enumerate(ends)]
    await ledger.accounts.restrict("acme", None, several)
    denied = await decide(ledger, add(), rules)
    assert (denied.restriction, denied.retry_at_ms) == (several[2], ends[2])
    await ledger.accounts.restrict("acme", None, [several[2], FOREVER, several[1]])
    denied = await decide(ledger, add(), rules)
    assert (denied.restriction, denied.retry_at_ms) == (FOREVER, None)


async def test_a_cool_down_binds_aliases_and_tells_no_time(ledger: Ledger, clock: Clock) -> None:
    rules = make_rules()
    await cool_down(ledger, clock)
    await set_cooldown(ledger, "c2", clock.now_ms + 3_600_000, member="li")
    under_a_new_key: Add = add("c1-rehashed", aliases=("c0", "c1"))
    denied = await decide(ledger, under_a_new_key, rules)
    assert (denied.reason, denied.retry_at_ms) == ("contact_cooldown", None)
    assert (await decide(ledger, add("c2"), rules)).reason == "contact_cooldown"
    assert (await decide(ledger, add("c2", member="wang"), rules)).allowed
    assert (await decide(ledger, add("c1", initiated_by="contact"), rules)).allowed


async def test_a_cool_down_is_never_shortened(ledger: Ledger, rules: Rules, clock: Clock) -> None:
    await set_cooldown(ledger, "c1", clock.now_ms + 7_200_000)
    await set_cooldown(ledger, "c1", clock.now_ms + 3_600_000)
    clock.forward(hours=1)
    assert (await decide(ledger, add(), rules)).reason == "contact_cooldown"
    clock.forward(hours=1)
    assert (await decide(ledger, add(), rules)).allowed


async def test_a_peek_answers_the_same_and_leaves_no_trace(ledger: Ledger, rules: Rules) -> None:
    peeking = add("new contact", mode=Mode.PEEK)
    before = await snapshot(ledger.redis)
    peeked = await decide(ledger, peeking, rules)
    assert await snapshot(ledger.redis) == before
    spent = await decide(ledger, peeking._replace(mode=Mode.SPEND), rules)
    assert (peeked.allowed, peeked.reason) == (spent.allowed, spent.reason)
    assert (peeked.state, spent.state) == ("peeked", "spent")
    assert [x.used + 1 for x in peeked.limits] == [x.used for x in spent.limits]


async def test_at_most_so_many_new_accounts_begin_in_a_minute(ledger: Ledger, clock: Clock) -> None:
    rules = make_rules(unknown_accounts=UnknownAccounts(mode="create", new_per_minute=2))
    newcomers = [add(member=f"m{n}", enterprise=f"e{n}") for n in range(3)]
    answers = await ledger.spend(newcomers, rules)
    assert [getattr(a, "code", "decided") for a in answers] == [
        "decided",
        "decided",
        "new_accounts",
    ]
    assert getattr(answers[2], "retry_after_s", None) == 60 - clock.now_ms // 1000 % 60
    clock.forward(minutes=1)
    (answer,) = await ledger.spend(newcomers[2:], rules)
    assert getattr(answer, "allowed", False)


async def test_a_newcomer_is_refused_as_often_as_it_asks(ledger: Ledger) -> None:
    """Within one group, too, and also after a peek of its."""
    rules = make_rules(unknown_accounts=UnknownAccounts(mode="create", new_per_minute=1))
    batch = [add(), *[add(member="wang", mode=m) for m in (Mode.SPEND, Mode.PEEK, Mode.SPEND)]]
    answers = await ledger.spend(batch, rules)
    codes = [getattr(answer, "code", "decided") for answer in answers]
    assert codes == ["decided", "new_accounts", "decided", "new_accounts"]
    assert await used(ledger, rules, "enterprise_daily_active") == 1


async def test_the_policy_may_refuse_unknown_accounts(ledger: Ledger) -> None:
    rules = make_rules(unknown_accounts=UnknownAccounts(mode="refuse", new_per_minute=9))
    await set_caps(ledger, 3, member="known")
    unknown, known = await ledger.spend([add(), add(member="known")], rules)
    assert getattr(unknown, "code", None) == "unknown_account"
    assert getattr(known, "allowed", False)
    assert len(await events_of(ledger)) == 1


async def test_a_batch_is_decided_in_order_each_alone(ledger: Ledger, rules: Rules) -> None:
    batch = [add(f"c{n}", enterprise=e) for n in range(7) for e in ("acme", "bolt", "crag", "dusk")]
    answers = await ledger.spend(batch, rules)
    decisions = [answer for answer in answers if isinstance(answer, Decision)]
    assert [d.allowed for d in decisions] == [True] * 20 + [False] * 8
    assert [d.limits[0].used for d in decisions[::4]] == [1, 2, 3, 4, 5, 5, 5]

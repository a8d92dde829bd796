"""A state machine that does the same to a ledger and to the model and wants the same answers.

Keys that end by the real time have five seconds at least, and are given more at once: the machine
may stand still for longer, while the clock of the examples does not move.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from quota import keys
from quota.accounts import AccountState
from quota.adds import Add, Decision, Kind, LimitState, Mode, Refusal, Restriction
from quota.calls import Event
from quota.ledger import Appended, Ledger
from quota.policy import EnterpriseBurst, Refunds, StartingCaps, UnknownAccounts
from quota.shard_log import Caps, Cooldown
from tests.conftest import Clock
from tests.quota.conftest import NewRedis
from tests.quota.model import Model
from tests.quota.model_limits import Account, Limit, limits
from tests.quota.model_records import Answer
from tests.quota.opening import open_shards
from tests.quota.rules import make_rules

T = TypeVar("T")
NOON_MS = 1_795_320_000_000
OUTLAST_MS = 3_600_000
"""How long keys live at least: longer than any example takes."""
COMPANIES = ("acme", "bolt", "crag")
MEMBERS = ("li", "wang", "zhao")
CONTACTS = ("c1", "c2", "c3", "c4")
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "America/Havana",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
WAYS = ("unknown", "unknown", "qr_code", "qr_code", "admin_assigned")
RULES = make_rules(
    starting=StartingCaps(3, 3, 6, 5),
    handover_daily=3,
    member_burst_active="4/hour",
    member_burst_passive="3/minute",
    enterprise_burst_active=EnterpriseBurst(window="minute", share=0.5, at_least=3),
    refunds=Refunds(window_min=10, share=0.5, at_least=1),
    unknown_accounts=UnknownAccounts(mode="create", new_per_minute=4),
)

companies = st.sampled_from(COMPANIES)
members = st.sampled_from(MEMBERS)
contacts = st.sampled_from(CONTACTS)
minutes = st.sampled_from([1, 5, 60, 60 * 24, 60 * 24 * 30])
hold_s = st.sampled_from([5, 60, 600, 3600])


@st.composite
def adds(draw: st.DrawFn) -> Add:
    """An add of few accounts and contacts, so that repeats and conflicts are common."""
    mode = draw(st.sampled_from([Mode.SPEND, Mode.SPEND, Mode.SPEND, Mode.HOLD, Mode.PEEK]))
    return Add(
        draw(companies),
        draw(members),
        draw(contacts),
        way=draw(st.sampled_from(WAYS)),
        initiated_by=draw(st.sampled_from(["member", "member", "contact"])),
        mode=mode,
        hold_s=draw(hold_s) if mode is Mode.HOLD else None,
        request_id=draw(st.sampled_from([None, None, None, "r1", "r2", "r3"])),
        greeting_hash=draw(st.sampled_from([None, None, None, "g1"])),
    )


@st.composite
def restrictions(draw: st.DrawFn) -> tuple[str, int | None]:
    """A scope and for how many minutes, None for good."""
    scope = draw(st.sampled_from(["active_adds", "interop", "member_account"]))
    return scope, draw(st.none() | minutes)


class LedgerMachine(RuleBasedStateMachine):
    """Subclasses say which Redis; `new_redis` is called in the machine's own loop."""

    new_redis: NewRedis

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock(NOON_MS)
        self.redis = self.run(type(self).new_redis())
        self.ledger = Ledger(self.redis, shards=2, clock_ms=self.clock)
        self.run(open_shards(self.ledger))
        self.model = Model(RULES, shards=2)
        self.decided: dict[str, tuple[object, ...]] = {}
        self.folded = 0
        self.penalties = 0
        self.appended = 0
        self.days: dict[str, tuple[int, int]] = {}

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """The result of a call in the machine's loop."""
        return self.runner.run(call)

    def teardown(self) -> None:
        self.run(self.redis.aclose())
        self.runner.close()

    @rule(batch=st.lists(adds(), min_size=1, max_size=3))
    def spend(self, batch: list[Add]) -> None:
        wanted = self.model.spend(batch, self.clock.now_ms)
        answers = self.run(self.ledger.spend(batch, RULES))
        self.run(self._outlast(batch, answers))
        for add, answer, want in zip(batch, answers, wanted, strict=True):
            assert comparable(answer) == want, add
            if isinstance(answer, Decision) and add.mode is not Mode.PEEK:
                assert isinstance(want, Answer)
                assert self.decided.get(answer.decision_id, want.key) == want.key
                self.decided[answer.decision_id] = want.key

    async def _outlast(self, batch: Sequence[Add], answers: Sequence[Decision | Refusal]) -> None:
        """Denials on record may be about to end: a moment before midnight, or of a burst."""
        for add, answer in zip(batch, answers, strict=True):
            if isinstance(answer, Decision) and answer.retry_at_ms and add.mode is not Mode.PEEK:
                name = keys.record(self.shard(add.enterprise_id), answer.decision_id)
                await self.redis.pexpire(name, OUTLAST_MS)

    @rule(data=st.data(), action=st.sampled_from(["commit", "cancel"]))
    def settle(self, data: st.DataObject, action: Any) -> None:
        ids = [*self.decided, "0-neverheardof"]
        decision_id = data.draw(st.sampled_from(ids))
        key = self.decided.get(decision_id, ())
        want = self.model.settle(key, action, self.clock.now_ms)
        got = self.run(self.ledger.settle(decision_id, action, RULES))
        assert (got.state, got.conflict is not None) == want

    @rule(minutes=st.sampled_from([1 / 12, 1 / 4, 1, 5, 11, 60, 240, 1440, 2880]))
    def forward(self, minutes: float) -> None:
        self.clock.forward(minutes=minutes)

    @rule(company=companies, ms=st.sampled_from([-5000, 0]))
    def forward_to_midnight(self, company: str, ms: int) -> None:
        ends = self.model.today(self.model.company(company), self.clock.now_ms).end_ms
        self.clock.now_ms = max(self.clock.now_ms, ends + ms)

    @rule(company=companies, member=st.none() | members, caps=st.tuples(*[st.integers(0, 8)] * 2))
    def publish_caps(self, company: str, member: str | None, caps: tuple[int, int]) -> None:
        self.folded += 1
        account = self.account(company, member)
        account.caps = {"active": caps[0], "passive": caps[1]}
        self.publish([Caps(company, member, *caps, seq=self.folded)], [])

    @rule(company=companies, member=st.none() | members, contact=contacts, minutes=minutes)
    def publish_cooldown(
        self, company: str, member: str | None, contact: str, minutes: int
    ) -> None:
        until_ms = self.clock.now_ms + minutes * 60_000
        key = (company, contact, member)
        self.model.cooldowns[key] = max(self.model.cooldowns.get(key, 0), until_ms)
        self.publish([], [Cooldown(company, contact, member, until_ms)])

    def publish(self, caps: Sequence[Caps], cooldowns: Sequence[Cooldown]) -> None:
        company = caps[0].enterprise_id if caps else cooldowns[0].enterprise_id
        shard = self.shard(company)
        log = self.ledger.log
        assert self.run(log.publish(shard, fence=1, seq=0, caps=caps, cooldowns=cooldowns))

    @rule(
        company=companies,
        member=st.none() | members,
        items=st.lists(restrictions(), max_size=3),
    )
    def restrict(
        self, company: str, member: str | None, items: list[tuple[str, int | None]]
    ) -> None:
        """Sets or, with no items, lifts the account's restrictions."""
        active = []
        for scope, minutes in items:
            self.penalties += 1
            ends = None if minutes is None else self.clock.now_ms + minutes * 60_000
            active.append(Restriction(f"p{self.penalties}", scope, ends, True, False))
        unlike = {r.ends_at_ms: r for r in active}  # ties have no one answer
        self.account(company, member).restrictions = tuple(unlike.values())
        self.run(self.ledger.accounts.restrict(company, member, tuple(unlike.values())))

    @rule(company=companies, zone=st.sampled_from(ZONES))
    def change_zone(self, company: str, zone: str) -> None:
        self.model.change_zone(company, zone, self.clock.now_ms)
        self.run(self.ledger.accounts.change_zone(company, zone))

    @rule(company=companies)
    def append(self, company: str) -> None:
        """An event, given twice in one call."""
        self.appended += 1
        body = {"type": "enterprise.updated", "at": self.clock.now_ms, "enterprise_id": company}
        event = Event(company, f"e{self.appended}", body)
        self.model.append(company, self.clock.now_ms)
        zone = RULES.policy.default_time_zone
        assert self.run(self.ledger.append([event, event], zone)) == Appended(1, 1)

    @rule(shard=st.sampled_from([0, 1]))
    def expire_holds(self, shard: int) -> None:
        self.model.return_expired(shard, self.clock.now_ms)
        self.run(self.ledger.log.expire_holds(shard))

    @invariant()
    def accounts_are_equal(self) -> None:
        for company in self.model.companies:
            self.run(self._compare(company))

    async def _compare(self, company: str) -> None:
        accounts = self.ledger.accounts
        whole = await accounts.enterprise(company, RULES)
        self._equal(whole, company, None)
        if self.model.company(company).today is not None:
            self._days_are_long_and_in_order(company, whole)
        states = await accounts.members(company, MEMBERS, RULES)
        for member, state in zip(MEMBERS, states, strict=True):
            self._equal(state, company, member)

    def _equal(self, state: AccountState, company: str, member: str | None) -> None:
        model, now = self.model, self.clock.now_ms
        own = model.company(company)
        today = model.today(own, now)
        person = model.member(company, member or MEMBERS[0])
        kinds = (Kind.ACTIVE, Kind.PASSIVE) + ((Kind.HANDOVER,) if member is None else ())
        found = [x for kind in kinds for x in limits(RULES, kind, own, person, today, now)]
        prefix = "member" if member else ("enterprise", "handover")
        want = {limit for limit in found if limit.name.startswith(prefix)}
        assert {_limit(limit) for limit in state.limits} == want
        assert (state.day, state.day_end_ms) == (today.number, today.end_ms)
        assert state.time_zone == (own.zone or RULES.policy.default_time_zone)
        held = self.account(company, member).restrictions
        live = {r for r in held if r.ends_at_ms is None or r.ends_at_ms > now}
        assert set(state.restrictions) == live

    def _days_are_long_and_in_order(self, company: str, state: AccountState) -> None:
        number, end_ms = self.days.get(company, (state.day, state.day_end_ms))
        assert state.day >= number
        assert end_ms <= state.day_end_ms
        if state.day > number:
            assert state.day_end_ms - end_ms >= 23 * 3_600_000
        self.days[company] = (state.day, state.day_end_ms)

    @invariant()
    def every_step_left_one_event(self) -> None:
        lengths = [self.run(self._length(shard)) for shard in (0, 1)]
        assert sum(lengths) == self.model.events

    async def _length(self, shard: int) -> int:
        return len((await self.ledger.log.read({shard: 0}, 100_000))[shard])

    def account(self, company: str, member: str | None) -> Account:
        """The model's account."""
        return self.model.company(company) if not member else self.model.member(company, member)

    def shard(self, company: str) -> int:
        return keys.shard_of(company, 2)


def _limit(limit: LimitState) -> Limit:
    return Limit(limit.name, limit.cap, limit.used, limit.resets_at_ms)


def comparable(answer: Decision | Refusal) -> Answer | str:
    """A ledger's answer as the model gives it."""
    if isinstance(answer, Refusal):
        return answer.code
    assert all(limit.remaining == max(0, limit.cap - limit.used) for limit in answer.limits)
    return Answer(
        answer.allowed,
        answer.reason,
        answer.state,
        answer.replayed,
        answer.binding_limit,
        tuple(_limit(limit) for limit in answer.limits),
        answer.retry_at_ms,
        answer.restriction.penalty_id if answer.restriction else None,
        answer.day,
    )

"""An installation where enforcement happens by itself: contacts, linked accounts, time, failures.

`enforcement_machine` adds what people do.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from fakeredis import FakeAsyncRedis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from quota.adds import Add, Decision, StoreUnavailable
from quota.keys import shard_of
from server.enforcement import batches
from server.enforcement.changes import Terms
from server.policy import Policy, policy_from_object
from server.records import accounts
from server.records.accounts import Enterprise, Member
from server.records.engine import Database, RecordsUnavailable
from server.worker.stores import AWAY
from server.worker.telling import Told, tell
from tests.conftest import Clock
from tests.worker.enforcement_record import HOUR_MS, Seen, check, check_change, seen
from tests.worker.enforcement_told import check_released, check_told
from tests.worker.faults import Faults, FaultyDatabase, FaultyScripts, Killed
from tests.worker.scene import Scene, drain
from tests.worker.suspicion import VERDICT

T = TypeVar("T")
NOON_MS = 1_795_320_000_000
SHARDS = 2
ZONE = "Asia/Shanghai"
PERSON, LINKED = "p-1", "wx-1"
ACCOUNTS: tuple[tuple[str, str], ...] = (
    ("acme", "li"),
    ("bolt", "li-again"),
    ("acme", "wu"),
    ("bolt", "zhao"),
)
"""The first two are one person's, the last two are linked to one account; each in two shards."""
NewRecord = Callable[[], Awaitable[Database]]

accounts_ = st.sampled_from(ACCOUNTS)
linkable = st.sampled_from(ACCOUNTS[1:])


def policy(automatic_steps: int, *, permanent_review: bool) -> Policy:
    """One block is enough for a case that is enforced."""
    patterns = {
        "hard_negatives": {"threshold": 0.9},
        "enterprise_negatives": {"threshold": 11.5},
        "verdict": {**VERDICT, "enforce": 0.35},
    }
    given = {
        "ladder": {"automatic_steps": automatic_steps},
        "redress": {"permanent_review": permanent_review},
    }
    return policy_from_object({"scoring": {"patterns": patterns}, "penalties": given})


class EnforcementWorld(RuleBasedStateMachine):
    """The real functions on a real record and a real ledger; subclasses say on which record.

    `now` is the record as the last step left it; `later` is what somebody was about to tell of.
    """

    new_record: NewRecord

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock(NOON_MS)
        self.numbers = itertools.count(1)
        self.later: list[Told] = []
        self.linked: tuple[int, str] | None = (0, "unblocked")
        """When the linked account changed last, by the event's own time, and to what; None: Redis
        may have lost the event before it was folded."""
        self.may_fall: frozenset[str] = frozenset()
        """Penalties that a batch of overturns selected."""

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """The result of a call in the machine's loop."""
        return self.runner.run(call)

    @initialize(steps=st.sampled_from([0, 1]), permanent_review=st.booleans())
    def begin(self, steps: int, *, permanent_review: bool) -> None:
        self.policy = policy(steps, permanent_review=permanent_review)
        self.run(self._begin())

    async def _begin(self) -> None:
        self.redis = FakeAsyncRedis()
        self.database = await type(self).new_record()
        self.scene = Scene(self.redis, self.database, self.clock, SHARDS)
        await self.scene.begin()
        self.worker = await self.scene.up(self.scene.worker("w0"))
        await self.scene.put_policy(self.policy)
        await self.scene.announce()
        for account in ACCOUNTS[:2]:
            await self._describe(account, person_id=PERSON)
        for account in ACCOUNTS[2:]:
            await self._describe(account, linked_account_id=LINKED)
        await drain(self.worker)
        async with self.database.read() as connection:
            self.now = await seen(connection)

    def teardown(self) -> None:
        if hasattr(self, "now"):
            try:
                self.settle()
            finally:
                self.run(self._close())
        self.runner.close()

    async def _close(self) -> None:
        await self.redis.aclose()
        await self.database.close()

    # What happens by itself.

    @rule(account=accounts_, days=st.sampled_from([0, 0, 4]))
    def block(self, account: tuple[str, str], days: int) -> None:
        """A member adds a contact, who blocks it."""
        self.clock.forward(days=days)
        self.run(self._block(account))
        self._step()

    async def _block(self, account: tuple[str, str]) -> None:
        enterprise, member = account
        contact = f"c{next(self.numbers)}"
        with suppress(StoreUnavailable):
            (made,) = await self.scene.ledger.spend([Add(*account, contact)], self.scene.rules)
            if isinstance(made, Decision) and made.allowed:
                await self.scene.event("contact.blocked", contact, member, enterprise_id=enterprise)

    @rule(
        state=st.sampled_from(["blocked", "unblocked"]),
        account=linkable,
        ago_ms=st.sampled_from([0, 0, 1, HOUR_MS, 30 * HOUR_MS]),
    )
    def change_linked(self, state: str, account: tuple[str, str], ago_ms: int) -> None:
        """The linked account is blocked or unblocked; events come late and out of order."""
        at_ms = self.clock() - ago_ms
        with suppress(StoreUnavailable):  # the shard is closed: nobody took it
            self.run(self._change_linked(state, account, at_ms))
            if self.linked is not None:
                self.linked = max(self.linked, (at_ms, state))
        self._step()

    async def _change_linked(self, state: str, account: tuple[str, str], at_ms: int) -> None:
        more = {"enterprise_id": account[0], "linked_account_id": LINKED, "at": at_ms}
        await self.scene.event(f"linked_account.{state}", None, account[1], **more)

    @rule(account=linkable, is_linked=st.booleans())
    def link(self, account: tuple[str, str], *, is_linked: bool) -> None:
        person = PERSON if account in ACCOUNTS[:2] else None
        linked = LINKED if is_linked else None
        with suppress(StoreUnavailable):
            self.run(self._describe(account, person_id=person, linked_account_id=linked))
        self._step()

    async def _describe(self, account: tuple[str, str], **more: Any) -> None:
        """As `PUT /v1/enterprises/{e}/members/{m}` does it."""
        enterprise, member = account
        now_ms = self.clock()
        await self.scene.event("member.updated", None, member, enterprise_id=enterprise, **more)
        async with self.database.write() as connection:
            company = Enterprise(enterprise, now_ms, now_ms, time_zone=ZONE)
            await accounts.first_seen(connection, [company], [])
            await accounts.put_member(
                connection, Member(enterprise, member, now_ms, now_ms, **more)
            )

    @rule(
        hours=st.sampled_from([0, 1, 24, 72, 168, 24 * 31]), ms=st.sampled_from([0, 1, 1, 60_000])
    )
    def forward(self, hours: int, ms: int) -> None:
        self.clock.forward(hours=hours, ms=ms)

    @rule()
    def turn(self) -> None:
        self.run(self._turn())
        self._step()

    async def _turn(self) -> None:
        self.scene.leases.forward(minutes=1)
        await self.worker.keep()
        await self.worker.turn()

    @rule(folded=st.booleans())
    def empty_redis(self, *, folded: bool) -> None:
        if folded:
            self.settle()
        else:
            self.linked = None
        self.run(self._empty_redis())

    async def _empty_redis(self) -> None:
        await self.redis.flushall()

    @precondition(lambda self: self.later)
    @rule()
    def tell_late(self) -> None:
        """Whoever decided something was slow to tell of it."""
        self._tell(self.later.pop(0), "now")

    @rule(at=st.integers(1, 60), killed=st.booleans())
    def fail(self, at: int, *, killed: bool) -> None:
        """The worker is killed at some step, or a store is away; another one goes on."""
        self.run(self._fail(Faults(at, killed=killed)))
        self._step()

    async def _fail(self, faults: Faults) -> None:
        steady = self.scene.ledger.scripts
        self.scene.leases.forward(minutes=1)
        self.scene.ledger.scripts = FaultyScripts(steady, faults)
        self.scene.database = FaultyDatabase(self.database, faults)
        worker = self.scene.worker(f"w{next(self.numbers)}")
        with suppress(Killed, *AWAY):
            await worker.keep()
            await drain(worker)
        self.scene.ledger.scripts, self.scene.database = steady, self.database
        self.scene.leases.forward(minutes=1)
        self.worker = self.scene.worker(f"w{next(self.numbers)}")

    @rule()
    def settle(self) -> None:
        """The worker comes to rest: everybody knows everything then."""
        self.run(self._settle())
        self._step()
        self.run(check_told(self.scene, self.now, ACCOUNTS, self.policy.scoring))
        check_released(self.now, self.clock(), self.linked)

    async def _settle(self) -> None:
        self.scene.leases.forward(minutes=1)
        await self.worker.keep()
        await drain(self.worker)
        while await self._is_overturning():  # a turn takes one batch further
            await drain(self.worker)
        await drain(self.worker)  # and the last turn's may have yet to be told

    async def _is_overturning(self) -> bool:
        async with self.database.read() as connection:
            return await batches.running(connection) is not None

    # What steps have in common.

    def terms(self, enterprise_id: str) -> Terms:
        """Now, under the example's policy."""
        return Terms(self.clock(), self.policy.penalties, 2, shard_of(enterprise_id, SHARDS))

    def call(self, work: Callable[[Database], Coroutine[Any, Any, T]], at: int) -> T:
        """Does something; where it fails at the step `at` of its transaction, once more."""
        try:
            return self.run(work(FaultyDatabase(self.database, Faults(at, killed=False))))
        except RecordsUnavailable:
            return self.run(work(self.database))

    def _tell(self, told: Told, how: str) -> None:
        """Now, later, or never: then the worker does."""
        if how == "now":
            with suppress(*AWAY):  # the shard is closed
                self.run(tell(self.scene.ledger, self.database, told, ZONE))
        elif how == "late":
            self.later.append(told)

    def _step(self, may_end: Iterable[str] = ()) -> None:
        before, self.now = self.now, self.run(self._seen())
        check(self.now, ACCOUNTS)
        selected = {self.now.penalties[id_].violation_id for id_ in self.may_fall} - {None}
        others = {
            one.id
            for one in self.now.penalties.values()
            if one.linked_account_id or one.violation_id in selected
        }
        check_change(before, self.now, frozenset(may_end) | others | self.may_fall)

    async def _seen(self) -> Seen:
        async with self.database.read() as connection:
            return await seen(connection)

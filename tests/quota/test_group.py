"""Group commit: what arrives in one tick travels together."""

import asyncio
from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from quota.adds import Add, Decision, Refusal, StoreUnavailable
from quota.group import MOST_AT_ONCE, GroupCommit
from quota.ledger import Ledger
from quota.policy import Rules
from tests.conftest import Clock
from tests.quota.opening import open_shards
from tests.quota.rules import add, roomy_rules

RULES = roomy_rules()


class CountingLedger(Ledger):
    """The real ledger, which also notes the size of each group."""

    groups: list[int]
    failure: BaseException | None = None

    async def spend(self, adds: Sequence[Add], rules: Rules) -> list[Decision | Refusal]:
        self.groups.append(len(adds))
        if self.failure is not None:
            await asyncio.sleep(0)  # as a store that is away takes its time
            raise self.failure
        return await super().spend(adds, rules)


@pytest.fixture
async def counting(redis_backend: Redis, clock: Clock) -> CountingLedger:
    ledger = CountingLedger(redis_backend, shards=4, clock_ms=clock)
    ledger.groups = []
    await open_shards(ledger)
    return ledger


async def test_pre_checks_of_one_tick_share_one_call(counting: CountingLedger) -> None:
    group = GroupCommit(counting, lambda: RULES)
    answers = await asyncio.gather(*(group.decide(add(f"c{n}")) for n in range(50)))
    assert counting.groups == [50]
    assert [getattr(a, "limits")[0].used for a in answers] == list(range(1, 51))  # noqa: B009


async def test_a_large_tick_is_cut_into_groups_in_order(counting: CountingLedger) -> None:
    group = GroupCommit(counting, lambda: RULES)
    waiting = [group.decide(add(f"c{n}")) for n in range(MOST_AT_ONCE + 10)]
    answers = [a for a in await asyncio.gather(*waiting) if isinstance(a, Decision)]
    assert counting.groups == [MOST_AT_ONCE, 10]
    assert [a.limits[0].used for a in answers] == list(range(1, MOST_AT_ONCE + 11))


async def test_the_next_group_gathers_while_a_call_is_under_way(counting: CountingLedger) -> None:
    entered, may_go = asyncio.Event(), asyncio.Event()

    async def slow(_: Sequence[int]) -> None:
        entered.set()
        await may_go.wait()

    counting._after_write = slow
    group = GroupCommit(counting, lambda: RULES)
    first = asyncio.create_task(group.decide(add("c0")))
    await entered.wait()
    rest = [asyncio.create_task(group.decide(add(f"c{n}"))) for n in (1, 2, 3)]
    await asyncio.sleep(0)
    may_go.set()
    answers = await asyncio.gather(first, *rest)
    assert counting.groups == [1, 3]
    assert all(isinstance(a, Decision) and a.allowed for a in answers)


async def test_the_queue_is_bounded(counting: CountingLedger) -> None:
    group = GroupCommit(counting, lambda: RULES, queue_most=3)
    answers = await asyncio.gather(*(group.decide(add(f"c{n}")) for n in range(5)))
    codes = [getattr(a, "code", "decided") for a in answers]
    assert codes == ["decided"] * 3 + ["unavailable"] * 2
    assert isinstance(await group.decide(add("c9")), Decision)


@pytest.mark.parametrize("failure", [StoreUnavailable("away"), RuntimeError("a bug")])
async def test_an_error_reaches_every_waiter_and_the_next_group_works(
    counting: CountingLedger, failure: Exception
) -> None:
    group = GroupCommit(counting, lambda: RULES)
    counting.failure = failure
    calls = [group.decide(add(f"c{n}")) for n in range(MOST_AT_ONCE + 5)]
    errors = await asyncio.gather(*calls, return_exceptions=True)
    assert set(map(type, errors)) == {type(failure)}
    counting.failure = None
    assert isinstance(await group.decide(add("c0")), Decision)


async def test_an_error_of_the_rules_reaches_the_waiters(counting: CountingLedger) -> None:
    def broken() -> Rules:
        raise LookupError("no policy")

    with pytest.raises(LookupError):
        await GroupCommit(counting, broken).decide(add())
    assert counting.groups == []


async def test_at_the_end_of_the_loop_nobody_is_left_waiting(counting: CountingLedger) -> None:
    """The task that commits is cancelled: those of its group and those behind it hear of it."""
    counting.failure = asyncio.CancelledError()
    group = GroupCommit(counting, lambda: RULES)
    calls = [group.decide(add(f"c{n}")) for n in range(MOST_AT_ONCE + 5)]
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(end) for end in ended} == {asyncio.CancelledError}
    assert counting.groups == [MOST_AT_ONCE]


async def test_a_caller_that_left_does_not_disturb_the_others(counting: CountingLedger) -> None:
    group = GroupCommit(counting, lambda: RULES)
    leaving = asyncio.create_task(group.decide(add("c0")))
    staying = asyncio.create_task(group.decide(add("c1")))
    await asyncio.sleep(0)
    leaving.cancel()
    assert isinstance(await staying, Decision)
    assert leaving.cancelled()


async def test_batches_that_wait_do_not_wait_for_a_deadline_each(counting: CountingLedger) -> None:
    group = GroupCommit(counting, lambda: RULES)
    counting.failure = StoreUnavailable("away")
    batches = [group.decide_all([add(f"c{n}")]) for n in range(5)]
    answers = await asyncio.gather(*batches)
    assert all(isinstance(answer, StoreUnavailable) for (answer,) in answers)
    assert counting.groups == [1]
    counting.failure = None
    assert isinstance((await group.decide_all([add("c9")]))[0], Decision)


async def test_each_single_add_is_told_how_long_it_waited(counting: CountingLedger) -> None:
    waits: list[Sequence[float]] = []
    ticks = iter(range(1_000))
    group = GroupCommit(
        counting,
        lambda: RULES,
        queue_most=3,
        waited=waits.append,
        now_s=lambda: float(next(ticks)),
    )
    answers = await asyncio.gather(*(group.decide(add(f"c{n}")) for n in range(4)))
    assert isinstance(answers[3], Refusal)
    # Asked at 0, 1 and 2; the call of the ledger began at 3 and ended at 4.
    assert waits == [[5.0, 4.0, 3.0]]
    await group.decide_all([add("c9")])
    assert len(waits) == 1
    counting.failure = StoreUnavailable("away")
    with pytest.raises(StoreUnavailable):
        await group.decide(add("c10"))
    assert [len(some) for some in waits] == [3, 1]

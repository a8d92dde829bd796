"""The sorts of decisions whose cost to redis-server is measured, each asked of 20,000 members."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from benchmarks.redis_cost_inside import Inside, Used
from benchmarks.speed.cost import Cost, metered
from benchmarks.speed.ledgers import AT_ONCE, LARGEST_GROUP, Adds, begin, publish, spend
from benchmarks.speed.programs import ProgramError
from benchmarks.speed.traffic import Traffic
from quota.adds import Add, Mode
from quota.ledger import Ledger
from quota.policy import Rules
from quota.shard_log import Caps

MIXED, ALLOWED, DENIED = "nine allowed, one denied", "allowed", "denied by the member's cap"
PEEKED, REPEATED, HELD = "peek", "repeat of an allowed one", "hold"
KINDS = (MIXED, ALLOWED, DENIED, PEEKED, REPEATED, HELD)
MIXED_LEAST, MIXED_MOST = 0.8, 0.97
"""What share of a mix may have been allowed; of the other kinds it is all, or none."""


@dataclass(frozen=True, slots=True)
class Shut(Traffic):
    """As many members again, all without any cap left: every add of theirs is denied."""

    def account(self, draw: random.Random) -> tuple[str, str]:
        """An enterprise and a shut member of it, by chance."""
        return self.shut(draw.randrange(self.members))

    def shut(self, number: int) -> tuple[str, str]:
        """The shut member of that number."""
        return f"e{number % self.enterprises}", f"shut-{number}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One kind at one size of group in one round; `inside` is per decision."""

    cost: Cost
    inside: dict[str, Used]


class Kinds:
    """Decisions by kind on one ledger; `ready` comes first."""

    def __init__(self, ledger: Ledger, rules: Rules, traffic: Traffic) -> None:
        self._ledger = ledger
        self._rules = rules
        self._traffic = traffic
        self._shut = Shut(members=traffic.members, enterprises=traffic.enterprises)
        all_allowed = replace(traffic, denied_share=0.0)
        self._mixed, self._allowed, self._denied = map(Adds, (traffic, all_allowed, self._shut))

    async def ready(self) -> None:
        """Begins every account, and leaves those of `Shut` no cap."""
        await begin(self._ledger, self._rules, self._traffic)
        every = [self._shut.shut(number) for number in range(self._shut.members)]
        await publish(self._ledger, [Caps(*one, active=0, passive=0, seq=0) for one in every])
        first = self._denied.of(every)
        if await spend(self._ledger, first, self._rules, LARGEST_GROUP):
            raise ProgramError("members without a cap were allowed to add")

    async def measure(self, kind: str, seconds: float, sizes: Sequence[int]) -> dict[int, Sample]:
        """One round of a kind: every size of group for its share of `seconds`."""
        await publish(self._ledger)  # trims the streams, as a worker that keeps up does
        return {size: await self._sized(kind, seconds / len(sizes), size) for size in sizes}

    async def _sized(self, kind: str, seconds: float, size: int) -> Sample:
        inside, redis = Inside(), self._ledger.redis
        cost = await metered(
            redis,
            seconds,
            self._prepared(kind),
            lambda adds: spend(self._ledger, adds, self._rules, size),
            beside=lambda: inside.watching(redis),
        )
        _check(kind, cost.allowed / cost.count)
        return Sample(cost, inside.of_each(cost.count, cost.redis_us))

    def _prepared(self, kind: str) -> Callable[[], Awaitable[list[Add]]]:
        drawn = {
            MIXED: partial(self._mixed.take, AT_ONCE),
            ALLOWED: partial(self._allowed.take, AT_ONCE),
            DENIED: partial(self._denied.take, AT_ONCE),
            PEEKED: partial(self._allowed.take, AT_ONCE, Mode.PEEK),
            REPEATED: partial(self._allowed.take, AT_ONCE),
            HELD: partial(self._allowed.take, AT_ONCE, Mode.HOLD),
        }[kind]

        async def prepare() -> list[Add]:
            adds = drawn()
            if kind == REPEATED:
                await spend(self._ledger, adds, self._rules, LARGEST_GROUP)
            return adds

        return prepare


def _check(kind: str, allowed: float) -> None:
    """Raises ProgramError where something else was decided than meant."""
    least, most = {MIXED: (MIXED_LEAST, MIXED_MOST), DENIED: (0.0, 0.0)}.get(kind, (1.0, 1.0))
    if not least <= allowed <= most:
        raise ProgramError(f"{kind}: a share of {allowed:.3f} was allowed")

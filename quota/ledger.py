"""The ledger: spends, holds, cancels and events on Redis, each one atomic step.

What a script does is written at the top of its `.lua` file; this module sends the calls, gives
enterprises their local day when a script asks for it, and turns answers into values.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from redis.asyncio import Redis

from quota import calls, keys, replies
from quota.accounts import Accounts
from quota.adds import Add, Decision, Refusal, Settlement, StoreUnavailable
from quota.calls import Event
from quota.days import Calendar, calendar_at, local_day
from quota.policy import Rules
from quota.scripts import Scripts
from quota.shard_log import ShardLog

STREAM_MAX = 1_000_000
"""Events a shard's stream may hold unfolded; past it pre-checks are refused (DESIGN)."""

_MOST_TRIPS = 4
_IN_ITEM = 25
"""Adds or events that lengthen a call's deadline as one item does: 20 µs each, so that the callers
of a full group or batch are answered in time, too."""


@dataclass(frozen=True, slots=True)
class Appended:
    """How many events were new, and how many an earlier event_id already stood for."""

    accepted: int
    duplicates: int


async def _nothing(_: Sequence[int]) -> None:
    return None


class Ledger:
    """Counts adds on one Redis.

    `clock_ms` replaces Redis TIME (tests, replay). `after_write` is awaited with the shards that
    got events before an answer is given: the embedded store journals there.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        shards: int = 16,
        deadline_ms: float | None = None,
        clock_ms: Callable[[], int] | None = None,
        after_write: Callable[[Sequence[int]], Awaitable[None]] = _nothing,
        stream_max: int = STREAM_MAX,
    ) -> None:
        self.redis = redis
        self.shards = shards
        self.scripts = Scripts(redis, deadline_ms)
        self._clock_ms = clock_ms
        self._after_write = after_write
        self._unwritten: set[int] = set()
        self._stream_max = stream_max
        self._seen: dict[int, int] = {}
        self._default_day: Calendar | None = None
        self.accounts = Accounts(self)
        self.log = ShardLog(self)

    def now(self) -> int | str:
        """What scripts take as now: the injected clock's ms, or '' for Redis TIME."""
        return self._clock_ms() if self._clock_ms is not None else ""

    def now_ms(self) -> int:
        """The ledger's clock in ms; without an injected one, this machine's (for days only)."""
        return self._clock_ms() if self._clock_ms is not None else int(time.time() * 1000)

    def seen(self, shard: int) -> int:
        """The highest seq of the shard this process knows; a lower one is a rolled-back Redis."""
        return self._seen.get(shard, 0)

    def default_day(self, zone: str) -> Calendar:
        """Today in the zone of enterprises that have not named theirs."""
        now_ms, known = self.now_ms(), self._default_day
        stale = known is None or known.zone != zone or known.day != local_day(zone, now_ms)
        if known is None or stale:
            self._default_day = known = calendar_at(zone, now_ms)
        return known

    async def spend(self, adds: Sequence[Add], rules: Rules) -> list[Decision | Refusal]:
        """Decides the adds in order. Raises StoreUnavailable; then a retry is safe."""
        answers: dict[int, Decision | Refusal] = {}
        calendars: dict[int, Calendar] = {}
        written: set[int] = set()
        left = list(range(len(adds)))
        for _ in range(_MOST_TRIPS):
            call = calls.spend(
                [adds[i] for i in left],
                rules,
                shard_count=self.shards,
                seen=self._seen,
                stream_max=self._stream_max,
                now=self.now(),
                default_day=self.default_day(rules.policy.default_time_zone),
                calendars={n: calendars[i] for n, i in enumerate(left) if i in calendars},
            )
            reply = await self.scripts.run("spend", call.keys, call.args, len(left) // _IN_ITEM)
            written |= self._note_seqs(call.shards, reply)
            asked = self._read(
                reply[len(call.shards) :],
                left,
                adds=adds,
                rules=rules,
                answers=answers,
                calendars=calendars,
            )
            if not asked:
                break
            left = asked
        else:
            raise StoreUnavailable("the local day of an enterprise keeps changing")
        await self._written(written)
        return [answers[i] for i in range(len(adds))]

    def _read(
        self,
        reply: Sequence[bytes],
        left: Sequence[int],
        *,
        adds: Sequence[Add],
        rules: Rules,
        answers: dict[int, Decision | Refusal],
        calendars: dict[int, Calendar],
    ) -> list[int]:
        """Sorts the answers; returns the adds whose enterprise asked for its day."""
        asked = []
        windows = rules.windows
        for i, id_, record in zip(left, reply[::2], reply[1::2], strict=True):
            if record:
                answers[i] = replies.decision(id_, record, adds[i], windows)
            elif id_.startswith(b"!calendar|"):
                zone, day = id_.decode().split("|")[1:]
                calendars[i] = calendar_at(zone, self.now_ms(), int(day) if day else None)
                asked.append(i)
            else:
                answers[i] = replies.refusal(id_)
        return asked

    def _note_seqs(self, shards: Sequence[int], seqs: Sequence[bytes]) -> set[int]:
        grown = set()
        for shard, text in zip(shards, seqs, strict=False):
            if int(text) > self._seen.get(shard, 0):
                self._seen[shard] = int(text)
                grown.add(shard)
        return grown

    async def _written(self, shards: set[int]) -> None:
        """Awaits `after_write`, also for shards where it failed or is under way.

        A retry finds its decision made and appends nothing, but must not be answered any earlier.
        """
        shards |= self._unwritten
        self._unwritten |= shards
        await self._after_write(sorted(shards))
        self._unwritten -= shards

    async def settle(
        self, decision_id: str, action: Literal["commit", "cancel"], rules: Rules
    ) -> Settlement:
        """Commits a live hold, or cancels a spend or hold. Safe to repeat."""
        shard = keys.shard_of_decision(decision_id, self.shards)
        if shard is None:
            return Settlement(decision_id, None)
        refunds, starting = rules.policy.refunds, rules.starting
        reply = await self.scripts.run(
            "settle",
            [
                keys.meta(shard),
                keys.stream(shard),
                keys.holds(shard),
                keys.record(shard, decision_id),
            ],
            [
                self.now(),
                self.seen(shard),
                decision_id,
                action,
                refunds.window_min * 60_000,
                refunds.share,
                refunds.at_least,
                starting.member_active,
                starting.member_passive,
                rules.policy.handover_daily,
            ],
        )
        if reply == b"!closed":
            raise StoreUnavailable("the counters of this shard are being refilled")
        await self._written({shard})
        return replies.settlement(decision_id, reply)

    async def append(self, events: Sequence[Event], default_zone: str) -> Appended:
        """Appends all events or none; an event_id counts once per enterprise within 24 h."""
        calendars: dict[int, Calendar] = {}
        for _ in range(_MOST_TRIPS):
            call = calls.append(
                events,
                shard_count=self.shards,
                seen=self._seen,
                stream_max=self._stream_max,
                now=self.now(),
                default_day=self.default_day(default_zone),
                calendars=calendars,
            )
            reply: list[Any] = await self.scripts.run(
                "append", call.keys, call.args, len(events) // _IN_ITEM
            )
            match reply[0]:
                case b"!calendar":
                    for n, zone, day in zip(reply[1::3], reply[2::3], reply[3::3], strict=True):
                        after = int(day) if day else None
                        calendar = calendar_at(zone.decode(), self.now_ms(), after)
                        calendars[int(n) - 1] = calendar
                case b"!full":
                    raise StoreUnavailable("the event stream of a shard is full", 5)
                case b"!closed":
                    raise StoreUnavailable("the counters of a shard are being refilled")
                case _:
                    await self._written(self._note_seqs(call.shards, reply[2:]))
                    return Appended(reply[0], reply[1])
        raise StoreUnavailable("the local day of an enterprise keeps changing")

"""A shard as its worker sees it: the event stream, fences, caps that come back, refills."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quota import keys
from quota.rebuild import ShardState
from quota.records import event_of
from quota.store import Store

EPOCH = "epoch.2"
"""The field of a shard's `meta` that opens it, numbered by the layout of what Redis holds: to a
release with another one the shard is closed, so that its worker refills it."""
_SCAN_COUNT = 1000
_WRITE_CHUNK = 500
_ENTRIES_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Caps:
    """Daily caps of an account (`member_id` None: the enterprise's), as of event `seq`."""

    enterprise_id: str
    member_id: str | None
    active: int
    passive: int
    seq: int


@dataclass(frozen=True, slots=True)
class Cooldown:
    """No active add of the contact until then, by the member or (None) by the whole enterprise."""

    enterprise_id: str
    contact: str
    member_id: str | None
    until_ms: int


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event of a shard's stream; `body` is its JSON object."""

    seq: int
    body: bytes


@dataclass(frozen=True, slots=True)
class ShardMeta:
    """`epoch` is None while the shard is closed: empty, or being refilled."""

    epoch: str | None
    seq: int
    fence: int
    published_seq: int


def _events(entries: Any, after: int, count: int) -> list[StreamEvent]:
    """The events behind `after` in a stream's entries; each entry is numbered by its last one."""
    found: list[StreamEvent] = []
    for id_, pairs in entries:
        events = list(_of_entry(iter(pairs)))
        for seq, (said, *decided) in enumerate(events, int(id_.split(b"-")[0]) - len(events) + 1):
            if len(found) == count:
                return found
            if seq > after:
                found.append(StreamEvent(seq, event_of(said, *decided) if decided else said))
    return found


def _of_entry(pairs: Iterator[bytes]) -> Iterator[tuple[bytes, ...]]:
    """Each event of an entry: its JSON, or what was said of an add, a decision's id, its record."""
    for form in pairs:
        yield (next(pairs),) if form == b"e" else (next(pairs), next(pairs), next(pairs))


def _as_it_is(response: Any, **_: Any) -> Any:
    """The reply of XRANGE: the client would make a dictionary of an entry's pairs."""
    return response


async def _nothing() -> None:
    return None


class ShardLog:
    """What only the holder of a shard's lease calls, but for `meta`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.redis.set_response_callback("XRANGE", _as_it_is)

    async def meta(self, shards: Sequence[int]) -> list[ShardMeta]:
        """The state of each shard, in the order asked for."""
        pipe = self._store.redis.pipeline(transaction=False)
        for shard in shards:
            pipe.hmget(keys.meta(shard), (EPOCH, "seq", "fence", "published"))
        replied = await self._store.scripts.guard("meta", pipe.execute(), len(shards))
        return [
            ShardMeta(epoch.decode() if epoch else None, *(int(n or 0) for n in numbers))
            for epoch, *numbers in replied
        ]

    async def read(self, after: Mapping[int, int], count: int) -> dict[int, list[StreamEvent]]:
        """Up to `count` events of each shard after the given seq; fewer where there are no more.

        An entry has as many events as its call had: hundreds in a backlog of batches.
        """
        found: dict[int, list[StreamEvent]] = {shard: [] for shard in after}
        going_on = dict(after)
        while going_on:
            pipe = self._store.redis.pipeline(transaction=False)
            for shard, seq in going_on.items():
                pipe.xrange(keys.stream(shard), min=f"{seq + 1}-0", count=_ENTRIES_AT_ONCE)
            replied = await self._store.scripts.guard("stream", pipe.execute(), count)
            for (shard, seq), entries in zip(list(going_on.items()), replied, strict=True):
                events = found[shard]
                events += _events(entries, seq, count - len(events))
                if len(entries) < _ENTRIES_AT_ONCE or len(events) == count:
                    del going_on[shard]
                else:
                    going_on[shard] = events[-1].seq
        return found

    async def publish(
        self,
        shard: int,
        *,
        fence: int,
        seq: int,
        caps: Sequence[Caps],
        cooldowns: Sequence[Cooldown],
    ) -> bool:
        """Sets caps and cool-downs and trims the stream through `seq`. False: fenced off."""
        names = [keys.meta(shard), keys.stream(shard)]
        args: list[int | str] = [self._store.now(), fence, seq, len(caps)]
        for c in caps:
            names.append(
                keys.enterprise(shard, c.enterprise_id)
                if c.member_id is None
                else keys.member(shard, c.enterprise_id, c.member_id)
            )
            args += (c.active, c.passive, c.seq)
        for cooldown in cooldowns:
            names.append(
                keys.cooldown(shard, cooldown.enterprise_id, cooldown.contact, cooldown.member_id)
            )
            args.append(cooldown.until_ms)
        items = len(caps) + len(cooldowns) + 1
        return bool(await self._store.scripts.run("publish", names, args, items))

    async def expire_holds(self, shard: int) -> int:
        """Returns expired holds where no pre-check came by; how many were looked at (≤ 100)."""
        names = [keys.meta(shard), keys.stream(shard), keys.holds(shard)]
        args = [self._store.now(), self._store.seen(shard)]
        return max(0, int(await self._store.scripts.run("expire", names, args)))

    async def close(self, shard: int) -> None:
        """Closes the shard: its pre-checks are refused until `refill` opens it again."""
        # `epoch` opened it to releases of the first layout, which may still run.
        call = self._store.redis.hdel(keys.meta(shard), EPOCH, "epoch")
        await self._store.scripts.guard("close", call)

    async def refill(
        self,
        shard: int,
        state: ShardState,
        epoch: str,
        *,
        fence: int,
        before_open: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        """Replaces everything the shard holds by `state`, restrictions first, then opens it.

        A crash in the middle leaves the shard closed; refilling again gives the same. `state.seq`
        must lie above every seq that any process may have seen, lost events included: to those who
        saw a higher one the shard stays closed. `before_open` is awaited when all is
        written and nothing is open yet: the last chance to bring what changed meanwhile.
        """
        await self.close(shard)
        guard, redis, meta = self._store.scripts.guard, self._store.redis, keys.meta(shard)
        await guard("refill", redis.hset(meta, "fence", str(fence)))
        await self._empty(shard)
        writes = state.writes(shard, self._store.now_ms())
        for start in range(0, len(writes), _WRITE_CHUNK):
            pipe = redis.pipeline(transaction=False)
            chunk = writes[start : start + _WRITE_CHUNK]
            for command in chunk:
                pipe.execute_command(*command)
            await guard("refill", pipe.execute(), len(chunk))
        await before_open()
        fields = {
            EPOCH: epoch,
            "seq": state.seq,
            "fence": fence,
            "published": state.folded_seq,
            "trimmed": state.seq,
        }
        items = [str(x) for field in fields.items() for x in field]
        await guard("refill", redis.hset(meta, items=items))

    async def _empty(self, shard: int) -> None:
        """Removes all keys of the shard but its meta, whose fence keeps a stale worker off."""
        guard, redis = self._store.scripts.guard, self._store.redis
        pattern, meta, cursor = keys.prefix(shard) + "*", keys.meta(shard).encode(), 0
        while True:
            scan = redis.scan(cursor, match=pattern, count=_SCAN_COUNT)
            cursor, found = await guard("refill", scan, _SCAN_COUNT)
            names = [name for name in found if name != meta]
            if names:
                await guard("refill", redis.unlink(*names), len(names))
            if cursor == 0:
                return

"""What the ledger holds of an account: limits as they stand now, restrictions, time zone."""

from collections.abc import Sequence
from dataclasses import dataclass

from quota import keys, replies, windows
from quota.adds import LimitState, Restriction, StoreUnavailable
from quota.counters import Counters
from quota.days import Calendar, calendar_at, change_zone
from quota.policy import Rules
from quota.store import Store


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account now. `known` is False where the ledger has never seen it: starting caps then.

    `day` and `day_end_ms` are those of its enterprise.
    """

    known: bool
    limits: tuple[LimitState, ...]
    restrictions: tuple[Restriction, ...]
    day: int
    day_end_ms: int
    time_zone: str

    def limit(self, name: str) -> LimitState:
        """The limit of that name. Raises KeyError for one this kind of account does not have."""
        for limit in self.limits:
            if limit.name == name:
                return limit
        raise KeyError(name)


class Accounts:
    """Reads and sets what pre-checks count with; one round trip a call."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def enterprise(self, enterprise_id: str, rules: Rules) -> AccountState:
        """The enterprise's own limits and restrictions."""
        raw, now_ms = await self._read(enterprise_id, [])
        return _enterprise_state(raw[0], now_ms, rules)

    async def member(self, enterprise_id: str, member_id: str, rules: Rules) -> AccountState:
        """The member's own limits and restrictions, without its enterprise's."""
        return (await self.members(enterprise_id, [member_id], rules))[0]

    async def with_enterprise(
        self, enterprise_id: str, member_id: str, rules: Rules
    ) -> tuple[AccountState, AccountState]:
        """The member's own limits and restrictions, and its enterprise's."""
        raw, now_ms = await self._read(enterprise_id, [member_id])
        company = _enterprise_state(raw[0], now_ms, rules)
        return _member_state(raw[1], company, now_ms, rules), company

    async def members(
        self, enterprise_id: str, member_ids: Sequence[str], rules: Rules
    ) -> list[AccountState]:
        """The members' states, in the order asked for."""
        raw, now_ms = await self._read(enterprise_id, member_ids)
        company = _enterprise_state(raw[0], now_ms, rules)
        return [_member_state(fields, company, now_ms, rules) for fields in raw[1:]]

    async def _read(
        self, enterprise_id: str, member_ids: Sequence[str]
    ) -> tuple[list[Counters], int]:
        shard = keys.shard_of(enterprise_id, self._store.shards)
        names = [keys.enterprise(shard, enterprise_id)]
        names += [keys.member(shard, enterprise_id, m) for m in member_ids]
        pipe = self._store.redis.pipeline(transaction=False)
        pipe.time()
        pipe.mget(names)
        call = pipe.execute()
        (seconds, micros), found = await self._store.scripts.guard("read", call, len(names))
        clock = self._store.now()
        now_ms = clock if isinstance(clock, int) else seconds * 1000 + micros // 1000
        return [Counters.unpack(packed) for packed in found], now_ms

    async def restrict(
        self, enterprise_id: str, member_id: str | None, active: Sequence[Restriction]
    ) -> None:
        """Sets the whole list of an account's restrictions; it binds the next pre-check."""
        shard = keys.shard_of(enterprise_id, self._store.shards)
        name = (
            keys.enterprise(shard, enterprise_id)
            if member_id is None
            else keys.member(shard, enterprise_id, member_id)
        )
        packed = replies.pack_restrictions(tuple(active))
        await self._store.scripts.run("restrict", [name], [packed])

    async def change_zone(self, enterprise_id: str, zone: str) -> None:
        """Moves the enterprise to another zone: its present day is extended, see `days`."""
        shard = keys.shard_of(enterprise_id, self._store.shards)
        name = keys.enterprise(shard, enterprise_id)
        for _ in range(8):
            (company, *_), now_ms = await self._read(enterprise_id, [])
            if company.zone == zone:
                return
            moved = _moved(company, zone, now_ms)
            day = (moved.day, moved.end_ms, moved.next_end_ms) if moved else (0, 0, 0)
            args = [company.day, company.day_end_ms, zone, *day]
            if await self._store.scripts.run("zone", [name], args):
                return
        raise StoreUnavailable("the enterprise's calendar keeps changing")


def _moved(company: Counters, zone: str, now_ms: int) -> Calendar | None:
    """The calendar after the change; None where no day was ever opened."""
    if not company.day:
        return None
    old = Calendar(company.zone, company.day, company.day_end_ms, company.next_end_ms)
    if now_ms >= old.end_ms:  # the present day was not opened yet; it, too, must not be cut short
        old = calendar_at(old.zone, now_ms, old.day)
    return change_zone(old, zone)


def _today(company: Counters, now_ms: int, rules: Rules) -> Calendar:
    zone = company.zone or rules.policy.default_time_zone
    if not company.day:
        return calendar_at(zone, now_ms)
    if now_ms < company.day_end_ms:
        return Calendar(zone, company.day, company.day_end_ms, company.next_end_ms)
    return calendar_at(zone, now_ms, company.day)


def _active(account: Counters, now_ms: int) -> tuple[Restriction, ...]:
    return tuple(
        r
        for r in replies.restrictions(account.restrictions)
        if r.ends_at_ms is None or r.ends_at_ms > now_ms
    )


def _burst(name: str, cap: int, packed: bytes, now_ms: int, rules: Rules) -> LimitState:
    slot_ms = rules.bursts[name].slot_ms
    current, counts = windows.unpack(packed, now_ms, slot_ms)
    resets = windows.resets_at_ms(current, counts, now_ms, slot_ms)
    return LimitState(name, cap, sum(counts), rules.windows[name], resets)


def _cap(judged: int | None, starting: int) -> int:
    return starting if judged is None else judged


def _enterprise_state(raw: Counters, now_ms: int, rules: Rules) -> AccountState:
    today = _today(raw, now_ms, rules)
    fresh = raw.day != today.day

    def daily(name: str, cap: int, used: int) -> LimitState:
        return LimitState(name, cap, 0 if fresh else used, "day", today.end_ms)

    active = _cap(raw.cap_active, rules.starting.enterprise_active)
    passive = _cap(raw.cap_passive, rules.starting.enterprise_passive)
    burst = rules.policy.enterprise_burst_active
    most = max(burst.at_least, int(active * burst.share))
    limits = (
        daily("enterprise_daily_active", active, raw.active),
        daily("enterprise_daily_passive", passive, raw.passive),
        daily("handover_daily", rules.policy.handover_daily, raw.handover),
        _burst("enterprise_burst_active", most, raw.burst_active, now_ms, rules),
    )
    return AccountState(
        raw.known, limits, _active(raw, now_ms), today.day, today.end_ms, today.zone
    )


def _member_state(raw: Counters, company: AccountState, now_ms: int, rules: Rules) -> AccountState:
    fresh = raw.day != company.day

    def daily(name: str, cap: int, used: int) -> LimitState:
        return LimitState(name, cap, 0 if fresh else used, "day", company.day_end_ms)

    def burst(name: str, packed: bytes) -> LimitState:
        return _burst(name, rules.bursts[name].amount, packed, now_ms, rules)

    active = _cap(raw.cap_active, rules.starting.member_active)
    passive = _cap(raw.cap_passive, rules.starting.member_passive)
    limits = (
        daily("member_daily_active", active, raw.active),
        daily("member_daily_passive", passive, raw.passive),
        burst("member_burst_active", raw.burst_active),
        burst("member_burst_passive", raw.burst_passive),
    )
    return AccountState(
        raw.known,
        limits,
        _active(raw, now_ms),
        company.day,
        company.day_end_ms,
        company.time_zone,
    )

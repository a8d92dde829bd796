"""What the ledger holds of an account: limits as they stand now, restrictions, time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quota import keys, replies, windows
from quota.adds import LimitState, Restriction, StoreUnavailable
from quota.days import Calendar, calendar_at, change_zone
from quota.policy import Rules
from quota.store import Store

_FIELDS = ("d", "de", "dn", "z", "ca", "cp", "ua", "up", "uh", "ba", "bp", "R", "s")


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

    async def members(
        self, enterprise_id: str, member_ids: Sequence[str], rules: Rules
    ) -> list[AccountState]:
        """The members' states, in the order asked for."""
        raw, now_ms = await self._read(enterprise_id, member_ids)
        company = _enterprise_state(raw[0], now_ms, rules)
        return [_member_state(fields, company, now_ms, rules) for fields in raw[1:]]

    async def _read(
        self, enterprise_id: str, member_ids: Sequence[str]
    ) -> tuple[list[dict[str, Any]], int]:
        shard = keys.shard_of(enterprise_id, self._store.shards)
        names = [keys.enterprise(shard, enterprise_id)]
        names += [keys.member(shard, enterprise_id, m) for m in member_ids]
        pipe = self._store.redis.pipeline(transaction=False)
        pipe.time()
        for name in names:
            pipe.hmget(name, _FIELDS)
        replied = await self._store.scripts.guard("read", pipe.execute(), len(names))
        seconds, micros = replied[0]
        clock = self._store.now()
        now_ms = clock if isinstance(clock, int) else seconds * 1000 + micros // 1000
        return [dict(zip(_FIELDS, values, strict=True)) for values in replied[1:]], now_ms

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
        redis = self._store.redis
        packed = replies.pack_restrictions(tuple(active))
        call = redis.hset(name, "R", packed) if packed else redis.hdel(name, "R")
        await self._store.scripts.guard("restrict", call)

    async def change_zone(self, enterprise_id: str, zone: str) -> None:
        """Moves the enterprise to another zone: its present day is extended, see `days`."""
        shard = keys.shard_of(enterprise_id, self._store.shards)
        name = keys.enterprise(shard, enterprise_id)
        for _ in range(8):
            (raw, *_), now_ms = await self._read(enterprise_id, [])
            if raw["z"] == zone.encode():
                return
            moved = _moved(raw, zone, now_ms)
            day = (moved.day, moved.end_ms, moved.next_end_ms) if moved else ("", "", "")
            args = [raw["d"] or "", raw["de"] or "", zone, *day]
            if await self._store.scripts.run("zone", [name], args):
                return
        raise StoreUnavailable("the enterprise's calendar keeps changing")


def _moved(raw: dict[str, Any], zone: str, now_ms: int) -> Calendar | None:
    """The calendar after the change; None where no day was ever opened."""
    if raw["d"] is None:
        return None
    old = Calendar(raw["z"].decode(), int(raw["d"]), int(raw["de"]), int(raw["dn"]))
    if now_ms >= old.end_ms:  # the present day was not opened yet; it, too, must not be cut short
        old = calendar_at(old.zone, now_ms, old.day)
    return change_zone(old, zone)


def _number(value: bytes | None, default: int = 0) -> int:
    return default if value is None else int(value)


def _known(raw: dict[str, Any]) -> bool:
    return any(raw[name] is not None for name in ("d", "ca", "s"))


def _today(raw: dict[str, Any], now_ms: int, rules: Rules) -> Calendar:
    zone = raw["z"].decode() if raw["z"] else rules.policy.default_time_zone
    if raw["d"] is None:
        return calendar_at(zone, now_ms)
    if now_ms < int(raw["de"]):
        return Calendar(zone, int(raw["d"]), int(raw["de"]), int(raw["dn"]))
    return calendar_at(zone, now_ms, int(raw["d"]))


def _active(packed: bytes | None, now_ms: int) -> tuple[Restriction, ...]:
    return tuple(
        r
        for r in replies.restrictions((packed or b"").decode())
        if r.ends_at_ms is None or r.ends_at_ms > now_ms
    )


def _burst(name: str, cap: int, packed: bytes | None, now_ms: int, rules: Rules) -> LimitState:
    slot_ms = rules.bursts[name].slot_ms
    current, counts = windows.unpack(packed, now_ms, slot_ms)
    resets = windows.resets_at_ms(current, counts, now_ms, slot_ms)
    return LimitState(name, cap, sum(counts), rules.windows[name], resets)


def _enterprise_state(raw: dict[str, Any], now_ms: int, rules: Rules) -> AccountState:
    today = _today(raw, now_ms, rules)
    fresh = raw["d"] is None or int(raw["d"]) != today.day

    def daily(name: str, cap: int, used: bytes | None) -> LimitState:
        return LimitState(name, cap, 0 if fresh else _number(used), "day", today.end_ms)

    active = _number(raw["ca"], rules.starting.enterprise_active)
    burst = rules.policy.enterprise_burst_active
    limits = (
        daily("enterprise_daily_active", active, raw["ua"]),
        daily(
            "enterprise_daily_passive",
            _number(raw["cp"], rules.starting.enterprise_passive),
            raw["up"],
        ),
        daily("handover_daily", rules.policy.handover_daily, raw["uh"]),
        _burst(
            "enterprise_burst_active",
            max(burst.at_least, int(active * burst.share)),
            raw["ba"],
            now_ms,
            rules,
        ),
    )
    return AccountState(
        _known(raw), limits, _active(raw["R"], now_ms), today.day, today.end_ms, today.zone
    )


def _member_state(
    raw: dict[str, Any], company: AccountState, now_ms: int, rules: Rules
) -> AccountState:
    fresh = raw["d"] is None or int(raw["d"]) != company.day

    def daily(name: str, cap: int, used: bytes | None) -> LimitState:
        return LimitState(name, cap, 0 if fresh else _number(used), "day", company.day_end_ms)

    bursts = rules.bursts
    limits = (
        daily("member_daily_active", _number(raw["ca"], rules.starting.member_active), raw["ua"]),
        daily("member_daily_passive", _number(raw["cp"], rules.starting.member_passive), raw["up"]),
        _burst(
            "member_burst_active", bursts["member_burst_active"].amount, raw["ba"], now_ms, rules
        ),
        _burst(
            "member_burst_passive", bursts["member_burst_passive"].amount, raw["bp"], now_ms, rules
        ),
    )
    return AccountState(
        _known(raw),
        limits,
        _active(raw["R"], now_ms),
        company.day,
        company.day_end_ms,
        company.time_zone,
    )

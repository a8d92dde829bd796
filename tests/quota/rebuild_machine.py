"""The ledger's machine with one more step: Redis is lost and refilled from the journal."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from quota import keys, replies, windows
from quota.counters import Counters
from quota.rebuild import JOURNAL_BACK_MS, ShardState, rebuild
from quota.records import Record
from tests.quota.machine import (
    COMPANIES,
    MEMBERS,
    OUTLAST_MS,
    RULES,
    ZONES,
    LedgerMachine,
    companies,
)

DAILY = {
    *("day", "day_end_ms", "next_end_ms", "active", "passive", "handover"),
    *("refunds_active", "refunds_passive", "refunds_handover"),
}
CAPS = {"cap_active", "cap_passive", "caps_seq"}  # the caller's to add; the model sees to them
MINUTE_MS = 60_000  # an enterprise's passive burst, which there is not, is empty
SLOT_MS = {
    (True, "burst_active"): RULES.bursts["enterprise_burst_active"].slot_ms,
    (False, "burst_active"): RULES.bursts["member_burst_active"].slot_ms,
    (False, "burst_passive"): RULES.bursts["member_burst_passive"].slot_ms,
}


class RebuildMachine(LedgerMachine):
    """What a lost Redis held is there again, and the model never notices."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: dict[int, list[tuple[int, bytes]]] = {0: [], 1: []}
        self.moved: dict[str, int] = {}
        self.zones: dict[str, str] = {}

    @rule(company=companies, zone=st.sampled_from(ZONES))
    def change_zone(self, company: str, zone: str) -> None:
        """Once a local day, and followed by its event, as the service does it."""
        own = self.model.company(company)
        day = self.model.today(own, self.clock.now_ms).number
        if self.moved.get(company) != day:
            self.moved[company] = day
            self.zones[company] = zone
            self.model.change_zone(company, zone, self.clock.now_ms)
            self.run(self.ledger.accounts.change_zone(company, zone))
            self.append(company)

    @precondition(lambda self: self.model.events)
    @rule()
    def lose_redis(self) -> None:
        self.run(self._lose_redis())
        self.model.events = 0
        self.model.newcomers = {}
        recent = {json.loads(body).get("enterprise_id") for body in self._recent((0, 1))}
        for name, company in self.model.companies.items():
            if name not in recent:  # idle for so long that its last day no longer matters
                company.today, company.day, company.used, company.refunds = None, None, {}, {}
                company.zone = self.zones.get(name)
                self.days.pop(name, None)

    def _recent(self, shards: Sequence[int]) -> dict[bytes, int]:
        """The events that a refill reads, in order, with their seq."""
        since_ms = self.clock.now_ms - JOURNAL_BACK_MS
        return {
            body: seq
            for shard in shards
            for seq, body in self.journal[shard]
            if json.loads(body)["received_ms"] >= since_ms
        }

    async def _lose_redis(self) -> None:
        for shard, events in (await self.ledger.log.read({0: 0, 1: 0}, 10_000)).items():
            self.journal[shard] += [(event.seq, event.body) for event in events]
        before = await self._content()
        await self.redis.flushall()
        for shard in (0, 1):
            await self.ledger.log.refill(shard, self._state(shard), "again", fence=1)
        async for name in self.redis.scan_iter(count=1000):
            if await self.redis.pttl(name) >= 0:
                await self.redis.pexpire(name, OUTLAST_MS)
        after = await self._content()
        names = {name for name in (*before, *after) if before.get(name) != after.get(name)}
        differing = {name: (before.get(name), after.get(name)) for name in names}
        assert not differing, differing

    def _state(self, shard: int) -> ShardState:
        now_ms = self.clock.now_ms
        recent = [(seq, body) for body, seq in self._recent([shard]).items()]
        zones = {e: zone for e, zone in self.zones.items() if self.shard(e) == shard}
        state = rebuild(recent, zones, RULES, now_ms)
        state.seq = max((seq for seq, _ in self.journal[shard]), default=0)
        for company in COMPANIES:
            if self.shard(company) == shard:
                self._add_what_scoring_says(state, company)
        return state

    def _add_what_scoring_says(self, state: ShardState, company: str) -> None:
        """Caps, cool-downs and restrictions; every account seen has caps by then."""
        start = RULES.starting
        for member in (None, *MEMBERS):
            account = self.account(company, member)
            if account.day is not None and not account.caps and member is not None:
                account.caps = {"active": start.member_active, "passive": start.member_passive}
            if account.caps:
                caps = account.caps["active"], account.caps["passive"]
                state.set_caps(company, member, *caps, seq=self.folded)
            state.set_restrictions(company, member, account.restrictions)
        for (e, contact, member), until_ms in self.model.cooldowns.items():
            if e == company:
                state.cooldowns[e, contact, member] = until_ms

    async def _content(self) -> dict[str, Any]:
        """What the ledger counts with now: nothing that time has made void."""
        found: dict[str, Any] = {}
        for shard in (0, 1):
            held: Any = await self.redis.zrange(keys.holds(shard), 0, -1, withscores=True)
            found[keys.holds(shard)] = {
                (id_, score)
                for id_, score in held
                if await self.redis.exists(name := keys.record(shard, id_.decode()))
                and await self._value(name)
            }
        async for raw in self.redis.scan_iter(count=1000):
            name = raw.decode()
            value = await self._value(name)
            if value:
                found[name] = value
        return found

    async def _value(self, name: str) -> Any:
        now_ms = self.clock.now_ms
        match name.partition(":")[2].partition("/")[0]:
            case "e" | "m":
                return await self._account(name)
            case "r":
                record = Record.unpack(await self._bytes(name))
                return record if record.expires_ms > now_ms else None
            case "c":
                until_ms = int(await self._bytes(name))
                return until_ms if until_ms > now_ms else None
        return None

    async def _bytes(self, name: str) -> bytes:
        value: Any = await self.redis.get(name)
        return bytes(value or b"")

    async def _account(self, name: str) -> dict[str, Any]:
        account = Counters.unpack(await self._bytes(name))
        parts = name.split("/")
        company = f"{parts[0].removesuffix('m').removesuffix('e')}e/{parts[1]}"
        today = Counters.unpack(await self._bytes(company))
        over = not today.day or today.day_end_ms <= self.clock.now_ms or account.day != today.day
        kept: dict[str, Any] = {}
        for field in fields(Counters):
            if not (over and field.name in DAILY) and field.name not in CAPS:
                value = getattr(account, field.name)
                kept[field.name] = self._field(len(parts) == 2, field.name, value)
        return {field: value for field, value in kept.items() if value}

    def _field(self, whole: bool, field: str, value: Any) -> Any:
        now_ms = self.clock.now_ms
        if field in {"burst_active", "burst_passive"}:
            slot_ms = SLOT_MS.get((whole, field), MINUTE_MS)
            _, counts = windows.unpack(value, now_ms, slot_ms)
            return tuple(counts) if any(counts) else None
        if field == "zone" and value == RULES.policy.default_time_zone:
            return None
        if field == "restrictions":
            held = replies.restrictions(value)
            return {r for r in held if r.ends_at_ms is None or r.ends_at_ms > now_ms}
        return value

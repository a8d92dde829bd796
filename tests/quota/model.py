"""What DOMAIN §2 and the wire contract ask of the ledger, in Python and as plainly as possible.

Nothing is packed, nothing is lazy that the contract does not make lazy, and bursts are lists of
times. Decisions are compared as `Answer`s, settlements as (state, refused).
"""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal
from zlib import crc32

from quota.adds import Add, Kind, Mode
from quota.policy import Rules
from tests.quota.model_days import Day, moved, open_day
from tests.quota.model_limits import (
    REASON,
    Account,
    Company,
    Limit,
    binding_restriction,
    free_at,
)
from tests.quota.model_limits import limits as limits_of
from tests.quota.model_records import Answer, Record

HANDOVER_DIRECTION = {"member": "active", "contact": "passive"}


@dataclass
class Model:
    """All shards of a ledger."""

    rules: Rules
    shards: int
    companies: dict[str, Company] = field(default_factory=dict)
    members: dict[tuple[str, str], Account] = field(default_factory=dict)
    cooldowns: dict[tuple[str, str, str | None], int] = field(default_factory=dict)
    records: dict[tuple[object, ...], Record] = field(default_factory=dict)
    newcomers: dict[int, int] = field(default_factory=dict)
    events: int = 0

    def company(self, enterprise_id: str) -> Company:
        return self.companies.setdefault(enterprise_id, Company())

    def member(self, enterprise_id: str, member_id: str) -> Account:
        return self.members.setdefault((enterprise_id, member_id), Account())

    def today(self, company: Company, now_ms: int) -> Day:
        """The enterprise's day now, whether or not anything was counted in it yet."""
        if company.today is not None and now_ms < company.today.end_ms:
            return company.today
        zone = company.zone or self.rules.policy.default_time_zone
        return open_day(zone, now_ms, company.today)

    # Spending ------------------------------------------------------------------------------

    def spend(self, adds: list[Add], now_ms: int) -> list[Answer | str]:
        """The answers in order; a refusal is its code."""
        touched = {self._shard(add.enterprise_id) for add in adds}
        for shard in touched:
            self.return_expired(shard, now_ms)
        return [self._decide(add, now_ms) for add in adds]

    def _decide(self, add: Add, now_ms: int) -> Answer | str:
        peek = add.mode is Mode.PEEK
        company = self.company(add.enterprise_id)
        today = self.today(company, now_ms)
        key = self._current(self.key(add, today.number), now_ms)
        first = self._first(add, key, now_ms)
        if first is not None:
            return first
        person = self.member(add.enterprise_id, add.member_id)
        if person.day is None and not person.caps and not peek:
            minute = now_ms // 60_000
            if self.newcomers.get(minute, 0) >= self.rules.policy.unknown_accounts.new_per_minute:
                return "new_accounts"
            self.newcomers[minute] = self.newcomers.get(minute, 0) + 1
        limits = limits_of(self.rules, add.kind, company, person, today, now_ms)
        reason, binding, retry, found = self._check(add, company, person, limits, now_ms)
        allowed = reason == "ok"
        state = "peeked" if peek else "denied" if not allowed else _STATE[add.mode]
        if not peek:
            company.zone = company.zone or self.rules.policy.default_time_zone
            company.today = today
            company.turn(today.number)
            person.turn(today.number)
            self.events += 1
        if allowed and not peek:
            self._charge(add.kind, company, person, now_ms)
            limits = limits_of(self.rules, add.kind, company, person, today, now_ms)
        day = today.number
        answer = Answer(allowed, reason, state, False, binding, limits, retry, found, day, key)
        if not peek:
            ends = now_ms + (add.hold_s or 0) * 1000
            expires = self._kept_until(add, allowed, retry, today, now_ms)
            self.records[key] = Record(add, answer, now_ms, expires, ends)
        return answer

    def _current(self, key: tuple[object, ...], now_ms: int) -> tuple[object, ...]:
        """A cancelled or expired add of the day keeps its record; the next one has its own."""
        if key[0] == "request":
            return key
        for number in count():
            record = self.records.get((*key, number))
            if record is None or record.expires_ms <= now_ms:
                break
            if record.state not in {"cancelled", "expired"}:
                break
        return (*key, number)

    def _first(self, add: Add, key: tuple[object, ...], now_ms: int) -> Answer | str | None:
        record = self.records.get(key)
        if record is None or record.expires_ms <= now_ms:
            return None
        if key[0] == "request":
            if record.add._replace(aliases=()) != add._replace(aliases=()):
                return "conflict"
        elif record.state not in {"spent", "held", "committed"}:
            return None
        again = replace(record.answer, replayed=True)
        return replace(again, state="peeked") if add.mode is Mode.PEEK else again

    @staticmethod
    def key(add: Add, day: int) -> tuple[object, ...]:
        if add.request_id is not None and add.mode is not Mode.PEEK:
            return ("request", add.enterprise_id, add.request_id)
        return ("add", add.enterprise_id, add.member_id, add.contact, add.initiated_by, day)

    @staticmethod
    def _kept_until(add: Add, allowed: bool, retry: int | None, today: Day, now_ms: int) -> int:
        """Records last until the next day ends, a denial's until it may be asked again."""
        if allowed:
            ten_min_past_hold = now_ms + (add.hold_s or 0) * 1000 + 600_000
            return max(today.next_end_ms, ten_min_past_hold if add.mode is Mode.HOLD else 0)
        if add.request_id is not None and retry is not None:
            return min(retry, today.next_end_ms)
        return now_ms + 600_000

    def _check(
        self,
        add: Add,
        company: Company,
        person: Account,
        limits: tuple[Limit, ...],
        now_ms: int,
    ) -> tuple[str, str | None, int | None, str | None]:
        """The first reason against the add, the limit that binds, when to ask again, a penalty."""
        active = HANDOVER_DIRECTION[add.initiated_by] == "active"
        for reason, account in (("enterprise_restricted", company), ("member_restricted", person)):
            binding = binding_restriction(account, active, now_ms)
            if binding is not None:
                return reason, None, binding.ends_at_ms, binding.penalty_id
        for who in (None, add.member_id):
            until = self.cooldowns.get((add.enterprise_id, add.contact, who), 0)
            if active and until > now_ms:
                return "contact_cooldown", None, None, None
        for limit in limits:
            if limit.used >= limit.cap:
                whole = limit.name.startswith("enterprise")
                account = company if whole else person
                retry = free_at(self.rules, limit, account, add.kind.value, now_ms)
                return REASON[limit.name], limit.name, retry, None
        return "ok", None, None, None

    @staticmethod
    def _charge(kind: Kind, company: Company, person: Account, now_ms: int) -> None:
        charged = (company,) if kind is Kind.HANDOVER else (company, person)
        for account in charged:
            account.used[kind.value] = account.used.get(kind.value, 0) + 1
            account.times.setdefault(kind.value, []).append(now_ms)

    # Holds, commits, cancels ---------------------------------------------------------------

    def return_expired(self, shard: int, now_ms: int) -> None:
        """Holds that were not committed in time come back, while they are on record."""
        for record in self.records.values():
            due = record.state == "held" and record.hold_ends_ms <= now_ms < record.expires_ms
            if due and self._shard(record.add.enterprise_id) == shard:
                self._expire(record, now_ms)

    def _expire(self, record: Record, now_ms: int) -> None:
        record.become("expired")
        self.events += 1
        self._refund(record, now_ms, from_budget=False)

    def settle(
        self, key: tuple[object, ...], action: Literal["commit", "cancel"], now_ms: int
    ) -> tuple[str | None, bool]:
        """The decision's state and whether the step was refused."""
        record = self.records.get(key)
        if record is None or record.expires_ms <= now_ms:
            return None, False
        if record.state == "held" and record.hold_ends_ms <= now_ms:
            self._expire(record, now_ms)
        done = "committed" if action == "commit" else "cancelled"
        if record.state == done:
            return done, False
        if not self._may(record, action, now_ms):
            return record.state, True
        if action == "cancel":
            self._refund(record, now_ms, from_budget=record.state == "spent")
        record.become(done)
        self.events += 1
        return done, False

    def _may(self, record: Record, action: str, now_ms: int) -> bool:
        if record.state == "held":
            return True
        if record.state != "spent" or action == "commit":
            return False
        refunds = self.rules.policy.refunds
        in_time = now_ms <= record.decided_ms + refunds.window_min * 60_000
        return in_time and (self._closed(record, now_ms) or self._budget_left(record))

    def _budget_left(self, record: Record) -> bool:
        add, start, policy = record.add, self.rules.starting, self.rules.policy
        what = add.kind.value
        person = self.member(add.enterprise_id, add.member_id)
        cap = {
            "active": person.caps.get("active", start.member_active),
            "passive": person.caps.get("passive", start.member_passive),
            "handover": policy.handover_daily,
        }[what]
        holder = self._refund_holder(record)
        budget = max(policy.refunds.at_least, int(cap * policy.refunds.share))
        return holder.refunds.get(what, 0) < budget

    def _closed(self, record: Record, now_ms: int) -> bool:
        """Whether the day that was charged is over."""
        today = self.company(record.add.enterprise_id).today
        assert today is not None
        return today.number != record.answer.day or now_ms >= today.end_ms

    def _refund_holder(self, record: Record) -> Account:
        if record.add.kind is Kind.HANDOVER:
            return self.company(record.add.enterprise_id)
        return self.member(record.add.enterprise_id, record.add.member_id)

    def _refund(self, record: Record, now_ms: int, *, from_budget: bool) -> None:
        if self._closed(record, now_ms):
            return
        add, what = record.add, record.add.kind.value
        company = self.company(add.enterprise_id)
        for account in {id(a): a for a in (company, self._refund_holder(record))}.values():
            account.used[what] = max(0, account.used.get(what, 0) - 1)
        if from_budget:
            holder = self._refund_holder(record)
            holder.refunds[what] = holder.refunds.get(what, 0) + 1

    # Caps, zones ---------------------------------------------------------------------------

    def change_zone(self, enterprise_id: str, zone: str, now_ms: int) -> None:
        """The present day is extended; where none was opened yet, only the zone is set."""
        company = self.company(enterprise_id)
        if company.zone == zone:
            return
        if company.today is not None:
            today = moved(self.today(company, now_ms), zone)
            company.today = today
            company.turn(today.number)
        company.zone = zone

    def append(self, enterprise_id: str, now_ms: int) -> None:
        """An event never seen before: it begins the enterprise and its day, and charges nothing."""
        company = self.company(enterprise_id)
        company.today = self.today(company, now_ms)
        company.turn(company.today.number)
        company.zone = company.zone or self.rules.policy.default_time_zone
        self.events += 1

    def _shard(self, enterprise_id: str) -> int:
        return crc32(enterprise_id.encode()) % self.shards


_STATE = {Mode.SPEND: "spent", Mode.HOLD: "held"}

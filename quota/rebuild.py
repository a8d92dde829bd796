"""What a shard of Redis must hold, computed from its journal and from what scoring last said.

The journal's adds carry their decision's record, so counts, windows, records and holds come back
as they were. Events of the last four days suffice: a local day that a change of zone extended and
the next one together, which is how long a record lasts, are shorter.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quota import keys, replies, windows
from quota.adds import Restriction
from quota.calls import REMEMBERED_MS
from quota.counters import Counters
from quota.days import calendar_at, midnight_ms
from quota.policy import Rules
from quota.records import Record

JOURNAL_BACK_MS = 4 * 86_400_000
_SETTLED = {"add.committed": "c", "add.cancelled": "x", "add.expired": "e"}
_USED = {"a": "active", "p": "passive", "h": "handover"}
_REFUNDED = {"a": "refunds_active", "p": "refunds_passive", "h": "refunds_handover"}
_BURST = {"a": "burst_active", "p": "burst_passive"}

Account = tuple[str, str | None]
Command = tuple[str | int | bytes, ...]


@dataclass(slots=True)
class ShardState:
    """A shard's content: counters by account, records and holds by decision id, event ids.

    `seq` is that of its last event, `folded_seq` that of the last one whose caps it holds.
    """

    seq: int = 0
    folded_seq: int = 0
    accounts: dict[Account, Counters] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    holds: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    cooldowns: dict[tuple[str, str, str | None], int] = field(default_factory=dict)

    def account(self, enterprise_id: str, member_id: str | None) -> Counters:
        """The counters of an account, begun where it is new."""
        return self.accounts.setdefault((enterprise_id, member_id), Counters())

    def set_caps(
        self, enterprise_id: str, member_id: str | None, active: int, passive: int, seq: int
    ) -> None:
        """The daily caps of an account as of event `seq`."""
        account = self.account(enterprise_id, member_id)
        account.cap_active, account.cap_passive, account.caps_seq = active, passive, seq

    def set_restrictions(
        self, enterprise_id: str, member_id: str | None, active: Sequence[Restriction]
    ) -> None:
        """The restrictions that hold of an account."""
        account = self.account(enterprise_id, member_id)
        account.restrictions = replies.pack_restrictions(tuple(active))

    def writes(self, shard: int, now_ms: int) -> list[Command]:
        """The commands that put the state into Redis, restricted accounts first."""
        restricted_first = sorted(self.accounts.items(), key=lambda item: not item[1].restrictions)
        commands: list[Command] = [
            ("SET", keys.enterprise(shard, e) if m is None else keys.member(shard, e, m), c.pack())
            for (e, m), c in restricted_first
        ]
        lasting: list[tuple[str, str | int | bytes, int]] = [
            *((keys.cooldown(shard, e, c, m), t, t) for (e, c, m), t in self.cooldowns.items()),
            *((keys.record(shard, i), r.pack(), r.expires_ms) for i, r in self.records.items()),
            *((keys.seen_event(shard, e, i), "1", t) for (e, i), t in self.seen.items()),
        ]
        for name, value, until_ms in lasting:
            if until_ms > now_ms:
                commands.append(("SET", name, value, "PX", until_ms - now_ms))
        for id_, until_ms in self.holds.items():
            if self.records[id_].expires_ms <= now_ms:
                continue  # no longer on record, so nobody can return or settle it
            commands.append(("ZADD", keys.holds(shard), until_ms, id_))
        return commands


def rebuild(
    events: Iterable[tuple[int, str | bytes]],
    zones: Mapping[str, str],
    rules: Rules,
    now_ms: int,
) -> ShardState:
    """The state of a shard from its journal's (seq, payload), in order of seq.

    `zones` gives the time zone of enterprises that named theirs. Caps, cool-downs and restrictions
    are the caller's to add.
    """
    state = ShardState()
    allowed: list[Record] = []
    for seq, payload in events:
        body = json.loads(payload)
        state.seq = max(state.seq, seq)
        _note_day(state, body, zones, rules)
        _note_event_id(state, body)
        if "record" in body:
            record = Record.from_text(body["record"], body["day_end_ms"])
            _charge(state, body["decision_id"], record)
            if record.reason == 0:
                allowed.append(record)
        elif body["type"] in _SETTLED and body["decision_id"] in state.records:
            _settle(state, body)
    for zone_of, zone in zones.items():
        account = state.account(zone_of, None)
        account.zone = account.zone or zone
    _pack_windows(state, allowed, rules, now_ms)
    return state


def _note_day(
    state: ShardState, body: dict[str, Any], zones: Mapping[str, str], rules: Rules
) -> None:
    enterprise_id = body.get("enterprise_id")
    if enterprise_id is None or "day_end_ms" not in body:
        return
    account = state.account(enterprise_id, None)
    zone = zones.get(enterprise_id, rules.policy.default_time_zone)
    day, end_ms = body["day"], body["day_end_ms"]
    if account.day < day:
        account.begin_day(day)
    next_day = calendar_at(zone, end_ms, day).day
    account.zone, account.day, account.day_end_ms = zone, day, end_ms
    account.next_end_ms = midnight_ms(zone, next_day + 1)


def _note_event_id(state: ShardState, body: dict[str, Any]) -> None:
    if "event_id" in body and body.get("enterprise_id") is not None:
        key = (body["enterprise_id"], body["event_id"])
        state.seen[key] = body["received_ms"] + REMEMBERED_MS
        if body.get("member_id") is not None:
            state.account(body["enterprise_id"], body["member_id"]).named = True


def _charge(state: ShardState, decision_id: str, record: Record) -> None:
    first, _, number = decision_id.rpartition(".")
    if first in state.records:  # the day's first record has the number of the last one after it
        state.records[first].number = int(number)
    state.records[decision_id] = record
    state.holds.pop(decision_id, None)  # an id may serve again once its record was over
    if record.state == "h":
        state.holds[decision_id] = record.until_ms
    member = state.account(record.enterprise_id, record.member_id)
    if member.day < record.day:
        member.begin_day(record.day)
    if record.reason == 0:
        _count(state, record, 1)


def _count(state: ShardState, record: Record, by: int) -> None:
    """Adds to what is used on the day that was charged, where that day is still the present one."""
    used = _USED[record.kind]
    holders = [state.account(record.enterprise_id, None)]
    if record.kind != "h":
        holders.append(state.account(record.enterprise_id, record.member_id))
    for holder in holders:
        if holder.day == record.day:
            setattr(holder, used, max(0, getattr(holder, used) + by))


def _settle(state: ShardState, body: dict[str, Any]) -> None:
    decision_id = body["decision_id"]
    record = state.records[decision_id]
    was, record.state = record.state, _SETTLED[body["type"]]
    state.holds.pop(decision_id, None)
    if body["refunded"]:
        _count(state, record, -1)
        if was == "s":
            holder = record.member_id if record.kind != "h" else None
            account, name = state.account(record.enterprise_id, holder), _REFUNDED[record.kind]
            setattr(account, name, getattr(account, name) + 1)


def _pack_windows(state: ShardState, allowed: Iterable[Record], rules: Rules, now_ms: int) -> None:
    times: dict[tuple[Account, str, int], list[int]] = {}
    bursts = rules.bursts
    for record in allowed:
        if record.kind == "h":
            continue
        window = bursts["member_burst_active" if record.kind == "a" else "member_burst_passive"]
        member: Account = (record.enterprise_id, record.member_id)
        key = (member, _BURST[record.kind], window.slot_ms)
        times.setdefault(key, []).append(record.decided_ms)
        if record.kind == "a":
            slot_ms = bursts["enterprise_burst_active"].slot_ms
            company = ((record.enterprise_id, None), "burst_active", slot_ms)
            times.setdefault(company, []).append(record.decided_ms)
    for (account, name, slot_ms), events_ms in times.items():
        setattr(state.accounts[account], name, windows.pack(events_ms, now_ms, slot_ms))

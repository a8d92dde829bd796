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
from quota.days import calendar_at, midnight_ms
from quota.policy import Rules

JOURNAL_BACK_MS = 4 * 86_400_000
_SETTLED = {"add.committed": "c", "add.cancelled": "x", "add.expired": "e"}
_NUMBER = 15
"""Where the first record of an add's day holds it."""
_USED = {"a": "ua", "p": "up", "h": "uh"}
_REFUNDED = {"a": "fa", "p": "fp", "h": "fh"}
_BURST = {"a": "ba", "p": "bp"}

Account = tuple[str, str | None]
Command = tuple[str | int | bytes, ...]


@dataclass(slots=True)
class _Spent:
    id: str
    fields: list[str]
    enterprise_id: str
    member_id: str

    @property
    def kind(self) -> str:
        """`a`, `p` or `h`, as in the record."""
        return self.fields[5]

    @property
    def day(self) -> int:
        """The local day that was charged."""
        return int(self.fields[3])


@dataclass(slots=True)
class ShardState:
    """A shard's content: hashes by account, records and holds by decision id, event ids.

    `seq` is that of its last event, `folded_seq` that of the last one whose caps it holds.
    """

    seq: int = 0
    folded_seq: int = 0
    accounts: dict[Account, dict[str, str | int | bytes]] = field(default_factory=dict)
    records: dict[str, tuple[str, int]] = field(default_factory=dict)
    holds: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    cooldowns: dict[tuple[str, str, str | None], int] = field(default_factory=dict)

    def account(self, enterprise_id: str, member_id: str | None) -> dict[str, str | int | bytes]:
        """The hash of an account, begun where it is new."""
        return self.accounts.setdefault((enterprise_id, member_id), {})

    def set_caps(
        self, enterprise_id: str, member_id: str | None, active: int, passive: int, seq: int
    ) -> None:
        """The daily caps of an account as of event `seq`."""
        self.account(enterprise_id, member_id).update(ca=active, cp=passive, v=seq)

    def set_restrictions(
        self, enterprise_id: str, member_id: str | None, active: Sequence[Restriction]
    ) -> None:
        """The restrictions that hold of an account."""
        if active:
            packed = replies.pack_restrictions(tuple(active))
            self.account(enterprise_id, member_id)["R"] = packed

    def writes(self, shard: int, now_ms: int) -> list[Command]:
        """The commands that put the state into Redis, restrictions first."""
        names = {
            (e, m): keys.enterprise(shard, e) if m is None else keys.member(shard, e, m)
            for e, m in self.accounts
        }
        commands: list[Command] = [
            ("HSET", names[account], "R", fields["R"])
            for account, fields in self.accounts.items()
            if "R" in fields
        ]
        for account, fields in self.accounts.items():
            flat = [x for name, value in fields.items() if name != "R" for x in (name, value)]
            if flat:
                commands.append(("HSET", names[account], *flat))
        lasting: list[tuple[str, str | int, int]] = [
            *((keys.cooldown(shard, e, c, m), t, t) for (e, c, m), t in self.cooldowns.items()),
            *((keys.record(shard, id_), text, t) for id_, (text, t) in self.records.items()),
            *((keys.seen_event(shard, e, i), "1", t) for (e, i), t in self.seen.items()),
        ]
        for name, value, until_ms in lasting:
            if until_ms > now_ms:
                commands.append(("SET", name, value, "PX", until_ms - now_ms))
        for id_, until_ms in self.holds.items():
            if self.records[id_][1] <= now_ms:
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
    spent: dict[str, _Spent] = {}
    allowed: list[_Spent] = []
    for seq, payload in events:
        body = json.loads(payload)
        state.seq = max(state.seq, seq)
        _note_day(state, body, zones, rules)
        _note_event_id(state, body)
        if "record" in body:
            e, m = body["enterprise_id"], body["member_id"]
            found = _Spent(body["decision_id"], body["record"].split("|"), e, m)
            spent[found.id] = found
            _number(state, spent, found.id)
            _charge(state, found)
            if found.fields[0] != "d":
                allowed.append(found)
        elif body["type"] in _SETTLED and body["decision_id"] in spent:
            _settle(state, spent[body["decision_id"]], body)
    for zone_of, zone in zones.items():
        state.account(zone_of, None).setdefault("z", zone)
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
    if int(account.get("d", -1)) < day:
        for name in ("ua", "up", "uh", "fh"):
            account.pop(name, None)
    next_day = calendar_at(zone, end_ms, day).day
    account.update(z=zone, d=day, de=end_ms, dn=midnight_ms(zone, next_day + 1))


def _note_event_id(state: ShardState, body: dict[str, Any]) -> None:
    if "event_id" in body and body.get("enterprise_id") is not None:
        key = (body["enterprise_id"], body["event_id"])
        state.seen[key] = body["received_ms"] + REMEMBERED_MS
        if body.get("member_id") is not None:
            state.account(body["enterprise_id"], body["member_id"])["s"] = 1


def _number(state: ShardState, spent: Mapping[str, _Spent], decision_id: str) -> None:
    """The day's first record of an add holds the number of the last one begun after it."""
    first, _, number = decision_id.rpartition(".")
    if first in spent:
        fields = spent[first].fields
        fields[_NUMBER:] = [number]
        state.records[first] = ("|".join(fields), int(fields[4]))


def _charge(state: ShardState, spent: _Spent) -> None:
    fields, expires_ms = spent.fields, int(spent.fields[4])
    state.records[spent.id] = ("|".join(fields), expires_ms)
    state.holds.pop(spent.id, None)  # an id may serve again once its record was over
    if fields[0] == "h":
        state.holds[spent.id] = int(fields[8])
    member = state.account(spent.enterprise_id, spent.member_id)
    if int(member.get("d", -1)) < spent.day:
        for name in ("ua", "up", "fa", "fp"):
            member.pop(name, None)
        member["d"] = spent.day
    if fields[0] != "d":
        _count(state, spent, 1)


def _count(state: ShardState, spent: _Spent, by: int) -> None:
    """Adds to what is used on the day that was charged, where that day is still the present one."""
    used = _USED[spent.kind]
    holders = [state.account(spent.enterprise_id, None)]
    if spent.kind != "h":
        holders.append(state.account(spent.enterprise_id, spent.member_id))
    for holder in holders:
        if holder.get("d") == spent.day:
            holder[used] = max(0, int(holder.get(used, 0)) + by)


def _settle(state: ShardState, spent: _Spent, body: dict[str, Any]) -> None:
    was = spent.fields[0]
    spent.fields[0] = _SETTLED[body["type"]]
    state.records[spent.id] = ("|".join(spent.fields), int(spent.fields[4]))
    state.holds.pop(spent.id, None)
    if body["refunded"]:
        _count(state, spent, -1)
        if was == "s":
            holder = spent.member_id if spent.kind != "h" else None
            account = state.account(spent.enterprise_id, holder)
            name = _REFUNDED[spent.kind]
            account[name] = int(account.get(name, 0)) + 1


def _pack_windows(state: ShardState, spent: Iterable[_Spent], rules: Rules, now_ms: int) -> None:
    times: dict[tuple[Account, str, int], list[int]] = {}
    bursts = rules.bursts
    for s in spent:
        if s.kind == "h":
            continue
        decided_ms = int(s.fields[2])
        member = bursts["member_burst_active" if s.kind == "a" else "member_burst_passive"]
        key = ((s.enterprise_id, s.member_id), _BURST[s.kind], member.slot_ms)
        times.setdefault(key, []).append(decided_ms)
        if s.kind == "a":
            slot_ms = bursts["enterprise_burst_active"].slot_ms
            times.setdefault(((s.enterprise_id, None), "ba", slot_ms), []).append(decided_ms)
    for (account, name, slot_ms), events_ms in times.items():
        packed = windows.pack(events_ms, now_ms, slot_ms)
        if packed is not None:
            state.accounts[account][name] = packed

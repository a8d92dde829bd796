"""Builds the KEYS and ARGV of the scripts; the contract stands at the top of each `.lua` file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quota import keys
from quota.adds import Add, Mode
from quota.days import Calendar
from quota.policy import Rules
from quota.records import NO_FINGERPRINT
from quota.ways import HANDOVERS

REMEMBERED_MS = 25 * 3_600_000
"""How long an event_id is remembered (the contract promises 24 h)."""

_MODE = {Mode.SPEND: "s", Mode.PEEK: "p", Mode.HOLD: "h"}


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is appended: `body` is its JSON object without `received_ms` and the day."""

    enterprise_id: str
    event_id: str
    body: Mapping[str, Any]


@dataclass(slots=True)
class Call:
    """Keys and arguments of one script call, and the shards it touches in order."""

    keys: list[str]
    args: list[Any]
    shards: list[int]


def _begin(shards: list[int], keys_: list[str]) -> list[str]:
    for shard in shards:
        keys_ += (keys.meta(shard), keys.stream(shard), keys.holds(shard))
    return keys_


def _json_open(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)[:-1]


def said_of(add: Add) -> str:
    """What the event of an add has besides its decision; `records.event_of` reads it."""
    return (
        f"{add.way}|{add.initiated_by}|{_MODE[add.mode]}|{add.request_id or ''}|"
        f"{add.number_block or ''}|{add.number_tail or ''}|{add.greeting_hash or ''}|"
        f"{','.join(add.aliases)}"
    )


def _policy_args(rules: Rules, stream_max: int) -> list[Any]:
    policy, starting, bursts = rules.policy, rules.starting, rules.bursts
    member, scans = bursts["member_burst_active"], bursts["member_burst_passive"]
    company, unknown = bursts["enterprise_burst_active"], policy.unknown_accounts
    return [
        stream_max,
        rules.version,
        starting.member_active,
        starting.member_passive,
        starting.enterprise_active,
        starting.enterprise_passive,
        policy.handover_daily,
        member.amount,
        member.slot_ms,
        scans.amount,
        scans.slot_ms,
        policy.enterprise_burst_active.share,
        company.amount,
        company.slot_ms,
        unknown.new_per_minute if unknown.mode == "create" else -1,
        policy.default_time_zone,
    ]


def _day(calendar: Calendar | None) -> tuple[Any, Any, Any]:
    if calendar is None:
        return "", "", ""
    return calendar.day, calendar.end_ms, calendar.next_end_ms


def spend(
    adds: Sequence[Add],
    rules: Rules,
    *,
    shard_count: int,
    seen: Mapping[int, int],
    stream_max: int,
    now: int | str,
    default_day: Calendar,
    calendars: Mapping[int, Calendar],
) -> Call:
    """The call of spend.lua. `calendars` gives the day of the adds (by index) that asked for it."""
    owners = [keys.shard_of(add.enterprise_id, shard_count) for add in adds]
    shards = sorted(set(owners))
    order = {shard: i + 1 for i, shard in enumerate(shards)}
    prefixes = {shard: keys.prefix(shard) for shard in shards}  # keys by hand: there are 5 an add
    keys_ = _begin(shards, ["newcomers:"])
    args = [now, *_policy_args(rules, stream_max), len(shards), *_day(default_day), len(adds)]
    args += [seen.get(shard, 0) for shard in shards]
    for add, shard in zip(adds, owners, strict=True):
        prefix, e, m = prefixes[shard], add.enterprise_id, add.member_id
        fixed, active = add.request_id is not None, add.initiated_by == "member"
        said = said_of(add)
        if add.mode is Mode.PEEK:
            fixed, said = False, ""
        base = keys.decision_base(add, shard, fixed=fixed)
        keys_ += (f"{prefix}e/{e}", f"{prefix}m/{e}/{m}", f"{prefix}r/{base}")
        contacts = (add.contact, *add.aliases) if active else ()
        for contact in contacts:
            keys_ += (f"{prefix}c/{e}/{contact}", f"{prefix}c/{e}/{contact}/{m}")
        direction, hold_ms = "a" if active else "p", (add.hold_s or 0) * 1000
        kind = "h" if add.way in HANDOVERS else direction
        args += (
            order[shard],
            f"{kind}{direction}{_MODE[add.mode]}{fixed:d}{2 * len(contacts)},{hold_ms}",
            keys.fingerprint(add) if fixed else NO_FINGERPRINT,
            f"{e}|{m}|{add.contact}",
            said,
        )
    for i, calendar in calendars.items():
        args += (i + 1, *_day(calendar))
    return Call(keys_, args, shards)


def append(
    events: Sequence[Event],
    *,
    shard_count: int,
    seen: Mapping[int, int],
    stream_max: int,
    now: int | str,
    default_day: Calendar,
    calendars: Mapping[int, Calendar],
) -> Call:
    """The call of append.lua. `calendars` gives the day of the events (by index) that asked."""
    owners = [keys.shard_of(event.enterprise_id, shard_count) for event in events]
    shards = sorted(set(owners))
    order = {shard: i + 1 for i, shard in enumerate(shards)}
    keys_ = _begin(shards, [])
    args: list[Any] = [now, stream_max, REMEMBERED_MS, default_day.zone, *_day(default_day)]
    args += [len(shards), *(seen.get(shard, 0) for shard in shards)]
    for i, (event, shard) in enumerate(zip(events, owners, strict=True)):
        e = event.enterprise_id
        company, m = keys.enterprise(shard, e), event.body.get("member_id")
        keys_ += (
            company,
            keys.seen_event(shard, e, event.event_id),
            company if m is None else keys.member(shard, e, m),
        )
        body = {**event.body, "event_id": event.event_id}
        args += (order[shard], _json_open(body), *_day(calendars.get(i)))
    return Call(keys_, args, shards)

"""Between the record's rows and the fold's values: journal entries, views, history, flags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from pydantic_core import from_json

from penalties.findings import Finding
from quota.keys import shard_of
from quota.shard_log import StreamEvent
from scoring.events import Event, parse
from scoring.views import ContactView, EnterpriseView, MemberView, Relation
from scoring.working import (
    ContactKey,
    Cooldown,
    Flag,
    MemberKey,
    RelationKey,
    Verdict,
)
from server.enforcement.linking import LinkEvent
from server.records.flags import FlagRecord
from server.records.journal import Entry
from server.records.links import LinkState
from server.records.views import ContactRow, CooldownRow, EnterpriseRow, MemberRow, RelationRow

POLICY_ACTIVATED = "policy.activated"
LINK_EVENTS: Mapping[str, LinkState | Literal["linked"]] = MappingProxyType(
    {
        "linked_account.blocked": "blocked",
        "linked_account.unblocked": "unblocked",
        "member.updated": "linked",
    }
)
"""What events of members do to linked accounts, or to who is linked to one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a shard's journal something happened, and when it was received."""

    shard: int
    seq: int
    received_ms: int


@dataclass(frozen=True, slots=True)
class Journaled:
    """An event with its place: `event` is None for `policy.activated`, which concerns no account.

    `body` is the payload's JSON object.
    """

    entry: Entry
    body: Mapping[str, Any]
    event: Event | None

    @property
    def place(self) -> Place:
        """Its shard, seq and time."""
        return Place(self.entry.shard, self.entry.seq, self.entry.received_ms)


def journaled(shard: int, event: StreamEvent) -> Journaled:
    """A stream's event as the journal and the fold take it. Raises KeyError where it is none."""
    body: dict[str, Any] = from_json(event.body)
    entry = Entry(
        shard=shard,
        seq=event.seq,
        type=body["type"],
        received_ms=body["received_ms"],
        enterprise_id=body.get("enterprise_id"),
        member_id=body.get("member_id"),
        payload=event.body.decode(),
    )
    return Journaled(entry, body, None if entry.type == POLICY_ACTIVATED else parse(body))


def stream_event(entry: Entry) -> StreamEvent:
    """A journal's entry as it stood in the stream."""
    return StreamEvent(entry.seq, entry.payload.encode())


def link_event(journaled: Journaled) -> LinkEvent | None:
    """What an event means for linked accounts; None where it means nothing."""
    entry, body = journaled.entry, journaled.body
    state = LINK_EVENTS.get(entry.type)
    linked = body.get("linked_account_id")
    if state is None or linked is None or not (entry.enterprise_id and entry.member_id):
        return None
    account = entry.enterprise_id, entry.member_id
    at_ms = body.get("at", entry.received_ms)
    return LinkEvent(linked, None if state == "linked" else state, account, at_ms)


def enterprise_row(
    enterprise_id: str, view: EnterpriseView, place: Place, cap_handover: int
) -> EnterpriseRow:
    """An enterprise's view as it is kept."""
    return EnterpriseRow(
        enterprise_id=enterprise_id,
        shard=place.shard,
        data=view.to_json(),
        changed_seq=place.seq,
        day=view.day,
        day_end_ms=view.day_end_ms,
        score=view.score,
        tier=view.tier,
        cap_active=view.cap_active,
        cap_passive=view.cap_passive,
        cap_handover=cap_handover,
    )


def member_row(key: MemberKey, view: MemberView, place: Place) -> MemberRow:
    """A member's view as it is kept."""
    return MemberRow(
        enterprise_id=key[0],
        member_id=key[1],
        shard=place.shard,
        data=view.to_json(),
        changed_seq=place.seq,
        day=view.day,
        score=view.score,
        tier=view.tier,
        cap_active=view.cap_active,
        cap_passive=view.cap_passive,
    )


def relation_row(key: RelationKey, relation: Relation, place: Place) -> RelationRow:
    """A relation as it is kept."""
    return RelationRow(*key, data=relation.to_json(), changed_ms=place.received_ms)


def contact_row(key: ContactKey, view: ContactView, place: Place) -> ContactRow:
    """A contact's view as it is kept."""
    return ContactRow(*key, data=view.to_json(), changed_ms=place.received_ms)


def cooldown_row(cooldown: Cooldown, place: Place) -> CooldownRow:
    """A cool-down as it is kept; `''` for the whole enterprise."""
    return CooldownRow(
        enterprise_id=cooldown.enterprise_id,
        contact=cooldown.contact,
        member_id=cooldown.member_id or "",
        shard=place.shard,
        until_ms=cooldown.until_ms,
        changed_seq=place.seq,
    )


def flag_record(flag: Flag, place: Place, policy_version: int) -> FlagRecord:
    """A flag as it is kept, under an id that folding again gives again."""
    return FlagRecord(
        id=f"{place.shard}-{place.seq}-{flag.pattern}",
        shard=place.shard,
        seq=place.seq,
        at_ms=flag.at_ms,
        enterprise_id=flag.enterprise_id,
        member_id=flag.member_id,
        pattern=flag.pattern,
        mode=flag.mode,
        statistic=flag.statistic,
        threshold=flag.threshold,
        adds_before=flag.adds_before,
        evidence=json.dumps(flag.evidence, ensure_ascii=False),
        policy_version=policy_version,
        events=json.dumps(flag.events),
    )


def finding(verdict: Verdict, raised: Iterable[FlagRecord]) -> Finding:
    """A verdict as a case takes it, with the ids of the flags of its event that speak for it."""
    return Finding(
        at_ms=verdict.at_ms,
        enterprise_id=verdict.enterprise_id,
        member_id=verdict.member_id,
        level=verdict.level,
        posterior=verdict.posterior,
        contributions=verdict.contributions,
        patterns=verdict.patterns,
        adds_before=verdict.adds_before,
        evidence=verdict.evidence,
        events=verdict.events,
        flags=[
            flag.id
            for flag in raised
            if flag.member_id == verdict.member_id and flag.pattern in verdict.patterns
        ],
    )


def of_shard(enterprise_id: str, shard: int, shards: int) -> bool:
    """Whether the shard owns the enterprise."""
    return shard_of(enterprise_id, shards) == shard

"""Folds the events of one batch in memory and gathers what is to be written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scoring.caps import seat_count
from scoring.fold import fold
from scoring.views import EnterpriseView, MemberView
from scoring.working import ContactKey, CountKey, Effects, MemberKey, RelationKey, Working
from server.policy import PolicyError, policy_from_object
from server.records.days import DayRecord
from server.records.flags import FlagRecord
from server.records.views import CooldownRow
from server.worker import translate
from server.worker.casework import Call, Called, Judged, LinkChanged, Met
from server.worker.policies import Version, version_of
from server.worker.translate import Journaled, Place

log = logging.getLogger(__name__)
DECIDED = ("case.confirmed", "case.dismissed")
JUDGED = ("violation.upheld", "violation.overturned")
YIELD_EVERY = 32
"""Events folded at a stretch: other tasks of the process, pre-checks among them, come between."""


@dataclass(slots=True)
class Batch:
    """The result: `version` is the policy it ended with, `days` are keyed by account and day."""

    working: Working
    version: Version
    enterprises: dict[str, Place] = field(default_factory=dict)
    members: dict[MemberKey, Place] = field(default_factory=dict)
    relations: dict[RelationKey, Place] = field(default_factory=dict)
    contacts: dict[ContactKey, Place] = field(default_factory=dict)
    cooldowns: dict[tuple[str, str, str], CooldownRow] = field(default_factory=dict)
    days: dict[CountKey, DayRecord] = field(default_factory=dict)
    on_time: set[CountKey] = field(default_factory=set)
    """Days that were their account's present one when something was counted."""
    flags: list[FlagRecord] = field(default_factory=list)
    casework: list[Call] = field(default_factory=list)
    """Verdicts, and decisions about cases that the fold met, in their order."""
    refunds: list[str] = field(default_factory=list)
    described: set[str] = field(default_factory=set)
    """Enterprises whose description changed, and with it what their members may have."""
    activated: bool = False
    """Whether a policy came into force, and with it what anyone may have."""


async def fold_events(working: Working, version: Version, events: Sequence[Journaled]) -> Batch:
    """Folds the events in order over `working`; each by the policy that was in force there."""
    batch = Batch(working, version)
    for n, journaled in enumerate(events, start=1):
        if journaled.event is None:
            _activate(batch, journaled)
        else:
            effects = Effects()
            fold(journaled.event, working, batch.version.scoring, effects)
            _gather(batch, effects, journaled)
        if n % YIELD_EVERY == 0:
            await asyncio.sleep(0)
    _close_days(batch)
    return batch


def _close_days(batch: Batch) -> None:
    """History shows cap, score and tier as the last event left them, whether it counts or not."""
    for enterprise_id in batch.enterprises:
        _add_day(batch, (enterprise_id, "", batch.working.enterprises[enterprise_id].day), {})
    for enterprise_id, member_id in batch.members:
        day = batch.working.members[enterprise_id, member_id].day
        _add_day(batch, (enterprise_id, member_id, day), {})


def _activate(batch: Batch, journaled: Journaled) -> None:
    body, place = journaled.body, journaled.place
    if body["version"] < batch.version.number:
        return  # told late, by somebody who had not heard of the newer one
    try:
        policy = policy_from_object(body["policy"])
    except PolicyError:
        log.exception("shard %d, event %d: no policy of this release", place.shard, place.seq)
        return
    batch.version = version_of(body["version"], policy)
    batch.activated = True


def _gather(batch: Batch, effects: Effects, journaled: Journaled) -> None:
    place, changed = journaled.place, batch.working.changed
    batch.enterprises.update(dict.fromkeys(changed.enterprises, place))
    batch.members.update(dict.fromkeys(changed.members, place))
    batch.relations.update(dict.fromkeys(changed.relations, place))
    batch.contacts.update(dict.fromkeys(changed.contacts, place))
    changed.clear()
    for cooldown in effects.cooldowns:
        row = translate.cooldown_row(cooldown, place)
        key = (row.enterprise_id, row.contact, row.member_id)
        known = batch.cooldowns.get(key)
        if known is None or known.until_ms < row.until_ms:
            batch.cooldowns[key] = row
    number = batch.version.number
    raised = [translate.flag_record(flag, place, number) for flag in effects.flags]
    batch.flags += raised
    batch.casework += _casework(batch, effects, journaled, raised)
    batch.refunds += [refund.decision_id for refund in effects.refunds]
    for day, counts in effects.counts.items():
        _add_day(batch, day, counts)
    if journaled.entry.type == "enterprise.updated" and journaled.entry.enterprise_id:
        batch.described.add(journaled.entry.enterprise_id)


def _casework(
    batch: Batch, effects: Effects, journaled: Journaled, raised: Sequence[FlagRecord]
) -> Iterator[Call]:
    """What the event means for cases; a decision comes last: it is about what went before."""
    for verdict in effects.verdicts:
        company = batch.working.enterprises[verdict.enterprise_id]
        yield Called(
            finding=translate.finding(verdict, raised),
            place=journaled.place,
            day=company.day,
            seats=seat_count(company, batch.version.scoring),
            version=batch.version,
        )
    if journaled.entry.type in DECIDED and "case_id" in journaled.body:
        yield Met(journaled.body["case_id"])
    link = translate.link_event(journaled)
    if link is not None:
        yield LinkChanged(link, batch.version)
    if journaled.entry.type in JUDGED:
        body = journaled.body
        state = journaled.entry.type.removeprefix("violation.")
        yield Judged(body["violation_id"], state, body["severity"])


def _add_day(batch: Batch, key: CountKey, counts: dict[str, int]) -> None:
    enterprise_id, member_id, _ = key
    view: EnterpriseView | MemberView = batch.working.enterprises[enterprise_id]
    if member_id:
        view = batch.working.members[enterprise_id, member_id]
    before = batch.days.get(key)
    for name, count in before.counts.items() if before is not None else ():
        counts[name] = counts.get(name, 0) + count
    if view.day == key[2]:
        batch.on_time.add(key)
    elif before is not None:  # a day that is over keeps what it ended with
        batch.days[key] = DayRecord(*key, counts, before.cap, before.score, before.tier)
        return
    batch.days[key] = translate.day_record(key, counts, view)

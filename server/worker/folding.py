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
from server.records.activity import slot_of
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
_OF_CASES = frozenset((*DECIDED, *JUDGED, *translate.LINK_EVENTS))
"""Events that may mean something for cases, whatever the patterns say."""
YIELD_EVERY = 32
"""Events folded at a stretch: other tasks of the process, pre-checks among them, come between."""


@dataclass(slots=True)
class Day:
    """An account's local day as the batch leaves it: what it gains, and how the account stands.

    `is_over`: it was over when its first event came; then the account stands as it did then.
    """

    counts: dict[str, int]
    cap: int
    score: float
    tier: int
    is_over: bool

    def record(self, key: CountKey) -> DayRecord:
        """The day as history keeps it."""
        return DayRecord(*key, self.counts, self.cap, self.score, self.tier)


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
    days: dict[CountKey, Day] = field(default_factory=dict)
    activity: dict[int, dict[str, int]] = field(default_factory=dict)
    """What all enterprises counted, by the slot in which it was received."""
    flags: list[FlagRecord] = field(default_factory=list)
    casework: list[Call] = field(default_factory=list)
    """Verdicts, and decisions about cases that the fold met, in their order."""
    refunds: list[str] = field(default_factory=list)
    described: set[str] = field(default_factory=set)
    """Enterprises whose description changed, and with it what their members may have."""
    activated: bool = False
    """Whether a policy came into force, and with it what anyone may have."""


async def fold_events(
    working: Working, version: Version, events: Sequence[Journaled], at_once: int = YIELD_EVERY
) -> Batch:
    """Folds the events in order over `working`; each by the policy that was in force there.

    Other tasks have a turn after every `at_once` events.
    """
    batch = Batch(working, version)
    for n, journaled in enumerate(events, start=1):
        if journaled.event is None:
            _activate(batch, journaled)
        else:
            effects = Effects()
            fold(journaled.event, working, batch.version.scoring, effects)
            _gather(batch, effects, journaled)
        if n % at_once == 0:
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
    place, changed, type_ = journaled.place, batch.working.changed, journaled.entry.type
    for enterprise_id in changed.enterprises:
        batch.enterprises[enterprise_id] = place
    for member in changed.members:
        batch.members[member] = place
    for relation in changed.relations:
        batch.relations[relation] = place
    for contact in changed.contacts:
        batch.contacts[contact] = place
    changed.clear()
    for cooldown in effects.cooldowns:
        _cool_down(batch, translate.cooldown_row(cooldown, place))
    number = batch.version.number
    raised = [translate.flag_record(flag, place, number) for flag in effects.flags]
    batch.flags += raised
    if effects.verdicts or type_ in _OF_CASES:
        batch.casework += _casework(batch, effects, journaled, raised)
    batch.refunds += [refund.decision_id for refund in effects.refunds]
    for day, counts in effects.counts.items():
        if not day[1]:
            _add_activity(batch, place.received_ms, counts)
        _add_day(batch, day, counts)
    if type_ == "enterprise.updated" and journaled.entry.enterprise_id:
        batch.described.add(journaled.entry.enterprise_id)


def _cool_down(batch: Batch, row: CooldownRow) -> None:
    key = (row.enterprise_id, row.contact, row.member_id)
    known = batch.cooldowns.get(key)
    if known is None or known.until_ms < row.until_ms:
        batch.cooldowns[key] = row


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


def _add_activity(batch: Batch, received_ms: int, counts: dict[str, int]) -> None:
    slot = batch.activity.setdefault(slot_of(received_ms), {})
    for name, count in counts.items():
        slot[name] = slot.get(name, 0) + count


def _add_day(batch: Batch, key: CountKey, counts: dict[str, int]) -> None:
    enterprise_id, member_id, number = key
    view: EnterpriseView | MemberView = batch.working.enterprises[enterprise_id]
    # By the enterprise's day: the view of a member who did nothing since stands on the day before.
    is_over = view.day != number
    if member_id:
        view = batch.working.members[enterprise_id, member_id]
    day = batch.days.get(key)
    if day is None:
        cap, score, tier = view.cap_active, view.score, view.tier
        batch.days[key] = Day(counts, cap, score, tier, is_over)
        return
    for name, count in counts.items():
        day.counts[name] = day.counts.get(name, 0) + count
    if not is_over:  # a day that is over keeps what it ended with
        day.cap, day.score, day.tier = view.cap_active, view.score, view.tier
        day.is_over = False

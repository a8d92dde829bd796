"""What one decision changes: gathered, written together, and told afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Insert, Table, Update
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.catalogue import Track
from penalties.imposing import restated
from penalties.penalty import Penalty
from penalties.policy import PenaltiesPolicy
from penalties.tracks import Correction
from penalties.violation import TRANSITIONS
from penalties.violation import Change as ViolationChange
from server.enforcement import metrics
from server.enforcement.shapes import penalty_shape, request_shape
from server.records import audit, outbox, penalties, violations
from server.records.audit import SERVICE, Deed
from server.records.outbox import Notice
from server.records.penalty_rows import PenaltyRecord, row_of_penalty
from server.records.requests import Request
from server.records.tables import audit as audit_table
from server.records.tables import penalties as penalties_table
from server.records.tables import violations as violations_table
from server.records.together import new_rows, write_together
from server.records.violations import ViolationRecord, row_of_violation


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides: the holder of a key, or the service by its rules."""

    holder: str
    key_id: str

    @property
    def is_person(self) -> bool:
        """Whether two-person rules count it."""
        return self.holder != SERVICE


THE_SERVICE = Actor(SERVICE, "")


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what a decision is made: when, by which policy, about an account of which shard."""

    now_ms: int
    policy: PenaltiesPolicy
    policy_version: int
    shard: int


class Changes:
    """Rows, deeds and notices of one decision by `actor`, in the order they are gathered.

    What is imposed is so by the `deciders` (the actor alone, unless it takes others, or none), in
    the case of that id. `penalties` and `violations` are what has to be told of, as it stands once
    this is written.
    """

    def __init__(
        self,
        actor: Actor,
        terms: Terms,
        why: str,
        *,
        deciders: tuple[str, ...] | None = None,
        case_id: str | None = None,
    ) -> None:
        self.actor = actor
        alone = (actor.holder,) if actor.is_person else ()
        self.deciders = alone if deciders is None else deciders
        self.case_id = case_id
        self.terms = terms
        self.why = why
        self.penalties: list[PenaltyRecord] = []
        self.violations: list[ViolationRecord] = []
        self._ended: list[tuple[Penalty, str]] = []
        self._imposed: list[Penalty] = []
        self._rows: dict[Table, list[Any]] = {}
        self._updates: list[Update | Insert] = []
        self._deeds: list[Deed] = []
        self._notices: list[Notice] = []

    def impose(self, penalty: Penalty) -> None:
        """A new penalty or hold."""
        record = PenaltyRecord(penalty, self.terms.shard, untold=True)
        self.penalties.append(record)
        self._imposed.append(penalty)
        self.row(penalties_table, row_of_penalty(record))
        self._of_penalty("penalty.imposed", record, None)

    def lift(self, penalty: Penalty, *, ends_ms: int | None = None) -> None:
        """A penalty ends now, or at an earlier time than it would have."""
        now_ms = self.terms.now_ms
        if ends_ms is None or ends_ms <= now_ms:
            after = replace(penalty, lifted_ms=now_ms)
            values: dict[str, Any] = {"lifted_ms": now_ms}
            self._ended.append((penalty, "lifted"))
            self._changed("penalty.ended", penalty, after, values)
        else:
            after = replace(penalty, ends_ms=ends_ms)
            self._changed(None, penalty, after, {"ends_ms": ends_ms})

    def wait_on(self, penalty: Penalty) -> None:
        """A penalty that was about to end goes on until something happens."""
        self._changed(None, penalty, replace(penalty, ends_ms=None), {"ends_ms": None})

    def overturn(self, penalty: Penalty) -> None:
        """A penalty never was right."""
        now_ms = self.terms.now_ms
        after = replace(penalty, overturned_ms=now_ms)
        values = {"overturned_ms": now_ms, "end_noted": True}
        self._ended.append((penalty, "overturned"))
        self._changed("penalty.overturned", penalty, after, values)

    def correct(self, penalty: Penalty, correction: Correction) -> None:
        """A penalty stands otherwise, because one before it was overturned."""
        after = restated(penalty, correction, self.terms.policy)
        names = ("step", "ends_ms", "may_apply", "may_appeal")
        values = {name: getattr(after, name) for name in names}
        values["statement"] = json.dumps(dict(after.statement), ensure_ascii=False)
        self._changed(None, penalty, after, values)

    def report(self, record: ViolationRecord) -> None:
        """A new violation."""
        self.row(violations_table, row_of_violation(record))
        self.violations.append(record)
        one = record.violation
        after = {"state": record.state, "type": one.type, "severity": one.severity}
        self.deed(f"violation.{record.state}", "violation", one.id, None, after, whose=one)

    def judge(self, record: ViolationRecord, change: ViolationChange, **values: Any) -> None:
        """A violation on record is upheld, dismissed or overturned; `values` are other columns."""
        state = TRANSITIONS[record.state, change]
        # What never was upheld, scoring never knew of; of linked accounts it need not.
        is_scored = record.violation.track is not Track.LINKED_ACCOUNT and state != "dismissed"
        told = {"untold": is_scored, **values}
        self._updates.append(violations.change_of(record.violation.id, state, **told))
        self.violations.append(replace(record, state=state, untold=told["untold"]))
        one = record.violation
        before, after = {"state": record.state}, {"state": state}
        self.deed(f"violation.{state}", "violation", one.id, before, after, whose=one)

    def request(self, request: Request, before: Request | None = None) -> None:
        """A request as it stands now; writing it is the caller's, who compares and sets."""
        self.deed(
            f"{request.kind}.{request.state}",
            request.kind,
            request.id,
            None if before is None else {"state": before.state},
            {"state": request.state},
            whose=request,
        )
        name = f"{request.kind}.{request.state}"
        shown = dict(request_shape(request))
        self.notice(f"{name}:{request.id}:{request.changed_ms}", name, request, shown)

    def row(self, table: Table, row: Mapping[str, Any]) -> None:
        """A new row."""
        self._rows.setdefault(table, []).append(row)

    def update(self, update: Update) -> None:
        """A change of a row that no other change here touches."""
        self._updates.append(update)

    def deed(
        self,
        action: str,
        subject_kind: str,
        subject_id: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        *,
        whose: Any,
    ) -> None:
        """What the audit keeps of it; `whose` has `enterprise_id` and `member_id`."""
        deed = Deed(
            at_ms=self.terms.now_ms,
            holder=self.actor.holder,
            key_id=self.actor.key_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            enterprise_id=whose.enterprise_id,
            member_id=whose.member_id,
            before=before,
            after=after,
            why=self.why,
        )
        self._deeds.append(deed)

    def notice(self, id_: str, type_: str, whose: Any, body: Mapping[str, Any]) -> None:
        """What webhooks are to be told; `whose` has `enterprise_id` and `member_id`."""
        at_ms = self.terms.now_ms
        notice = Notice(id_, type_, whose.enterprise_id, whose.member_id, at_ms, body)
        self._notices.append(notice)

    async def write(self, connection: AsyncConnection) -> None:
        """Writes all of it, and counts it. Raises IntegrityError where a new row is there already.

        It is the last thing a transaction does: one that ends otherwise after all, because the
        record goes away with its commit, has been counted.
        """
        changes: list[Any] = list(self._updates)
        for table, rows in self._rows.items():
            changes += new_rows(table, rows)
        changes += new_rows(audit_table, [audit.row_of_deed(deed) for deed in self._deeds])
        changes += outbox.new_notices(connection, self._notices)
        await write_together(connection, changes)
        for penalty in self._imposed:
            metrics.imposed(penalty)
        for penalty, way in self._ended:
            metrics.ended(penalty, way)

    def _changed(
        self, notice: str | None, before: Penalty, after: Penalty, values: Mapping[str, Any]
    ) -> None:
        record = PenaltyRecord(after, self.terms.shard, untold=True)
        self.penalties.append(record)
        self._updates.append(penalties.change_of(after.id, **values))
        self._of_penalty(notice, record, before)

    def _of_penalty(
        self, notice: str | None, record: PenaltyRecord, before: Penalty | None
    ) -> None:
        one = record.penalty
        shown = penalty_shape(record, self.terms.now_ms)
        if notice is not None:
            shown["state"] = one.state(self.terms.now_ms)
            self.notice(f"{notice}:{one.id}", notice, one, dict(shown))
        self.deed(
            notice or "penalty.changed",
            "penalty",
            one.id,
            None if before is None else _bounds(before),
            _bounds(one) | {"scope": str(one.scope), "type": one.type},
            whose=one,
        )


def _bounds(penalty: Penalty) -> dict[str, Any]:
    names = ("step", "starts_ms", "ends_ms", "lifted_ms", "overturned_ms")
    return {name: getattr(penalty, name) for name in names}

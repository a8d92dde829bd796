"""Decisions on record as lines of an export: violations, appeals, unblock applications.

The journal has of them what scoring needs. What a penalty needs is read from the record itself,
where it cannot be missing: when somebody reported what, when enough had said so, what was undone.
No line has a name, a fact or a text: who decided what in which words stays in the audit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.tracks import BLOCKS
from server.records.audit import SERVICE
from server.records.engine import Database
from server.records.penalty_rows import PenaltyRecord, record_of_penalty
from server.records.tables import cases, penalties, requests, violations

REPORTED = "violation.reported"
_ANSWERED = ("approved", "modified", "rejected")


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One line, `body` without its times and place; `order` tells those of one moment apart."""

    at_ms: int
    order: tuple[int, int]
    shard: int
    type: str
    body: dict[str, Any]


async def decision_lines(database: Database, from_ms: int, to_ms: int) -> list[DecisionLine]:
    """What was decided in `[from_ms, to_ms)`, in order. Raises RecordsUnavailable."""
    async with database.read() as connection:
        lines = [
            *await _of_violations(connection, from_ms, to_ms),
            *await _of_answers(connection, from_ms, to_ms),
            *await _of_overturns(connection, from_ms, to_ms),
        ]
    some = (line for line in lines if from_ms <= line.at_ms < to_ms)
    return sorted(some, key=lambda line: (line.at_ms, line.order))


async def _of_violations(
    connection: AsyncConnection, from_ms: int, to_ms: int
) -> list[DecisionLine]:
    """Reports that waited, and what enough people, or the service by its rules, said was so."""
    since = or_(
        violations.c.reported_ms >= from_ms,
        violations.c.id.in_(
            select(penalties.c.violation_id).where(
                penalties.c.violation_id.is_not(None), penalties.c.starts_ms >= from_ms
            )
        ),
    )
    wanted = since, violations.c.reported_ms < to_ms
    query = select(penalties).join(violations, violations.c.id == penalties.c.violation_id)
    rows = await connection.execute(query.where(*wanted).order_by(penalties.c.starts_ms))
    brought: dict[str, list[Penalty]] = {}
    for row in rows.mappings():
        brought.setdefault(row["violation_id"], []).append(record_of_penalty(row).penalty)
    decided = cases.c.decided_ms.label("decided_ms")
    joined = violations.outerjoin(cases, cases.c.id == violations.c.case_id)
    found = await connection.execute(select(violations, decided).select_from(joined).where(*wanted))
    lines: list[DecisionLine] = []
    for row in found.mappings():
        lines += _of_violation(row, brought.get(row["id"], []))
    return lines


def _of_violation(row: RowMapping, brought: Sequence[Penalty]) -> Iterator[DecisionLine]:
    if row["track"] == Track.LINKED_ACCOUNT and row["reported_by"] == SERVICE:
        return  # the linked account's own event says so
    hold = next((one for one in brought if one.is_hold), None)
    imposed = [one for one in brought if not one.is_hold]
    reported_ms = row["reported_ms"]
    waited = hold is not None or row["state"] in {"reported", "dismissed"}
    waited = waited or any(one.starts_ms > reported_ms for one in imposed)
    if waited:
        at_ms = reported_ms if hold is None else hold.starts_ms
        severity = row["severity"] if hold is None else hold.severity
        body = _said(row, severity, json.loads(row["scopes"])) | {"hold": hold is not None}
        if hold is not None and hold.automated:
            body["automated"] = True
        yield DecisionLine(at_ms, (0, 0), row["shard"], REPORTED, body)
    for (at_ms, severity), some in groupby(imposed, key=lambda one: (one.starts_ms, one.severity)):
        made = list(some)
        body = _said(row, severity, {one.scope for one in made} & BLOCKS) | {"second": True}
        if made[0].automated:
            body["automated"] = True
        order = (1, max(one.ordinal or 0 for one in made))
        yield DecisionLine(at_ms, order, row["shard"], REPORTED, body)
    if waited and not imposed and row["state"] in {"upheld", "overturned"}:
        body = _said(row, row["severity"], json.loads(row["scopes"])) | {"second": True}
        yield DecisionLine(row["decided_ms"] or reported_ms, (1, 0), row["shard"], REPORTED, body)


def _said(row: RowMapping, severity: str, scopes: Iterable[str]) -> dict[str, Any]:
    """A violation as it was said to be."""
    body = _whose(row["enterprise_id"], row["member_id"]) | {
        "violation_id": row["id"],
        "violation": row["type"],
        "severity": severity,
        "source": row["source"],
        "occurred_at": row["occurred_ms"],
    }
    if severity == "severe" and scopes:
        body["scopes"] = sorted(map(str, scopes))
    if row["case_id"] is not None:
        body["case_id"] = row["case_id"]
    return body


async def _of_answers(connection: AsyncConnection, from_ms: int, to_ms: int) -> list[DecisionLine]:
    """Appeals and applications that were answered; overturned ones are in `_of_overturns`."""
    answered = requests.c.kind, requests.c.state, requests.c.decided_ms
    query = (
        select(penalties, *(column.label(f"r_{column.name}") for column in answered))
        .join(requests, requests.c.penalty_id == penalties.c.id)
        .where(
            requests.c.state.in_(_ANSWERED),
            requests.c.decided_ms >= from_ms,
            requests.c.decided_ms < to_ms,
        )
    )
    lines: list[DecisionLine] = []
    for row in (await connection.execute(query)).mappings():
        record, at_ms, outcome = record_of_penalty(row), row["r_decided_ms"], row["r_state"]
        one = record.penalty
        body = _about(one) | {"outcome": outcome}
        if outcome == "approved" and one.lifted_ms != at_ms:
            continue  # it had what it wanted: the penalty was overturned
        if outcome == "modified" and one.lifted_ms != at_ms:
            body["ends_at"] = one.ends_ms
        lines.append(DecisionLine(at_ms, (2, 0), record.shard, f"{row['r_kind']}.decided", body))
    return lines


async def _of_overturns(
    connection: AsyncConnection, from_ms: int, to_ms: int
) -> Iterable[DecisionLine]:
    """Mistakes, each once: what fell with a member's penalty falls with it in a replay, too."""
    query = select(penalties).where(
        penalties.c.overturned_ms >= from_ms, penalties.c.overturned_ms < to_ms
    )
    rows = await connection.execute(query.order_by(penalties.c.starts_ms, penalties.c.id))
    found = [record_of_penalty(row) for row in rows.mappings()]
    of_members = {_fall(record) for record in found if record.member_id is not None}
    lines: dict[object, DecisionLine] = {}
    for record in found:
        one, at_ms = record.penalty, record.penalty.overturned_ms
        if at_ms is None or (record.member_id is None and _fall(record) in of_members):
            continue
        key = _fall(record) if one.violation_id and one.member_id else one.id
        body = _about(one) | {"outcome": "overturned"}
        line = DecisionLine(at_ms, (3, one.starts_ms), record.shard, "appeal.decided", body)
        lines.setdefault(key, line)
    return lines.values()


def _fall(record: PenaltyRecord) -> tuple[str | None, int | None]:
    return record.penalty.violation_id, record.penalty.overturned_ms


def _about(one: Penalty) -> dict[str, Any]:
    """Which penalty; what came by itself has another id in a replay: case, or link, tell there."""
    body = _whose(one.enterprise_id, one.member_id)
    body |= {"penalty_id": one.id, "starts_at": one.starts_ms}
    if one.is_hold and one.violation_id is None:
        body["case_id"] = one.case_id
    if one.linked_account_id is not None:
        body["linked_account_id"] = one.linked_account_id
    return body


def _whose(enterprise_id: str, member_id: str | None) -> dict[str, Any]:
    member = {} if member_id is None else {"member_id": member_id}
    return {"enterprise_id": enterprise_id, **member}

"""Violations on record: what was reported of whom, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Update, func, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.catalogue import Track
from penalties.restrictions import Scope
from penalties.violation import Grounds, Violation, ViolationState
from server.records.case_rows import CaseRecord, record_of
from server.records.tables import cases, members, violations
from server.records.writing import Row

_AS_THEY_ARE = (
    "id",
    "type",
    "severity",
    "source",
    "enterprise_id",
    "member_id",
    "occurred_ms",
    "facts",
    "linked_account_id",
)


@dataclass(frozen=True, slots=True)
class ViolationRecord:
    """A violation with who reported it when. `untold`: the fold has still to meet its state.

    `asked` is a digest of what was reported, which later decisions do not change; '' where it was
    no report.
    """

    violation: Violation
    state: ViolationState
    reported_ms: int
    reported_by: str
    key_id: str
    case_id: str | None
    policy_version: int
    shard: int
    untold: bool = False
    asked: str = ""


def row_of_violation(record: ViolationRecord) -> Row:
    """The row of a violation."""
    violation = record.violation
    grounds = None if violation.grounds is None else _text(asdict(violation.grounds))
    return {
        **{name: getattr(violation, name) for name in _AS_THEY_ARE},
        "track": int(violation.track),
        "scopes": _text(sorted(violation.scopes)),
        "grounds": grounds,
        "evidence": _text(violation.evidence),
        "contacts": _text(violation.contacts),
        "state": record.state,
        "reported_ms": record.reported_ms,
        "reported_by": record.reported_by,
        "key_id": record.key_id,
        "case_id": record.case_id,
        "policy_version": record.policy_version,
        "shard": record.shard,
        "untold": record.untold,
        "asked": record.asked,
    }


async def get(
    connection: AsyncConnection, violation_id: str, *, for_update: bool = False
) -> ViolationRecord | None:
    """One violation, None where there is none of that id."""
    query = select(violations).where(violations.c.id == violation_id)
    rows = await connection.execute(query.with_for_update() if for_update else query)
    row = rows.mappings().one_or_none()
    return None if row is None else _record(row)


async def some(
    connection: AsyncConnection, violation_ids: Collection[str]
) -> list[ViolationRecord]:
    """Violations as they stand now."""
    query = select(violations).where(violations.c.id.in_(violation_ids))
    rows = await connection.execute(query.order_by(violations.c.reported_ms, violations.c.id))
    return [_record(row) for row in rows.mappings()]


async def with_case(
    connection: AsyncConnection, case_id: str
) -> tuple[CaseRecord, ViolationRecord | None] | None:
    """A case with the violation it is about, None where there is no such case; for writing."""
    named = [column.label(f"v_{column.name}") for column in violations.c]
    joined = cases.outerjoin(violations, violations.c.id == cases.c.violation_id)
    query = select(cases, *named).select_from(joined).where(cases.c.id == case_id)
    row = (await connection.execute(query.with_for_update(of=cases))).mappings().one_or_none()
    if row is None:
        return None
    of_violation = {column.name: row[f"v_{column.name}"] for column in violations.c}
    known = of_violation["id"] is not None
    return record_of(row), _record(of_violation) if known else None


def change_of(violation_id: str, state: ViolationState, **values: Any) -> Update:
    """The change of a violation's state, of which the fold is to be told."""
    told = {"untold": True, **values}
    return update(violations).where(violations.c.id == violation_id).values(state=state, **told)


async def untold(connection: AsyncConnection, shard: int, limit: int) -> list[ViolationRecord]:
    """A shard's violations that the fold has still to meet as they stand, oldest first."""
    query = select(violations).where(violations.c.shard == shard, violations.c.untold)
    rows = await connection.execute(query.order_by(violations.c.reported_ms).limit(limit))
    return [_record(row) for row in rows.mappings()]


async def met(connection: AsyncConnection, violation_id: str, state: str, severity: str) -> None:
    """The fold came to the event of that state; where it changed since, more is to be told."""
    await connection.execute(
        update(violations)
        .where(
            violations.c.id == violation_id,
            violations.c.state == state,
            violations.c.severity == severity,
        )
        .values(untold=False)
    )


async def members_without(connection: AsyncConnection, enterprise_id: str) -> int:
    """Members of an enterprise who have no upheld violation."""
    offending = select(violations.c.member_id).where(
        violations.c.enterprise_id == enterprise_id,
        violations.c.member_id.is_not(None),
        violations.c.state == "upheld",
    )
    query = select(func.count()).where(
        members.c.enterprise_id == enterprise_id, members.c.member_id.not_in(offending)
    )
    return (await connection.execute(query)).scalar_one()


def _record(row: RowMapping | Mapping[str, Any]) -> ViolationRecord:
    plain: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    grounds = None if row["grounds"] is None else Grounds(**json.loads(row["grounds"]))
    violation = Violation(
        **plain,
        track=Track(row["track"]),
        scopes=frozenset(Scope(scope) for scope in json.loads(row["scopes"])),
        evidence=tuple(json.loads(row["evidence"])),
        contacts=tuple(json.loads(row["contacts"])),
        grounds=grounds,
    )
    return ViolationRecord(
        violation=violation,
        state=row["state"],
        reported_ms=row["reported_ms"],
        reported_by=row["reported_by"],
        key_id=row["key_id"],
        case_id=row["case_id"],
        policy_version=row["policy_version"],
        shard=row["shard"],
        untold=row["untold"],
        asked=row["asked"],
    )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""Violations on record: what was reported of whom, and what became of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Update, func, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.catalogue import Track
from penalties.restrictions import Scope
from penalties.violation import Grounds, Violation, ViolationState
from server.records.tables import violations
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
)


@dataclass(frozen=True, slots=True)
class ViolationRecord:
    """A violation with who reported it when. `untold`: the fold has still to meet its state."""

    violation: Violation
    state: ViolationState
    reported_ms: int
    reported_by: str
    key_id: str
    case_id: str | None
    policy_version: int
    shard: int
    untold: bool = False


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
    }


async def get(
    connection: AsyncConnection, violation_id: str, *, for_update: bool = False
) -> ViolationRecord | None:
    """One violation, None where there is none of that id."""
    query = select(violations).where(violations.c.id == violation_id)
    rows = await connection.execute(query.with_for_update() if for_update else query)
    row = rows.mappings().one_or_none()
    return None if row is None else _record(row)


def change_of(violation_id: str, state: ViolationState, **values: Any) -> Update:
    """The change of a violation's state, of which the fold is to be told."""
    told = {"untold": True, **values}
    return update(violations).where(violations.c.id == violation_id).values(state=state, **told)


async def untold(connection: AsyncConnection, shard: int, limit: int) -> list[ViolationRecord]:
    """A shard's violations that the fold has still to meet as they stand, oldest first."""
    query = select(violations).where(violations.c.shard == shard, violations.c.untold)
    rows = await connection.execute(query.order_by(violations.c.reported_ms).limit(limit))
    return [_record(row) for row in rows.mappings()]


async def met(
    connection: AsyncConnection, violation_id: str, state: str, severity: str | None
) -> None:
    """The fold came to the event of that state; where it changed since, more is to be told."""
    where = [violations.c.id == violation_id, violations.c.state == state]
    if severity is not None:
        where.append(violations.c.severity == severity)
    await connection.execute(update(violations).where(*where).values(untold=False))


async def members_upheld(connection: AsyncConnection, enterprise_id: str) -> int:
    """Members of an enterprise who have an upheld violation."""
    query = select(func.count(violations.c.member_id.distinct())).where(
        violations.c.enterprise_id == enterprise_id, violations.c.state == "upheld"
    )
    return (await connection.execute(query)).scalar_one()


def _record(row: RowMapping) -> ViolationRecord:
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
    )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

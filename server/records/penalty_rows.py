"""A penalty as a row of its table, and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.engine import RowMapping

from penalties.catalogue import Track
from penalties.penalty import Penalty, subject_of
from penalties.restrictions import Scope
from server.records.tables import penalties
from server.records.writing import Row

_AS_THEY_ARE = (
    "id",
    "violation_id",
    "case_id",
    "type",
    "step",
    "is_hold",
    "severity",
    "enterprise_id",
    "member_id",
    "person_id",
    "starts_ms",
    "ends_ms",
    "may_apply",
    "may_appeal",
    "source",
    "automated",
    "policy_version",
    "ordinal",
    "linked_account_id",
    "lifted_ms",
    "overturned_ms",
)


@dataclass(frozen=True, slots=True)
class PenaltyRecord:
    """A penalty with its shard. `untold`: Redis has still to be told how it stands.

    `renamed` counts the times when whom it binds was another question: who is who had changed.
    """

    penalty: Penalty
    shard: int
    untold: bool = False
    renamed: int = 0

    @property
    def enterprise_id(self) -> str:
        """Whose it is."""
        return self.penalty.enterprise_id

    @property
    def member_id(self) -> str | None:
        """Whose it is; None: the enterprise's as a whole."""
        return self.penalty.member_id


def row_of_penalty(record: PenaltyRecord) -> Row:
    """The row of a new penalty."""
    penalty = record.penalty
    return {
        **{name: getattr(penalty, name) for name in _AS_THEY_ARE},
        "track": int(penalty.track),
        "scope": str(penalty.scope),
        "subject": subject_of(penalty.enterprise_id, penalty.member_id, penalty.person_id),
        "decided_by": json.dumps(penalty.decided_by),
        "statement": json.dumps(dict(penalty.statement), ensure_ascii=False),
        "shard": record.shard,
        "untold": record.untold,
        "end_noted": False,
    }


def record_of_penalty(row: RowMapping) -> PenaltyRecord:
    """The record that `row_of_penalty` wrote."""
    plain: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    penalty = Penalty(
        **plain,
        track=Track(row["track"]),
        scope=Scope(row["scope"]),
        decided_by=tuple(json.loads(row["decided_by"])),
        statement=json.loads(row["statement"]),
    )
    return PenaltyRecord(penalty, row["shard"], row["untold"], row["renamed"])


def not_over(now_ms: int) -> ColumnElement[bool]:
    """Those whose end has not come, nor was brought forward."""
    return and_(
        penalties.c.lifted_ms.is_(None),
        penalties.c.overturned_ms.is_(None),
        or_(penalties.c.ends_ms.is_(None), penalties.c.ends_ms > now_ms),
    )

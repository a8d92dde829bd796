"""The outbox: what webhooks are to be told, written in the transaction that made it so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import outbox
from server.records.together import Change
from server.records.writing import Row, insert_new, new_or_known

TYPES = (
    "penalty.imposed",
    "penalty.ended",
    "penalty.overturned",
    "case.opened",
    "appeal.submitted",
    "appeal.under_review",
    "appeal.need_information",
    "appeal.overturned",
    "appeal.modified",
    "appeal.rejected",
    "appeal.withdrawn",
    "appeal.expired",
    "application.submitted",
    "application.approved",
    "application.rejected",
    "application.withdrawn",
    "application.expired",
    "standing.changed",
    "cap.changed",
    "quota.low",
    "quota.exhausted",
)
"""Everything that a webhook can be told of."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to an account; `member_id` None: to the enterprise as a whole.

    `id` is the same again when the same thing is noted twice: the receiver's idempotency id, up to
    192 characters. `body` is what the receiver gets as `data`.
    """

    id: str
    type: str
    enterprise_id: str
    member_id: str | None
    at_ms: int
    body: Mapping[str, Any]


def row_of_notice(notice: Notice) -> Row:
    """The row of a notice that is about to be recorded."""
    return {
        "id": notice.id,
        "type": notice.type,
        "enterprise_id": notice.enterprise_id,
        "member_id": notice.member_id,
        "at_ms": notice.at_ms,
        "body": json.dumps(notice.body, ensure_ascii=False),
        "spread": False,
    }


def new_notices(connection: AsyncConnection, notices: Sequence[Notice]) -> list[Change]:
    """The insert of some notices, to be made with other changes; those on record stay."""
    rows = [row_of_notice(notice) for notice in notices]
    return [new_or_known(connection, outbox).values(rows)] if rows else []


async def put(connection: AsyncConnection, notices: Sequence[Notice]) -> None:
    """Keeps notices in their order; those on record stay as they are."""
    await insert_new(connection, outbox, [row_of_notice(notice) for notice in notices])

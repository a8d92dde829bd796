"""The audit: who did what to what, before and after it, and why. Nothing in it ever changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import audit
from server.records.writing import Row

SERVICE = "contact-quota"
"""The holder of what the service does by itself."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something: the holder of a key, with that key's id."""

    holder: str
    key_id: str


BY_ITSELF = Doer(SERVICE, "")
"""The service, of its own accord."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done; `before` and `after` are what of the subject it concerned.

    `action` reads `<subject>.<verb>` (`penalty.imposed`, `document.viewed`); `subject_kind` is
    violation, penalty, case, appeal, application, document, webhook, policy, key, enforcement,
    enterprise or member.
    `seq` is 0 until it is on record.
    """

    at_ms: int
    holder: str
    key_id: str
    action: str
    subject_kind: str
    subject_id: str
    enterprise_id: str | None = None
    member_id: str | None = None
    before: Document | None = None
    after: Document | None = None
    why: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class DeedFilter:
    """Which deeds, newest first: None means any; `before_seq` is the last one seen."""

    subject_kind: str | None = None
    subject_id: str | None = None
    enterprise_id: str | None = None
    holder: str | None = None
    action: str | None = None
    before_seq: int | None = None
    limit: int = 50


def row_of_deed(deed: Deed) -> Row:
    """The row of a deed that is about to be recorded."""
    return {
        "at_ms": deed.at_ms,
        "holder": deed.holder,
        "key_id": deed.key_id,
        "action": deed.action,
        "subject_kind": deed.subject_kind,
        "subject_id": deed.subject_id,
        "enterprise_id": deed.enterprise_id,
        "member_id": deed.member_id,
        "before": _text(deed.before),
        "after": _text(deed.after),
        "why": deed.why,
    }


async def record(connection: AsyncConnection, *deeds: Deed) -> None:
    """Keeps deeds, in the transaction that does them."""
    if deeds:
        await connection.execute(insert(audit), [row_of_deed(deed) for deed in deeds])


async def listed(connection: AsyncConnection, which: DeedFilter) -> list[Deed]:
    """Deeds, newest first."""
    where: list[ColumnElement[bool]] = []
    for name in ("subject_kind", "subject_id", "enterprise_id", "holder", "action"):
        value = getattr(which, name)
        if value is not None:
            where.append(audit.c[name] == value)
    if which.before_seq is not None:
        where.append(audit.c.seq < which.before_seq)
    query = select(audit).where(*where).order_by(audit.c.seq.desc()).limit(which.limit)
    rows = await connection.execute(query)
    return [
        Deed(**{**row, "before": _document(row["before"]), "after": _document(row["after"])})
        for row in rows.mappings()
    ]


def _text(document: Document | None) -> str | None:
    return None if document is None else json.dumps(document, ensure_ascii=False, default=str)


def _document(text: str | None) -> Document | None:
    return None if text is None else json.loads(text)

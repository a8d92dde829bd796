"""Documents of appeals on record: sealed while they are kept, and rows without content afterwards.

What a content is sealed for says which document of which appeal it is, so that a row's content put
into another row does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import OPEN
from server.documents import KEEP_MS
from server.records import audit
from server.records.audit import SERVICE, Deed
from server.records.tables import documents, requests
from server.records.writing import row_of


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document; `size` in bytes and `sha256` are those of its clear content."""

    id: str
    request_id: str
    kind: str
    media_type: str
    size: int
    sha256: str
    uploaded_by: str
    created_ms: int
    deleted_ms: int | None = None

    @property
    def context(self) -> str:
        """What its content is sealed for."""
        return f"document/{self.id}/{self.request_id}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A document with its sealed content; None once that was deleted."""

    document: Document
    content: bytes | None = field(repr=False)


_KNOWN = [documents.c[name] for name in Document.__dataclass_fields__]


def new_id() -> str:
    """An id that nobody can guess."""
    return f"d-{secrets.token_hex(16)}"


async def add(connection: AsyncConnection, document: Document, sealed: bytes) -> None:
    """Keeps a new document with its sealed content."""
    await connection.execute(insert(documents), {**row_of(document), "content": sealed})


async def listed(connection: AsyncConnection, request_id: str) -> list[Document]:
    """The documents of a request, oldest first, also those whose content was deleted."""
    query = select(*_KNOWN).where(documents.c.request_id == request_id)
    rows = await connection.execute(query.order_by(documents.c.created_ms, documents.c.id))
    return [Document(**row) for row in rows.mappings()]


async def get(connection: AsyncConnection, request_id: str, document_id: str) -> Kept | None:
    """One document of a request, None where it has none of that id."""
    query = select(*_KNOWN, documents.c.content).where(
        documents.c.id == document_id, documents.c.request_id == request_id
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    known = {name: row[name] for name in Document.__dataclass_fields__}
    return Kept(Document(**known), row["content"])


async def prune_documents(connection: AsyncConnection, now_ms: int, most: int) -> int:
    """Deletes up to `most` contents whose request was decided 30 days ago; returns how many.

    What was withdrawn or ran out was decided by nobody, and ended when it last changed.
    """
    ended_ms = func.coalesce(requests.c.decided_ms, requests.c.changed_ms)
    query = (
        select(documents.c.id, documents.c.kind, requests.c.enterprise_id, requests.c.member_id)
        .join(requests, requests.c.id == documents.c.request_id)
        .where(documents.c.deleted_ms.is_(None), requests.c.state.not_in(sorted(OPEN)))
        .where(ended_ms <= now_ms - KEEP_MS)
        .order_by(documents.c.created_ms)
        .limit(most)
    )
    rows = (await connection.execute(query)).mappings().all()
    await _delete_contents(connection, [row["id"] for row in rows], now_ms)
    deeds = [
        Deed(
            at_ms=now_ms,
            holder=SERVICE,
            key_id=SERVICE,
            action="document.deleted",
            subject_kind="document",
            subject_id=row["id"],
            enterprise_id=row["enterprise_id"],
            member_id=row["member_id"],
            before={"kind": row["kind"]},
            why="30 days after the final decision",
        )
        for row in rows
    ]
    await audit.record(connection, *deeds)
    return len(rows)


async def _delete_contents(connection: AsyncConnection, ids: Iterable[str], now_ms: int) -> None:
    gone = update(documents).where(documents.c.id.in_(list(ids)))
    await connection.execute(gone.values(content=None, deleted_ms=now_ms))

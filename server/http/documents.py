"""Documents of appeals: brought by whoever appeals, looked at by whoever decides."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, WithJsonSchema
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import TypedDict

from penalties.appeals import OPEN
from server.documents import (
    KINDS,
    MOST_BYTES,
    MOST_BYTES_OF_APPEAL,
    MOST_OF_APPEAL,
    SPELLINGS,
    SUFFIXES,
    TAKEN,
    kind_of,
    recognise,
)
from server.http.fields import Body, instant
from server.http.multipart import read_parts
from server.http.ownership import own
from server.http.problems import Problem, invalid_at
from server.http.routing import Call, reply
from server.records import audit, documents, requests
from server.records.audit import Deed
from server.records.documents import Document, Kept
from server.records.requests import Request

UNKNOWN_APPEAL = "No appeal has this id."
UNKNOWN = "The appeal has no document of this id."
MOST_BODY = MOST_BYTES + 64 * 1024
"""A document with what is around it."""
BYTES = "application/octet-stream"
_LONGEST_KIND = 64
_PARTS = ("kind", "file")

NEVER_SHOWN: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}
"""Keeps a browser from doing anything with a document but to save it."""
ANSWERS_WITH: Mapping[str, Any] = {
    "Content-Disposition": {
        "description": "`attachment`, with a file name made of the document's kind and id.",
        "schema": {"type": "string"},
    }
}


class DocumentForm(Body):
    """A document in parts: what it is, and the file."""

    kind: Annotated[str, WithJsonSchema({"type": "string", "enum": [*KINDS, *SPELLINGS]})]
    file: Annotated[
        bytes,
        WithJsonSchema({"type": "string", "format": "binary"}),
        Field(description=f"{TAKEN}, at most {MOST_BYTES} bytes; its name and type do not count."),
    ]


class DocumentShape(TypedDict):
    """A document; `size` and `sha256` are those of the file."""

    id: str
    appeal_id: str
    kind: str
    media_type: Literal["application/pdf", "image/png", "image/jpeg"]
    size: int
    sha256: str
    created_at: str


class ListedDocumentShape(DocumentShape):
    """A document; `deleted_at`: since when its content is gone."""

    deleted_at: str | None


class DocumentsShape(TypedDict):
    """Every document of an appeal, oldest first."""

    items: list[ListedDocumentShape]


async def add_document(call: Call[None, None]) -> web.Response:
    """Brings a document while the appeal is open; the same file and kind again is the same one."""
    appeal_id = call.path["appeal_id"]
    async with call.services.database.read() as connection:
        _check_open(await _appeal(call, connection))
    kind, content = _sent(await read_parts(call.request, MOST_BODY))
    media_type = recognise(content)
    if media_type is None:
        raise Problem(415, f"The file must be a {TAKEN} by its content, whatever it is called.")
    new = Document(
        id=documents.new_id(),
        request_id=appeal_id,
        kind=kind,
        media_type=media_type,
        size=len(content),
        sha256=await asyncio.to_thread(lambda: sha256(content).hexdigest()),
        uploaded_by=call.caller.holder,
        created_ms=call.services.clock_ms(),
    )
    sealed = await asyncio.to_thread(call.services.sealer.seal, content, new.context)
    async with call.services.database.write() as connection:
        kept = await _keep(call, connection, new, sealed)
    return reply(_shape(kept), 201 if kept is new else 200)


async def list_documents(call: Call[None, None]) -> web.Response:
    """What an appeal brought, without the contents."""
    async with call.services.database.read() as connection:
        appeal = await _appeal(call, connection)
        found = await documents.listed(connection, appeal.id)
    shape: DocumentsShape = {
        "items": [
            {
                **_shape(one),
                "deleted_at": None if one.deleted_ms is None else instant(one.deleted_ms),
            }
            for one in found
        ]
    }
    return reply(shape)


async def get_document(call: Call[None, None]) -> web.Response:
    """The file, to be saved: each time it is asked for is in the audit.

    30 days after the final decision it is deleted, and the answer is 410.
    """
    async with call.services.database.write() as connection:
        appeal = await _appeal(call, connection)
        kept = await documents.get(connection, appeal.id, call.path["document_id"])
        if kept is None:
            raise Problem(404, UNKNOWN)
        content = await _opened(call, kept)
        await audit.record(connection, _deed(call, appeal, kept.document, "document.viewed"))
    one = kept.document
    name = f"{one.kind}-{one.id}.{SUFFIXES[one.media_type]}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, content_type=BYTES, headers={**NEVER_SHOWN, **disposition})


async def _appeal(
    call: Call[None, None], connection: AsyncConnection, *, for_update: bool = False
) -> Request:
    """The appeal of the path, where the caller may see it. Raises Problem 404."""
    found = await requests.get(connection, call.path["appeal_id"], for_update=for_update)
    is_one = found is not None and found.kind == "appeal"
    return own(call, found if is_one else None, UNKNOWN_APPEAL)


def _check_open(appeal: Request) -> None:
    if appeal.state not in OPEN:
        raise Problem(409, f"The appeal is {appeal.state}: it takes no more documents.")


def _sent(parts: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The kind and the file. Raises Problem 400, 413."""
    for name in _PARTS:
        if name not in parts:
            raise invalid_at(["body", name], "is missing")
    for name in parts:
        if name not in _PARTS:
            raise invalid_at(["body", name[:64]], f"unknown part; known: {', '.join(_PARTS)}")
    kind = kind_of(parts["kind"][:_LONGEST_KIND].decode("utf-8", "replace").strip())
    if kind is None:
        raise invalid_at(["body", "kind"], f"must be one of {', '.join(KINDS)}")
    content = parts["file"]
    if not content:
        raise invalid_at(["body", "file"], "is empty")
    if len(content) > MOST_BYTES:
        raise Problem(413, f"The file must not be larger than {MOST_BYTES} bytes.")
    return kind, content


async def _keep(
    call: Call[None, None], connection: AsyncConnection, new: Document, sealed: bytes
) -> Document:
    """The new document, or the one of the same kind and content that is there. Raises Problem 409.

    The appeal is read again, for writing: meanwhile it may have been decided, or got documents.
    """
    appeal = await _appeal(call, connection, for_update=True)
    _check_open(appeal)
    there = await documents.listed(connection, appeal.id)
    same = [one for one in there if (one.kind, one.sha256) == (new.kind, new.sha256)]
    if same:
        return same[0]
    if len(there) >= MOST_OF_APPEAL:
        raise Problem(409, f"The appeal has {len(there)} documents, which is as many as it may.")
    if sum(one.size for one in there) + new.size > MOST_BYTES_OF_APPEAL:
        raise Problem(
            409, f"The appeal's documents would be larger than {MOST_BYTES_OF_APPEAL} bytes."
        )
    await documents.add(connection, new, sealed)
    # Whoever looks at the appeal is told that there is more to see.
    later = replace(appeal, changed_ms=max(new.created_ms, appeal.changed_ms + 1))
    if not await requests.change(connection, appeal, later):
        raise Problem(409, "Somebody else changed the appeal right now.")
    await audit.record(connection, _deed(call, appeal, new, "document.added"))
    return new


async def _opened(call: Call[None, None], kept: Kept) -> bytes:
    """The clear content. Raises Problem 410, or SealBroken: then nothing was seen."""
    if kept.content is None:
        raise Problem(410, "The document was deleted 30 days after the final decision.")
    return await asyncio.to_thread(call.services.sealer.open, kept.content, kept.document.context)


def _deed(call: Call[None, None], appeal: Request, document: Document, action: str) -> Deed:
    return Deed(
        at_ms=call.services.clock_ms(),
        holder=call.caller.holder,
        key_id=call.caller.key_id,
        action=action,
        subject_kind="document",
        subject_id=document.id,
        enterprise_id=appeal.enterprise_id,
        member_id=appeal.member_id,
        after={"appeal_id": appeal.id, "kind": document.kind, "sha256": document.sha256},
    )


def _shape(document: Document) -> DocumentShape:
    return {
        "id": document.id,
        "appeal_id": document.request_id,
        "kind": document.kind,
        "media_type": document.media_type,  # type: ignore[typeddict-item]
        "size": document.size,
        "sha256": document.sha256,
        "created_at": instant(document.created_ms),
    }

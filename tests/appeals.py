"""Appeals on record, and files as they are brought for them."""

import struct
import zlib
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.documents import Document
from server.records.tables import requests

AT_MS = 1_795_320_000_000
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0 a photograph of somebody \xff\xd9"
PDF = b"%PDF-1.7\n a business licence \n%%EOF\n"


def png(width: int = 2, height: int = 3, form: bytes = b"\x08\x02\0\0\0") -> bytes:
    """A PNG without a picture; `form` is depth, colour, compression, filter, interlace."""
    header = struct.pack(">II", width, height) + form
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


PNG = png()


def document(document_id: str, appeal_id: str = "a-1", created_ms: int = AT_MS) -> Document:
    """A document as its row describes it."""
    return Document(document_id, appeal_id, "other", "image/png", 5, "00" * 32, "li", created_ms)


async def insert_appeal(connection: AsyncConnection, appeal_id: str, **changed: Any) -> None:
    """An open appeal of acme's li, unless something else is said."""
    row = {
        "id": appeal_id,
        "kind": "appeal",
        "penalty_id": f"p-of-{appeal_id}",
        "number": 1,
        "enterprise_id": "acme",
        "member_id": "li",
        "state": "submitted",
        "grounds": "mistake",
        "text": "It was not me.",
        "thread": "[]",
        "filed_by": "li",
        "key_id": "k-1",
        "created_ms": AT_MS,
        "changed_ms": AT_MS,
        "due_ms": AT_MS,
        "decided_ms": None,
    }
    await connection.execute(insert(requests), {**row, **changed})


async def change_appeal(connection: AsyncConnection, appeal_id: str, **changed: Any) -> None:
    """What a decision does to the row."""
    await connection.execute(update(requests).where(requests.c.id == appeal_id).values(**changed))

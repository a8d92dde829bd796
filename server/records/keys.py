"""API keys: only the SHA-256 of a key is kept; a revoked key stays on record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import keys
from server.records.writing import alone_in


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who may do what: `holder` is the person or system that two-person rules compare."""

    id: str
    scopes: tuple[str, ...]
    note: str
    holder: str
    created_ms: int
    revoked_ms: int | None = None


def hash_of(key: str) -> str:
    """What is stored of a key: keys are 256 random bits, so a plain hash is enough."""
    return sha256(key.encode()).hexdigest()


async def alone(connection: AsyncConnection) -> None:
    """Nobody else makes or ends a key before this transaction ends."""
    await alone_in(connection, keys)


async def create(connection: AsyncConnection, record: ApiKey, key: str) -> None:
    """Keeps a new key. Raises `IntegrityError` where the id or the key exists."""
    row = {
        "id": record.id,
        "hash": hash_of(key),
        "scopes": json.dumps(record.scopes),
        "note": record.note,
        "holder": record.holder,
        "created_ms": record.created_ms,
        "revoked_ms": record.revoked_ms,
    }
    await connection.execute(insert(keys), [row])


async def find(connection: AsyncConnection, key: str) -> ApiKey | None:
    """The live key of that secret, None where there is none or it was revoked."""
    rows = await connection.execute(
        select(keys).where(keys.c.hash == hash_of(key), keys.c.revoked_ms.is_(None))
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _record(row)


async def listed(connection: AsyncConnection) -> list[ApiKey]:
    """All keys, revoked ones too, oldest first."""
    rows = await connection.execute(select(keys).order_by(keys.c.created_ms, keys.c.id))
    return [_record(row) for row in rows.mappings()]


async def revoke(connection: AsyncConnection, key_id: str, now_ms: int) -> bool:
    """Ends a key; False where there is no live key of that id."""
    result = await connection.execute(
        update(keys)
        .where(keys.c.id == key_id, keys.c.revoked_ms.is_(None))
        .values(revoked_ms=now_ms)
    )
    return result.rowcount == 1


def _record(row: RowMapping) -> ApiKey:
    return ApiKey(
        id=row["id"],
        scopes=tuple(json.loads(row["scopes"])),
        note=row["note"],
        holder=row["holder"],
        created_ms=row["created_ms"],
        revoked_ms=row["revoked_ms"],
    )

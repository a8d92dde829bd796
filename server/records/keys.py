"""API keys: only the SHA-256 of a key is kept; a revoked key stays on record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import audit
from server.records.audit import BY_ITSELF, Deed, Doer
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


async def create(
    connection: AsyncConnection, record: ApiKey, key: str, by: Doer = BY_ITSELF
) -> None:
    """Keeps a new key, and who made it. Raises `IntegrityError` where the id or the key exists."""
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
    made = _deed("key.created", record, by, record.created_ms, after=_granted(record))
    await audit.record(connection, made)


async def spelled(connection: AsyncConnection, holder: str) -> str:
    """A holder as it is spelled on record already, whatever the case of its letters."""
    query = select(keys.c.holder).order_by(keys.c.created_ms, keys.c.id)
    named = holder.casefold()
    known = (row.holder for row in await connection.execute(query))
    return next((one for one in known if one.casefold() == named), holder)


async def find(connection: AsyncConnection, key: str) -> ApiKey | None:
    """The live key of that secret, None where there is none or it was revoked."""
    return await find_hashed(connection, hash_of(key))


async def find_hashed(connection: AsyncConnection, hashed: str) -> ApiKey | None:
    """The live key whose secret has that hash, None where there is none or it was revoked."""
    rows = await connection.execute(
        select(keys).where(keys.c.hash == hashed, keys.c.revoked_ms.is_(None))
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _record(row)


async def listed(connection: AsyncConnection) -> list[ApiKey]:
    """All keys, revoked ones too, oldest first."""
    rows = await connection.execute(select(keys).order_by(keys.c.created_ms, keys.c.id))
    return [_record(row) for row in rows.mappings()]


async def revoke(
    connection: AsyncConnection, key_id: str, now_ms: int, by: Doer = BY_ITSELF
) -> bool:
    """Ends a key, and keeps who did; False where there is no live key of that id."""
    live = (keys.c.id == key_id, keys.c.revoked_ms.is_(None))
    rows = await connection.execute(select(keys).where(*live).with_for_update())
    row = rows.mappings().one_or_none()
    if row is None:
        return False
    await connection.execute(update(keys).where(*live).values(revoked_ms=now_ms))
    record = _record(row)
    ended = _deed("key.revoked", record, by, now_ms, before=_granted(record))
    await audit.record(connection, ended)
    return True


def _granted(record: ApiKey) -> Mapping[str, Any]:
    """What the audit says of a key: all but its secret."""
    return {"scopes": record.scopes, "note": record.note, "holder": record.holder}


def _deed(
    action: str,
    record: ApiKey,
    by: Doer,
    now_ms: int,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Deed:
    return Deed(
        at_ms=now_ms,
        holder=by.holder,
        key_id=by.key_id,
        action=action,
        subject_kind="key",
        subject_id=record.id,
        before=before,
        after=after,
    )


def _record(row: RowMapping) -> ApiKey:
    return ApiKey(
        id=row["id"],
        scopes=tuple(json.loads(row["scopes"])),
        note=row["note"],
        holder=row["holder"],
        created_ms=row["created_ms"],
        revoked_ms=row["revoked_ms"],
    )

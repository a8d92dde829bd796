"""Who is signed in to the dashboard: only the SHA-256 of a session's cookie is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import keys, sessions
from server.records.writing import delete_some

LASTS_S = 43_200
"""12 hours from signing in, however often it is used."""


@dataclass(frozen=True, slots=True)
class Session:
    """The key that somebody signed in with, and when that ends by itself."""

    key_id: str
    key_hash: str
    expires_ms: int


def hash_of(cookie: str) -> str:
    """What is stored of a cookie: 256 random bits, so a plain hash is enough."""
    return sha256(cookie.encode()).hexdigest()


async def begin(connection: AsyncConnection, cookie: str, key_id: str, now_ms: int) -> int:
    """Keeps a new session of a key; returns when it ends by itself, in epoch ms."""
    expires_ms = now_ms + LASTS_S * 1000
    row = {
        "hash": hash_of(cookie),
        "key_id": key_id,
        "created_ms": now_ms,
        "expires_ms": expires_ms,
    }
    await connection.execute(insert(sessions), [row])
    return expires_ms


async def live(
    connection: AsyncConnection, hashes: Collection[str], now_ms: int
) -> Mapping[str, Session]:
    """Those of the sessions that still are, by hash: neither expired, nor is their key revoked."""
    rows = await connection.execute(
        select(sessions.c.hash, sessions.c.key_id, keys.c.hash.label("key"), sessions.c.expires_ms)
        .join(keys, keys.c.id == sessions.c.key_id)
        .where(sessions.c.hash.in_(hashes), sessions.c.expires_ms > now_ms)
        .where(keys.c.revoked_ms.is_(None))
    )
    return {row.hash: Session(row.key_id, row.key, row.expires_ms) for row in rows}


async def end(connection: AsyncConnection, hashed: str) -> None:
    """Ends a session, whether there was one or not."""
    await connection.execute(delete(sessions).where(sessions.c.hash == hashed))


async def prune(connection: AsyncConnection, now_ms: int, most: int) -> int:
    """Deletes up to `most` sessions that have expired; returns how many."""
    over = sessions.c.expires_ms <= now_ms
    return await delete_some(connection, sessions, over, sessions.c.expires_ms, most)

"""Policy versions: numbered from 1, never changed, the newest activated one is in force."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import audit
from server.records.audit import BY_ITSELF, Deed, Doer
from server.records.tables import policies
from server.records.writing import alone_in


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """`body` is the whole policy as JSON, `activated_ms` None until it came into force."""

    version: int
    body: str
    created_ms: int
    activated_ms: int | None
    made_by: str


async def alone(connection: AsyncConnection) -> None:
    """Nobody else adds a version before this transaction ends."""
    await alone_in(connection, policies)


async def add(connection: AsyncConnection, body: str, made_by: str, now_ms: int) -> int:
    """Keeps a new version, not yet in force; returns its number."""
    await alone(connection)
    newest = (await connection.execute(select(func.max(policies.c.version)))).scalar()
    version = (newest or 0) + 1
    row = {
        "version": version,
        "body": body,
        "created_ms": now_ms,
        "activated_ms": None,
        "made_by": made_by,
    }
    await connection.execute(insert(policies), [row])
    return version


async def activate(
    connection: AsyncConnection, version: int, now_ms: int, by: Doer = BY_ITSELF
) -> None:
    """Brings a version into force, and keeps who did; an activated one stays as it is."""
    before = await active(connection)
    done = await connection.execute(
        update(policies)
        .where(policies.c.version == version, policies.c.activated_ms.is_(None))
        .values(activated_ms=now_ms)
    )
    if done.rowcount == 1:
        deed = Deed(
            at_ms=now_ms,
            holder=by.holder,
            key_id=by.key_id,
            action="policy.activated",
            subject_kind="policy",
            subject_id=str(version),
            before=None if before is None else {"version": before.version},
            after={"version": version},
        )
        await audit.record(connection, deed)


async def get(connection: AsyncConnection, version: int) -> PolicyVersion | None:
    """A version, None where there is none of that number."""
    rows = await connection.execute(select(policies).where(policies.c.version == version))
    row = rows.mappings().one_or_none()
    return None if row is None else PolicyVersion(**row)


async def active(connection: AsyncConnection) -> PolicyVersion | None:
    """The version in force: the newest that was activated."""
    newest = (
        select(policies)
        .where(policies.c.activated_ms.is_not(None))
        .order_by(policies.c.version.desc())
        .limit(1)
    )
    row = (await connection.execute(newest)).mappings().one_or_none()
    return None if row is None else PolicyVersion(**row)


async def versions(
    connection: AsyncConnection, limit: int = 100, before: int | None = None
) -> list[PolicyVersion]:
    """The newest versions first, of those below `before`."""
    query = select(policies).order_by(policies.c.version.desc()).limit(limit)
    if before is not None:
        query = query.where(policies.c.version < before)
    return [PolicyVersion(**row) for row in (await connection.execute(query)).mappings()]

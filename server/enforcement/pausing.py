"""Enforcement is paused while it may be wrong: patterns hold nobody and no step comes by itself.

What people decide still binds, and what was imposed before does: `batches` undoes mistakes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from server.enforcement.changes import Actor
from server.records import audit, settings
from server.records.audit import Deed

_NAME = "enforcement_paused"


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when, by whom, and why."""

    at_ms: int
    holder: str
    reason: str


async def paused(connection: AsyncConnection) -> Pause | None:
    """The pause that is on, None where enforcement runs."""
    text = await settings.get(connection, _NAME)
    return Pause(**json.loads(text)) if text else None


async def pause(connection: AsyncConnection, actor: Actor, reason: str, now_ms: int) -> Pause:
    """Pauses enforcement; a pause that is on stays as it is."""
    known = await paused(connection)
    if known is not None:
        return known
    made = Pause(now_ms, actor.holder, reason)
    await settings.put(connection, _NAME, json.dumps(asdict(made), ensure_ascii=False))
    await audit.record(connection, _deed("paused", actor, reason, now_ms))
    return made


async def resume(connection: AsyncConnection, actor: Actor, reason: str, now_ms: int) -> None:
    """Resumes it; what would have been held meanwhile is held if its case is still open."""
    if await paused(connection) is None:
        return
    await settings.put(connection, _NAME, "")
    await audit.record(connection, _deed("resumed", actor, reason, now_ms))


def _deed(what: str, actor: Actor, reason: str, now_ms: int) -> Deed:
    return Deed(
        at_ms=now_ms,
        holder=actor.holder,
        key_id=actor.key_id,
        action=f"enforcement.{what}",
        subject_kind="enforcement",
        subject_id="enforcement",
        why=reason,
    )

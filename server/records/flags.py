"""Flags that patterns raised, once each: their id is the event they were raised at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import flags
from server.records.writing import insert_new, row_of


@dataclass(frozen=True, slots=True)
class FlagRecord:
    """A flag with what it rests on: `evidence` is a JSON list of sentences, oldest first.

    `id` is `<shard>-<seq>-<pattern>`; `member_id` None: the enterprise as a whole; `events` is a
    JSON list of ids. `written_off_ms`: when a person dismissed the case it belongs to.
    """

    id: str
    shard: int
    seq: int
    at_ms: int
    enterprise_id: str
    member_id: str | None
    pattern: str
    mode: str
    statistic: float
    threshold: float
    adds_before: int
    evidence: str
    policy_version: int
    events: str
    written_off_ms: int | None = None


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags: None means any; `since_ms` is inclusive; `cursor` is the last id seen."""

    pattern: str | None = None
    enterprise_id: str | None = None
    member_id: str | None = None
    since_ms: int | None = None
    cursor: str | None = None
    limit: int = 50


async def append(connection: AsyncConnection, raised: Sequence[FlagRecord]) -> None:
    """Keeps flags; those already there stay as they are."""
    await insert_new(connection, flags, [row_of(flag) for flag in raised])


def write_off(flag_ids: Sequence[str], now_ms: int) -> Update:
    """The change of flags whose case was dismissed."""
    return update(flags).where(flags.c.id.in_(flag_ids)).values(written_off_ms=now_ms)


async def get(connection: AsyncConnection, flag_id: str) -> FlagRecord | None:
    """One flag, None where there is none of that id."""
    rows = await connection.execute(select(flags).where(flags.c.id == flag_id))
    row = rows.mappings().one_or_none()
    return None if row is None else FlagRecord(**row)


async def listed(connection: AsyncConnection, which: FlagFilter) -> list[FlagRecord]:
    """Flags, newest first. An unknown `cursor` gives an empty list."""
    where: list[ColumnElement[bool]] = []
    for column in ("pattern", "enterprise_id", "member_id"):
        value = getattr(which, column)
        if value is not None:
            where.append(flags.c[column] == value)
    if which.since_ms is not None:
        where.append(flags.c.at_ms >= which.since_ms)
    if which.cursor is not None:
        last = await get(connection, which.cursor)
        if last is None:
            return []
        same = and_(flags.c.at_ms == last.at_ms, flags.c.id < last.id)
        where.append(or_(flags.c.at_ms < last.at_ms, same))
    newest = select(flags).where(*where).order_by(flags.c.at_ms.desc(), flags.c.id.desc())
    rows = await connection.execute(newest.limit(which.limit))
    return [FlagRecord(**row) for row in rows.mappings()]

"""What Redis must hold of the views, read a page at a time: for refills, take-overs and sweeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, select, tuple_, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.engine import Database
from server.records.tables import contacts, cooldowns, enterprise_views, member_views, relations
from server.records.views import ENTERPRISE, CooldownRow, EnterpriseRow, MemberRow
from server.records.writing import delete_some

PAGE = 1_000


async def enterprises_changed(
    database: Database, shard: int, after_seq: int
) -> AsyncIterator[list[EnterpriseRow]]:
    """Enterprises' views that events behind `after_seq` changed (−1: all of the shard)."""
    table = enterprise_views
    where = (table.c.shard == shard, table.c.changed_seq > after_seq)
    async for page in _pages(database, table, ENTERPRISE, where):
        yield [EnterpriseRow(**row) for row in page]


async def members_changed(
    database: Database, shard: int, after_seq: int
) -> AsyncIterator[list[MemberRow]]:
    """Members' views that events behind `after_seq` changed (−1: all of the shard)."""
    table = member_views
    where = (table.c.shard == shard, table.c.changed_seq > after_seq)
    async for page in _pages(database, table, list(table.c), where):
        yield [MemberRow(**row) for row in page]


async def cooldowns_changed(
    database: Database, shard: int, after_seq: int, now_ms: int
) -> AsyncIterator[list[CooldownRow]]:
    """Cool-downs that still bind and that events behind `after_seq` set (−1: all of the shard)."""
    table = cooldowns
    where = (
        table.c.shard == shard,
        table.c.changed_seq > after_seq,
        table.c.until_ms > now_ms,
    )
    async for page in _pages(database, table, list(table.c), where):
        yield [CooldownRow(**row) for row in page]


async def enterprises_to_sweep(
    connection: AsyncConnection, shard: int, now_ms: int, limit: int
) -> list[EnterpriseRow]:
    """Enterprises whose last swept local day has ended, the longest ended first."""
    rows = await connection.execute(
        select(*ENTERPRISE)
        .where(enterprise_views.c.shard == shard, enterprise_views.c.sweep_due_ms <= now_ms)
        .order_by(enterprise_views.c.sweep_due_ms, enterprise_views.c.enterprise_id)
        .limit(limit)
    )
    return [EnterpriseRow(**row) for row in rows.mappings()]


async def members_after(
    connection: AsyncConnection, enterprise_id: str, after_id: str, limit: int
) -> list[MemberRow]:
    """An enterprise's members' views, by id behind `after_id`."""
    rows = await connection.execute(
        select(member_views)
        .where(
            member_views.c.enterprise_id == enterprise_id,
            member_views.c.member_id > after_id,
        )
        .order_by(member_views.c.member_id)
        .limit(limit)
    )
    return [MemberRow(**row) for row in rows.mappings()]


async def swept(connection: AsyncConnection, enterprise_id: str, next_due_ms: int) -> None:
    """Notes that an enterprise needs no sweep before `next_due_ms`."""
    await connection.execute(
        update(enterprise_views)
        .where(enterprise_views.c.enterprise_id == enterprise_id)
        .values(sweep_due_ms=next_due_ms)
    )


async def sweep_now(
    connection: AsyncConnection, shard: int, enterprise_ids: Collection[str] | None
) -> None:
    """Makes enterprises of a shard (None: all) due for a sweep: what binds members changed."""
    where = [enterprise_views.c.shard == shard]
    if enterprise_ids is not None:
        where.append(enterprise_views.c.enterprise_id.in_(enterprise_ids))
    await connection.execute(update(enterprise_views).where(*where).values(sweep_due_ms=0))


async def prune(connection: AsyncConnection, before_ms: int, now_ms: int, most: int) -> int:
    """Forgets up to `most` each of what is over: cool-downs past, others untouched `before_ms`.

    Returns how many relations, contacts and cool-downs went.
    """
    gone = 0
    for table, by, bound_ms in (
        (relations, relations.c.changed_ms, before_ms),
        (contacts, contacts.c.changed_ms, before_ms),
        (cooldowns, cooldowns.c.until_ms, now_ms),
    ):
        gone += await delete_some(connection, table, by < bound_ms, by, most)
    return gone


async def _pages(
    database: Database,
    table: Table,
    columns: Sequence[Column[Any]],
    where: Sequence[ColumnElement[bool]],
) -> AsyncIterator[Sequence[RowMapping]]:
    """Rows in the order of their primary key; no transaction stays open between pages."""
    key = list(table.primary_key)
    query = select(*columns).where(*where).order_by(*key).limit(PAGE)
    page_query = query
    while True:
        async with database.read() as connection:
            page = (await connection.execute(page_query)).mappings().all()
        if page:
            yield page
        if len(page) < PAGE:
            return
        last = tuple(page[-1][column.name] for column in key)
        page_query = query.where(tuple_(*key) > last)

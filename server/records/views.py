"""What the fold remembers: accounts, relations, contacts and cool-downs, loaded by the batch.

The documents (`data`) are opaque here; the columns beside them are what others list and publish.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, select, tuple_
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import tables
from server.records.writing import chunks, row_of, upsert

ENTERPRISE = [column for column in tables.enterprise_views.c if column.name != "sweep_due_ms"]
"""The columns of an `EnterpriseRow`."""


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise's view; `day_end_ms` is when its local `day` ends, caps are those in force."""

    enterprise_id: str
    shard: int
    data: str
    changed_seq: int
    day: int
    day_end_ms: int
    score: float
    tier: int
    cap_active: int
    cap_passive: int
    cap_handover: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member's view, with the caps in force on its local `day`."""

    enterprise_id: str
    member_id: str
    shard: int
    data: str
    changed_seq: int
    day: int
    score: float
    tier: int
    cap_active: int
    cap_passive: int


@dataclass(frozen=True, slots=True)
class RelationRow:
    """What passed between a member and a contact; `changed_ms` is when it last did."""

    enterprise_id: str
    member_id: str
    contact: str
    data: str
    changed_ms: int


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What a contact did to an enterprise's members."""

    enterprise_id: str
    contact: str
    data: str
    changed_ms: int


@dataclass(frozen=True, slots=True)
class CooldownRow:
    """Nobody adds `contact` actively until `until_ms`; with a `member_id`, that member does not."""

    enterprise_id: str
    contact: str
    member_id: str
    shard: int
    until_ms: int
    changed_seq: int


async def enterprises_by_id(
    connection: AsyncConnection, ids: Collection[str]
) -> dict[str, EnterpriseRow]:
    """The views of those enterprises that have one."""
    found: dict[str, EnterpriseRow] = {}
    for some in chunks(ids):
        query = select(*ENTERPRISE).where(tables.enterprise_views.c.enterprise_id.in_(some))
        for row in (await connection.execute(query)).mappings():
            found[row["enterprise_id"]] = EnterpriseRow(**row)
    return found


async def members_by_id(
    connection: AsyncConnection, ids: Collection[tuple[str, str]]
) -> dict[tuple[str, str], MemberRow]:
    """The views of those (enterprise, member) that have one."""
    rows = await _by_key(connection, tables.member_views, ("enterprise_id", "member_id"), ids)
    return {(row["enterprise_id"], row["member_id"]): MemberRow(**row) for row in rows}


async def relations_by_id(
    connection: AsyncConnection, ids: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str, str], str]:
    """The documents of those (enterprise, member, contact) that have one."""
    key = ("enterprise_id", "member_id", "contact")
    rows = await _by_key(connection, tables.relations, key, ids)
    return {(row["enterprise_id"], row["member_id"], row["contact"]): row["data"] for row in rows}


async def contacts_by_id(
    connection: AsyncConnection, ids: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The documents of those (enterprise, contact) that have one."""
    rows = await _by_key(connection, tables.contacts, ("enterprise_id", "contact"), ids)
    return {(row["enterprise_id"], row["contact"]): row["data"] for row in rows}


async def save(
    connection: AsyncConnection,
    *,
    enterprises: Sequence[EnterpriseRow] = (),
    members: Sequence[MemberRow] = (),
    relations: Sequence[RelationRow] = (),
    contacts: Sequence[ContactRow] = (),
    cooldowns: Sequence[CooldownRow] = (),
) -> None:
    """Writes what a batch changed."""
    rows = [row_of(row) | {"sweep_due_ms": row.day_end_ms} for row in enterprises]
    await upsert(connection, tables.enterprise_views, rows, keep=("sweep_due_ms",))
    for table, changed in (
        (tables.member_views, members),
        (tables.relations, relations),
        (tables.contacts, contacts),
    ):
        await upsert(connection, table, [row_of(row) for row in changed])
    # Like Redis, which only ever extends a cool-down.
    set_ = [row_of(row) for row in cooldowns]
    await upsert(connection, tables.cooldowns, set_, largest=("until_ms",))


async def _by_key(
    connection: AsyncConnection, table: Table, key: Sequence[str], ids: Collection[tuple[str, ...]]
) -> list[RowMapping]:
    found: list[RowMapping] = []
    columns = tuple_(*(table.c[name] for name in key))
    for some in chunks(ids):
        query = select(table).where(columns.in_(some))
        found += (await connection.execute(query)).mappings().all()
    return found

"""What the fold remembers: accounts, relations, contacts and cool-downs, loaded by the batch.

The documents (`data`) are opaque here; the columns beside them are what others list and publish.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import tables
from server.records.lookup import Found, rows_by_key
from server.records.writing import row_of, upsert, upsert_records

_ENTERPRISE_KEY = ("enterprise_id",)
_MEMBER_KEY = ("enterprise_id", "member_id")


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


ENTERPRISE = [tables.enterprise_views.c[name] for name in EnterpriseRow.__dataclass_fields__]
"""The columns of an `EnterpriseRow`, in its order."""
MEMBER = [tables.member_views.c[name] for name in MemberRow.__dataclass_fields__]
"""The columns of a `MemberRow`, in its order."""


async def enterprises_by_id(
    connection: AsyncConnection, ids: Collection[str]
) -> dict[str, EnterpriseRow]:
    """The views of those enterprises that have one."""
    rows = await rows_by_key(connection, ENTERPRISE, _ENTERPRISE_KEY, [(id_,) for id_ in ids])
    return {found.enterprise_id: found for found in (EnterpriseRow(*row) for row in rows)}


async def members_by_id(
    connection: AsyncConnection, ids: Collection[tuple[str, str]]
) -> dict[tuple[str, str], MemberRow]:
    """The views of those (enterprise, member) that have one."""
    rows = await rows_by_key(connection, MEMBER, _MEMBER_KEY, ids)
    found = (MemberRow(*row) for row in rows)
    return {(member.enterprise_id, member.member_id): member for member in found}


async def enterprises_changed(connection: AsyncConnection, ids: Collection[str]) -> dict[str, int]:
    """The last events that changed the views of those enterprises that have one."""
    view = tables.enterprise_views.c
    keys = [(id_,) for id_ in ids]
    rows = await rows_by_key(
        connection, [view.enterprise_id, view.changed_seq], _ENTERPRISE_KEY, keys
    )
    return {row[0]: row[1] for row in rows}


async def members_changed(
    connection: AsyncConnection, ids: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """The last events that changed the views of those (enterprise, member) that have one."""
    view = tables.member_views.c
    columns = [view.enterprise_id, view.member_id, view.changed_seq]
    rows = await rows_by_key(connection, columns, _MEMBER_KEY, ids)
    return {(enterprise_id, member_id): seq for enterprise_id, member_id, seq in rows}


async def enterprise_documents(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The documents of those enterprises that have one."""
    keys = [(id_,) for id_ in ids]
    found = await _documents(connection, tables.enterprise_views, _ENTERPRISE_KEY, keys)
    return {row[0]: row[1] for row in found}


async def member_documents(
    connection: AsyncConnection, ids: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The documents of those (enterprise, member) that have one."""
    found = await _documents(connection, tables.member_views, _MEMBER_KEY, ids)
    return {(enterprise_id, member_id): data for enterprise_id, member_id, data in found}


async def relation_documents(
    connection: AsyncConnection, ids: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str, str], str]:
    """The documents of those (enterprise, member, contact) that have one."""
    key = ("enterprise_id", "member_id", "contact")
    found = await _documents(connection, tables.relations, key, ids)
    return {(enterprise, member, contact): data for enterprise, member, contact, data in found}


async def contact_documents(
    connection: AsyncConnection, ids: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The documents of those (enterprise, contact) that have one."""
    found = await _documents(connection, tables.contacts, ("enterprise_id", "contact"), ids)
    return {(enterprise_id, contact): data for enterprise_id, contact, data in found}


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
    await upsert_records(connection, tables.member_views, members)
    await upsert_records(connection, tables.relations, relations)
    await upsert_records(connection, tables.contacts, contacts)
    # Like Redis, which only ever extends a cool-down.
    await upsert_records(connection, tables.cooldowns, cooldowns, largest="until_ms")


async def _documents(
    connection: AsyncConnection,
    table: Table,
    key: Sequence[str],
    ids: Collection[tuple[str, ...]],
) -> list[Found]:
    columns = [*(table.c[name] for name in key), table.c.data]
    return await rows_by_key(connection, columns, key, ids)

"""Enterprises and members as their gateway described them, or as they were first seen."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.lookup import rows_by_key
from server.records.tables import enterprises, members
from server.records.writing import Row, insert_new, row_of, upsert

DEFAULT_TIME_ZONE = "Asia/Shanghai"
Whose = tuple[str, str | None]
"""An enterprise's id and its member's; None is the enterprise as a whole."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """`profile` maps field to value; `name` is None while nobody described the enterprise."""

    enterprise_id: str
    first_seen_ms: int
    updated_ms: int
    name: str | None = None
    time_zone: str = DEFAULT_TIME_ZONE
    verification: str = "none"
    profile: Mapping[str, str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """`activated_ms` None: as first seen; `person_id` follows a person over re-created accounts."""

    enterprise_id: str
    member_id: str
    first_seen_ms: int
    updated_ms: int
    name: str | None = None
    activated_ms: int | None = None
    linked_account_id: str | None = None
    person_id: str | None = None
    profile: Mapping[str, str | bool] = field(default_factory=dict)


async def put_enterprise(connection: AsyncConnection, enterprise: Enterprise) -> None:
    """Describes an enterprise; when it was first seen stays."""
    await upsert(connection, enterprises, [_row(enterprise)], keep=("first_seen_ms",))


async def get_enterprise(
    connection: AsyncConnection, enterprise_id: str, *, for_update: bool = False
) -> Enterprise | None:
    """One enterprise, None where it was never seen; `for_update`: nobody describes it now."""
    query = select(enterprises).where(enterprises.c.enterprise_id == enterprise_id)
    rows = await connection.execute(query.with_for_update() if for_update else query)
    row = rows.mappings().one_or_none()
    return None if row is None else enterprise_of(row)


async def put_member(connection: AsyncConnection, member: Member) -> None:
    """Describes a member; when it was first seen stays."""
    await upsert(connection, members, [_row(member)], keep=("first_seen_ms",))


async def get_member(
    connection: AsyncConnection, enterprise_id: str, member_id: str, *, for_update: bool = False
) -> Member | None:
    """One member, None where it was never seen; `for_update`: nobody describes it now."""
    query = select(members).where(
        members.c.enterprise_id == enterprise_id, members.c.member_id == member_id
    )
    rows = await connection.execute(query.with_for_update() if for_update else query)
    row = rows.mappings().one_or_none()
    return None if row is None else member_of(row)


async def first_seen(
    connection: AsyncConnection,
    new_enterprises: Sequence[Enterprise],
    new_members: Sequence[Member],
) -> None:
    """Notes accounts that events named; those known already stay as they are."""
    await insert_new(connection, enterprises, [_row(one) for one in new_enterprises])
    await insert_new(connection, members, [_row(one) for one in new_members])


async def names(
    connection: AsyncConnection, whose: Collection[Whose]
) -> dict[Whose, tuple[str | None, str | None]]:
    """What these enterprises and their members are called."""
    companies = await rows_by_key(
        connection,
        [enterprises.c.enterprise_id, enterprises.c.name],
        ("enterprise_id",),
        {(enterprise_id,) for enterprise_id, _ in whose},
    )
    people = await rows_by_key(
        connection,
        [members.c.enterprise_id, members.c.member_id, members.c.name],
        ("enterprise_id", "member_id"),
        {(enterprise_id, member_id) for enterprise_id, member_id in whose if member_id is not None},
    )
    of_company = {row[0]: row[1] for row in companies}
    of_member = {(row[0], row[1]): row[2] for row in people}
    return {
        (enterprise_id, member_id): (
            of_company.get(enterprise_id),
            of_member.get((enterprise_id, member_id or "")),
        )
        for enterprise_id, member_id in whose
    }


async def zones(connection: AsyncConnection, default: str) -> dict[str, str]:
    """The time zone of each enterprise that is not in the default one."""
    rows = await connection.execute(
        select(enterprises.c.enterprise_id, enterprises.c.time_zone).where(
            enterprises.c.time_zone != default
        )
    )
    return {row.enterprise_id: row.time_zone for row in rows}


def enterprise_of(row: RowMapping) -> Enterprise:
    """An enterprise out of a row that has its table's columns."""
    return Enterprise(**_fields(row, enterprises.c.keys()))


def member_of(row: RowMapping) -> Member:
    """A member out of a row that has its table's columns."""
    return Member(**_fields(row, members.c.keys()))


def _fields(row: RowMapping, names: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in names} | {"profile": json.loads(row["profile"])}


def _row(account: Enterprise | Member) -> Row:
    return row_of(account) | {"profile": json.dumps(dict(account.profile), ensure_ascii=False)}

"""Linked accounts: who is linked to which, and whether that is blocked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import linked_accounts, members
from server.records.writing import insert_new, row_of, upsert

_NEVER_MS = -1
LinkState = Literal["blocked", "unblocked"]


@dataclass(frozen=True, slots=True)
class Linked:
    """A linked account as its latest event, by the event's own time, left it."""

    linked_account_id: str
    state: LinkState
    at_ms: int
    received_ms: int


async def get(connection: AsyncConnection, linked_account_id: str) -> Linked | None:
    """How an account stands, None where nothing was heard of it. Nobody else changes it now."""
    # A row that is not there cannot be held: two events at once would each find nothing.
    unheard = Linked(linked_account_id, "unblocked", _NEVER_MS, 0)
    await insert_new(connection, linked_accounts, [row_of(unheard)])
    query = select(linked_accounts).where(linked_accounts.c.linked_account_id == linked_account_id)
    row = (await connection.execute(query.with_for_update())).mappings().one()
    known = Linked(**row)
    return None if known.at_ms == _NEVER_MS else known


async def put(connection: AsyncConnection, linked: Linked) -> None:
    """Keeps how an account stands."""
    await upsert(connection, linked_accounts, [row_of(linked)])


async def link_of(connection: AsyncConnection, enterprise_id: str, member_id: str) -> str | None:
    """The account that a member is linked to now."""
    query = select(members.c.linked_account_id).where(
        members.c.enterprise_id == enterprise_id, members.c.member_id == member_id
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def linked_to(
    connection: AsyncConnection, linked_account_id: str
) -> list[tuple[str, str, str | None]]:
    """Every member linked to an account now: enterprise, member, person."""
    query = select(members.c.enterprise_id, members.c.member_id, members.c.person_id)
    rows = await connection.execute(
        query.where(members.c.linked_account_id == linked_account_id).order_by(
            members.c.enterprise_id, members.c.member_id
        )
    )
    return [(row.enterprise_id, row.member_id, row.person_id) for row in rows]

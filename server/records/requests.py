"""Unblock applications and appeals on record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.appeals import OPEN, Kind, RequestState
from server.records.tables import requests
from server.records.writing import Row


@dataclass(frozen=True, slots=True)
class Message:
    """What a reviewer asked, or whoever filed answered."""

    at_ms: int
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `number` counts those of its kind about the penalty, from 1.

    `due_ms` is when it should be decided, or, while information is needed, when it expires.
    """

    id: str
    kind: Kind
    penalty_id: str
    number: int
    enterprise_id: str
    member_id: str | None
    state: RequestState
    grounds: str
    text: str
    thread: tuple[Message, ...]
    filed_by: str
    key_id: str
    created_ms: int
    changed_ms: int
    due_ms: int
    decided_ms: int | None = None
    decided_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests of a kind, oldest first: None means any; `cursor` is the last id seen."""

    kind: Kind
    state: str | None = None
    enterprise_id: str | None = None
    member_id: str | None = None
    penalty_id: str | None = None
    cursor: str | None = None
    limit: int = 50


def row_of_request(request: Request) -> Row:
    """The row of a request."""
    row = {name: getattr(request, name) for name in request.__dataclass_fields__}
    messages = [[one.at_ms, one.by, one.text] for one in request.thread]
    return {**row, "thread": json.dumps(messages, ensure_ascii=False)}


async def get(
    connection: AsyncConnection, request_id: str, *, for_update: bool = False
) -> Request | None:
    """One request, None where there is none of that id; `for_update`: nobody changes it now."""
    query = select(requests).where(requests.c.id == request_id)
    rows = await connection.execute(query.with_for_update() if for_update else query)
    row = rows.mappings().one_or_none()
    return None if row is None else _request(row)


async def of_penalty(connection: AsyncConnection, penalty_id: str) -> list[Request]:
    """Every request about a penalty, oldest first."""
    query = select(requests).where(requests.c.penalty_id == penalty_id)
    rows = await connection.execute(query.order_by(requests.c.created_ms, requests.c.number))
    return [_request(row) for row in rows.mappings()]


async def alone_in(connection: AsyncConnection, enterprise_id: str) -> None:
    """Nobody else files an application of the enterprise before this transaction ends.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(
            select(func.pg_advisory_xact_lock(func.hashtext(f"applications of {enterprise_id}")))
        )


async def applications_since(connection: AsyncConnection, enterprise_id: str, since_ms: int) -> int:
    """Unblock applications that an enterprise filed since then."""
    query = select(func.count()).where(
        requests.c.enterprise_id == enterprise_id,
        requests.c.kind == "application",
        requests.c.created_ms > since_ms,
    )
    return (await connection.execute(query)).scalar_one()


async def change(connection: AsyncConnection, before: Request, after: Request) -> bool:
    """Writes a request as it stands then; False where it is not as `before` says any more."""
    row = row_of_request(after)
    done = await connection.execute(
        update(requests)
        .where(requests.c.id == before.id, requests.c.state == before.state)
        .where(requests.c.changed_ms == before.changed_ms)
        .values({name: value for name, value in row.items() if name != "id"})
    )
    return done.rowcount == 1


async def open_of(connection: AsyncConnection, penalty_ids: Sequence[str]) -> list[Request]:
    """Requests about these penalties that nobody has decided."""
    query = select(requests).where(
        requests.c.penalty_id.in_(penalty_ids), requests.c.state.in_(sorted(OPEN))
    )
    return [_request(row) for row in (await connection.execute(query)).mappings()]


async def overdue(connection: AsyncConnection, now_ms: int, limit: int) -> list[Request]:
    """Appeals whose information never came."""
    query = select(requests).where(
        requests.c.kind == "appeal",
        requests.c.state == "need_information",
        requests.c.due_ms <= now_ms,
    )
    rows = await connection.execute(query.order_by(requests.c.due_ms).limit(limit))
    return [_request(row) for row in rows.mappings()]


async def listed(connection: AsyncConnection, which: RequestFilter) -> list[Request]:
    """Requests, oldest first: they wait in a queue. An unknown `cursor` gives an empty list."""
    where: list[ColumnElement[bool]] = [requests.c.kind == which.kind]
    for name in ("state", "enterprise_id", "member_id", "penalty_id"):
        value = getattr(which, name)
        if value is not None:
            where.append(requests.c[name] == value)
    if which.cursor is not None:
        last = await get(connection, which.cursor)
        if last is None:
            return []
        place = tuple_(requests.c.created_ms, requests.c.id)
        where.append(place > tuple_(last.created_ms, which.cursor))
    query = select(requests).where(*where).order_by(requests.c.created_ms, requests.c.id)
    rows = await connection.execute(query.limit(which.limit))
    return [_request(row) for row in rows.mappings()]


def _request(row: RowMapping) -> Request:
    plain: dict[str, Any] = dict(row)
    thread = tuple(Message(*said) for said in json.loads(plain.pop("thread")))
    return replace(Request(**plain, thread=()), thread=thread)

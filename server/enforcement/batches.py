"""Our own mistakes, many at once: counted first, confirmed by a second holder, then overturned.

A batch is its selection: the same asked for again is the same batch. Each penalty is overturned in
a transaction of its own, so a batch that was interrupted goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.tracks import DAY_MS
from server.enforcement.changes import Actor, Changes, Terms
from server.enforcement.overturning import overturn
from server.records import audit, standing
from server.records.audit import Deed
from server.records.engine import Database
from server.records.penalty_rows import PenaltyRecord
from server.records.tables import batches, cases
from server.records.tables import penalties as table
from server.records.violations import ViolationRecord
from server.records.writing import insert_new

PROPOSED_FOR_MS = DAY_MS
"""How long the first holder's word stands."""
AT_ONCE = 100

BatchState = Literal["awaiting_second", "running", "done"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which penalties: imposed in `[from_ms, to_ms)`, by a policy version, out of a pattern."""

    from_ms: int
    to_ms: int
    policy_version: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it stands: `counts` as it was asked for, `remaining` still to be overturned."""

    id: str
    selection: Selection
    reason: str
    counts: Mapping[str, int]
    asked_by: str
    asked_ms: int
    confirmed_by: str | None
    done_ms: int | None
    remaining: int = 0

    @property
    def state(self) -> BatchState:
        """Whose turn it is: another holder's, the service's, nobody's."""
        if self.confirmed_by is None:
            return "awaiting_second"
        return "running" if self.done_ms is None else "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """What some overturns of a batch came to, to be told of."""

    overturned: int
    penalties: tuple[PenaltyRecord, ...] = ()
    violations: tuple[ViolationRecord, ...] = ()


async def ask(
    database: Database, selection: Selection, reason: str, actor: Actor, now_ms: int
) -> Batch:
    """Asks for a batch, or agrees to it where another holder has asked within a day."""
    batch_id = _id(selection, reason)
    async with database.write() as connection:
        counts = await _count(connection, selection)
        await insert_new(connection, batches, [_row(batch_id, selection, reason)])
        batch = await _get(connection, batch_id, for_update=True)
        if batch.confirmed_by is None:
            values = _said(batch, actor, counts, now_ms)
            await connection.execute(update(batches).where(batches.c.id == batch_id).values(values))
            batch = await _get(connection, batch_id)
            action = "asked" if batch.confirmed_by is None else "confirmed"
            await audit.record(connection, _deed(action, batch, actor, now_ms))
    return replace(batch, remaining=counts["penalties"])


def _said(batch: Batch, actor: Actor, counts: Mapping[str, int], now_ms: int) -> dict[str, Any]:
    """What the holder's word changes: the first one asks, another one within a day agrees."""
    is_fresh = batch.asked_ms + PROPOSED_FOR_MS > now_ms
    if is_fresh and batch.asked_by not in {"", actor.holder}:
        return {"confirmed_by": actor.holder, "confirmed_ms": now_ms}
    return {"asked_by": actor.holder, "asked_ms": now_ms, "counts": json.dumps(counts)}


async def go_on(database: Database, batch: Batch, terms: Terms) -> Progress:
    """Overturns up to `AT_ONCE` penalties of a confirmed batch; the last call marks it done."""
    if batch.state != "running" or batch.confirmed_by is None:
        return Progress(0)
    async with database.read() as connection:
        query = _selected(select(table.c.id), batch.selection).order_by(table.c.starts_ms)
        ids = [row.id for row in await connection.execute(query.limit(AT_ONCE))]
    changed: list[PenaltyRecord] = []
    judged: list[ViolationRecord] = []
    actor = Actor(batch.confirmed_by, "")
    for penalty_id in ids:
        async with database.write() as connection:
            record = await standing.at_stake(connection, penalty_id)
            if record is None or record.penalty.overturned_ms is not None:
                continue  # it fell with another one of the batch
            changes = Changes(actor, replace(terms, shard=record.shard), batch.reason)
            await overturn(connection, changes, record, None)
            await changes.write(connection)
        changed += changes.penalties
        judged += changes.violations
    if len(ids) < AT_ONCE:
        async with database.write() as connection:
            done = update(batches).where(batches.c.id == batch.id)
            await connection.execute(done.values(done_ms=terms.now_ms))
    return Progress(len(ids), tuple(changed), tuple(judged))


async def running(connection: AsyncConnection) -> Batch | None:
    """A batch that was confirmed and is not done."""
    query = select(batches).where(batches.c.confirmed_by.is_not(None), batches.c.done_ms.is_(None))
    row = (await connection.execute(query.limit(1))).mappings().first()
    return None if row is None else _batch(row)


async def stands(database: Database, batch_id: str) -> Batch:
    """A batch as it stands now."""
    async with database.read() as connection:
        batch = await _get(connection, batch_id)
        counts = await _count(connection, batch.selection)
    return replace(batch, remaining=counts["penalties"])


async def _count(connection: AsyncConnection, selection: Selection) -> dict[str, int]:
    account = table.c.enterprise_id + "/" + func.coalesce(table.c.member_id, "")
    figures: tuple[ColumnElement[Any], ...] = (
        func.count().label("penalties"),
        func.count().filter(table.c.is_hold).label("holds"),
        func.count(account.distinct()).label("accounts"),
        func.count(table.c.enterprise_id.distinct()).label("enterprises"),
    )
    query = _selected(select(*figures), selection)
    row = (await connection.execute(query)).mappings().one()
    return {name: int(number) for name, number in row.items()}


def _selected(query: Select[Any], selection: Selection) -> Select[Any]:
    where: list[ColumnElement[bool]] = [
        table.c.overturned_ms.is_(None),
        and_(table.c.starts_ms >= selection.from_ms, table.c.starts_ms < selection.to_ms),
    ]
    if selection.policy_version is not None:
        where.append(table.c.policy_version == selection.policy_version)
    if selection.pattern is not None:
        of_pattern = cases.c.patterns.contains(f'"{selection.pattern}"', autoescape=True)
        where.append(table.c.case_id.in_(select(cases.c.id).where(of_pattern)))
    return query.where(*where)


def _id(selection: Selection, reason: str) -> str:
    said = json.dumps([asdict(selection), reason], sort_keys=True)
    return f"b-{sha256(said.encode()).hexdigest()[:24]}"


def _row(batch_id: str, selection: Selection, reason: str) -> dict[str, Any]:
    return {
        "id": batch_id,
        "selection": json.dumps(asdict(selection)),
        "reason": reason,
        "counts": "{}",
        "asked_by": "",
        "asked_ms": 0,
    }


async def _get(connection: AsyncConnection, batch_id: str, *, for_update: bool = False) -> Batch:
    query = select(batches).where(batches.c.id == batch_id)
    rows = await connection.execute(query.with_for_update() if for_update else query)
    return _batch(rows.mappings().one())


def _batch(row: RowMapping) -> Batch:
    return Batch(
        id=row["id"],
        selection=Selection(**json.loads(row["selection"])),
        reason=row["reason"],
        counts=json.loads(row["counts"]),
        asked_by=row["asked_by"],
        asked_ms=row["asked_ms"],
        confirmed_by=row["confirmed_by"],
        done_ms=row["done_ms"],
    )


def _deed(what: str, batch: Batch, actor: Actor, now_ms: int) -> Deed:
    return Deed(
        at_ms=now_ms,
        holder=actor.holder,
        key_id=actor.key_id,
        action=f"batch.{what}",
        subject_kind="batch",
        subject_id=batch.id,
        after=batch.counts,
        why=batch.reason,
    )

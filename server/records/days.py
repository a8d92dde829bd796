"""History: what an account did on each local day, and what it was allowed at that day's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import DAY_COUNTS, DENIAL_REASONS, days
from server.records.writing import Row, delete_some, upsert

KEEP_DAYS = 400


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One account's local day; `counts` has every name of `tables.DAY_COUNTS` that is not zero.

    `member_id` is `''` for the enterprise as a whole; `cap` is the active cap.
    """

    enterprise_id: str
    member_id: str
    day: int
    counts: Mapping[str, int]
    cap: int
    score: float
    tier: int

    @property
    def denied(self) -> dict[str, int]:
        """Denials by reason, those that happened."""
        by_reason = ((reason, self.counts.get(f"denied_{reason}", 0)) for reason in DENIAL_REASONS)
        return {reason: count for reason, count in by_reason if count}


async def add(connection: AsyncConnection, records: Sequence[DayRecord]) -> None:
    """Adds counts to their days; cap, score and tier are replaced."""
    await upsert(connection, days, [_row(record) for record in records], add=DAY_COUNTS)


async def add_late(connection: AsyncConnection, records: Sequence[DayRecord]) -> None:
    """Adds counts to days that are over: their cap, score and tier stay what they ended with."""
    rows = [_row(record) for record in records]
    await upsert(connection, days, rows, add=DAY_COUNTS, keep=("cap", "score", "tier"))


async def history(
    connection: AsyncConnection, enterprise_id: str, member_id: str, from_day: int
) -> list[DayRecord]:
    """The days of an account from `from_day` on, oldest first; days without an event are absent."""
    rows = await connection.execute(
        select(days)
        .where(
            days.c.enterprise_id == enterprise_id,
            days.c.member_id == member_id,
            days.c.day >= from_day,
        )
        .order_by(days.c.day)
    )
    return [
        DayRecord(
            enterprise_id=row["enterprise_id"],
            member_id=row["member_id"],
            day=row["day"],
            counts={name: row[name] for name in DAY_COUNTS if row[name]},
            cap=row["cap"],
            score=row["score"],
            tier=row["tier"],
        )
        for row in rows.mappings()
    ]


async def tiers(
    connection: AsyncConnection, enterprise_id: str, member_id: str
) -> list[tuple[int, int]]:
    """(day, tier) of all days of an account that are kept, oldest first."""
    query = select(days.c.day, days.c.tier).where(
        days.c.enterprise_id == enterprise_id, days.c.member_id == member_id
    )
    rows = await connection.execute(query.order_by(days.c.day))
    return [(row.day, row.tier) for row in rows]


async def prune(connection: AsyncConnection, before_day: int, most: int) -> int:
    """Deletes up to `most` rows of days before `before_day`; returns how many."""
    return await delete_some(connection, days, days.c.day < before_day, days.c.day, most)


def _row(record: DayRecord) -> Row:
    counts = {name: record.counts.get(name, 0) for name in DAY_COUNTS}
    return counts | {
        "enterprise_id": record.enterprise_id,
        "member_id": record.member_id,
        "day": record.day,
        "cap": record.cap,
        "score": record.score,
        "tier": record.tier,
    }

"""What a platform publishes about its enforcement (DSA 15, 24): counts, and nobody's name.

Everything falls into the period in which it happened: what was imposed by its start, what was
decided by the decision. Rows keep only their last state, so when a violation or a case was decided
comes from the audit: from the first deed that says so, as saying it again decides nothing.
`docs/transparency.md` defines each figure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.restrictions import Scope
from server.records.figures import (
    Blocked,
    Cases,
    Ended,
    Figures,
    Flagged,
    Imposed,
    Judged,
    Requests,
)
from server.records.tables import audit, cases, enterprises, flags, penalties, requests, violations

VIOLATION_CHANGES = ("upheld", "dismissed", "overturned")
CASE_DECISIONS = ("confirmed", "dismissed")
ANSWERS = MappingProxyType(
    {"appeal": ("overturned", "modified", "rejected"), "application": ("approved", "rejected")}
)
"""States that a reviewer's decision brings, by kind of request."""
UNANSWERED = ("withdrawn", "expired")
"""States in which a request ends without one."""


@dataclass(frozen=True, slots=True)
class Period:
    """`[from_ms, to_ms)`, in epoch milliseconds."""

    from_ms: int
    to_ms: int

    def holds(self, at: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether something happened within it; never where it did not happen."""
        return and_(at >= self.from_ms, at < self.to_ms)


async def figures(connection: AsyncConnection, period: Period) -> Figures:
    """The figures of a period, out of one transaction that reads one state of the record."""
    return Figures(
        imposed=await _imposed(connection, period),
        ended=await _ended(connection, period),
        violations=await _violations(connection, period),
        cases=await _cases(connection, period),
        appeals=await _requests(connection, period, "appeal"),
        applications=await _requests(connection, period, "application"),
        blocked=await _blocked(connection, period),
        flags=await _flags(connection, period),
    )


async def _imposed(connection: AsyncConnection, period: Period) -> list[Imposed]:
    by = [penalties.c[name] for name in Imposed.__dataclass_fields__ if name != "count"]
    query = select(*by, func.count().label("count")).where(period.holds(penalties.c.starts_ms))
    rows = await connection.execute(query.group_by(*by).order_by(*by))
    return [Imposed(**row) for row in rows.mappings()]


async def _ended(connection: AsyncConnection, period: Period) -> dict[str, Ended]:
    of = penalties.c.is_hold
    undone = select(of, func.count()).where(period.holds(penalties.c.overturned_ms)).group_by(of)
    joined = penalties.join(requests, requests.c.penalty_id == penalties.c.id)
    shortened = (
        select(of, func.count(penalties.c.id.distinct()))
        .select_from(joined)
        .where(period.holds(requests.c.decided_ms))
        .group_by(of)
    )
    # With what is overturned its open applications are granted: those shortened nothing.
    overturned_ms = penalties.c.overturned_ms
    stood = or_(overturned_ms.is_(None), overturned_ms > requests.c.decided_ms)
    granted = shortened.where(requests.c.kind == "application", requests.c.state == "approved")
    modified = shortened.where(requests.c.kind == "appeal", requests.c.state == "modified")
    queries = {
        "application": granted.where(stood),
        "modification": modified,
        "overturn": undone,
    }
    found = {name: await _pairs(connection, query) for name, query in queries.items()}
    return {
        name: Ended(counts.get(False, 0), counts.get(True, 0)) for name, counts in found.items()
    }


async def _violations(connection: AsyncConnection, period: Period) -> list[Judged]:
    by = [violations.c[name] for name in ("track", "type", "source")]
    count = func.count().label("count")
    reported = select(*by, count).where(period.holds(violations.c.reported_ms)).group_by(*by)
    judged = _first_deeds("violation", VIOLATION_CHANGES, period, violations.c.id)
    changed = judged.with_only_columns(*by, count, audit.c.action)
    changed = changed.group_by(*by, audit.c.action)
    names = ("reported", *VIOLATION_CHANGES)
    counts: dict[tuple[int, str, str], dict[str, int]] = {}
    for query in (reported, changed):
        for row in (await connection.execute(query)).mappings():
            key = row["track"], row["type"], row["source"]
            known = counts.setdefault(key, dict.fromkeys(names, 0))
            known[_verb(row.get("action", "violation.reported"))] = row["count"]
    return [Judged(*key, counts=known) for key, known in sorted(counts.items())]


async def _cases(connection: AsyncConnection, period: Period) -> Cases:
    # What the fold opens has the number of its event; a report is none.
    by_report = func.count().filter(cases.c.seq == 0)
    opened = select(func.count(), by_report).where(period.holds(cases.c.opened_ms))
    found = {"opened": tuple((await connection.execute(opened)).one())}
    decided = _first_deeds("case", CASE_DECISIONS, period, cases.c.id)
    by_action = decided.with_only_columns(audit.c.action, func.count(), by_report)
    for action, every, reports in await connection.execute(by_action.group_by(audit.c.action)):
        found[_verb(action)] = every, reports
    names = ("opened", *CASE_DECISIONS)
    counts = {name: found.get(name, (0, 0)) for name in names}
    took = decided.with_only_columns((audit.c.at_ms - cases.c.opened_ms).label("took_ms"))
    return Cases(
        patterns={name: every - reports for name, (every, reports) in counts.items()},
        reports={name: reports for name, (_, reports) in counts.items()},
        median_ms=await _median(connection, took, sum(counts[name][0] for name in CASE_DECISIONS)),
    )


async def _requests(connection: AsyncConnection, period: Period, kind: str) -> Requests:
    of_kind = requests.c.kind == kind
    filed = select(func.count()).where(of_kind, period.holds(requests.c.created_ms))
    # Nobody decides what is withdrawn: it ended when it last changed.
    closed_ms = func.coalesce(requests.c.decided_ms, requests.c.changed_ms)
    answered = (of_kind, requests.c.state.in_(ANSWERS[kind]), period.holds(requests.c.decided_ms))
    late = func.count().filter(requests.c.decided_ms > requests.c.due_ms)
    closed = (
        select(requests.c.state, func.count(), late)
        .where(of_kind, requests.c.state.in_((*ANSWERS[kind], *UNANSWERED)))
        .where(period.holds(closed_ms))
        .group_by(requests.c.state)
    )
    found = {row[0]: (row[1], row[2]) for row in await connection.execute(closed)}
    counts = {state: found.get(state, (0, 0)) for state in (*ANSWERS[kind], *UNANSWERED)}
    took = select((requests.c.decided_ms - requests.c.created_ms).label("took_ms")).where(*answered)
    among = sum(counts[state][0] for state in ANSWERS[kind])
    return Requests(
        filed=(await connection.execute(filed)).scalar_one(),
        closed={state: count for state, (count, _) in counts.items()},
        median_ms=await _median(connection, took, among),
        beyond_target=sum(counts[state][1] for state in ANSWERS[kind]),
    )


async def _blocked(connection: AsyncConnection, period: Period) -> Blocked:
    """Of an enterprise that was blocked twice the larger number of members counts."""
    enterprise_id = penalties.c.enterprise_id
    blocks = (
        select(enterprise_id, violations.c.grounds)
        .select_from(penalties.outerjoin(violations, violations.c.id == penalties.c.violation_id))
        .where(period.holds(penalties.c.starts_ms), penalties.c.is_hold.is_(False))
        .where(penalties.c.scope == str(Scope.ENTERPRISE_ACCOUNT))
        .order_by(enterprise_id)
    )
    blocked, without, last, most = 0, 0, None, 0
    async with connection.stream(blocks) as rows:
        async for row in rows:
            if row.enterprise_id != last:
                last, most = row.enterprise_id, 0
                blocked += 1
            hit = 0 if row.grounds is None else json.loads(row.grounds).get("without") or 0
            without, most = without + max(0, hit - most), max(most, hit)
    known = select(func.count()).where(enterprises.c.first_seen_ms < period.to_ms)
    return Blocked(blocked, (await connection.execute(known)).scalar_one(), without)


async def _flags(connection: AsyncConnection, period: Period) -> list[Flagged]:
    by = (flags.c.pattern, flags.c.mode)
    query = select(*by, func.count()).where(period.holds(flags.c.at_ms))
    rows = await connection.execute(query.group_by(*by).order_by(*by))
    return [Flagged(*row) for row in rows]


def _first_deeds(
    kind: str, changes: Sequence[str], period: Period, subject: Column[str]
) -> Select[Any]:
    """The deeds of a period that first made it so of a subject, which is joined to them.

    What had no state before cannot have been in that one, which spares most deeds the search.
    """
    earlier = audit.alias()
    again = exists().where(
        earlier.c.subject_kind == audit.c.subject_kind,
        earlier.c.subject_id == audit.c.subject_id,
        earlier.c.action == audit.c.action,
        earlier.c.seq < audit.c.seq,
    )
    is_first = or_(audit.c.before.is_(None), ~again)
    return (
        select(audit)
        .select_from(audit.join(subject.table, subject == audit.c.subject_id))
        .where(audit.c.action.in_([f"{kind}.{change}" for change in changes]))
        .where(period.holds(audit.c.at_ms), is_first)
    )


async def _median(connection: AsyncConnection, took: Select[Any], among: int) -> float | None:
    """The median of `among` durations, of which only the middle ones are fetched."""
    if among == 0:
        return None
    middle = took.order_by("took_ms").offset((among - 1) // 2).limit(2 - among % 2)
    values = (await connection.execute(middle)).scalars().all()
    return float(sum(values)) / len(values)


async def _pairs(connection: AsyncConnection, query: Select[Any]) -> dict[Any, int]:
    rows = await connection.execute(query)
    return {row[0]: row[1] for row in rows}


def _verb(action: str) -> str:
    return action.partition(".")[2]

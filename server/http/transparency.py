"""What a platform publishes about its enforcement, as JSON or as a table (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BeforeValidator, Field, WithJsonSchema

from server.http.bodies import JSON
from server.http.fields import Query, instant_ms
from server.http.figures import TransparencyShape, transparency_shape
from server.http.problems import invalid_at
from server.http.routing import Call, reply
from server.records import transparency
from server.records.transparency import Period

CSV = "text/csv"
ANSWERS_WITH = {
    "Vary": {"schema": {"type": "string"}, "description": "`Accept`: as what this was asked for."}
}
DEADLINE_S = 30.0
"""A year of a large record takes longer than what anybody else reads; nobody waits for it."""
MOST_MS = 366 * 86_400_000
LATEST_MS = 253_402_300_799_999
"""The last instant of 9999, after which no calendar here goes."""

KEYS = (
    "track",
    "type",
    "scope",
    "source",
    "automated_decision",
    "ended_by",
    "origin",
    "pattern",
    "mode",
)
"""What tells the figures of one section apart."""
HEADER = ("section", "figure", "from", "to", *KEYS, "value")


def _day_or_instant_ms(value: object) -> int:
    """Epoch milliseconds of a UTC day's beginning, or of an instant. Raises ValueError."""
    try:
        at_ms = instant_ms(f"{value}T00:00:00Z" if _is_day(value) else value)
    except ValueError as error:
        raise ValueError(f"{error}; or a UTC day, such as 2026-11-22") from error
    if not 0 <= at_ms <= LATEST_MS:
        raise ValueError("must lie in the years 1970 to 9999")
    return at_ms


def _is_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == len("2026-11-22")


Since = Annotated[
    int,
    BeforeValidator(_day_or_instant_ms),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": kind} for kind in ("date", "date-time")]}
    ),
]


class TransparencyQuery(Query):
    """Which period, `to` exclusive: UTC days or instants; both left out: the last full month.

    `format` counts more than the header Accept.
    """

    from_: Annotated[Since | None, Field(alias="from")] = None
    to: Since | None = None
    format: Literal["json", "csv"] | None = None


async def get_transparency(call: Call[None, TransparencyQuery]) -> web.Response:
    """Penalties, violations, cases, requests, blocks and flags of a period, as counts.

    It names nobody. `docs/transparency.md` says what each figure counts. As a table it has one
    figure a row.
    """
    period = _period(call.query, call.services.clock_ms())
    async with call.services.database.read(DEADLINE_S) as connection:
        found = await transparency.figures(connection, period)
    shape = transparency_shape(period, found)
    wanted = call.query.format
    as_table = wanted == "csv" if wanted else _prefers_csv(call.request.headers.get("Accept", ""))
    vary = {"Vary": "Accept"}
    if not as_table:
        return reply(shape, headers=vary)
    name = f"transparency-{shape['from'][:10]}-{shape['to'][:10]}.csv"
    return web.Response(
        text=table(shape),
        content_type=CSV,
        charset="utf-8",
        headers={**vary, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _period(query: TransparencyQuery, now_ms: int) -> Period:
    """The period asked for. Raises Problem 400 where there is none, or it is too long."""
    if query.from_ is None and query.to is None:
        return last_month(now_ms)
    if query.from_ is None or query.to is None:
        missing = "from" if query.from_ is None else "to"
        raise invalid_at(["query", missing], "must be given where the other end is")
    if query.from_ >= query.to:
        raise invalid_at(["query", "from"], "must be before to, which is exclusive")
    if query.to - query.from_ > MOST_MS:
        raise invalid_at(["query", "to"], "must be at most 366 days after from")
    return Period(query.from_, query.to)


def last_month(now_ms: int) -> Period:
    """The last calendar month (UTC) that is over."""
    this = datetime.fromtimestamp(now_ms // 1000, UTC).date().replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    return Period(_midnight_ms(before), _midnight_ms(this))


def _midnight_ms(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _prefers_csv(accept: str) -> bool:
    """Whether a table is asked for before JSON; of two that are equally welcome, the named one."""
    table, objects = _welcome(accept, CSV), _welcome(accept, JSON)
    return table[0] > 0 and table > objects


def _welcome(accept: str, media_type: str) -> tuple[float, int]:
    """How welcome a media type is, from 0 on, and how exactly it was named.

    Of the ranges it falls into the most exact one counts, wherever that stands (RFC 9110 12.5.1).
    """
    ranges = ("*/*", f"{media_type.partition('/')[0]}/*", media_type)
    best = (0.0, 0)
    for part in accept.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        if name in ranges and ranges.index(name) + 1 > best[1]:
            best = (_quality(parameters), ranges.index(name) + 1)
    return best


def _quality(parameters: list[str]) -> float:
    """What `q` says; everything where it is not there, nothing where it is no number."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def table(shape: TransparencyShape) -> str:
    """One figure a row, CRLF at its end; totals leave the columns empty that parts fill."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEADER)
    ends = {"from": shape["from"], "to": shape["to"]}
    for section, figures in shape.items():
        if isinstance(figures, dict):
            for row in _rows(section, figures):
                writer.writerow([_cell((row | ends).get(column)) for column in HEADER])
    return written.getvalue()


def _rows(section: str, figures: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The section's own figures, then those of its parts."""
    for name, value in figures.items():
        if not isinstance(value, list):
            yield {"section": section, "figure": name, "value": value}
    for name, parts in figures.items():
        for part in parts if isinstance(parts, list) else ():
            keys = {key: part[key] for key in KEYS if key in part}
            for figure, value in part.items():
                if figure not in keys:
                    yield {"section": f"{section}.{name}", "figure": figure, "value": value, **keys}


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

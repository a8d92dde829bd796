"""The journal as NDJSON, under the names of the API: what `contact-quota replay` reads.

Between its events stand the decisions of the record, at their time: see `decisions`.
"""

from __future__ import annotations

import heapq
import json
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from server.records import journal, leases
from server.records.engine import Database
from server.records.journal import Entry
from server.worker.decisions import DecisionLine, decision_lines

_INTERNAL = ("record", "day", "day_end_ms", "received_ms")
"""What the ledger and the fold derive again."""
_TIMES = ("at", "activated_at", "occurred_at", "starts_at", "ends_at")
_TOLD = ("case.", "violation.")
"""Events that tell of decisions: these stand before them."""


async def export_lines(database: Database, from_ms: int, to_ms: int) -> AsyncIterator[str]:
    """Events received in `[from_ms, to_ms)` as JSON objects, one a line, without line ends.

    Each shard's are in the order of its journal; the shards are merged by the time of receipt, and
    with decisions, which have no place in a journal (`seq`). Contacts, numbers and greetings are
    hashes, as everywhere. Raises RecordsUnavailable.
    """
    decided = deque(await decision_lines(database, from_ms, to_ms))
    async for entry in _merged(database, from_ms, to_ms):
        while decided and _stands_before(decided[0], entry):
            yield _decision(decided.popleft())
        yield line(entry)
    for each in decided:
        yield _decision(each)


def line(entry: Entry) -> str:
    """One event under the API's names, with its place in the journal and RFC 3339 times."""
    body: dict[str, Any] = json.loads(entry.payload)
    for name in _INTERNAL:
        body.pop(name, None)
    for name in _TIMES:
        if isinstance(body.get(name), int):
            body[name] = _instant(body[name])
    if "target" in body:
        body["target_id"] = body.pop("target")
    head = {"type": body.pop("type"), "at": body.pop("at")}
    place = {"received_at": _instant(entry.received_ms), "shard": entry.shard, "seq": entry.seq}
    return _text(head | place | body)


def _stands_before(decided: DecisionLine, entry: Entry) -> bool:
    if decided.at_ms == entry.received_ms:
        return entry.type.startswith(_TOLD)
    return decided.at_ms < entry.received_ms


def _decision(decided: DecisionLine) -> str:
    at = _instant(decided.at_ms)
    times = {name: _instant(decided.body[name]) for name in _TIMES if name in decided.body}
    head = {"type": decided.type, "at": at, "received_at": at, "shard": decided.shard}
    return _text(head | decided.body | times)


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _instant(ms: int) -> str:
    moment = datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _merged(database: Database, from_ms: int, to_ms: int) -> AsyncIterator[Entry]:
    async with database.read() as connection:
        shards = sorted(await leases.folded_seqs(connection))
    sources = {s: journal.received_between(database, s, from_ms, to_ms) for s in shards}
    heads: list[tuple[int, int, Entry]] = []

    async def refill(shard: int) -> None:
        entry = await anext(sources[shard], None)
        if entry is not None:
            heapq.heappush(heads, (entry.received_ms, shard, entry))

    for shard in shards:
        await refill(shard)
    while heads:
        _, shard, entry = heapq.heappop(heads)
        yield entry
        await refill(shard)

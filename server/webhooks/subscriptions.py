"""What webhooks want to be told: types of notices, families of them, or everything."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Iterable

from server.records import webhooks
from server.records.engine import Database
from server.records.outbox import TYPES

EVERYTHING = "*"
FAMILIES = tuple(dict.fromkeys(f"{type_.partition('.')[0]}.*" for type_ in TYPES))
FRESH_S = 2.0


def check_event(text: str) -> str:
    """An entry of a webhook's `events`. Raises ValueError that names what would be right."""
    if text == EVERYTHING or text in TYPES or text in FAMILIES:
        return text
    near = difflib.get_close_matches(text[:64], (*TYPES, *FAMILIES), n=1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    raise ValueError(f"is no type of notice{meant}: use * or one of {_listed()}")


def wants(events: Iterable[str], type_: str) -> bool:
    """Whether a webhook with these `events` is told of a type."""
    family = f"{type_.partition('.')[0]}.*"
    return not {EVERYTHING, family, type_}.isdisjoint(events)


class Wanted:
    """The types that some webhook wants, for those who would note things in vain; per process.

    What it says is at most `FRESH_S` old.
    """

    def __init__(self, database: Database, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock_s = clock_s
        self._until_s = float("-inf")
        self._types: frozenset[str] = frozenset()

    async def types(self) -> frozenset[str]:
        """Raises RecordsUnavailable."""
        now_s = self._clock_s()
        if now_s >= self._until_s:
            async with self._database.read() as connection:
                live = await webhooks.live(connection)
            named = {entry for webhook in live for entry in webhook.events}
            self._types = frozenset(type_ for type_ in TYPES if wants(named, type_))
            self._until_s = now_s + FRESH_S
        return self._types


def _listed() -> str:
    """Every type, in a form short enough for a message: `case.opened, quota.low|exhausted`."""
    kinds: dict[str, list[str]] = {}
    for type_ in TYPES:
        family, _, kind = type_.partition(".")
        kinds.setdefault(family, []).append(kind)
    return ", ".join(f"{family}.{'|'.join(names)}" for family, names in kinds.items())

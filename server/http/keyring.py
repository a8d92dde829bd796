"""The keys this process knows, so that pre-checks need no SQL; kept fresh in the background.

A key revoked here ends at once, elsewhere with the next refresh. A key not known yet is looked up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import sha256

from sqlalchemy import or_, select

from server.http.scopes import Caller, parse_grant
from server.records import keys as records
from server.records.engine import Database
from server.records.tables import keys as table

OVERLAP_MS = 60_000
"""How much of the past each refresh reads again: more than clocks of two processes differ."""
UNKNOWN_MS = 2_000
UNKNOWN_MOST = 1_024


class KeyRing:
    """Live keys by the hash of their secret."""

    def __init__(self, database: Database, clock_ms: Callable[[], int]) -> None:
        self._database = database
        self._clock_ms = clock_ms
        self._callers: dict[str, Caller] = {}
        self._unknown: dict[str, int] = {}
        self._ended: set[str] = set()
        self._since_ms = 0

    async def find(self, secret: str) -> Caller | None:
        """Who holds a secret; None where no live key has it. Raises RecordsUnavailable."""
        return await self.find_hashed(hash_of(secret))

    async def find_hashed(self, hashed: str) -> Caller | None:
        """Who holds the secret of that hash; None where no live key has it.

        Raises RecordsUnavailable.
        """
        caller = self._callers.get(hashed)
        if caller is not None or self._unknown.get(hashed, 0) > self._clock_ms():
            return caller
        async with self._database.read() as connection:
            key = await records.find_hashed(connection, hashed)
        if key is None or key.id in self._ended:
            self._note_unknown(hashed)
            return None
        caller = self._callers[hashed] = caller_of(key.id, key.holder, key.scopes)
        return caller

    def known(self, hashed: str) -> Caller | None:
        """Who holds the secret of that hash, as far as this process knows now."""
        return self._callers.get(hashed)

    def forget(self, key_id: str) -> None:
        """Ends a key in this process, also for whoever read of it before and goes on now."""
        self._ended.add(key_id)
        self._callers = {
            hashed: caller for hashed, caller in self._callers.items() if caller.key_id != key_id
        }

    async def refresh(self) -> None:
        """Takes in what was created or revoked since the last time. Raises RecordsUnavailable."""
        now_ms = self._clock_ms()
        recent = or_(table.c.created_ms >= self._since_ms, table.c.revoked_ms >= self._since_ms)
        async with self._database.read() as connection:
            rows = (await connection.execute(select(table).where(recent))).mappings().all()
        for row in rows:
            if row["revoked_ms"] is None and row["id"] not in self._ended:
                caller = caller_of(row["id"], row["holder"], json.loads(row["scopes"]))
                if self._callers.get(row["hash"]) != caller:
                    self._callers[row["hash"]] = caller
            else:
                self._callers.pop(row["hash"], None)
        self._since_ms = now_ms - OVERLAP_MS

    def _note_unknown(self, hashed: str) -> None:
        if len(self._unknown) >= UNKNOWN_MOST:
            self._unknown.clear()
        self._unknown[hashed] = self._clock_ms() + UNKNOWN_MS


def hash_of(secret: str) -> str:
    """As what a secret is kept."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def caller_of(key_id: str, holder: str, scopes: Sequence[str]) -> Caller:
    """The caller that a key on record stands for."""
    return Caller(key_id, holder, tuple(parse_grant(scope) for scope in scopes))

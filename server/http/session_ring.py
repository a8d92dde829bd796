"""The sessions this process knows, so that a page that asks often costs the record next to nothing.

What ended here is over at once, in other processes within `FRESH_MS`. All that are known are looked
up together, so a hundred viewers cost what one does. A record that is away ends nobody's session,
as it ends nobody's key.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from aiohttp import web

from server.http.keyring import KeyRing
from server.http.scopes import Caller
from server.records import sessions as records
from server.records.engine import Database, RecordsUnavailable
from server.records.sessions import Session, hash_of

FRESH_MS = 2_000
KNOWN_MOST = 1_024
"""Sessions known at once; the one met first makes room."""
LOOK_S = 1.0
"""How long whoever asks waits for news of a session that is known anyway."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, and when that ends by itself."""

    caller: Caller
    expires_ms: int


def _running_ms() -> float:
    return monotonic() * 1000


class SessionRing:
    """Live sessions by the hash of their cookie.

    `now_ms` says how long ago the record was looked at: it is never set back, as `clock_ms` may be.
    """

    def __init__(
        self,
        database: Database,
        keys: KeyRing,
        clock_ms: Callable[[], int],
        now_ms: Callable[[], float] = _running_ms,
    ) -> None:
        self._database = database
        self._keys = keys
        self._clock_ms = clock_ms
        self._now_ms = now_ms
        self._known: dict[str, Session] = {}
        self._looked_ms = -math.inf
        self._looking = asyncio.Lock()
        self._ends = 0

    async def find(self, cookie: str) -> SignedIn | None:
        """Who is signed in with a cookie; None where nobody is. Raises RecordsUnavailable."""
        hashed = hash_of(cookie)
        if hashed in self._known:
            await self._freshen()
        session = self._known.get(hashed) or await self._look_up(hashed)
        if session is None or session.expires_ms <= self._clock_ms():
            return None
        caller = await self._keys.find_hashed(session.key_hash)
        return None if caller is None else SignedIn(caller, session.expires_ms)

    async def begin(self, cookie: str, caller: Caller) -> SignedIn:
        """Signs a caller in. Raises RecordsUnavailable."""
        async with self._database.write() as connection:
            now_ms = self._clock_ms()
            expires_ms = await records.begin(connection, cookie, caller.key_id, now_ms)
        return SignedIn(caller, expires_ms)

    async def end(self, cookie: str) -> None:
        """Ends a session, also for whoever reads of it meanwhile. Raises RecordsUnavailable.

        Anybody may ask for that with any cookie: where there is none such, nothing is written.
        """
        hashed = hash_of(cookie)
        async with self._database.read() as connection:
            live = await records.live(connection, [hashed], self._clock_ms())
        if hashed in live:
            async with self._database.write() as connection:
                await records.end(connection, hashed)
            self._ends += 1
        self._known.pop(hashed, None)

    async def _look_up(self, hashed: str) -> Session | None:
        ends = self._ends
        async with self._database.read() as connection:
            found = await records.live(connection, [hashed], self._clock_ms())
        session = found.get(hashed)
        if session is None or ends != self._ends:  # it may be the one that ended meanwhile
            return None if session is None else await self._look_up(hashed)
        while len(self._known) >= KNOWN_MOST:
            del self._known[next(iter(self._known))]
        self._known[hashed] = session
        return session

    async def _freshen(self) -> None:
        """Forgets those that ended elsewhere: one looks, and whoever else asks waits for it."""
        async with self._looking:
            now_ms, known = self._now_ms(), list(self._known)
            if now_ms - self._looked_ms < FRESH_MS:
                return
            self._looked_ms = now_ms
            with suppress(RecordsUnavailable):
                async with self._database.read(LOOK_S) as connection:
                    live = await records.live(connection, known, self._clock_ms())
                for hashed in known:
                    if hashed not in live:
                        self._known.pop(hashed, None)


SESSIONS = web.AppKey("sessions", SessionRing)

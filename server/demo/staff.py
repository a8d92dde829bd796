"""Who looks at the samples: a key for each role, new with each start."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from server.demo.cast import ENTERPRISE
from server.enforcement.changes import Actor
from server.http.keys import new_secret
from server.records import keys
from server.records.engine import Database
from server.records.keys import ApiKey

NOTE = "demo"
PLATFORM, ADMINISTRATOR = "Platform's administrator", "Harbour's administrator"
RUI, MEI, LI, GATEWAY = "Rui", "Mei", "Li Na", "gateway"
SCOPES: Mapping[str, str] = {
    PLATFORM: "admin",
    RUI: "reviewer",
    MEI: "reviewer",
    ADMINISTRATOR: f"enterprise:{ENTERPRISE}",
    LI: f"member:{ENTERPRISE}/li",
    GATEWAY: "gateway",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A key that was just made: its secret is on record nowhere."""

    key_id: str
    secret: str


async def hand_out(database: Database, now_ms: int) -> dict[str, Held]:
    """New keys by their holders; those handed out before end, as nobody can look them up."""
    held = {holder: Held(f"k-{secrets.token_hex(6)}", new_secret()) for holder in SCOPES}
    async with database.write() as connection:
        await keys.alone(connection)
        for known in await keys.listed(connection):
            if known.note == NOTE and known.revoked_ms is None:
                await keys.revoke(connection, known.id, now_ms)
        for holder, key in held.items():
            record = ApiKey(key.key_id, (SCOPES[holder],), NOTE, holder, now_ms)
            await keys.create(connection, record, key.secret)
    return held


def actor_of(held: Mapping[str, Held], holder: str) -> Actor:
    """Whoever decides or asks; those of the other companies have no key that is shown."""
    key = held.get(holder)
    return Actor(holder, f"demo-{holder}" if key is None else key.key_id)

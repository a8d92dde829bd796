"""The first admin key: configured, or made at the first start that gets as far as showing it."""

from __future__ import annotations

from hashlib import sha256

from server.http.keys import new_secret
from server.records import keys
from server.records.engine import Database
from server.records.keys import ApiKey

CONFIGURED = "CONTACT_QUOTA_ADMIN_KEY"
FIRST = "first admin key"


async def take_configured(database: Database, configured: str, now_ms: int) -> None:
    """Makes the configured key valid; one that was configured before ends. Raises RevokedKeyError.

    Calling again changes nothing.
    """
    async with database.write() as connection:
        await keys.alone(connection)
        known = await keys.listed(connection)
        key_id = f"k-{sha256(configured.encode()).hexdigest()[:12]}"
        for key in known:
            if key.note == CONFIGURED and key.id != key_id and key.revoked_ms is None:
                await keys.revoke(connection, key.id, now_ms)
        if await keys.find(connection, configured) is None:
            if any(key.id == key_id for key in known):
                raise RevokedKeyError(
                    f"the key in {CONFIGURED} was revoked: configure another one, or none"
                )
            await keys.create(connection, _record(key_id, CONFIGURED, now_ms), configured)


async def make_first(database: Database, now_ms: int) -> str | None:
    """Makes a key where no admin key was ever made, and returns its secret.

    Nothing shows it again, so it is called by whoever is about to show it.
    """
    async with database.write() as connection:
        await keys.alone(connection)
        if any("admin" in key.scopes for key in await keys.listed(connection)):
            return None
        secret = new_secret()
        await keys.create(connection, _record("k-first", FIRST, now_ms), secret)
        return secret


class RevokedKeyError(Exception):
    """The configured admin key was valid once and then revoked."""


def _record(key_id: str, note: str, now_ms: int) -> ApiKey:
    return ApiKey(key_id, ("admin",), note, key_id, now_ms)

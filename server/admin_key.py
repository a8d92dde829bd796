"""The first admin key: configured, or made at the first start."""

from __future__ import annotations

from hashlib import sha256

from server.http.keys import new_secret
from server.records import keys
from server.records.engine import Database
from server.records.keys import ApiKey

CONFIGURED = "CONTACT_QUOTA_ADMIN_KEY"
FIRST = "first admin key"


async def provide_admin_key(database: Database, configured: str | None, now_ms: int) -> str | None:
    """Makes the configured key valid, or makes one where no admin key was ever made.

    Returns the secret only where it was made here. A configured key that was changed ends the one
    configured before.
    """
    async with database.write() as connection:
        known = await keys.listed(connection)
        if configured is None:
            if any("admin" in key.scopes for key in known):
                return None
            secret = new_secret()
            await keys.create(connection, _record("k-first", FIRST, now_ms), secret)
            return secret
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
        return None


class RevokedKeyError(Exception):
    """The configured admin key was valid once and then revoked."""


def _record(key_id: str, note: str, now_ms: int) -> ApiKey:
    return ApiKey(key_id, ("admin",), note, key_id, now_ms)

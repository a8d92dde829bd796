"""What a database remembers about its installation: its id, its shards, its contact keys."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import settings
from server.records.writing import insert_new, upsert

DEFAULT_SHARDS = 16
_KEY_CHECK = "contact_key_check:"


class SettingsConflict(Exception):  # noqa: N818  two sides disagree, neither is wrong
    """The process is configured otherwise than the database it was given was first used with."""


async def get(connection: AsyncConnection, name: str) -> str | None:
    """A setting's value, None where it was never set."""
    row = await connection.execute(select(settings.c.value).where(settings.c.name == name))
    return row.scalar_one_or_none()


async def put(connection: AsyncConnection, name: str, value: str) -> None:
    """Sets a value."""
    await upsert(connection, settings, [{"name": name, "value": value}])


async def _fixed(connection: AsyncConnection, name: str, value: str) -> str:
    await insert_new(connection, settings, [{"name": name, "value": value}])
    kept = await get(connection, name)
    return kept if kept is not None else value


async def install_id(connection: AsyncConnection) -> str:
    """The installation's random id, made at its first start."""
    return await _fixed(connection, "install_id", uuid4().hex)


async def fixed_shards(connection: AsyncConnection, asked: int | None) -> int:
    """The number of shards, fixed at the first start (default 16).

    Raises `SettingsConflict` where another number is asked for later.
    """
    kept = int(await _fixed(connection, "shards", str(asked or DEFAULT_SHARDS)))
    if asked is not None and asked != kept:
        raise SettingsConflict(
            f"this database was set up with {kept} shards, not {asked}: the number is fixed at the "
            f"first start, because it decides which shard an enterprise's data are in; start with "
            f"--shards {kept} or without the option"
        )
    return kept


async def check_contact_keys(connection: AsyncConnection, checks: Mapping[str, str]) -> None:
    """Compares the contact keys' check values (by key id) with those seen before; keeps new ones.

    Raises `SettingsConflict` where a key id stands for another secret than before, or where none
    of the configured keys is known to a database that has some.
    """
    rows = await connection.execute(
        select(settings.c.name, settings.c.value).where(settings.c.name.startswith(_KEY_CHECK))
    )
    known = {name.removeprefix(_KEY_CHECK): value for name, value in rows}
    changed = [key for key, check in checks.items() if known.get(key, check) != check]
    if changed:
        raise SettingsConflict(
            f"contact key {changed[0]!r} is not the key this database was used with: contacts "
            f"would no longer be recognised; restore that key, or add the new one under a new id"
        )
    if known and not known.keys() & checks.keys():
        raise SettingsConflict(
            f"this database knows contacts by the key(s) {', '.join(sorted(known))}, none of which "
            f"is configured: keep the old key in the list behind the new one"
        )
    for key, check in checks.items():
        await put(connection, _KEY_CHECK + key, check)

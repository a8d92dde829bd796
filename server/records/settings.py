"""What a database remembers about its installation: its id, its shards, its keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records.tables import settings
from server.records.writing import insert_new, upsert

DEFAULT_SHARDS = 16


@dataclass(frozen=True, slots=True)
class _Use:
    """What keys are for, in the words of a refusal."""

    name: str
    what: str
    without_it: str


_CONTACT_KEYS = _Use("contact", "contacts", "contacts would no longer be recognised")
_DOCUMENT_KEYS = _Use("document", "documents", "documents and secrets could no longer be opened")


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
    await _check_keys(connection, _CONTACT_KEYS, checks)


async def check_document_keys(connection: AsyncConnection, checks: Mapping[str, str]) -> None:
    """The same for the keys that documents and secrets are sealed with. Raises the same."""
    await _check_keys(connection, _DOCUMENT_KEYS, checks)


async def _check_keys(connection: AsyncConnection, use: _Use, checks: Mapping[str, str]) -> None:
    prefix = f"{use.name}_key_check:"
    rows = await connection.execute(
        select(settings.c.name, settings.c.value).where(settings.c.name.startswith(prefix))
    )
    known = {name.removeprefix(prefix): value for name, value in rows}
    changed = [key for key, check in checks.items() if known.get(key, check) != check]
    if changed:
        raise SettingsConflict(
            f"{use.name} key {changed[0]!r} is not the key this database was used with: "
            f"{use.without_it}; restore that key, or add the new one under a new id"
        )
    if known and not known.keys() & checks.keys():
        raise SettingsConflict(
            f"this database knows {use.what} by the key(s) {', '.join(sorted(known))}, none of "
            f"which is configured: keep the old key in the list behind the new one"
        )
    for key, check in checks.items():
        await put(connection, prefix + key, check)

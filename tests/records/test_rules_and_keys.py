"""Settings, policies, keys and flags."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from server.admin_key import make_first, take_configured
from server.records import flags, keys, policies, settings
from server.records.engine import Database
from server.records.flags import FlagFilter, FlagRecord
from server.records.keys import ApiKey
from server.records.settings import SettingsConflict


async def test_an_installation_keeps_its_id_and_its_shards(database: Database) -> None:
    async with database.write() as connection:
        first = await settings.install_id(connection)
        assert await settings.install_id(connection) == first
        assert await settings.fixed_shards(connection, 4) == 4
        assert await settings.fixed_shards(connection, None) == 4
        with pytest.raises(SettingsConflict, match="set up with 4 shards, not 8"):
            await settings.fixed_shards(connection, 8)


async def test_contact_keys_may_be_added_but_not_exchanged(database: Database) -> None:
    async with database.write() as connection:
        await settings.check_contact_keys(connection, {"k1": "aa"})
        await settings.check_contact_keys(connection, {"k2": "bb", "k1": "aa"})
        with pytest.raises(SettingsConflict, match="'k1' is not the key"):
            await settings.check_contact_keys(connection, {"k1": "cc"})
        with pytest.raises(SettingsConflict, match="k1, k2"):
            await settings.check_contact_keys(connection, {"k3": "dd"})


async def test_keys_of_documents_are_not_those_of_contacts(database: Database) -> None:
    async with database.write() as connection:
        await settings.check_contact_keys(connection, {"k1": "aa"})
        await settings.check_document_keys(connection, {"k1": "bb"})
        with pytest.raises(SettingsConflict, match="document key 'k1' is not the key"):
            await settings.check_document_keys(connection, {"k1": "aa"})


async def test_policies_are_numbered_and_the_newest_activated_is_in_force(
    database: Database,
) -> None:
    async with database.write() as connection:
        assert await policies.active(connection) is None
        assert await policies.add(connection, "{}", "a", 1) == 1
        assert await policies.add(connection, "{}", "b", 2) == 2
        await policies.activate(connection, 1, 3)
        await policies.activate(connection, 1, 9)
        found = await policies.active(connection)
        assert found is not None
        assert (found.version, found.activated_ms) == (1, 3)
        await policies.activate(connection, 2, 4)
        assert [p.version for p in await policies.versions(connection)] == [2, 1]
        assert await policies.get(connection, 3) is None


async def test_policies_that_are_added_at_once_get_numbers_of_their_own(
    database: Database,
) -> None:
    async def add() -> int:
        async with database.write() as connection:
            return await policies.add(connection, "{}", "a", 1)

    assert sorted(await asyncio.gather(*(add() for _ in range(6)))) == [1, 2, 3, 4, 5, 6]


async def test_processes_that_start_at_once_make_one_key(database: Database) -> None:
    made = await asyncio.gather(*(make_first(database, 1) for _ in range(6)))
    assert len([secret for secret in made if secret is not None]) == 1
    configured = "a-key-that-is-configured"
    await asyncio.gather(*(take_configured(database, configured, 2) for _ in range(6)))
    async with database.read() as connection:
        assert len(await keys.listed(connection)) == 2


async def test_a_key_is_found_by_its_secret_until_it_is_revoked(database: Database) -> None:
    record = ApiKey("k", ("gateway",), "note", "holder", 1)
    async with database.write() as connection:
        await keys.create(connection, record, "secret")
        assert await keys.find(connection, "secret") == record
        assert await keys.find(connection, "k") is None
        assert await keys.revoke(connection, "k", 5)
        assert not await keys.revoke(connection, "k", 6)
        assert await keys.find(connection, "secret") is None
        assert await keys.listed(connection) == [replace(record, revoked_ms=5)]
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await keys.create(connection, record, "another")


def _flag(n: int, **more: object) -> FlagRecord:
    flag = FlagRecord(
        f"0-{n}-p", 0, n, n // 2, "acme", "li", "p", "review", 1.5, 1.0, 3, "[]", 1, "[]"
    )
    return replace(flag, **more)  # type: ignore[arg-type]


async def test_flags_are_kept_once_and_listed_newest_first(database: Database) -> None:
    async with database.write() as connection:
        await flags.append(connection, [_flag(n) for n in range(5)])
        await flags.append(connection, [_flag(4, mode="enforce"), _flag(9, member_id=None)])
        every = await flags.listed(connection, FlagFilter())
        assert [f.seq for f in every] == [9, 4, 3, 2, 1, 0]
        assert every[1].mode == "review"
        assert await flags.listed(connection, FlagFilter(member_id="li", since_ms=2)) == [_flag(4)]
        page = await flags.listed(connection, FlagFilter(limit=2, cursor="0-4-p"))
        assert [f.seq for f in page] == [3, 2]
        assert await flags.listed(connection, FlagFilter(cursor="none")) == []
        assert await flags.listed(connection, FlagFilter(pattern="q")) == []

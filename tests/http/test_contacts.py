"""Keyed hashes of contacts: stable, rotatable, and never anybody else's."""

from pathlib import Path

import pytest

from server.contacts import (
    KEY_FILE,
    ContactHasher,
    NumberError,
    is_contact,
    load_hasher,
)
from server.records.settings import SettingsConflict
from server.secret_keys import SecretKeyError, read_keys
from tests.http.service import serving

OLD, NEW = "old:" + "11" * 32, "new:" + "22" * 32


def test_a_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    first = load_hasher(None, tmp_path).contact("wm-77")
    assert load_hasher(None, tmp_path).contact("wm-77") == first
    assert is_contact(first)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0


def test_an_older_key_still_recognises_its_contacts() -> None:
    before, after = ContactHasher(read_keys(OLD)), ContactHasher(read_keys(f"{NEW},{OLD}"))
    assert after.contact("wm-77") != before.contact("wm-77")
    assert after.aliases("wm-77") == (before.contact("wm-77"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "old",
        "old:11",
        "old:zz",
        f"{OLD},{OLD}",
        "a b:" + "11" * 32,
        "11" * 32,
        "11" * 32 + ":old",
    ],
)
def test_keys_that_cannot_be_are_told_without_their_secret(text: str) -> None:
    with pytest.raises(SecretKeyError) as told:
        ContactHasher(read_keys(text))
    assert "11" * 32 not in str(told.value)


def test_a_number_is_its_block_and_its_tail() -> None:
    hasher = ContactHasher(read_keys(OLD))
    first, next_door = hasher.number("+8613800004321"), hasher.number("+86 138 0000 4322")
    other = hasher.number("+8613800014321")
    assert first is not None
    assert next_door is not None
    assert other is not None
    assert (first.block, first.tail) == (next_door.block, "4321")
    assert other.block != first.block
    with pytest.raises(NumberError):
        hasher.number("13800004321")


def test_a_number_of_a_declared_block_is_not_kept() -> None:
    hasher = ContactHasher(read_keys(OLD))
    assert hasher.number("+8613800004321", {"+861380000"}) is None
    assert hasher.number("+8613800014321", {"+861380000"}) is not None


def test_greetings_are_equal_whatever_their_spacing() -> None:
    hasher = ContactHasher(read_keys(OLD))
    assert hasher.greeting("Hello  You") == hasher.greeting(" hello you ")
    assert hasher.greeting("  ") is None


async def test_a_service_knows_its_contacts_after_a_rotation(tmp_path: Path) -> None:
    async with serving(tmp_path, contact_keys=OLD) as service:
        await service.precheck("wm-77")
    async with serving(tmp_path, contact_keys=f"{NEW},{OLD}") as service:
        assert (await service.precheck("wm-78"))["allowed"]
    with pytest.raises(SettingsConflict):
        async with serving(tmp_path, contact_keys="else:" + "33" * 32):
            pass

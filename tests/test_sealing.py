"""What is sealed opens with its key and for its use only, before and after a rotation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.records.settings import SettingsConflict
from server.sealing import KEY_FILE, SealBroken, Sealer, load_sealer
from server.secret_keys import Ring, SecretKeyError, read_keys
from tests.http.process import refused
from tests.http.service import serving

OLD, NEW = "old:" + "11" * 32, "new:" + "22" * 32
CLEAR = b"%PDF-1.7 a business licence"
CONTEXT = "document/d-1/a-1"


def sealer(keys: str) -> Sealer:
    return Sealer(Ring(read_keys(keys)))


@given(data=st.binary(max_size=300), context=st.text(st.characters(codec="utf-8"), max_size=80))
def test_whatever_is_sealed_opens_again(data: bytes, context: str) -> None:
    one = sealer(OLD)
    sealed = one.seal(data, context)
    assert one.open(sealed, context) == data
    assert len(sealed) == len(b"\x01\x03old") + 12 + len(data) + 16


def test_a_seal_shows_nothing_and_is_never_the_same_twice() -> None:
    one = sealer(OLD)
    first, second = one.seal(CLEAR, CONTEXT), one.seal(CLEAR, CONTEXT)
    assert first != second
    assert CLEAR[:8] not in first


def test_a_seal_opens_for_its_own_context_only() -> None:
    one = sealer(OLD)
    with pytest.raises(SealBroken):
        one.open(one.seal(CLEAR, CONTEXT), "document/d-1/a-2")


def test_a_changed_byte_breaks_the_seal_wherever_it_stands() -> None:
    one = sealer(OLD)
    sealed = one.seal(CLEAR, CONTEXT)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealBroken):
            one.open(changed, CONTEXT)


def test_a_seal_that_was_cut_short_or_lengthened_is_broken() -> None:
    one = sealer(OLD)
    sealed = one.seal(CLEAR, CONTEXT)
    for other in (*(sealed[:end] for end in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(SealBroken):
            one.open(other, CONTEXT)


@given(data=st.binary(max_size=80))
def test_bytes_that_are_no_seal_are_refused(data: bytes) -> None:
    for text in (data, b"\x01" + data, b"\x01\x03old" + data):
        with pytest.raises(SealBroken):
            sealer(OLD).open(text, CONTEXT)


def test_the_newest_key_seals_and_older_ones_still_open() -> None:
    before, both, after = sealer(OLD), sealer(f"{NEW},{OLD}"), sealer(NEW)
    assert both.open(before.seal(CLEAR, CONTEXT), CONTEXT) == CLEAR
    assert after.open(both.seal(CLEAR, CONTEXT), CONTEXT) == CLEAR
    with pytest.raises(SealBroken, match="'old'"):
        after.open(before.seal(CLEAR, CONTEXT), CONTEXT)


def test_another_secret_under_the_same_id_does_not_open() -> None:
    with pytest.raises(SealBroken):
        sealer("old:" + "33" * 32).open(sealer(OLD).seal(CLEAR, CONTEXT), CONTEXT)


def test_a_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    sealed = load_sealer(None, tmp_path).seal(CLEAR, CONTEXT)
    assert load_sealer(None, tmp_path).open(sealed, CONTEXT) == CLEAR
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


def test_a_configured_key_leaves_no_file(tmp_path: Path) -> None:
    assert load_sealer(OLD, tmp_path).checks.keys() == {"old"}
    assert list(tmp_path.iterdir()) == []


def test_keys_that_cannot_be_are_named_without_their_secret(tmp_path: Path) -> None:
    for text in ("old", "old:11", "old:zz", f"{OLD},{OLD}", "11" * 32, ","):
        with pytest.raises(SecretKeyError, match="CONTACT_QUOTA_DOCUMENT_KEYS") as told:
            load_sealer(text, tmp_path)
        assert "11" * 32 not in str(told.value)


async def test_a_service_does_not_start_with_a_key_that_opens_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, document_keys=OLD):
        pass
    async with serving(tmp_path, document_keys=f"{NEW},{OLD}"):
        pass
    with pytest.raises(SettingsConflict, match="knows documents by the key"):
        async with serving(tmp_path, document_keys="else:" + "33" * 32):
            pass
    with pytest.raises(SettingsConflict, match="document key 'old' is not the key"):
        async with serving(tmp_path, document_keys="old:" + "33" * 32):
            pass


async def test_a_key_file_that_was_lost_is_missed_at_the_start(tmp_path: Path) -> None:
    async with serving(tmp_path):
        pass
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(SettingsConflict, match="document key 'k1' is not the key"):
        async with serving(tmp_path):
            pass


def test_a_key_that_cannot_be_read_ends_the_start_in_words(tmp_path: Path) -> None:
    where = ("--data", str(tmp_path), "--port", "0")
    code, message = refused(*where, CONTACT_QUOTA_DOCUMENT_KEYS="k1:zz")
    assert code == 1
    assert "CONTACT_QUOTA_DOCUMENT_KEYS: the secret of key 'k1' is not hexadecimal" in message
    assert "Traceback" not in message

"""Keyed hashes of contacts, phone numbers and greetings: the raw values stop here (DOMAIN §7).

A hash is `<kind>.<key id>.<22 characters>`: HMAC-SHA-256 cut to 128 bits, in base64url, with kind
`h` for a contact, `n` for the block of a number and `g` for a greeting.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import phonenumbers

KEY_FILE = "contact-keys"
CONFIGURED = "CONTACT_QUOTA_CONTACT_KEYS"
FORM = "a key is id:64 hexadecimal digits; several, newest first, are separated by commas"
SECRET_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_CONTACT = re.compile(r"h\.[A-Za-z0-9_-]{1,16}\.[A-Za-z0-9_-]{22}")
_TAIL_DIGITS = 4


class ContactKeyError(ValueError):
    """The contact keys given cannot be read; the message never contains a secret."""


class NumberError(ValueError):
    """The text is no phone number in E.164 form (`+` and the country code first)."""


@dataclass(frozen=True, slots=True)
class ContactKey:
    """One secret of 32 bytes under an id of 1–16 characters `A–Z a–z 0–9 _ -`."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _KEY_ID.fullmatch(self.id):
            raise ContactKeyError("the id of a key must be 1–16 of A–Z a–z 0–9 _ -")
        if len(self.secret) != SECRET_BYTES:
            raise ContactKeyError(f"key {self.id!r} is not {SECRET_BYTES} bytes long")

    @property
    def check(self) -> str:
        """What tells this secret from another one without giving it away."""
        return hmac.digest(self.secret, b"check", "sha256")[:8].hex()


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as it is kept: the hash of all but its last four digits, and those."""

    block: str
    tail: str


class ContactHasher:
    """Hashes under the newest key of a ring; older keys still recognise what they hashed."""

    def __init__(self, keys: Sequence[ContactKey]) -> None:
        if not keys:
            raise ContactKeyError("at least one contact key is needed")
        if len({key.id for key in keys}) != len(keys):
            raise ContactKeyError("two contact keys have the same id")
        self._keys = tuple(keys)

    @property
    def checks(self) -> dict[str, str]:
        """Check value by key id, to be compared with what the database was used with."""
        return {key.id: key.check for key in self._keys}

    def contact(self, target_id: str) -> str:
        """The contact's hash under the newest key."""
        return _hash("h", self._keys[0], target_id)

    def aliases(self, target_id: str) -> tuple[str, ...]:
        """The contact's hashes under the older keys, newest of them first."""
        return tuple(_hash("h", key, target_id) for key in self._keys[1:])

    def replayed(self, target_id: str) -> str:
        """A contact out of a file: an exported hash stays as it is, an id is hashed."""
        return target_id if is_contact(target_id) else self.contact(target_id)

    def number(self, phone: str, exempt: Collection[str] = ()) -> PhoneNumber | None:
        """A phone number in E.164 form; None for one of an exempt block. Raises `NumberError`.

        `exempt` has numbers without their last four digits: declared corporate blocks, whose
        neighbours say nothing (DOMAIN §5).
        """
        digits = check_number(phone)
        head, tail = digits[:-_TAIL_DIGITS], digits[-_TAIL_DIGITS:]
        return None if head in exempt else PhoneNumber(_hash("n", self._keys[0], head), tail)

    def greeting(self, text: str) -> str | None:
        """A greeting's hash, whatever its case, width and spacing; None for a blank one."""
        plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        return _hash("g", self._keys[0], plain) if plain else None


def check_number(phone: str) -> str:
    """A phone number in E.164 form, without spaces and signs. Raises `NumberError`."""
    try:
        parsed = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException as error:
        raise NumberError("not a phone number in E.164 form, such as +8613800000000") from error
    if not phonenumbers.is_possible_number(parsed):
        raise NumberError("no number of that country has this many digits")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_contact(text: str) -> bool:
    """Whether a text has the form of a contact's hash."""
    return _CONTACT.fullmatch(text) is not None


def read_keys(text: str) -> list[ContactKey]:
    """Keys from `id:64 hex digits`, separated by commas, newest first. Raises `ContactKeyError`."""
    keys: list[ContactKey] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        key_id, colon, digits = item.partition(":")
        if not (colon and _KEY_ID.fullmatch(key_id)):
            # What stands there may be the secret.
            raise ContactKeyError(f"key {len(keys) + 1} does not begin with its id and a colon")
        try:
            secret = bytes.fromhex(digits)
        except ValueError as error:
            raise ContactKeyError(f"the secret of key {key_id!r} is not hexadecimal") from error
        keys.append(ContactKey(key_id, secret))
    return keys


def load_hasher(configured: str | None, data_dir: Path) -> ContactHasher:
    """The keys configured, else those in the data directory, made there at the first start."""
    if configured:
        return _hasher(configured, CONFIGURED)
    path = data_dir / KEY_FILE
    if not path.exists():
        _create(path)
    return _hasher(path.read_text(encoding="utf-8", errors="replace").strip(), str(path))


def _hasher(text: str, where: str) -> ContactHasher:
    try:
        return ContactHasher(read_keys(text))
    except ContactKeyError as error:
        raise ContactKeyError(f"{where}: {error}; {FORM}") from error


def _create(path: Path) -> None:
    """Writes a new key where no file is; two processes that start together end with one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"k1:{secrets.token_hex(SECRET_BYTES)}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _hash(kind: str, key: ContactKey, text: str) -> str:
    digest = hmac.digest(key.secret, f"{kind}\0{text}".encode(), "sha256")[:16]
    return f"{kind}.{key.id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"

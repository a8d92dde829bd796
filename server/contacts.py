"""Keyed hashes of contacts, phone numbers and greetings: the raw values stop here (DOMAIN §7).

A hash is `<kind>.<key id>.<22 characters>`: HMAC-SHA-256 cut to 128 bits, in base64url, with kind
`h` for a contact, `n` for the block of a number and `g` for a greeting.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import phonenumbers

from server.secret_keys import Ring, SecretKey, load_ring

KEY_FILE = "contact-keys"
CONFIGURED = "CONTACT_QUOTA_CONTACT_KEYS"
_CONTACT = re.compile(r"h\.[A-Za-z0-9_-]{1,16}\.[A-Za-z0-9_-]{22}")
_TAIL_DIGITS = 4


class NumberError(ValueError):
    """The text is no phone number in E.164 form (`+` and the country code first)."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as it is kept: the hash of all but its last four digits, and those."""

    block: str
    tail: str


class ContactHasher:
    """Hashes under the newest key of a ring; older keys still recognise what they hashed."""

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        ring = Ring(keys)
        self._newest, *self._older = [_Hashing(key) for key in ring.keys]
        self.checks = ring.checks

    def contact(self, target_id: str) -> str:
        """The contact's hash under the newest key."""
        return self._newest("h", target_id)

    def aliases(self, target_id: str) -> tuple[str, ...]:
        """The contact's hashes under the older keys, newest of them first."""
        return tuple([older("h", target_id) for older in self._older])

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
        return None if head in exempt else PhoneNumber(self._newest("n", head), tail)

    def greeting(self, text: str) -> str | None:
        """A greeting's hash, whatever its case, width and spacing; None for a blank one."""
        plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        return self._newest("g", plain) if plain else None


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


def load_hasher(configured: str | None, data_dir: Path) -> ContactHasher:
    """The keys configured, else those in the data directory, made there at the first start.

    Raises `SecretKeyError`, OSError.
    """
    return ContactHasher(load_ring(configured, CONFIGURED, data_dir / KEY_FILE).keys)


class _Hashing:
    """HMAC-SHA-256 under one key: begun once, copied for each text in a third of the time."""

    def __init__(self, key: SecretKey) -> None:
        self._key_id = key.id
        self._begun = hmac.new(key.secret, digestmod="sha256")

    def __call__(self, kind: str, text: str) -> str:
        hashing = self._begun.copy()
        hashing.update(f"{kind}\0{text}".encode())
        digest = urlsafe_b64encode(hashing.digest()[:16])
        return f"{kind}.{self._key_id}.{digest[:22].decode()}"

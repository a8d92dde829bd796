"""Sealing what must not lie readable in the record: documents of appeals, secrets of webhooks.

A seal is AES-256-GCM (NIST SP 800-38D): `1`, the length and the characters of the key's id, a
random nonce of 12 bytes, then the sealed text with its tag of 16 bytes. The head before the nonce
and the context (what the content is, and whose) are authenticated with it: a sealed text that is
put into another row does not open.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.secret_keys import Ring, load_ring

KEY_FILE = "document-keys"
CONFIGURED = "CONTACT_QUOTA_DOCUMENT_KEYS"
_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealBroken(Exception):  # noqa: N818  a state of what was read, no fault of a caller
    """It was sealed with a key not known here, for another context, or was changed since."""


class Sealer:
    """Seals with the newest key of a ring; every key of it opens what it sealed."""

    def __init__(self, ring: Ring) -> None:
        self.checks = ring.checks
        self._newest = ring.keys[0].id
        self._ciphers = {key.id: AESGCM(key.secret) for key in ring.keys}

    def seal(self, data: bytes, context: str) -> bytes:
        """`data`, readable only with the key, and only for the same context."""
        head = _head(self._newest)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return (
            head + nonce + self._ciphers[self._newest].encrypt(nonce, data, _bound(head, context))
        )

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed for that context. Raises `SealBroken`."""
        key_id = _key_id(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken(f"sealed with key {key_id!r}, which is not among {CONFIGURED}")
        head = _head(key_id)
        begin = len(head) + _NONCE_BYTES
        nonce, rest = sealed[len(head) : begin], sealed[begin:]
        try:
            return cipher.decrypt(nonce, rest, _bound(head, context))
        except (InvalidTag, ValueError) as error:
            raise SealBroken("it is not what was sealed, or was sealed for another use") from error


def load_sealer(configured: str | None, data_dir: Path) -> Sealer:
    """The keys configured, else those in the data directory, made there at the first start.

    Raises `SecretKeyError`, OSError.
    """
    return Sealer(load_ring(configured, CONFIGURED, data_dir / KEY_FILE))


def _head(key_id: str) -> bytes:
    return _VERSION + bytes([len(key_id)]) + key_id.encode("ascii")


def _key_id(sealed: bytes) -> str:
    if sealed[:1] != _VERSION or len(sealed) < 2:
        raise SealBroken("it is no seal of this release")
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace")


def _bound(head: bytes, context: str) -> bytes:
    return head + context.encode()

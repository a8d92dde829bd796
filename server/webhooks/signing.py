"""Signatures of deliveries, and the secrets they are made with."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode

from server.sealing import SealBroken, Sealer

VERSION = "v1"


def signature(secret: bytes, timestamp_s: int, body: bytes) -> str:
    """`v1=` and the hexadecimal HMAC-SHA-256 of `<timestamp>.<body>`.

    The timestamp (epoch seconds) is signed so that a receiver can refuse what was recorded.
    """
    signed = b"%d.%s" % (timestamp_s, body)
    return f"{VERSION}={hmac.digest(secret, signed, 'sha256').hex()}"


def sealed(sealer: Sealer, webhook_id: str, secret: str) -> str:
    """A webhook's secret as it is kept, in base64."""
    return b64encode(sealer.seal(secret.encode(), _context(webhook_id))).decode()


def opened(sealer: Sealer, webhook_id: str, kept: str) -> bytes:
    """The secret that is kept. Raises `SealBroken`."""
    try:
        raw = b64decode(kept, validate=True)
    except ValueError as error:
        raise SealBroken("it is no seal of this release") from error
    return sealer.open(raw, _context(webhook_id))


def _context(webhook_id: str) -> str:
    return f"webhook:{webhook_id}"

"""Cursors for those who must not read them: a place counts what they never see.

The text is sealed and as long as every other one, so that neither what it says nor its length
tells how much happened between two places.
"""

from __future__ import annotations

import base64

from server.records.cursors import CursorError
from server.sealing import SealBroken, Sealer

BLOCK = 160
"""Characters that a cursor is filled up to; more than any of ours has."""


def sealed(cursor: str, sealer: Sealer, context: str) -> str:
    """A cursor that only this service reads, and only for the same context."""
    length = -(-len(cursor) // BLOCK) * BLOCK
    secret = sealer.seal(cursor.ljust(length).encode(), context)
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def opened(text: str, sealer: Sealer, context: str) -> str:
    """The cursor that was sealed for that context. Raises `CursorError`."""
    try:
        secret = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return sealer.open(secret, context).decode().rstrip()
    except (SealBroken, ValueError) as error:
        raise CursorError from error

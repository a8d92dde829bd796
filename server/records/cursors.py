"""Cursors: where a page ended, as text that its list reads again."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

LARGEST = (1 << 63) - 1
"""Of the columns that hold whole numbers, at the most."""


class CursorError(ValueError):
    """A cursor that no list of ours handed out."""

    def __init__(self) -> None:
        super().__init__("the cursor is none of this list")


def written(place: Sequence[str | float | None]) -> str:
    """The cursor of a place: what stands last on a page, in the order of the list."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read(cursor: str, parts: int) -> list[Any]:
    """The `parts` of a place. Raises `CursorError`; whether they fit the list is the caller's."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise CursorError from error
    if not isinstance(place, list) or len(place) != parts:
        raise CursorError
    return place


def is_id(value: object) -> bool:
    """Whether an id may be so: PostgreSQL refuses to compare with what it cannot hold."""
    if not isinstance(value, str) or "\0" in value:
        return False
    return value.encode(errors="ignore").decode() == value


def is_whole(value: object) -> bool:
    """Whether it is a whole number that a column of ours can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST

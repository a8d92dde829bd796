"""Long work in stretches: other tasks of the process, pre-checks among them, come between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
STRETCH = 100
"""Values made at a stretch: each takes some 10 µs, so that nothing waits longer than a fold's."""


async def in_stretches(made: Iterable[T], size: int = STRETCH) -> list[T]:
    """All that an iterator makes as it is asked; others have a turn after every `size` values."""
    found: list[T] = []
    source = iter(made)
    while stretch := list(islice(source, size)):
        found += stretch
        await asyncio.sleep(0)
    return found

"""Long work in stretches: other tasks of the process, pre-checks among them, come between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
STRETCH = 100
"""Values made at a stretch, some 10 µs each."""
LATER_MS, LONGEST = 250, 8


def lengthened(waited_ms: int) -> int:
    """How many times as long stretches are, 1 to `LONGEST`, when an event has waited so long.

    Pre-checks come first while the fold is near. Where it falls behind it takes its share of a busy
    process: so much longer with each quarter of a second that it cannot fall behind for good.
    """
    return min(1 + max(0, waited_ms) // LATER_MS, LONGEST)


async def in_stretches(made: Iterable[T], times: int = 1) -> list[T]:
    """All that an iterator makes as it is asked; others have a turn after `times` `STRETCH`."""
    found: list[T] = []
    size = times * STRETCH
    source = iter(made)
    while stretch := list(islice(source, size)):
        found += stretch
        await asyncio.sleep(0)
    return found

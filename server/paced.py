"""Answers that cost too much to be found anew for everybody who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar

T = TypeVar("T")

RESTS = 20
"""However long it took to find an answer, nobody looks again for so many times as long: that is 5 %
of the time, whatever there is to look through and however many ask."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """An answer, when it was found (seconds of `perf_counter`), and how long that took."""

    value: T
    at_s: float
    took_s: float

    def is_due(self, least_s: float, rests: int = RESTS) -> bool:
        """Whether it is `least_s` old and its rest is over."""
        return perf_counter() >= self.at_s + max(least_s, rests * self.took_s)


class Paced(Generic[T]):
    """What `look` finds, remembered while it is not due; several that ask wait for one look."""

    def __init__(self, look: Callable[[], Awaitable[T]], rests: int = RESTS) -> None:
        self._look = look
        self._rests = rests
        self._looking = asyncio.Lock()
        self.found: Found[T] | None = None

    async def get(self, least_s: float = 0.0) -> T:
        """What was found last, or is now. Raises what `look` does, which is not remembered."""
        async with self._looking:
            if self.found is None or self.found.is_due(least_s, self._rests):
                began = perf_counter()
                value = await self._look()
                ended = perf_counter()
                self.found = Found(value, ended, ended - began)
            return self.found.value

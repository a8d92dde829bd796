"""What is dear to find is looked for once for all who ask, and then rests."""

import asyncio

import pytest

from server import paced
from server.paced import Paced


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(paced, "perf_counter", clock)
    return clock


async def test_nobody_looks_again_before_twenty_times_what_it_took(seconds: Clock) -> None:
    looks = 0

    async def look() -> int:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        seconds.now_s += 0.1
        return looks

    found = Paced(look)
    assert await asyncio.gather(*(found.get() for _ in range(5))) == [1] * 5
    seconds.now_s += 1.9
    assert await found.get() == 1
    seconds.now_s += 0.2
    assert await found.get(least_s=60) == 1
    assert await found.get() == 2


async def test_a_failure_is_not_remembered(seconds: Clock) -> None:
    answers: list[int | Exception] = [ValueError("away"), 7]

    async def look() -> int:
        seconds.now_s += 1
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    found = Paced(look)
    with pytest.raises(ValueError, match="away"):
        await found.get()
    assert await found.get() == 7

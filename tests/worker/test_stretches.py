"""Long work in stretches: others have their turn, more seldom where events have waited."""

import asyncio

from server.worker.stretches import LATER_MS, LONGEST, STRETCH, in_stretches, lengthened


async def _turns_of_another(values: int, times: int) -> int:
    """How often another task had its turn while so many values were made."""
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(another())
    assert await in_stretches(iter(range(values)), times) == list(range(values))
    task.cancel()
    return turns


async def test_others_have_a_turn_after_every_stretch() -> None:
    assert await _turns_of_another(10 * STRETCH, 1) == 10
    assert await _turns_of_another(10 * STRETCH, 5) == 2


def test_stretches_grow_with_how_long_an_event_has_waited_and_no_further() -> None:
    assert [lengthened(ms) for ms in (-5, 0, LATER_MS - 1, LATER_MS)] == [1, 1, 1, 2]
    assert lengthened(10**9) == LONGEST

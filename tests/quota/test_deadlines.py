"""A store has its time; what the process itself stood still is not taken from that."""

import asyncio
import time

import pytest

from quota.deadlines import LATE_S, deadline


async def _calls() -> None:
    """Two calls, one after the other, each answered soon."""
    for _ in range(2):
        await asyncio.sleep(LATE_S / 10)


async def test_what_the_machine_stood_still_is_given_back() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, LATE_S * 5)
    async with deadline(LATE_S * 2, grace_s=LATE_S * 2):
        await _calls()


async def test_without_grace_only_a_reply_that_waits_is_read() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, LATE_S * 5)
    with pytest.raises(TimeoutError):
        async with deadline(LATE_S * 2):
            await _calls()


@pytest.mark.parametrize("grace_s", [0.0, 0.05])
async def test_what_hangs_is_given_up(grace_s: float) -> None:
    with pytest.raises(TimeoutError):
        async with deadline(0.05, grace_s=grace_s):
            await asyncio.Event().wait()


async def test_what_hangs_is_given_up_though_the_machine_stood_still() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, LATE_S * 5)
    with pytest.raises(TimeoutError):
        async with deadline(LATE_S, grace_s=LATE_S):
            await asyncio.Event().wait()


async def test_none_is_no_deadline() -> None:
    async with deadline(None):
        await _calls()

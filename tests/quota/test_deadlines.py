"""A store has its time; what the process itself stood still is not taken from that."""

import asyncio
import socket
import time
from functools import partial

import pytest

from quota.deadlines import deadline

TIME_S = 0.4
GRACE_S = 60.0
"""More than any machine that runs tests stands still."""


async def _calls() -> None:
    """Several calls, one after the other, each answered soon."""
    for _ in range(5):
        await asyncio.sleep(TIME_S / 50)


@pytest.mark.parametrize(
    ("after_s", "for_s"),
    [(0.0, TIME_S * 3), (TIME_S / 50, TIME_S * 0.95)],
    ids=["past the end", "nearly to the end"],
)
async def test_what_the_machine_stood_still_is_given_back(after_s: float, for_s: float) -> None:
    asyncio.get_running_loop().call_later(after_s, time.sleep, for_s)
    async with deadline(TIME_S, grace_s=GRACE_S):
        await _calls()


async def test_a_reply_that_waits_is_read_though_time_is_up() -> None:
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)

    def answer_late() -> None:
        time.sleep(TIME_S * 2)
        theirs.send(b"+")

    asyncio.get_running_loop().call_soon(answer_late)
    with theirs:
        async with deadline(TIME_S):
            assert await reader.read(1) == b"+"
    writer.close()


@pytest.mark.parametrize("grace_s", [0.0, 0.05])
@pytest.mark.parametrize("still_s", [0.0, TIME_S])
async def test_what_hangs_is_given_up(grace_s: float, still_s: float) -> None:
    asyncio.get_running_loop().call_soon(partial(time.sleep, still_s))
    with pytest.raises(TimeoutError):
        async with deadline(0.05, grace_s=grace_s):
            await asyncio.Event().wait()


async def test_none_is_no_deadline() -> None:
    async with deadline(None):
        await _calls()

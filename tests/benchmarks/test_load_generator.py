"""The generator: rates that are kept, latencies that count from when a request was due."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from benchmarks.load_generator import Spec, generate
from benchmarks.load_messenger import ADDED
from benchmarks.speed.programs import free_port
from tests.http.gateways import messenger

STALL_S = 0.4
ENOUGH_S = 60.0
"""For as many requests as are asked for, on any machine; it ends with these."""


@asynccontextmanager
async def answering(answer: Callable[[int], tuple[float, bytes]]) -> AsyncIterator[int]:
    """A port where the n-th request is answered after so many seconds with so many bytes."""
    number = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal number
        try:
            while await reader.readuntil(b"hello"):
                number += 1
                wait_s, said = answer(number)
                await asyncio.sleep(wait_s)
                writer.write(said)
                if not said or b"close" in said:
                    break
        except asyncio.IncompleteReadError:
            pass  # the caller has ended
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def test_a_stall_is_felt_by_everyone_who_was_due_meanwhile() -> None:
    async with answering(lambda n: (STALL_S if n == 20 else 0, ADDED)) as port:
        fixed = await generate(Spec(port, "a", 1_000, 1.0, 1, per_s=200.0))
    assert fixed.requests == 200
    assert fixed.p99_ms > STALL_S * 800
    assert fixed.p95_ms > STALL_S * 500, "80 of 200 were due during the stall"


async def test_a_caller_at_full_speed_does_not_feel_what_it_did_not_ask() -> None:
    async with answering(lambda n: (STALL_S if n == 20 else 0, ADDED)) as port:
        full = await generate(Spec(port, "a", 200, ENOUGH_S, 1))
    assert full.requests == 200
    assert full.p95_ms < STALL_S * 500
    assert full.p999_ms >= STALL_S * 1_000


async def test_the_rate_is_kept_and_the_generators_own_lateness_told() -> None:
    async with messenger() as behind:
        run = await generate(Spec(behind.port, "a", 1_000, 1.0, 8, per_s=300.0))
        assert len(behind.arrived) == run.requests == 300
    assert run.per_s < 305
    # A second, and half of one to connect and to end; what a machine that stood still added was
    # felt by the request that was due meanwhile.
    assert run.seconds < 1.5 + run.p999_ms / 1_000
    assert run.late_p99_ms > 0
    assert run.seen.statuses == {"200": 300}
    assert not run.seen.allowed, "no decision let these through"


async def test_a_connection_that_closes_is_replaced() -> None:
    closing = ADDED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    async with answering(lambda _: (0, closing)) as port:
        run = await generate(Spec(port, "a", 50, ENOUGH_S, 4))
    assert (run.requests, run.seen.errors) == (50, 0)


async def test_a_request_without_an_answer_is_an_error() -> None:
    async with answering(lambda n: (0, b"" if n % 10 == 0 else ADDED)) as port:
        run = await generate(Spec(port, "a", 50, ENOUGH_S, 4))
    assert (run.requests, run.seen.errors) == (45, 5)


async def test_nobody_who_listens_is_said() -> None:
    port = free_port()
    with pytest.raises(OSError, match=str(port)):
        await generate(Spec(port, "a", 5, 1.0, 1))

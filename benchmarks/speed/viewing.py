"""People who look at the dashboard: many open live streams, read by one process.

python -m benchmarks.speed.viewing PORT KEY TOPIC STREAMS

In TOPIC `{n}` stands for the number of the stream, from 0 on, so that each may watch another one.
It prints a line of JSON once every stream has told its topic, and ten a second from then on.
"""

import asyncio
import json
import sys
import zlib
from dataclasses import asdict, dataclass

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from benchmarks.speed.programs import LOOPBACK

GZIP = 31
"""What zlib calls the format of RFC 1952."""
LONGEST_S = 60


@dataclass(slots=True)
class Told:
    """What all streams were told so far."""

    values: int = 0
    alive: int = 0
    bytes: int = 0
    ended: int = 0


async def watch(port: int, key: str, topic: str, streams: int) -> None:
    """Watches until it is ended. Raises TimeoutError where a stream is not told anything."""
    told, first = Told(), [asyncio.Event() for _ in range(streams)]
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}  # as browsers ask
    session = ClientSession(
        f"http://{LOOPBACK}:{port}",
        headers=headers,
        auto_decompress=False,
        connector=TCPConnector(limit=0),
        timeout=ClientTimeout(total=None),
    )
    async with session, asyncio.TaskGroup() as all_of_them:
        for n, is_told in enumerate(first):
            its_own = topic.replace("{n}", str(n))
            all_of_them.create_task(_stream(session, its_own, told, is_told))
        async with asyncio.timeout(LONGEST_S):
            for is_told in first:
                await is_told.wait()
        while True:
            print(json.dumps(asdict(told)), flush=True)
            await asyncio.sleep(0.1)


async def _stream(session: ClientSession, topic: str, told: Told, is_told: asyncio.Event) -> None:
    unzipped = zlib.decompressobj(GZIP)
    async with session.get("/v1/live", params={"topic": topic}) as response:
        async for raw in response.content.iter_any():
            some = unzipped.decompress(raw)
            told.bytes += len(raw)
            told.values += some.count(b"event: " + topic.encode())
            told.alive += some.count(b"event: alive")
            is_told.set()
    told.ended += 1


def main() -> None:
    """Watches as the command line says."""
    port, key, topic, streams = sys.argv[1:]
    asyncio.run(watch(int(port), key, topic, int(streams)))


if __name__ == "__main__":
    main()

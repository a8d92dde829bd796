"""What stands for the contact service behind the gateways: answers at once, counts by member.

python -m benchmarks.load_messenger PORT

Adds are counted that carry `X-Quota-Decision-Id`; `GET /counted` tells them as JSON.
"""

import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.request import urlopen
from zlib import crc32

import uvloop

from benchmarks.load_heads import END, field_of, length_of
from benchmarks.speed.programs import LOOPBACK

ADDED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nadded"
COUNTED = "/counted"


@dataclass(slots=True)
class Reached:
    """Adds that arrived: by account with a decision, and how many without one.

    `fingerprint` is the sum of the decisions' CRC-32: two that saw the same ones have the same.
    """

    by_account: Counter[str] = field(default_factory=Counter)
    undecided: int = 0
    fingerprint: int = 0


class Messenger(asyncio.Protocol):
    """One connection of a gateway's."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached
        self._rest = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps where answers go."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answers every request that is complete."""
        data = self._rest + data
        while (end := data.find(END)) >= 0:
            head = data[:end]
            lower = head.lower()
            whole = end + len(END) + length_of(head, lower)
            if len(data) < whole:
                break
            self._transport.write(self._answer(head, lower))
            data = data[whole:]
        self._rest = data

    def _answer(self, head: bytes, lower: bytes) -> bytes:
        if head.startswith(b"GET /counted "):
            told = json.dumps(
                {
                    "by_account": self._reached.by_account,
                    "undecided": self._reached.undecided,
                    "fingerprint": self._reached.fingerprint,
                }
            ).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told)
        self._count(head, lower)
        return ADDED

    def _count(self, head: bytes, lower: bytes) -> None:
        decision = field_of(head, lower, b"x-quota-decision-id")
        if not decision:
            self._reached.undecided += 1
            return
        enterprise = field_of(head, lower, b"x-enterprise-id").decode()
        member = field_of(head, lower, b"x-member-id").decode()
        self._reached.by_account[f"{enterprise}/{member}"] += 1
        self._reached.fingerprint += crc32(decision)


def counted(port: int) -> Reached:
    """What has reached the messenger so far."""
    with urlopen(f"http://{LOOPBACK}:{port}{COUNTED}", timeout=10) as response:
        told: dict[str, Any] = json.load(response)
    return Reached(Counter(told["by_account"]), told["undecided"], told["fingerprint"])


async def _serve(port: int) -> None:
    reached = Reached()
    server = await asyncio.get_running_loop().create_server(
        lambda: Messenger(reached), LOOPBACK, port, backlog=1024
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))

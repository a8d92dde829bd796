"""Callers at a gateway: keep-alive connections, one request on each at a time."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from benchmarks.load_adds import Asked
from benchmarks.load_heads import END, field_of, length_of
from benchmarks.load_tally import Seen
from benchmarks.speed.programs import LOOPBACK

CLOSES = b"close"


@dataclass(slots=True)
class Sent:
    """A request that waits for its answer; latency counts from `due_s`."""

    asked: Asked
    due_s: float


class Connection(asyncio.Protocol):
    """One connection; `done` is told of each answer, or of a request that will get none."""

    def __init__(self, callers: "Callers") -> None:
        self._callers = callers
        self._rest = b""
        self._sent: Sent | None = None
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps where requests go."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def send(self, sent: Sent) -> None:
        """Sends the only request of this connection that waits."""
        self._sent = sent
        self._transport.write(sent.asked.raw)

    def data_received(self, data: bytes) -> None:
        """Tells of an answer that is complete."""
        if self._rest:
            data = self._rest + data
        end = data.find(END)
        head = data[: max(end, 0)]
        lower = head.lower()
        if end < 0 or len(data) < end + len(END) + length_of(head, lower):
            self._rest = data
            return
        self._rest = b""
        sent, self._sent = self._sent, None
        if sent is None:
            raise ValueError(f"an answer that nobody asked for: {head!r}")
        self._callers.seen.answered(
            sent.asked.account,
            int(head[9:12]),
            field_of(head, lower, b"x-quota-decision-id"),
            field_of(head, lower, b"x-quota-reason"),
        )
        closes = field_of(head, lower, b"connection") == CLOSES
        self._callers.answered(self, sent, closes=closes)

    def connection_lost(self, _error: Exception | None) -> None:
        """A request that waited here got no answer."""
        sent, self._sent = self._sent, None
        if sent is not None:
            self._callers.lost()

    def close(self) -> None:
        """Ends the connection."""
        self._transport.close()


class Callers:
    """A number of connections to a gateway; `next_for` says what an idle one sends.

    `taken_s` has the latency of each answer, in the order of answers. `quiet` is set while nothing
    waits for an answer.
    """

    def __init__(self, port: int, next_for: Callable[[], Sent | None]) -> None:
        self._port, self._next_for = port, next_for
        self._opening: set[asyncio.Task[None]] = set()
        self._busy = 0
        self._idle: deque[Connection] = deque()
        self.seen = Seen()
        self.taken_s: list[float] = []
        self.quiet = asyncio.Event()

    async def open(self, connections: int) -> None:
        """Connects; everything is idle then. Raises OSError where nobody listens."""
        await asyncio.gather(*(self._connect() for _ in range(connections)))

    def go(self) -> None:
        """Gives idle connections what is to be sent."""
        while self._idle and (sent := self._next_for()):
            self._busy += 1
            self.quiet.clear()
            self._idle.popleft().send(sent)
        if not self._busy and not self._opening:
            self.quiet.set()

    def answered(self, connection: Connection, sent: Sent, *, closes: bool) -> None:
        """An answer came; the connection goes on, or another takes its place."""
        self.taken_s.append(time.perf_counter() - sent.due_s)
        self._busy -= 1
        if closes:
            connection.close()
            self._replace()
        else:
            self._idle.append(connection)
        self.go()

    def lost(self) -> None:
        """A connection ended with a request on it."""
        self.seen.errors += 1
        self._busy -= 1
        self._replace()

    def close(self) -> None:
        """Ends all connections; what still waits for an answer counts as an error."""
        for task in self._opening:
            task.cancel()
        self.seen.errors += self._busy
        while self._idle:
            self._idle.popleft().close()

    def _replace(self) -> None:
        task = asyncio.get_running_loop().create_task(self._connect())
        self._opening.add(task)
        task.add_done_callback(self._replaced)

    def _replaced(self, task: asyncio.Task[None]) -> None:
        self._opening.discard(task)
        # Who cannot connect is one caller less, and is counted.
        self.seen.errors += not task.cancelled() and task.exception() is not None
        self.go()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(self), LOOPBACK, self._port)
        self._idle.append(connection)

"""Express and ordinary requests in any order: every answer belongs to its request."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.http.express_lane import Lane, Wire, asking, head, listening, opened, said
from tests.http.process import ServeProcess
from tests.http.service import Answer

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEEK = said(mode="peek")
ALIVE = "GET /healthz HTTP/1.1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lane(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lane]:
    data = tmp_path_factory.mktemp("mixed")
    async with opened(data) as services, listening(services) as running:
        await running.learn()
        yield running


@dataclass(frozen=True)
class Sent:
    """A request, in the segments that it is sent in, and how its answer is known."""

    segments: Sequence[bytes]
    status: int = 200
    request_id: str | None = None
    decided: bytes | None = None


def precheck(name: str) -> Sent:
    body = said(name, request_id=name)
    return Sent([asking(body)], decided=body)


def in_pieces(name: str) -> Sent:
    body = said(name, request_id=name)
    return Sent([head(), body[:7], body[7:]], decided=body)


def named(name: str) -> Sent:
    body = said(name, request_id=name)
    return Sent([asking(body, f"X-Request-Id: {name}")], request_id=name, decided=body)


def chunked(name: str) -> Sent:
    body = said(name, request_id=name)
    start = head(0, "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")
    return Sent([start + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)], decided=body)


def alive(name: str) -> Sent:
    return Sent([asking(b"", f"X-Request-Id: {name}", asked=ALIVE)], request_id=name)


def bad(_: str) -> Sent:
    return Sent([asking(PEEK.replace(b"peek", b"pick"))], status=400)


def nobodys(_: str) -> Sent:
    return Sent([asking(PEEK, key="nobodys")], status=401)


EXPRESS = (precheck, precheck, precheck, bad, alive, nobodys, named)
"""After each of these the lane is open again."""
EVERY: Sequence[Callable[[str], Sent]] = (*EXPRESS, in_pieces, chunked)


class Talk:
    """What one connection asks: one by one at first, then some before others are answered."""

    def __init__(self, name: str, wire: Wire) -> None:
        self.random = random.Random(name)
        self.name = name
        self.wire = wire
        self.answers: list[tuple[Sent, Answer]] = []

    async def go(self, turns: int, kinds: Sequence[Callable[[str], Sent]], most: int) -> None:
        for turn in range(turns):
            many = 1 if turn < turns // 2 else self.random.randint(1, most)
            sent = [
                self.random.choice(kinds)(f"{self.name}-{turn}-{number}") for number in range(many)
            ]
            for segment in self.cut([part for one in sent for part in one.segments]):
                self.wire.send(segment)
                await asyncio.sleep(0)
            self.answers += [(one, await self.wire.answer()) for one in sent]

    def cut(self, segments: Sequence[bytes]) -> Sequence[bytes]:
        """The same bytes, some in one segment."""
        joined = [b""]
        for segment in segments:
            if joined[-1] and self.random.random() < 0.5:
                joined.append(b"")
            joined[-1] += segment
        return joined

    async def check(self, asker: Wire) -> None:
        """Asks for each decision again."""
        for sent, answer in self.answers:
            assert answer.status == sent.status, answer.raw
            if sent.request_id is not None:
                assert answer.headers["X-Request-Id"] == sent.request_id
            if sent.decided is not None:
                again = await asker.ask(asking(sent.decided))
                assert again.body["replayed"]
                assert again.body["decision_id"] == answer.body["decision_id"]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("kinds", "most"), [(EXPRESS, 1), (EXPRESS, 3), (EVERY, 3)])
async def test_every_answer_belongs_to_its_request(
    lane: Lane, seed: int, kinds: Sequence[Callable[[str], Sent]], most: int
) -> None:
    before = lane.ordinary
    talks: list[Talk] = []
    async with asyncio.TaskGroup() as group:
        for number in range(4):

            async def talk(name: str) -> None:
                async with lane.connected() as wire:
                    talks.append(Talk(name, wire))
                    await talks[-1].go(16, kinds, most)

            group.create_task(talk(f"t-{seed}-{len(kinds)}-{most}-{number}"))
    answers = sum(len(talk.answers) for talk in talks)
    assert 0 < lane.ordinary - before < answers, "both ways were taken"
    async with lane.connected() as asker:
        for talk_ in talks:
            await talk_.check(asker)


class Asker:
    """Keeps asking a service until it ends; `answered` has the bodies of its answers' requests."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.answered: list[bytes] = []
        self.open: bytes | None = None

    async def keep_asking(self, port: int) -> None:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            for turn in range(10_000):
                name = f"s-{self.number}-{turn}"
                self.open = said(name, request_id=name, member_id=f"m-{self.number}")
                answer = await wire.ask(asking(self.open))
                assert answer.status == 200, answer.raw
                self.answered.append(self.open)
                self.open = None
        await wire.close()

    async def check(self, port: int) -> None:
        """Asks another service on the same data for all of it again."""
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        for body in self.answered:
            assert (await wire.ask(asking(body))).body["replayed"], "its answer came"
        if self.open is not None:
            assert not (await wire.ask(asking(self.open))).body["replayed"], "no answer came"
        await wire.close()


async def test_a_stopped_service_answered_what_it_decided_and_nothing_else(
    tmp_path: Path,
) -> None:
    askers = [Asker(number) for number in range(8)]
    with ServeProcess(tmp_path / "data") as served:
        talks = [asyncio.create_task(asker.keep_asking(port_of(served))) for asker in askers]
        while sum(len(asker.answered) for asker in askers) < 60:
            ended, _ = await asyncio.wait(talks, timeout=0.01)
            assert not ended
        assert await asyncio.to_thread(served.end, signal.SIGTERM) == 0
        await asyncio.gather(*talks)
    with ServeProcess(tmp_path / "data") as served:
        await asyncio.gather(*(asker.check(port_of(served)) for asker in askers))


def port_of(served: ServeProcess) -> int:
    return int(served.url.rpartition(":")[2])

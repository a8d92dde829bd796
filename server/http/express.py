"""The express lane: a pre-check whose head was met before goes straight to the group commit.

A gateway sends the same head again and again; only the body differs. The first request of a head
goes the ordinary way, and if it was answered with a decision, its bytes are remembered with what
they came to: whose key, how long the body. The same bytes then need no parsing, no routing and no
objects made of them. Whatever is not exactly that goes the ordinary way: another head, a body in
pieces, one that is no valid pre-check (nothing was decided yet, so that way answers it).

Only whole requests are met here: the lane is open on a connection while everything it has received
was whole requests, one at a time, and all of them were answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.helpers import rfc822_formatted_time

from quota.adds import Decision, Refusal
from server.http import ratelimit
from server.http.bodies import JSON
from server.http.decisions import decision_json, refused
from server.http.edge import REQUEST_ID, SERVER, as_problem, new_request_id
from server.http.keyring import hash_of
from server.http.precheck import read, to_add
from server.http.problems import MEDIA_TYPE, Problem
from server.http.protocol import ProblemProtocol
from server.http.routing import bearer
from server.http.scopes import Caller
from server.http.services import Services

ASKED = "POST /v1/precheck"
_BEGINS = f"{ASKED} HTTP/1.1\r\n".encode()
_BLANK_LINE = b"\r\n\r\n"
_VARYING = (REQUEST_ID, "Content-Encoding", "Transfer-Encoding", "Expect")
HEADS_MOST = 1_024
"""Heads remembered; the oldest makes room."""
HEAD_MOST = 4_096
"""Bytes of a head that is remembered: the parser takes up to a MiB."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a head came to: whose key it has, and how many bytes its body has."""

    key_hash: str
    caller: Caller
    body_length: int


class Express:
    """Heads of pre-checks that were answered with a decision, by their bytes, in this process."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._heads: dict[bytes, Head] = {}

    def find(self, chunk: bytes) -> bytes | None:
        """The body of a request whose head is known and whose key is live; else None."""
        cut = chunk.find(_BLANK_LINE) + len(_BLANK_LINE)
        head = self._heads.get(chunk[:cut])
        if head is None or len(chunk) - cut != head.body_length:
            return None
        live = self.services.keys.known(head.key_hash)
        return chunk[cut:] if live is head.caller or live == head.caller else None

    def learn(self, chunk: bytes, request: web.BaseRequest) -> None:
        """Remembers the head of a request that was one chunk and was answered with a decision."""
        secret = bearer(request)
        cut = chunk.find(_BLANK_LINE) + len(_BLANK_LINE)
        if not chunk.startswith(_BEGINS) or cut > HEAD_MOST or secret is None:
            return
        if any(name in request.headers for name in _VARYING):
            return
        key_hash = hash_of(secret)
        caller = self.services.keys.known(key_hash)
        if caller is None or caller.throttled:
            return
        while len(self._heads) >= HEADS_MOST:
            del self._heads[next(iter(self._heads))]
        self._heads[chunk[:cut]] = Head(key_hash, caller, len(chunk) - cut)


class ExpressProtocol(ProblemProtocol):
    """A connection with an express lane.

    `_open`: all that was received was whole requests, and all were answered. `_chunk`: what began
    the request under way, where the lane was open then. `_held`: what came while an express
    request was under way; the lane is open meanwhile, so this waits for it.
    """

    __slots__ = ("_chunk", "_express", "_held", "_open")

    def __init__(self, manager: web.Server, express: Express, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self._express = express
        self._open = True
        self._chunk: bytes | None = None
        self._held: bytes | None = None

    def data_received(self, data: bytes) -> None:
        """Takes the lane where it can, else the ordinary way."""
        if not data:  # the ordinary way asks itself whether anything is left to parse
            super().data_received(data)
            return
        if self._held is not None:
            self._hold(data)
            return
        if self._open:
            body = self._express.find(data)
            if body is not None and self._waits() and self._ask(body):
                return
        self._chunk = data if self._open else None
        self._open = False
        super().data_received(data)

    def _waits(self) -> bool:
        """Whether aiohttp waits for a request, and whoever sends one reads what is answered."""
        ends = self._close or self._force_close
        return self._waiter is not None and not (ends or self._paused)

    def _process_keepalive(self) -> None:
        """Ends an idle connection; to aiohttp one with an express request under way is idle."""
        if self._held is not None:
            self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        super()._process_keepalive()

    def _hold(self, data: bytes) -> None:
        """Nobody sends faster than it is answered: reading goes on with the answer."""
        if not self._held and self.transport is not None:
            self.transport.pause_reading()
        self._held = (self._held or b"") + data

    def _ask(self, body: bytes) -> bool:
        """Puts a pre-check to the group commit; False where the ordinary way must refuse it."""
        services = self._express.services
        try:
            add = to_add(read(body), services)
        except Problem:
            return False
        self._held, self._request_in_progress = b"", True
        services.group.submit(add, self._answer)
        return True

    def _answer(self, answer: Decision | Refusal | BaseException) -> None:
        """Sends the answer, or a problem; then what came meanwhile has its turn."""
        services, made = self._express.services, new_request_id()
        try:
            response = _response(answer, made, services.clock_ms())
        except Exception as error:  # noqa: BLE001  the last place where a failure can be told
            response = _problem(as_problem(error, ASKED, made), made)
        self._request_in_progress = False
        if self._handler_waiter is not None and not self._handler_waiter.done():
            self._handler_waiter.set_result(None)
        held, self._held = self._held, None
        if self.transport is None:
            return
        self.transport.write(response)
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        if held:
            self.transport.resume_reading()
            self.data_received(held)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Sends an ordinary response; opens the lane again where that is sure."""
        sent, reset = await super().finish_response(request, resp, start_time)
        chunk, self._chunk = self._chunk, None
        if chunk is not None and not reset and _was_all(chunk, request):
            self._open = bool(sent.keep_alive)
            if self._open and sent.status == HTTPStatus.OK:
                self._express.learn(chunk, request)
        return sent, reset


def _was_all(chunk: bytes, request: web.BaseRequest) -> bool:
    """Whether a chunk was one whole request, this one, and nothing else."""
    cut = chunk.find(_BLANK_LINE) + len(_BLANK_LINE)
    length = request.content_length or 0
    whole = cut >= len(_BLANK_LINE) and len(chunk) - cut == length
    return whole and chunk.startswith(f"{request.method} ".encode()) and request.content.is_eof()


def _response(answer: Decision | Refusal | BaseException, made: str, now_ms: int) -> bytes:
    if isinstance(answer, BaseException):
        return _problem(as_problem(answer, ASKED, made), made)
    if isinstance(answer, Refusal):
        return _problem(as_problem(refused(answer), ASKED, made), made)
    headers = ratelimit.headers(answer, now_ms)
    return _written(200, headers, JSON, decision_json(answer).encode(), made)


def _problem(problem: Problem, made: str) -> bytes:
    return _written(problem.status, problem.headers, MEDIA_TYPE, problem.content(), made)


def _written(status: int, headers: Any, media_type: str, body: bytes, made: str) -> bytes:
    """A response as it goes over the wire; its headers are those that the ordinary way gives."""
    said = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    head = (
        f"HTTP/1.1 {status} {_PHRASES[status]}\r\n{said}Content-Type: {media_type}\r\n"
        f"{REQUEST_ID}: {made}\r\nServer: {SERVER}\r\nContent-Length: {len(body)}\r\n"
        f"Date: {rfc822_formatted_time()}\r\n\r\n"
    )
    return head.encode() + body


_PHRASES = {status.value: status.phrase for status in HTTPStatus}

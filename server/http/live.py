"""The live stream: what is watched, as server-sent events, from the moment it changes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any

from aiohttp import web

from quota.deadlines import deadline
from server.http import zipped
from server.http.broadcast import Broadcast, Viewer, event
from server.http.edge import REQUEST_ID, SERVER, request_id
from server.http.encodings import takes_gzip
from server.http.fields import instant
from server.http.overview import OVERVIEW, Overview
from server.http.problems import Problem
from server.http.quota_looks import QuotaLooks
from server.http.routing import Call, authenticate
from server.http.services import Services
from server.http.topics import Looks, asked_topics, counters_of, look_at, prepare
from server.records.engine import RecordsUnavailable

EVENT_STREAM = "text/event-stream"
ALIVE_S = 2.0
SEND_S = 5.0
"""Whoever has read nothing for so long, with its buffers full, is cut off."""
RETRY = b"retry: 1000\n\n"
HEADERS = MappingProxyType(
    {
        "Content-Type": EVENT_STREAM,
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding",
        "X-Accel-Buffering": "no",  # else a proxy keeps events until it has many
    }
)

BROADCAST = web.AppKey("broadcast", Broadcast)


def set_up(app: web.Application, services: Services) -> None:
    """Gives the application what overview and streams need; streams end when it shuts down."""
    platform = app[OVERVIEW] = Overview(services)
    looks = Looks(services, platform, QuotaLooks(services), counters_of(services))
    app[BROADCAST] = Broadcast(partial(look_at, looks=looks), partial(prepare, looks=looks))
    app.on_shutdown.append(_end_streams)


async def _end_streams(app: web.Application) -> None:
    await app[BROADCAST].close()


async def watch(call: Call[None, None]) -> web.StreamResponse:
    """What is watched, as server-sent events: each topic's value at once, then whenever it changed.

    The event's name is the topic, its data what the route of the topic answers; `cases` and
    `requests` give counts. `alive` comes every two seconds, unless a topic was not looked at for
    more than six; `away` names a store that does not answer: values come again when it does, while
    what waits, which is on record, goes on coming. The stream ends with the key or session, and
    where a topic fails. A key has up to 20 streams of a process, one of a reviewer or an admin 200;
    beyond, the answer is 429 with `Retry-After`.
    """
    topics, request = asked_topics(call), call.request
    headers = {**HEADERS, REQUEST_ID: request_id(request), "Server": SERVER}
    if takes_gzip(request.headers.get("Accept-Encoding", "")):
        headers["Content-Encoding"] = "gzip"
    if request.method == "HEAD":
        return web.Response(headers=headers)
    broadcast = request.app[BROADCAST]
    viewer = await broadcast.join(topics, call.caller)
    try:
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        with suppress(ConnectionError, TimeoutError):
            await _send(call, viewer, response)
    finally:
        broadcast.leave(viewer)
    return response


async def _send(call: Call[Any, Any], viewer: Viewer, response: web.StreamResponse) -> None:
    """Sends until the stream is over. Raises ConnectionError, TimeoutError where nobody reads."""
    clock_s, is_zipped = asyncio.get_running_loop().time, "Content-Encoding" in response.headers
    head = zipped.HEAD if is_zipped else b""
    said, due_s = [RETRY], clock_s()
    while not viewer.is_over:
        said += viewer.taken()
        if clock_s() >= due_s:
            if not await _is_live(call):
                return
            if viewer.is_fresh():  # else the page is to say that what it shows is old
                said.append(event("alive", {"as_of": instant(call.services.clock_ms())}))
            due_s = clock_s() + ALIVE_S
        if said:
            parts = map(zipped.part, said) if is_zipped else said
            await _write(call.request, viewer, response, head + b"".join(parts))
            said, head = [], b""
        await viewer.wait(due_s)


async def _write(
    request: web.Request, viewer: Viewer, response: web.StreamResponse, said: bytes
) -> None:
    viewer.sending = request.transport
    try:
        async with deadline(SEND_S, grace_s=SEND_S):
            await response.write(said)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise
    finally:
        viewer.sending = None


async def _is_live(call: Call[Any, Any]) -> bool:
    """Whether the key, or session, that the stream began with still is; a record away ends none."""
    try:
        await authenticate(call.request, call.services)
    except Problem:
        return False
    except RecordsUnavailable:
        return True
    return True

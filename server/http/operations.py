"""Alive, ready, measured, documented: what operators and readers open without a key."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from html import escape
from importlib import resources
from types import MappingProxyType

from aiohttp import web
from sqlalchemy import text
from typing_extensions import TypedDict

from server.http.bodies import JSON
from server.http.decisions import ADVICE
from server.http.metrics import exposition
from server.http.problems import ALL_KINDS, unavailable
from server.http.routing import Call, reply
from server.http.services import Services

OPENAPI = web.AppKey("openapi", bytes)
"""The OpenAPI document as it is sent, made when the application was built."""

_OF_DOCS = MappingProxyType(
    {
        "Cache-Control": "no-cache",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""What the dashboard's pages have, too."""


class AliveShape(TypedDict):
    """The process answers."""

    status: str


class ReadyShape(TypedDict):
    """Both stores answer and every shard is open; `policy_version` is the one in force."""

    status: str
    policy_version: int


async def alive(_call: Call[None, None]) -> web.Response:
    """Says that the process answers; asks no store."""
    shape: AliveShape = {"status": "alive"}
    return reply(shape)


async def ready(call: Call[None, None]) -> web.Response:
    """Says whether both stores answer and every shard was refilled; 503 where not."""
    await check_ready(call.services)
    shape: ReadyShape = {"status": "ready", "policy_version": call.services.policy.now.version}
    return reply(shape)


async def check_ready(services: Services) -> None:
    """Raises StoreUnavailable, RecordsUnavailable or Problem 503 where pre-checks would fail."""
    ledger = services.ledger
    shards = await ledger.log.meta(range(ledger.shards))
    closed = sum(shard.epoch is None for shard in shards)
    if closed:
        raise unavailable(f"{closed} of {ledger.shards} shards are being refilled.", 1)
    async with services.database.read() as connection:
        await connection.execute(text("SELECT 1"))


async def metrics(_call: Call[None, None]) -> web.Response:
    """Metrics in the text format of Prometheus."""
    body, content_type = exposition()
    return web.Response(body=body, headers={"Content-Type": content_type})


async def openapi_document(call: Call[None, None]) -> web.Response:
    """The API as an OpenAPI 3.1 document."""
    return web.Response(body=call.request.app[OPENAPI], content_type=JSON)


async def docs(_call: Call[None, None]) -> web.Response:
    """The API as a page; it loads nothing but `/openapi.json`."""
    headers = {**_OF_DOCS, "Content-Security-Policy": _content_security_policy()}
    return web.Response(body=_page(), content_type="text/html", charset="utf-8", headers=headers)


@lru_cache(maxsize=1)
def _content_security_policy() -> str:
    """Its own script and style, which stand in it and are known by their hashes; the document."""
    script, style = (_hash_of_inline(tag) for tag in ("script", "style"))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash_of_inline(tag: str) -> str:
    (inline,) = re.findall(f"<{tag}>(.*?)</{tag}>", _template(), re.DOTALL)
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


@lru_cache(maxsize=1)
def _template() -> str:
    return resources.files("server.http").joinpath("docs.html").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _page() -> bytes:
    problems = "".join(
        f'<tr id="problem-{kind.slug}"><td>{kind.status}</td><td>{escape(kind.title)}</td></tr>'
        for kind in ALL_KINDS
    )
    advice = "".join(
        f"<tr><td><code>{word}</code></td><td>{escape(meaning)}</td></tr>"
        for word, meaning in ADVICE.items()
    )
    return (
        _template()
        .replace("<!-- problems -->", problems)
        .replace("<!-- advice -->", advice)
        .encode()
    )

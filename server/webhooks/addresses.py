"""Which addresses deliveries may go to: those of the public internet, however they were named.

A URL is looked at when it is set, for whoever sets it. What counts is the look at the address that
is about to be connected to: a name may lead elsewhere by then, and elsewhere again a moment later.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

Address = IPv4Address | IPv6Address

LONGEST_URL = 2_048
LOOKUPS = 8
_EMBEDS_IPV4 = IPv6Network("64:ff9b::/96")
"""A translator makes the last 32 bits an IPv4 address (RFC 6052)."""
_SCHEMES = ("http", "https")


class AddressRefused(OSError):  # noqa: N818  what an address met, no fault of ours
    """The address belongs to no host of the public internet."""


def check_url(text: str) -> str:
    """A URL that notices may be sent to. Raises ValueError that says what is wrong."""
    if len(text) > LONGEST_URL:
        raise ValueError(f"must not be longer than {LONGEST_URL} characters")
    if not (text.isascii() and text.isprintable()) or {" ", "\\"} & set(text):
        raise ValueError("must be ASCII without blanks and backslashes, as RFC 3986 writes URLs")
    if "#" in text:
        raise ValueError("must have no fragment: it would not be sent")
    try:
        url = URL(text)
        host, port = url.host, url.port
    except ValueError as error:
        raise ValueError(f"is no URL: {error}") from error
    if url.scheme not in _SCHEMES or not host or not port:
        raise ValueError("must be an absolute URL, http://… or https://…")
    if "@" in text.partition("//")[2].partition("/")[0].partition("?")[0]:
        raise ValueError("must have no user and no password: the signature says who sends")
    return text


def refused_host(text: str) -> str | None:
    """The host of a URL where it is an address that is not public, in whatever notation."""
    host = (URL(text).host or "").rstrip(".")
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return host
    literal = _literal(host)
    return host if literal is not None and not is_public(literal) else None


def is_public(address: Address) -> bool:
    """Whether it is a unicast address of the public internet."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _EMBEDS_IPV4:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:  # 127.1, 0x7f.0.0.1 and 2130706433 are addresses to a resolver, too
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for connecting to a resolved address. Raises `AddressRefused`.

    `info` is an entry of `getaddrinfo`; aiohttp asks for every address it is about to try.
    """
    family, kind, protocol, _, target = info
    literal = _literal(str(target[0]))
    if literal is None or not is_public(literal):
        raise AddressRefused(errno.EACCES, f"{target[0]} is no public address")
    return socket.socket(family, kind, protocol)


class OwnThreads(AbstractResolver):
    """Looks names up in threads of its own.

    Those that asyncio shares look up Redis and SQL, too, and must not wait for a receiver's DNS.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="webhook-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of a name. Raises OSError."""
        look = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look)
        return [
            ResolveResult(
                hostname=host,
                host=str(target[0]),
                port=int(target[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, target in found
        ]

    async def close(self) -> None:
        """Lookups under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

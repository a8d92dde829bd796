"""Reaching Redis at a start: waits for one that is away, refuses one that can never be right."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import hiredis
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.typing import EncodableT

log = logging.getLogger(__name__)

ANSWER_S = 5.0
"""What an answer may take at a start, the look-up of the name and TLS among it."""
LEAST_WAIT_S, MOST_WAIT_S = 0.1, 2.0
LEAST_TELL_S, MOST_TELL_S = 5.0, 60.0

_NEVER = (
    exceptions.AuthenticationError,
    exceptions.AuthenticationWrongNumberOfArgsError,
    exceptions.NoPermissionError,
    exceptions.InvalidResponse,
)
_ANSWERS = (exceptions.ReadOnlyError, exceptions.ClusterDownError, exceptions.TryAgainError)
"""A Redis that will be right presently: others answer with an error because of what was asked."""

_NO_ADDRESS = (
    "the address given with --redis cannot be read: it is redis://USER:PASSWORD@HOST:PORT/0 or "
    "unix://PATH, and / # ? @ % in a password are written %2F %23 %3F %40 %25"
)
_REASONS: Sequence[tuple[type[BaseException], str]] = (
    (socket.gaierror, "the name of the host is not known"),
    (ConnectionRefusedError, "connection refused (is it running?)"),
    (FileNotFoundError, "there is no such socket (is it running?)"),
    (PermissionError, "permission denied"),
    (TimeoutError, "no answer"),
)

Sleep = Callable[[float], Awaitable[object]]


class RedisUnusable(Exception):  # noqa: N818  a state of the deployment, no fault
    """No waiting makes the Redis that was given answer us; the message holds no password."""


def open_redis(url: str) -> Redis:
    """A client of the Redis at `url`; nothing is sent yet. Raises RedisUnusable."""
    try:
        parts = urlsplit(url)
        if parts.fragment or "@" in parts.path + parts.query:
            raise RedisUnusable(_NO_ADDRESS)
        # No retries: the ledger decides what may be sent again, and the deadline is its own, too.
        # With a time-out of the client's own, Python 3.11 loses a cancellation now and then.
        redis: Redis = Redis.from_url(
            url, retry=Retry(NoBackoff(), 0), socket_timeout=None, socket_connect_timeout=None
        )
    except ValueError:
        raise RedisUnusable(_NO_ADDRESS) from None  # it may quote the password
    pool = redis.connection_pool
    pool.connection_class = type("Connection", (_Packed, pool.connection_class), {})
    return redis


class _Packed(AbstractConnection):
    """Packs commands in native code: the asyncio client has no option for it, its sync twin does.

    A call for a group of pre-checks has some 600 arguments.
    """

    def pack_command(self, *args: EncodableT) -> list[bytes]:
        """A command as it goes over the wire; the words of its name apart."""
        name = str(args[0]).split()
        packed: bytes = hiredis.pack_command((*name, *args[1:]))  # type: ignore[arg-type]
        return [packed]


def address(redis: Redis) -> str:
    """Where a client connects to, without user and password."""
    kwargs = redis.connection_pool.connection_kwargs
    if "path" in kwargs:
        return str(kwargs["path"])
    return f"{kwargs.get('host', 'localhost')}:{kwargs.get('port', 6379)}"


async def reach(redis: Redis, sleep: Sleep = asyncio.sleep) -> None:
    """Returns once Redis answers; says now and then why it does not. Raises RedisUnusable."""
    asyncio.get_running_loop().set_exception_handler(_told)
    wait_s, tell_s, untold_s = LEAST_WAIT_S, LEAST_TELL_S, 0.0
    while (error := await _failure(redis)) is not None:
        if _is_for_good(error):
            raise RedisUnusable(
                f"Redis at {address(redis)} refuses us: {reason_of(error)}; the user and the "
                f"password stand in --redis redis://USER:PASSWORD@HOST:PORT/0"
            ) from error
        if untold_s <= 0:
            log.warning("waiting for Redis at %s: %s", address(redis), reason_of(error))
            untold_s, tell_s = tell_s, min(tell_s * 2, MOST_TELL_S)
        await sleep(wait_s)
        untold_s -= wait_s
        wait_s = min(wait_s * 2, MOST_WAIT_S)


async def warn_if_forgetful(redis: Redis) -> None:
    """Says once what a Redis without an append-only file loses; silent where it may not be told."""
    try:
        async with asyncio.timeout(ANSWER_S):
            found: dict[Any, Any] = await redis.config_get("appendonly")
    except (exceptions.RedisError, OSError):
        return
    if any(value in {b"no", "no"} for value in found.values()):
        log.warning(
            "Redis at %s keeps no append-only file: when it ends, the adds and events of the last "
            "moments, which no worker has yet taken into the record, are lost, and caps may be "
            "exceeded by as many; set `appendonly yes`",
            address(redis),
        )


def reason_of(error: BaseException) -> str:
    """Why Redis did not answer, in a few words."""
    cause: BaseException | None = error
    while cause is not None:
        for kind, words in _REASONS:
            if isinstance(cause, kind):
                return words
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


async def _failure(redis: Redis) -> Exception | None:
    try:
        async with asyncio.timeout(ANSWER_S):
            await redis.ping()
    except (exceptions.RedisError, OSError) as error:
        return error
    return None


def _is_for_good(error: Exception) -> bool:
    cause: BaseException | None = error
    while cause is not None:  # the opening of a connection wraps what it met
        if isinstance(cause, _NEVER):
            return True
        cause = cause.__cause__
    return isinstance(error, exceptions.ResponseError) and not isinstance(error, _ANSWERS)


def _told(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A look-up of a name that outlives its deadline fails later, when nobody waits any more."""
    if isinstance(context.get("exception"), socket.gaierror):
        log.debug("a name was not found, too late: %s", context["exception"])
    else:
        loop.default_exception_handler(context)

"""One attempt to deliver one notice: a signed POST, and whether it arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver

from server.http.fields import instant
from server.records.dispatch import Noted
from server.records.webhooks import Webhook
from server.sealing import SealBroken, Sealer
from server.webhooks import signing
from server.webhooks.addresses import OwnThreads, public_socket

TOTAL_S = 10.0
CONNECT_S = 5.0
ANSWER_MOST = 4_096
ANSWER_S = 0.5
"""An answer's body is read that far, so that the receiver can end what it says."""
ERROR_MOST = 300
DEADLINES = ClientTimeout(total=TOTAL_S, connect=CONNECT_S)


def open_session(
    *,
    private: bool,
    deadlines: ClientTimeout = DEADLINES,
    resolver: AbstractResolver | None = None,
) -> ClientSession:
    """A client for deliveries: no cookies, no proxy, no address that is not public.

    `private` allows every address, for deployments whose receivers are their own. No connection is
    kept and no name remembered, so each attempt goes where its name leads then.
    """
    connector = TCPConnector(
        resolver=resolver or OwnThreads(),
        use_dns_cache=False,
        force_close=True,
        limit=0,  # the dispatcher has limits of its own
        socket_factory=None if private else public_socket,
    )
    return ClientSession(
        connector=connector,
        connector_owner=True,
        timeout=deadlines,
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={"User-Agent": "contact-quota"},
    )


class Sender:
    """Sends notices; `clock_ms` gives the timestamps that are signed."""

    def __init__(self, session: ClientSession, sealer: Sealer, clock_ms: Callable[[], int]) -> None:
        self._session = session
        self._sealer = sealer
        self._clock_ms = clock_ms

    async def send(self, webhook: Webhook, noted: Noted) -> str | None:
        """None where it arrived, else why it did not.

        Whatever a receiver does is an outcome, never an exception of ours.
        """
        try:
            secret = signing.opened(self._sealer, webhook.id, webhook.secret)
        except SealBroken as error:
            return f"the secret cannot be opened: {error}"[:ERROR_MOST]
        try:
            return await self._post(webhook.url, secret, noted)
        except TimeoutError:
            return "no answer in time"
        except ClientConnectorError as error:
            reason = error.os_error.strerror or error.os_error
            return f"cannot connect to {error.host}: {reason}"[:ERROR_MOST]
        except (ClientError, OSError, ValueError) as error:
            return f"{type(error).__name__}: {error}"[:ERROR_MOST]

    async def _post(self, url: str, secret: bytes, noted: Noted) -> str | None:
        body, now_s = body_of(noted), self._clock_ms() // 1000
        headers = {
            "Content-Type": "application/json",
            "X-Contact-Quota-Id": noted.id,
            "X-Contact-Quota-Timestamp": str(now_s),
            "X-Contact-Quota-Signature": signing.signature(secret, now_s, body),
        }
        async with self._session.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as response:
            status = response.status
            with suppress(TimeoutError, ClientError, OSError):
                async with asyncio.timeout(ANSWER_S):
                    await response.content.read(ANSWER_MOST)
            response.close()
        return None if 200 <= status < 300 else f"answered {status}"


def body_of(noted: Noted) -> bytes:
    """What a receiver gets, in ASCII: the same bytes at every attempt."""
    document = {
        "id": noted.id,
        "type": noted.type,
        "created_at": instant(noted.at_ms),
        "enterprise_id": noted.enterprise_id,
        "member_id": noted.member_id,
        "data": json.loads(noted.body),
    }
    return json.dumps(document, separators=(",", ":")).encode()

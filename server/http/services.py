"""What handlers work with: made once by the composition root, found through the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from quota.group import GroupCommit
from quota.ledger import Ledger
from server.contacts import ContactHasher
from server.http.active_policy import ActivePolicy
from server.http.keyring import KeyRing
from server.http.metrics import Metrics
from server.http.throttle import Throttle
from server.records.engine import Database
from server.sealing import Sealer
from server.worker.telling import Told


@dataclass(frozen=True, slots=True)
class Services:
    """`clock_ms` is read once per request, at its edge.

    `webhook_private`: whether webhooks may lead to addresses that are not public.
    `tell` brings what was decided to Redis and to the fold; it raises StoreUnavailable or
    RecordsUnavailable, and may be repeated.
    """

    ledger: Ledger
    group: GroupCommit
    database: Database
    policy: ActivePolicy
    keys: KeyRing
    contacts: ContactHasher
    sealer: Sealer
    throttle: Throttle
    metrics: Metrics
    clock_ms: Callable[[], int]
    tell: Callable[[Told], Awaitable[None]]
    webhook_private: bool = False


SERVICES = web.AppKey("services", Services)

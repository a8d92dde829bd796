"""What handlers work with: made once by the composition root, found through the application."""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True, slots=True)
class Services:
    """`clock_ms` is read once per request, at its edge; `zones` are the known IANA names."""

    ledger: Ledger
    group: GroupCommit
    database: Database
    policy: ActivePolicy
    keys: KeyRing
    contacts: ContactHasher
    throttle: Throttle
    metrics: Metrics
    clock_ms: Callable[[], int]


SERVICES = web.AppKey("services", Services)

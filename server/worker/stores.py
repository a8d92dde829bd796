"""What a worker works with, and the one failure that only concerns it."""

from __future__ import annotations

from dataclasses import dataclass

from quota.adds import StoreUnavailable
from quota.ledger import Ledger
from server.records.engine import Database, RecordsUnavailable
from server.webhooks.subscriptions import Wanted
from server.worker.policies import PolicyBook

AWAY = (StoreUnavailable, RecordsUnavailable)
"""What either store being out of reach raises."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Redis as the ledger sees it, the record in SQL, and what is remembered of the record."""

    ledger: Ledger
    database: Database
    policies: PolicyBook
    wanted: Wanted

    @classmethod
    def of(cls, ledger: Ledger, database: Database) -> Stores:
        """Both stores, with nothing read yet."""
        return cls(ledger, database, PolicyBook(database), Wanted(database))

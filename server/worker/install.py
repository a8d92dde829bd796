"""Keeps a Redis and a database that do not belong together apart."""

from __future__ import annotations

from typing import cast

from quota.ledger import Ledger

KEY = "contact-quota:install"
"""The only key beside those of `quota.keys`; no refill removes it."""


class ForeignRedis(Exception):  # noqa: N818  a state of the deployment, no fault
    """The Redis given holds another installation's counters."""


async def claim(ledger: Ledger, install_id: str) -> None:
    """Marks the Redis as this installation's. Raises ForeignRedis, StoreUnavailable."""
    guard, redis = ledger.scripts.guard, ledger.redis
    await guard("install", redis.set(KEY, install_id, nx=True))
    found = cast("bytes | None", await guard("install", redis.get(KEY)))
    if found is not None and found.decode() != install_id:
        raise ForeignRedis(
            f"this Redis holds the counters of another installation (its id is {found.decode()}, "
            f"that of the database is {install_id}): give each installation a Redis of its own, or "
            f"another database number of it, or point --database at the database it was used with"
        )

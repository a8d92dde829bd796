"""What handlers that decide about accounts have in common: terms, actors, and telling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from quota.adds import StoreUnavailable
from quota.keys import shard_of
from server.enforcement.changes import Actor, Terms
from server.enforcement.shapes import PenaltyShape, penalty_shape
from server.http.named import put_names
from server.http.routing import Call
from server.http.services import Services
from server.records.engine import RecordsUnavailable
from server.records.penalty_rows import PenaltyRecord
from server.worker.telling import Told


def actor_of(call: Call[Any, Any]) -> Actor:
    """Whoever asks."""
    return Actor(call.caller.holder, call.caller.key_id)


def terms_of(services: Services, enterprise_id: str) -> Terms:
    """Now, under the policy in force."""
    now = services.policy.now
    return Terms(
        now_ms=services.clock_ms(),
        policy=now.policy.penalties,
        policy_version=now.version,
        shard=shard_of(enterprise_id, services.ledger.shards),
    )


async def is_told(services: Services, told: Told) -> bool:
    """Whether Redis has it; where a store is away, a worker goes on trying (see `untold`)."""
    try:
        await services.tell(told)
    except (StoreUnavailable, RecordsUnavailable):
        return False
    return True


async def shown(
    services: Services, records: Sequence[PenaltyRecord], now_ms: int, *, told: bool
) -> list[PenaltyShape]:
    """Penalties as they stand once that was tried."""
    shapes = [
        penalty_shape(replace(one, untold=one.untold and not told), now_ms) for one in records
    ]
    await put_names(services.database, shapes)
    return shapes

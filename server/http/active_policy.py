"""The policy in force, as this process knows it; other processes' changes arrive by `refresh`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from quota.adds import StoreUnavailable
from quota.policy import Rules
from server.policy import Policy, policy_from_object
from server.policy.rules import rules_of
from server.records import policies
from server.records.audit import BY_ITSELF, SERVICE, Doer
from server.records.engine import Database
from server.records.policies import PolicyVersion


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy with its version, the rules pre-checks follow, and when it came into force."""

    version: int
    policy: Policy
    rules: Rules
    activated_ms: int


class ActivePolicy:
    """The version in force. `refresh` must have run once before anything else is asked."""

    def __init__(
        self,
        database: Database,
        clock_ms: Callable[[], int],
        announce: Callable[[], Awaitable[object]],
    ) -> None:
        self._database = database
        self._clock_ms = clock_ms
        self._announce = announce
        self._in_force: InForce | None = None
        self._unannounced = True

    @property
    def now(self) -> InForce:
        """What is in force now."""
        if self._in_force is None:
            raise RuntimeError("no policy was loaded yet")
        return self._in_force

    def rules(self) -> Rules:
        """What pre-checks follow now."""
        return self.now.rules

    async def refresh(self) -> None:
        """Takes over the newest activated version. Raises RecordsUnavailable."""
        async with self._database.read() as connection:
            newest = await policies.active(connection)
        if newest is not None and (
            self._in_force is None or newest.version != self._in_force.version
        ):
            self._in_force = _in_force(newest)

    async def begin(self, wanted: Policy | None, shipped: Policy, made_by: str) -> None:
        """At start-up: puts `wanted` into force, or at the very first start `shipped`.

        What is in force already makes no new version: several processes may start together.
        """
        async with self._database.write() as connection:
            await policies.alone(connection)
            newest = await policies.active(connection)
            known = None if newest is None else _in_force(newest)
            new = wanted or (shipped if known is None else None)
            if new is not None and (known is None or known.policy.digest != new.digest):
                known = await self._record(connection, new, made_by, BY_ITSELF)
        self._in_force = known

    async def activate(self, policy: Policy, key_id: str, holder: str = SERVICE) -> InForce:
        """Versions a policy and puts it into force; every shard's fold meets it as an event.

        Decisions follow it at once. Where Redis is away now, the fold is told by `announce` later.
        """
        async with self._database.write() as connection:
            recorded = await self._record(connection, policy, key_id, Doer(holder, key_id))
        self._in_force = recorded
        self._unannounced = True
        with suppress(StoreUnavailable):
            await self.announce()
        return self.now

    async def announce(self) -> None:
        """Tells every shard's fold of the version in force, until that was done once.

        Raises StoreUnavailable, RecordsUnavailable; the next call tries again.
        """
        if self._unannounced:
            await self._announce()
            self._unannounced = False

    async def _record(
        self, connection: AsyncConnection, policy: Policy, made_by: str, by: Doer
    ) -> InForce:
        now_ms = self._clock_ms()
        body = json.dumps(policy.model_dump(mode="json"), ensure_ascii=False)
        version = await policies.add(connection, body, made_by, now_ms)
        await policies.activate(connection, version, now_ms, by)
        return InForce(version, policy, rules_of(policy, version), now_ms)


def _in_force(version: PolicyVersion) -> InForce:
    policy = policy_from_object(json.loads(version.body))
    rules = rules_of(policy, version.version)
    return InForce(version.version, policy, rules, version.activated_ms or 0)

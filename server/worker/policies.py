"""Policy versions as the fold takes them: each is read from the record once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from quota.calls import Event
from quota.keys import shard_of
from quota.ledger import Ledger
from quota.policy import Rules
from scoring.policy import ScoringPolicy
from server.policy import Policy, default_policy, policy_from_object
from server.policy.rules import rules_of
from server.records import leases, policies
from server.records.engine import Database

FIRST = 1


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the policy; number 0 is the shipped policy, before any was recorded."""

    number: int
    policy: Policy
    rules: Rules

    @property
    def scoring(self) -> ScoringPolicy:
        """What the fold follows."""
        return self.policy.scoring


class PolicyBook:
    """Versions by number. They never change, so what was read once stays right."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, Version] = {}

    async def at(self, number: int) -> Version:
        """The version a shard's fold has come to. Raises RecordsUnavailable.

        0, a shard that met no activation yet, is the first version on record: whoever folds the
        shard's first events, and however often, does it by the same policy.
        """
        wanted = number or FIRST
        if wanted not in self._known:
            async with self._database.read() as connection:
                found = await policies.get(connection, wanted)
            if found is None:
                return version_of(0, default_policy())
            self._known[wanted] = version_of(wanted, policy_from_object(json.loads(found.body)))
        return self._known[wanted]

    async def newest(self) -> Version:
        """The version in force for pre-checks. Raises RecordsUnavailable."""
        async with self._database.read() as connection:
            found = await policies.active(connection)
        return await self.at(0 if found is None else found.version)


def version_of(number: int, policy: Policy) -> Version:
    """A policy under its number."""
    return Version(number, policy, rules_of(policy, number))


async def announce(ledger: Ledger, database: Database) -> int:
    """Appends `policy.activated` for the newest version to each shard whose fold has not met it.

    Returns the version (0: none on record). Calling again changes nothing, so whoever activates a
    version calls it at once, and every start does. Raises StoreUnavailable, RecordsUnavailable.
    """
    async with database.read() as connection:
        newest = await policies.active(connection)
        met = await leases.policy_versions(connection)
    if newest is None:
        return 0
    policy = json.loads(newest.body)
    body = {
        "type": "policy.activated",
        "at": newest.activated_ms,
        "version": newest.version,
        "policy": policy,
    }
    told = [
        Event(carrier(shard, ledger.shards), f"policy-{newest.version}", body)
        for shard, version in met.items()
        if version < newest.version
    ]
    if told:
        zone = policy_from_object(policy).quota.default_time_zone
        await ledger.append(told, zone)
    return newest.version


@lru_cache(maxsize=4096)
def carrier(shard: int, shards: int) -> str:
    """A name that lands in the shard and is no enterprise's: ids never contain `~`."""
    number = 0
    while shard_of(f"~{number}", shards) != shard:
        number += 1
    return f"~{number}"

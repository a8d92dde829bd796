"""Gives the ledger of a replay what follows from the fold: caps, cool-downs, room in the stream."""

from collections.abc import Iterator, Mapping, Sequence

from quota.keys import shard_of
from quota.ledger import Ledger
from quota.shard_log import Caps, Cooldown
from scoring.tiers import project, project_enterprise
from scoring.working import Working
from server.replay.policies import InForce

FENCE = 1
_TRIM_AFTER = 500

Account = tuple[str, str | None]
BothCaps = tuple[int, int]
"""Active and passive."""


class Publishing:
    """Publishes as the worker does, but only what the ledger has not yet."""

    def __init__(self, ledger: Ledger, working: Working) -> None:
        self._ledger = ledger
        self._working = working
        self._caps: dict[Account, BothCaps] = {}
        self._projected: dict[Account, tuple[int, int]] = {}
        self._folded = [0] * ledger.shards
        self._trimmed = [0] * ledger.shards

    async def folded(self, shard: int, seq: int, cooldowns: Sequence[Cooldown]) -> None:
        """After the shard was folded through `seq`: what changed."""
        self._folded[shard] = seq
        await self._publish(shard, dict(self._changed()), cooldowns)

    async def project(
        self, enterprise_id: str, member_id: str, day: int, in_force: InForce
    ) -> None:
        """Before an add: a new day's caps, or a new policy's, as the sweep publishes them."""
        working, scoring = self._working, in_force.policy.scoring
        company = working.enterprises.get(enterprise_id)
        if company is None:
            return
        member = working.members.get((enterprise_id, member_id))
        wanted = (day, in_force.version)
        caps: dict[Account, BothCaps] = {}
        if self._is_due((enterprise_id, None), wanted, company.day):
            projected = project_enterprise(company, scoring, day)
            caps[enterprise_id, None] = (projected.active, projected.passive)
        if member is not None and self._is_due((enterprise_id, member_id), wanted, member.day):
            projected = project(member, company, scoring, day)
            caps[enterprise_id, member_id] = (projected.active, projected.passive)
        await self._publish(shard_of(enterprise_id, self._ledger.shards), caps, ())

    def _is_due(self, account: Account, wanted: tuple[int, int], view_day: int) -> bool:
        """Whether the caps in force are an earlier day's or an earlier policy version's."""
        before = self._projected.get(account)
        self._projected[account] = wanted
        return view_day < wanted[0] or (before is not None and before[1] != wanted[1])

    def _changed(self) -> Iterator[tuple[Account, BothCaps]]:
        working = self._working
        for enterprise_id in working.changed.enterprises:
            company = working.enterprises[enterprise_id]
            yield (enterprise_id, None), (company.cap_active, company.cap_passive)
        for key in working.changed.members:
            member = working.members[key]
            yield key, (member.cap_active, member.cap_passive)

    async def _publish(
        self, shard: int, caps: Mapping[Account, BothCaps], cooldowns: Sequence[Cooldown]
    ) -> None:
        """Tells what is new; the stream is trimmed then, and now and then where nothing is."""
        seq = self._folded[shard]
        new = {account: both for account, both in caps.items() if self._caps.get(account) != both}
        if not new and not cooldowns and seq < self._trimmed[shard] + _TRIM_AFTER:
            return
        self._caps.update(new)
        self._trimmed[shard] = seq
        await self._ledger.log.publish(
            shard,
            fence=FENCE,
            seq=seq,
            caps=[Caps(e, m, active, passive, seq) for (e, m), (active, passive) in new.items()],
            cooldowns=cooldowns,
        )

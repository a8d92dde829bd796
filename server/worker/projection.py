"""Which caps hold now: those of the view, or of the midnight that no event has brought yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from quota.days import calendar_at
from quota.shard_log import Caps
from scoring.tiers import caps_in_force, moved_enterprise, moved_member
from scoring.views import EnterpriseView, MemberView
from scoring.working import MemberKey
from server.records.views import EnterpriseRow
from server.worker.policies import Version


@dataclass(slots=True)
class Projection:
    """Caps at `now_ms` under a policy, of accounts whose enterprises are given by id.

    They are what the fold of an event now would leave: midnights passed, and a ceiling closed where
    the enterprise's description or the policy has closed it since the account's last event.
    """

    version: Version
    now_ms: int
    enterprises: Mapping[str, EnterpriseView]
    _moved: dict[str, EnterpriseView] = field(default_factory=dict)
    _days: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, version: Version, now_ms: int, rows: Iterable[EnterpriseRow]) -> Self:
        """The same over views as they are kept."""
        views = {row.enterprise_id: EnterpriseView.from_json(row.data) for row in rows}
        return cls(version, now_ms, views)

    def day(self, enterprise_id: str) -> tuple[int, int]:
        """The enterprise's local day now, and when that ends (ms).

        The day after the last event's is the one that the next event will open, see `quota.days`.
        """
        self._enterprise(enterprise_id)
        return self._days[enterprise_id]

    def enterprise_caps(self, enterprise_id: str, seq: int) -> Caps:
        """The enterprise's own caps, as of event `seq`."""
        company = self._enterprise(enterprise_id)
        caps = caps_in_force(company, company, self.version.scoring)
        return Caps(enterprise_id, None, caps.active, caps.passive, seq)

    def member_caps(
        self, members: Iterable[tuple[MemberKey, MemberView]], seq: int
    ) -> Iterator[Caps]:
        """The members' caps, as of event `seq`."""
        policy, now_ms = self.version.scoring, self.now_ms
        for (enterprise_id, member_id), view in members:
            company = self._enterprise(enterprise_id)
            moved = moved_member(view, company, policy, company.day, now_ms)
            caps = caps_in_force(moved, company, policy)
            yield Caps(enterprise_id, member_id, caps.active, caps.passive, seq)

    def _enterprise(self, enterprise_id: str) -> EnterpriseView:
        """The enterprise as it stands on its present day."""
        moved = self._moved.get(enterprise_id)
        if moved is None:
            kept = self.enterprises[enterprise_id]
            day, end_ms = kept.day, kept.day_end_ms
            if self.now_ms >= end_ms:
                zone = kept.time_zone or self.version.policy.quota.default_time_zone
                calendar = calendar_at(zone, self.now_ms, kept.day)
                day, end_ms = calendar.day, calendar.end_ms
            moved = moved_enterprise(kept, self.version.scoring, day, self.now_ms)
            self._moved[enterprise_id], self._days[enterprise_id] = moved, (day, end_ms)
        return moved

"""Which caps hold now: those of the view, or of the midnight that no event has brought yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field

from quota.days import calendar_at
from quota.shard_log import Caps
from scoring.tiers import moved_enterprise, moved_member, refresh, refresh_enterprise
from scoring.views import EnterpriseView, MemberView
from server.records.views import EnterpriseRow, MemberRow
from server.worker.policies import Version


@dataclass(slots=True)
class Projection:
    """Caps at `now_ms` under a policy, of accounts whose enterprises are given by id.

    They are what the fold of an event now would leave: midnights passed, and a ceiling closed where
    the enterprise's description or the policy has closed it since the account's last event.
    """

    version: Version
    now_ms: int
    enterprises: Mapping[str, EnterpriseRow]
    _moved: dict[str, EnterpriseView] = field(default_factory=dict)
    _days: dict[str, tuple[int, int]] = field(default_factory=dict)

    def day(self, enterprise_id: str) -> tuple[int, int]:
        """The enterprise's local day now, and when that ends (ms).

        The day after the last event's is the one that the next event will open, see `quota.days`.
        """
        self._enterprise(enterprise_id)
        return self._days[enterprise_id]

    def enterprise_caps(self, enterprise_id: str, seq: int) -> Caps:
        """The enterprise's own caps, as of event `seq`."""
        view = copy(self._enterprise(enterprise_id))
        refresh_enterprise(view, self.version.scoring, self.now_ms)
        return Caps(enterprise_id, None, view.cap_active, view.cap_passive, seq)

    def member_caps(self, rows: Iterable[MemberRow], seq: int) -> list[Caps]:
        """The members' caps, as of event `seq`."""
        policy, now_ms, found = self.version.scoring, self.now_ms, []
        for row in rows:
            company = self._enterprise(row.enterprise_id)
            kept = MemberView.from_json(row.data)
            view = copy(moved_member(kept, company, policy, company.day, now_ms))
            refresh(view, company, policy, now_ms)
            caps = Caps(row.enterprise_id, row.member_id, view.cap_active, view.cap_passive, seq)
            found.append(caps)
        return found

    def _enterprise(self, enterprise_id: str) -> EnterpriseView:
        """The enterprise as it stands on its present day."""
        moved = self._moved.get(enterprise_id)
        if moved is None:
            row = self.enterprises[enterprise_id]
            kept = EnterpriseView.from_json(row.data)
            day, end_ms = row.day, row.day_end_ms
            if self.now_ms >= end_ms:
                zone = kept.time_zone or self.version.policy.quota.default_time_zone
                calendar = calendar_at(zone, self.now_ms, row.day)
                day, end_ms = calendar.day, calendar.end_ms
            moved = moved_enterprise(kept, self.version.scoring, day, self.now_ms)
            self._moved[enterprise_id], self._days[enterprise_id] = moved, (day, end_ms)
        return moved

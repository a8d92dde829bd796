"""Quotas that somebody watches: what is thought of an account is made anew where it may change.

Making it costs ten times as much as reading the counters, which is all that an add changes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from quota.accounts import AccountState
from server.http.quota import Account, counted_shape, quota_shape, states_of
from server.http.quota_shapes import QuotaShape
from server.http.services import Services
from server.records import views

ANEW_MS = 30_000
"""What only time changes, such as the words of a standing, is no older than this."""
REMADE_A_SECOND = 8
"""Where nothing but the fold has moved, in the whole process: at 4 ms each, that is 3 % of a
core. With so many watched accounts or fewer, each is made anew a second after its fold."""

Folded = tuple[int | None, int | None]
"""The last events that changed what is thought of an enterprise, and of its member."""


@dataclass(frozen=True, slots=True)
class _Made:
    mark: object
    folded: Folded
    at_ms: int
    shape: QuotaShape


class QuotaLooks:
    """The quotas that were made last, each with the marks of what it was made of."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._made: dict[Account, _Made] = {}
        self._folded: dict[Account, Folded] = {}

    async def prepare(self, watched: Collection[Account]) -> None:
        """Reads how far each of those that are watched was folded, for its next look.

        All others are forgotten. Raises RecordsUnavailable.
        """
        self._made = {account: self._made[account] for account in watched if account in self._made}
        self._folded = {}
        self._folded = await self._fold_of(watched)

    async def look(self, account: Account) -> QuotaShape:
        """The quota now. Raises what `states_of` and `quota_shape` do."""
        services, now_ms = self._services, self._services.clock_ms()
        folded = self._folded.pop(account, None) or (await self._fold_of([account]))[account]
        states = await states_of(services, account)
        # What differs where the quota does, but for counters, the fold and time.
        mark = services.policy.now.version, tuple(map(_beside_counters, states))
        made = self._made.get(account)
        if made is not None and made.mark == mark and self._is_new_enough(made, folded, now_ms):
            return {**made.shape, **counted_shape(states, now_ms)}
        shape = await quota_shape(services, account, states)
        # The marks are older than the shape: what happened in between is seen by the next look.
        self._made[account] = _Made(mark, folded, now_ms, shape)
        return shape

    def _is_new_enough(self, made: _Made, folded: Folded, now_ms: int) -> bool:
        age_ms = now_ms - made.at_ms
        rests_ms = len(self._made) * 1000 // REMADE_A_SECOND
        return 0 <= age_ms < (ANEW_MS if made.folded == folded else min(rests_ms, ANEW_MS))

    async def _fold_of(self, accounts: Collection[Account]) -> dict[Account, Folded]:
        companies = {account.enterprise_id for account in accounts}
        people = {
            (account.enterprise_id, account.member_id)
            for account in accounts
            if account.member_id is not None
        }
        async with self._services.database.read() as connection:
            of_company = await views.enterprises_changed(connection, companies)
            of_member = await views.members_changed(connection, people)
        return {
            account: (
                of_company.get(account.enterprise_id),
                of_member.get((account.enterprise_id, account.member_id or "")),
            )
            for account in accounts
        }


def _beside_counters(state: AccountState) -> object:
    caps = tuple((limit.name, limit.cap) for limit in state.limits)
    return state.known, caps, state.restrictions, state.day_end_ms, state.time_zone

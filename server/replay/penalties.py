"""The penalties of a replay: kept in memory, written as they come, told to the ledger in force."""

from collections.abc import Iterable
from dataclasses import replace

from penalties.imposing import restated
from penalties.penalty import PERSONAL, Penalty
from penalties.policy import PenaltiesPolicy
from penalties.tracks import Correction
from penalties.violation import Violation
from quota.adds import Restriction
from server.replay.accounts import Accounts
from server.replay.output import LinesFile
from server.replay.results import no_penalty_line, penalty_line
from server.replay.tally import Account, Tally


class Penalties:
    """Every penalty and hold by id. `lines` gets one when it is imposed, and when it changes.

    `accounts` say who is which person: `interop` and strikes follow a person to all their accounts.
    """

    def __init__(self, accounts: Accounts, lines: LinesFile, tally: Tally) -> None:
        self._accounts = accounts
        self._lines = lines
        self._tally = tally
        self._all: dict[str, Penalty] = {}
        self._of_account: dict[Account, dict[str, None]] = {}
        self._of_person: dict[str, dict[str, None]] = {}
        self._of_violation: dict[str, dict[str, None]] = {}
        self._of_link: dict[str, dict[str, None]] = {}
        self._changed: set[Account] = set()

    def get(self, penalty_id: str) -> Penalty | None:
        """One penalty as it stands."""
        return self._all.get(penalty_id)

    def of_violation(self, violation_id: str) -> list[Penalty]:
        """What a violation brought, its interim hold among it."""
        return [self._all[name] for name in self._of_violation.get(violation_id, ())]

    def of_link(self, linked_account_id: str, now_ms: int) -> list[Penalty]:
        """What a linked account's block withholds now, of all its members, oldest first."""
        some = self._sorted(self._of_link.get(linked_account_id, ()))
        return [one for one in some if one.binds_at(now_ms)]

    def of_account(self, account: Account) -> list[Penalty]:
        """What an account itself was under, oldest first."""
        return self._sorted(self._of_account.get(account, ()))

    def history(self, enterprise_id: str, member_id: str | None) -> list[Penalty]:
        """What counts for an account: its own, and its person's on whatever account; oldest first.

        A person's are those of accounts that name it now, and those imposed when they did.
        """
        names = dict(self._of_account.get((enterprise_id, member_id), {}))
        person_id = self._accounts.person_of(enterprise_id, member_id)
        if person_id is not None:
            names |= self._of_person.get(person_id, {})
            for account in self._accounts.of_person(person_id):
                names |= self._of_account.get(account, {})
        return self._sorted(names)

    def impose(self, penalty: Penalty) -> None:
        """A new penalty or hold."""
        self._of_account.setdefault(_whose(penalty), {})[penalty.id] = None
        if penalty.person_id is not None:
            self._of_person.setdefault(penalty.person_id, {})[penalty.id] = None
        if penalty.violation_id is not None:
            self._of_violation.setdefault(penalty.violation_id, {})[penalty.id] = None
        if penalty.linked_account_id is not None:
            self._of_link.setdefault(penalty.linked_account_id, {})[penalty.id] = None
        counted = self._tally.holds if penalty.is_hold else self._tally.imposed
        counted[f"track {int(penalty.track)}"] += 1
        self._put(penalty, penalty.starts_ms)

    def impose_none(self, violation: Violation, at_ms: int, why: str) -> None:
        """A violation that brings no penalty, and why."""
        self._lines.write(no_penalty_line(violation, at_ms, why))

    def lift(self, penalty: Penalty, now_ms: int, ends_ms: int | None = None) -> None:
        """A penalty ends now, or at an earlier time than it would have."""
        if ends_ms is None or ends_ms <= now_ms:
            self._put(replace(penalty, lifted_ms=now_ms), now_ms)
        else:
            self._put(replace(penalty, ends_ms=ends_ms), now_ms)

    def wait_on(self, penalty: Penalty, now_ms: int) -> None:
        """A penalty that was about to end goes on until something happens."""
        self._put(replace(penalty, ends_ms=None), now_ms)

    def overturn(self, penalty: Penalty, now_ms: int) -> None:
        """A penalty never was right."""
        if not penalty.is_hold:
            self._tally.overturned[f"track {int(penalty.track)}"] += 1
        self._put(replace(penalty, overturned_ms=now_ms), now_ms)

    def correct(
        self, penalty: Penalty, correction: Correction, policy: PenaltiesPolicy, now_ms: int
    ) -> None:
        """A penalty stands otherwise, because one before it was overturned."""
        self._put(restated(penalty, correction, policy), now_ms)

    def moved(self, accounts: Iterable[Account]) -> None:
        """Who is who has changed: other penalties may bind these accounts."""
        if self._all:
            self._changed.update(accounts)

    def take_changed(self, now_ms: int) -> dict[Account, list[Restriction]]:
        """What binds each account of which that changed since this was asked last."""
        if not self._changed:
            return {}
        changed, self._changed = self._changed, set()
        ordered = sorted(changed, key=lambda account: (account[0], account[1] or ""))
        return {account: self._binding(account, now_ms) for account in ordered}

    def _binding(self, account: Account, now_ms: int) -> list[Restriction]:
        return [
            Restriction(one.id, str(one.scope), one.ends_ms, one.may_apply, one.may_appeal)
            for one in self.history(*account)
            if one.binds_at(now_ms) and (one.scope in PERSONAL or _whose(one) == account)
        ]

    def _put(self, penalty: Penalty, at_ms: int) -> None:
        self._all[penalty.id] = penalty
        self._changed.add(_whose(penalty))
        if penalty.scope in PERSONAL:
            for person_id in (penalty.person_id, self._accounts.person_of(*_whose(penalty))):
                self._changed.update(self._accounts.of_person(person_id))
        self._lines.write(penalty_line(penalty, at_ms))

    def _sorted(self, names: Iterable[str]) -> list[Penalty]:
        some = (self._all[name] for name in names)
        return sorted(some, key=lambda one: (one.starts_ms, one.id))


def _whose(penalty: Penalty) -> Account:
    return penalty.enterprise_id, penalty.member_id

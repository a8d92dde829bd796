"""Who members of a replay are: the person behind an account, and what that is linked to."""

from collections.abc import Iterable
from typing import NamedTuple

from scoring.events import Event
from scoring.working import MemberKey


class Heard(NamedTuple):
    """An event of a linked account: later ones are greater, of one time the unblocking is."""

    at_ms: int
    is_unblocked: bool
    received_ms: int


class Accounts:
    """Members by person and by linked account, as `member.updated` said last."""

    def __init__(self) -> None:
        self._people: dict[MemberKey, str] = {}
        self._of_person: dict[str, set[MemberKey]] = {}
        self._links: dict[MemberKey, str] = {}
        self._linked: dict[str, set[MemberKey]] = {}
        self.heard: dict[str, Heard] = {}
        """The latest of each linked account."""

    def describe(self, event: Event) -> set[MemberKey]:
        """Takes over a `member.updated`; whoever a change of the person behind it concerns."""
        if event.member_id is None:
            return set()
        account = (event.enterprise_id, event.member_id)
        before = self._people.get(account)
        person_id, link = (event.fields.get(name) for name in ("person_id", "linked_account_id"))
        _move(account, person_id, self._people, self._of_person)
        _move(account, link, self._links, self._linked)
        if before == person_id:
            return set()
        return {account, *self.of_person(before), *self.of_person(person_id)}

    def person_of(self, enterprise_id: str, member_id: str | None) -> str | None:
        """The person behind a member, None where nobody said."""
        return None if member_id is None else self._people.get((enterprise_id, member_id))

    def of_person(self, person_id: str | None) -> Iterable[MemberKey]:
        """Every account of a person, in order."""
        return () if person_id is None else sorted(self._of_person.get(person_id, ()))

    def link_of(self, account: MemberKey) -> str | None:
        """What a member is linked to now."""
        return self._links.get(account)

    def linked_to(self, linked_account_id: str) -> list[MemberKey]:
        """Every member linked to an account now, in order."""
        return sorted(self._linked.get(linked_account_id, ()))


def _move(
    account: MemberKey,
    value: str | None,
    values: dict[MemberKey, str],
    accounts: dict[str, set[MemberKey]],
) -> None:
    before = values.pop(account, None)
    if before is not None:
        accounts[before].discard(account)
    if value is not None:
        values[account] = value
        accounts.setdefault(value, set()).add(account)

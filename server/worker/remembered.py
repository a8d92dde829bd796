"""Views of accounts kept between the batches of a shard, so that they need not be read each time.

They are right at one place of one lease: nothing but the commit of a batch changes views, and it
moves the place. So a batch takes them at the place it begins from, and gives them back at the one
that its commit came to. What fails in between gives nothing back, and the next takes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from scoring.views import EnterpriseView, MemberView
from scoring.working import MemberKey, Needs, Working
from server.records.leases import Lease

MOST = 1_000
"""Accounts of a kind that are kept of a shard, those of the last batches: some KB each, 20 KB with
150 adds that wait for an answer."""

KeyT = TypeVar("KeyT", bound=Hashable)
ViewT = TypeVar("ViewT")


@dataclass(slots=True)
class Remembered:
    """What one holder of a shard's lease remembers; `most` accounts of a kind."""

    most: int = MOST
    _place: tuple[int, int] | None = None
    """Fence and folded seq at which the views stand; None: at none."""
    _enterprises: dict[str, EnterpriseView] = field(default_factory=dict)
    _members: dict[MemberKey, MemberView] = field(default_factory=dict)

    def begin(self, lease: Lease) -> None:
        """A batch begins at the lease's place: what stood at another is forgotten.

        Whoever loads proves by `leases.check` that the record is at that place, too.
        """
        if self._place != _place_of(lease):
            self._enterprises.clear()
            self._members.clear()
        self._place = None

    def take(self, needs: Needs, working: Working) -> Needs:
        """Moves what is remembered of `needs` to `working`; returns what is to be loaded."""
        enterprises = _move(needs.enterprises, self._enterprises, working.enterprises)
        members = _move(needs.members, self._members, working.members)
        return Needs(enterprises, members, needs.relations, needs.contacts)

    def end(self, lease: Lease, working: Working) -> None:
        """The batch was committed, and moved the lease here: its accounts are remembered."""
        self._enterprises |= working.enterprises
        self._members |= working.members
        _cut(self._enterprises, self.most)
        _cut(self._members, self.most)
        self._place = _place_of(lease)


def _place_of(lease: Lease) -> tuple[int, int]:
    return lease.fence, lease.folded_seq


def _move(keys: set[KeyT], known: dict[KeyT, ViewT], to: dict[KeyT, ViewT]) -> set[KeyT]:
    """Returns the keys that are not known."""
    missing = set()
    for key in keys:
        view = known.pop(key, None)
        if view is None:
            missing.add(key)
        else:
            to[key] = view
    return missing


def _cut(known: dict[KeyT, ViewT], most: int) -> None:
    """Forgets those that were used longest ago: what is used is taken out, and put in last."""
    for key in list(known)[: max(0, len(known) - most)]:
        del known[key]

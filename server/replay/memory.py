"""What the fold remembers: accounts in memory, relations and contacts as far as they are in use.

The least recently used overflow into a temporary SQLite file, so a replay takes memory for the
accounts and for what goes on now, however long the files are.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from scoring.views import ContactView, Relation
from scoring.working import Needs, Working

KEEP = 50_000
"""Relations, and as many contacts, that stay in memory between batches."""

_CHUNK = 500
_SPARE = 0.9

KeyT = TypeVar("KeyT", bound=tuple[str, ...])
ViewT = TypeVar("ViewT")


class Memory:
    """The views of a replay; `path` is a file that may overflow, and goes with its directory."""

    def __init__(self, path: Path, keep: int = KEEP) -> None:
        self.working = Working()
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self._relations = Overflow(
            self._database,
            "relations",
            self.working.relations,
            (Relation.from_json, Relation.to_json),
            keep,
        )
        self._contacts = Overflow(
            self._database,
            "contacts",
            self.working.contacts,
            (ContactView.from_json, ContactView.to_json),
            keep,
        )

    def load(self, needs: Needs) -> None:
        """Puts what is remembered of those keys into `working`; accounts always are there."""
        self._relations.load(needs.relations)
        self._contacts.load(needs.contacts)

    def settle(self) -> None:
        """After a batch: what it changed is remembered, what was not used for long overflows."""
        changed = self.working.changed
        self._relations.settle(changed.relations)
        self._contacts.settle(changed.contacts)
        changed.clear()

    def texts(self, name: str, keep: int = KEEP) -> "Overflow[tuple[str, ...], str]":
        """A further table of texts, kept in the same way."""
        return Overflow(self._database, name, {}, (str, str), keep)

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


class Overflow(Generic[KeyT, ViewT]):
    """A dict by key, least recently used first, that writes what it drops and finds it again."""

    def __init__(
        self,
        database: sqlite3.Connection,
        table: str,
        views: dict[KeyT, ViewT],
        codec: tuple[Callable[[str], ViewT], Callable[[ViewT], str]],
        keep: int,
    ) -> None:
        self.views = views
        self._database = database
        self._read, self._write = codec
        self._keep = keep
        self._unsaved: set[KeyT] = set()
        self._has_overflowed = False
        self._insert = f"INSERT OR REPLACE INTO {table} VALUES (?, ?)"  # noqa: S608 (our own names)
        self._select = f"SELECT key, data FROM {table} WHERE key IN "  # noqa: S608
        database.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID")

    def load(self, keys: Collection[KeyT]) -> None:
        """Makes the keys the most recently used; those that overflowed come back."""
        views = self.views
        missing: dict[str, KeyT] = {}
        for key in keys:
            view = views.pop(key, None)
            if view is not None:
                views[key] = view
            elif self._has_overflowed:
                missing["/".join(key)] = key
        names = iter(missing)
        while some := list(islice(names, _CHUNK)):
            marks = ",".join("?" * len(some))
            for name, data in self._database.execute(f"{self._select}({marks})", some):
                views[missing[name]] = self._read(data)

    def settle(self, changed: Iterable[KeyT]) -> None:
        """Notes what changed and drops the least recently used beyond what may stay."""
        self._unsaved.update(changed)
        views = self.views
        if len(views) <= self._keep:
            return
        self._has_overflowed = True
        dropped = list(islice(views, len(views) - int(self._keep * _SPARE)))
        unsaved = [key for key in dropped if key in self._unsaved]
        self._unsaved.difference_update(unsaved)
        self._database.execute("BEGIN")
        self._database.executemany(
            self._insert, [("/".join(key), self._write(views[key])) for key in unsaved]
        )
        self._database.execute("COMMIT")
        for key in dropped:
            del views[key]

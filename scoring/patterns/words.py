"""Evidence in words: which contacts and adds, by their hashes, and when; the last few of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

SHOWN = 4
"""How many of the last contributing events a state remembers."""

Cited = list[Any]
"""[at ms, what, contact's hash, event id]"""

_SAYS = {
    "blocked": "contact {} blocked the member",
    "complained": "contact {} complained about the member",
    "declined": "contact {} declined",
    "added": "contact {} was added",
    "denied": "contact {} would have been added, but a limit was reached",
    "searched": "the number of contact {} was searched",
    "missed": "a number was searched that nobody has",
}


def cite(cited: Sequence[Cited], at_ms: int, what: str, contact: str, event_id: str) -> list[Cited]:
    """The last events with one more."""
    return [*cited, [at_ms, what, contact, event_id]][-SHOWN:]


def sentences(cited: Sequence[Cited]) -> tuple[str, ...]:
    """One sentence for each, oldest first."""
    return tuple(f"{moment(at)}: {_SAYS[what].format(contact)}" for at, what, contact, _ in cited)


def ids(cited: Sequence[Cited]) -> tuple[str, ...]:
    """The ids of those that have one, oldest first."""
    return tuple(event_id for *_, event_id in cited if event_id)


def moment(at_ms: int) -> str:
    """A time as reviewers read it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")

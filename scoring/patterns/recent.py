"""The last adds of a member, and the last blocks and complaints: what flags and cases cite.

Kept once per member, for all patterns: [at ms, what, contact's hash, event id], oldest first.
"""

from collections.abc import Sequence
from typing import Any

from scoring.patterns.shape import Answer, Attempt
from scoring.patterns.words import moment
from scoring.views import EnterpriseView, MemberView

NAME = "recent"
SHOWN = 3
"""How many of each are kept."""

_SAYS = {
    "ok": "contact {} was added",
    "blocked": "contact {} blocked the member",
    "complained": "contact {} complained about the member",
}
_DENIED = "contact {} would have been added, but was denied"

Cited = tuple[tuple[str, ...], tuple[str, ...]]
"""Sentences, and the ids of those events that have one; oldest first."""


def note_add(attempt: Attempt, view: MemberView) -> None:
    """Remembers a request, with its reason."""
    _note(view, "adds", attempt.at_ms, attempt.reason, attempt.contact, attempt.event_id)


def note_answer(answer: Answer, view: MemberView | EnterpriseView) -> None:
    """Remembers a block or a complaint; other outcomes are not cited."""
    if answer.after in ("blocked", "complained"):
        _note(view, "hard", answer.at_ms, answer.after, str(answer.contact), answer.event_id)


def adds(view: MemberView) -> Cited:
    """The last requests in words, and their ids."""
    return _cited(view, "adds")


def hard(view: MemberView | EnterpriseView) -> Cited:
    """The last blocks and complaints in words, and their ids."""
    return _cited(view, "hard")


def _note(view: MemberView | EnterpriseView, which: str, *event: Any) -> None:
    kept = view.patterns.setdefault(NAME, {}).setdefault(which, [])
    kept.append([*event])
    del kept[:-SHOWN]


def _cited(view: MemberView | EnterpriseView, which: str) -> Cited:
    found: Sequence[Sequence[Any]] = view.patterns.get(NAME, {}).get(which, ())
    said = tuple(
        f"{moment(at)}: {_SAYS.get(what, _DENIED).format(contact)}"
        for at, what, contact, _ in found
    )
    return said, tuple(event_id for *_, event_id in found if event_id)

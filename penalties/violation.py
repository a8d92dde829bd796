"""A violation: who did what when, how it came to be known, and how grave it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from penalties.catalogue import Track
from penalties.penalty import Severity, Source
from penalties.restrictions import Scope

OWN_IDS = "auto:"
"""What ids of violations begin with that the service makes out of others: nobody may report one."""

ViolationState = Literal["reported", "upheld", "dismissed", "overturned"]
Change = Literal["uphold", "dismiss", "overturn"]

TRANSITIONS: Mapping[tuple[ViolationState, Change], ViolationState] = MappingProxyType(
    {
        ("reported", "uphold"): "upheld",
        ("upheld", "uphold"): "upheld",
        ("reported", "dismiss"): "dismissed",
        ("upheld", "overturn"): "overturned",
    }
)
"""What becomes of a violation; what is not here is not allowed. One that is upheld again turned out
to be graver."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an enterprise block rests on, in words of whoever asks for it (DSA 23(3)).

    `without` counts the members who are hit and have no violation of their own.
    """

    number: str
    share: str
    gravity: str
    intent: str
    without: int | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation. `member_id` None: of the enterprise as a whole.

    `scopes` are account blocks asked for beside the member's (severe ones only). `occurred_ms` is
    when the conduct took place, the last of it where it lasted. `contacts` are hashes of those
    whose feedback it rests on. `linked_account_id`: the account of another service that was
    blocked (track 2).
    """

    id: str
    type: str
    track: Track
    severity: Severity
    source: Source
    enterprise_id: str
    member_id: str | None
    occurred_ms: int
    scopes: frozenset[Scope] = frozenset()
    facts: str = ""
    evidence: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    grounds: Grounds | None = None
    linked_account_id: str | None = None

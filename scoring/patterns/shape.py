"""What patterns see and what they say."""

from typing import NamedTuple


class Attempt(NamedTuple):
    """An active add was asked for (hand-overs excluded); `reason` is `ok` where it was allowed.

    `colleagues` are those who added the same contact within the policy's days; where there are any,
    `company_nats` is what the outcomes of the whole enterprise weigh. `asked_again` counts requests
    since the contact refused this member, this one included. `event_id` is the decision's.
    """

    at_ms: int
    day: int
    event_id: str
    contact: str
    reason: str
    colleagues: tuple[str, ...] = ()
    company_nats: float = 0.0
    asked_again: int = 0


class Search(NamedTuple):
    """A phone number was searched: hash of its block of 10,000, its last four digits.

    `missed`: nobody has it, so `contact` is empty.
    """

    at_ms: int
    event_id: str
    contact: str
    block: str
    tail: str
    missed: bool


class Answer(NamedTuple):
    """The outcome of one active add (hand-overs excluded) changed; None: nothing that counts.

    `contact` is None where only the passing of time made the outcome (`ignored`). `added_ms` is
    when the add was made, `warm` says how (DOMAIN §1), `greeting` is its hash or empty.
    """

    at_ms: int
    contact: str | None
    before: str | None
    after: str | None
    added_ms: int = 0
    warm: bool = False
    greeting: str = ""
    member_id: str = ""
    event_id: str = ""


class Signal(NamedTuple):
    """A pattern fired: the statistic, the threshold that it reached, and why, in words.

    `events` are the last contributing ones, oldest first.
    """

    pattern: str
    mode: str
    statistic: float
    threshold: float
    evidence: tuple[str, ...]
    events: tuple[str, ...] = ()

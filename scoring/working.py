"""What a run of events is folded over: the views it needs, which of them changed, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scoring.views import ContactView, EnterpriseView, MemberView, Relation

MemberKey = tuple[str, str]
"""(enterprise, member)"""
RelationKey = tuple[str, str, str]
"""(enterprise, member, contact)"""
ContactKey = tuple[str, str]
"""(enterprise, contact)"""


@dataclass(slots=True)
class Needs:
    """Keys of the views that events may touch: to be loaded before they are folded."""

    enterprises: set[str] = field(default_factory=set)
    members: set[MemberKey] = field(default_factory=set)
    relations: set[RelationKey] = field(default_factory=set)
    contacts: set[ContactKey] = field(default_factory=set)

    def clear(self) -> None:
        """Forgets every key."""
        for keys in (self.enterprises, self.members, self.relations, self.contacts):
            keys.clear()


@dataclass(slots=True)
class Working:
    """Loaded views by key (what is absent does not exist yet) and the keys the fold changed."""

    enterprises: dict[str, EnterpriseView] = field(default_factory=dict)
    members: dict[MemberKey, MemberView] = field(default_factory=dict)
    relations: dict[RelationKey, Relation] = field(default_factory=dict)
    contacts: dict[ContactKey, ContactView] = field(default_factory=dict)
    changed: Needs = field(default_factory=Needs)


@dataclass(frozen=True, slots=True)
class Cooldown:
    """No active add of the contact until then, by the member or (None) by the whole enterprise."""

    enterprise_id: str
    contact: str
    member_id: str | None
    until_ms: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A pattern fired: `statistic` reached `threshold`; `evidence` in words, oldest first.

    `adds_before` counts the account's allowed adds up to the flag; `member_id` None: the whole
    enterprise. `events` names the last contributing events, oldest first: `decision_id` of an add,
    `event_id` of what was reported; those that have neither are missing.
    """

    at_ms: int
    enterprise_id: str
    member_id: str | None
    pattern: str
    mode: str
    statistic: float
    threshold: float
    adds_before: int
    evidence: tuple[str, ...]
    events: tuple[str, ...] = ()


Level = Literal["review", "enforce"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A case is called for: it opens one, or joins the one that the account has open.

    `enforce` wants the member's active adds held, `review` only wants a person to look. `member_id`
    None: the whole enterprise, which is never enforced and has no `posterior` (probability that the
    member abuses adding, 0–1). `contributions` are the nats that each pattern adds to the log-odds,
    `patterns` those that speak for the case, strongest first; `evidence`, `events` and
    `adds_before` are as of a flag.
    """

    at_ms: int
    enterprise_id: str
    member_id: str | None
    level: Level
    posterior: float | None
    contributions: Mapping[str, float]
    patterns: tuple[str, ...]
    adds_before: int
    evidence: tuple[str, ...]
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refund:
    """The request never reached the contact: the decision is to be cancelled."""

    decision_id: str


CountKey = tuple[str, str, int]
"""(enterprise, member or '' for the enterprise as a whole, local day)"""


@dataclass(slots=True)
class Effects:
    """What a run of events calls for beside the views; `counts` adds up history by account and day.

    The names of counts: requested, allowed, charged, denied_<reason>, accepted, declined, deleted,
    blocked, complained.
    """

    cooldowns: list[Cooldown] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    counts: dict[CountKey, dict[str, int]] = field(default_factory=dict)

    def count(self, enterprise_id: str, member_id: str, day: int, name: str, by: int = 1) -> None:
        """Adds to a figure of the member's local day and of its enterprise's."""
        counts = self.counts
        for key in ((enterprise_id, member_id, day), (enterprise_id, "", day)):
            figures = counts.get(key)
            if figures is None:
                figures = counts[key] = {}
            figures[name] = figures.get(name, 0) + by

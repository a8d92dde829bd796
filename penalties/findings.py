"""Findings: what patterns show of an account opens its case, or joins it, and may enforce it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from penalties.cases import Case, Hold, Level
from penalties.policy import BreakerLimit, PenaltiesPolicy

MOST_EVIDENCE = 40
"""Sentences that a case keeps, and ids of events: the last ones."""
MOST_FLAGS = 200

_HOUR_MS = 3_600_000
_RANK: Mapping[Level, int] = MappingProxyType({"review": 0, "enforce": 1})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one event showed of an account; `contributions` are nats by pattern.

    `posterior` is a probability, None for an enterprise; `flags` are ids of what it raised.
    """

    at_ms: int
    enterprise_id: str
    member_id: str | None
    level: Level
    posterior: float | None
    contributions: Mapping[str, float]
    patterns: Sequence[str]
    adds_before: int
    evidence: Sequence[str]
    events: Sequence[str] = ()
    flags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """What the circuit breaker looks at: a local day, the seats, the cases enforced on that day."""

    day: int
    seats: int
    enforced_here: int
    enforced_in_all: int


def opened(case_id: str, found: Finding, policy_version: int) -> Case:
    """A new case out of its first finding."""
    return Case(
        id=case_id,
        enterprise_id=found.enterprise_id,
        member_id=found.member_id,
        level=_level(found),
        posterior=found.posterior,
        contributions=found.contributions,
        patterns=tuple(dict.fromkeys(found.patterns)),
        flags=_last((), found.flags, MOST_FLAGS),
        evidence=_last((), found.evidence, MOST_EVIDENCE),
        events=_last((), found.events, MOST_EVIDENCE),
        adds_before=found.adds_before,
        opened_ms=found.at_ms,
        changed_ms=found.at_ms,
        policy_version=policy_version,
    )


def joined(case: Case, found: Finding) -> Case:
    """The account's open case with one finding more."""
    return replace(
        case,
        level=max(case.level, _level(found), key=_RANK.__getitem__),
        posterior=found.posterior,
        contributions=found.contributions,
        patterns=tuple(dict.fromkeys((*case.patterns, *found.patterns))),
        flags=_last(case.flags, found.flags, MOST_FLAGS),
        evidence=_last(case.evidence, found.evidence, MOST_EVIDENCE),
        events=_last(case.events, found.events, MOST_EVIDENCE),
        changed_ms=max(case.changed_ms, found.at_ms),
    )


def enforced(
    case: Case, now_ms: int, today: Today, policy: PenaltiesPolicy
) -> tuple[Case, BreakerLimit | None]:
    """A case that asks for it, held from now or put off; and the limit that put it off."""
    bound = policy.circuit_breaker.bound(today.enforced_here, today.enforced_in_all, today.seats)
    if bound is not None:
        return replace(case, deferred_day=today.day, changed_ms=max(case.changed_ms, now_ms)), bound
    hold = Hold(now_ms, now_ms + policy.holds.active_adds_h * _HOUR_MS)
    held = replace(
        case,
        enforced_day=today.day,
        deferred_day=None,
        hold=hold,
        changed_ms=max(case.changed_ms, now_ms),
    )
    return held, None


def _level(found: Finding) -> Level:
    return found.level if found.member_id is not None else "review"


def _last(known: Iterable[T], new: Iterable[T], most: int) -> tuple[T, ...]:
    """The last ones in order; one that comes again moves to its new place."""
    fresh = dict.fromkeys(new)
    return (*(one for one in known if one not in fresh), *fresh)[-most:]

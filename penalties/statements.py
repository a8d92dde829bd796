"""Statements of reasons: what was taken and until when, for what, by whom, how to object (DSA 17).

They are made when a penalty is imposed, for whom it hits. They name no reporter, no contact and no
threshold (DOMAIN §7): what is said of patterns is what anyone may know.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from penalties.appeals import may_appeal, may_apply, sort_of
from penalties.penalty import Penalty, Source
from penalties.policy import PenaltiesPolicy
from penalties.restrictions import Scope
from penalties.rules import Rule
from penalties.violation import Grounds

_MEASURES: Mapping[Scope, str] = MappingProxyType(
    {
        Scope.ACTIVE_ADDS: "The member cannot add external contacts; being added still works",
        Scope.INTEROP: "The member cannot use functions that reach outside the enterprise",
        Scope.MEMBER_ACCOUNT: "The member's account is blocked",
        Scope.ADMIN_ACCOUNT: "The enterprise's administrator account is blocked but for appeals",
        Scope.ENTERPRISE_ACCOUNT: "The enterprise's account is blocked",
    }
)
_SOURCES: Mapping[Source, str] = MappingProxyType(
    {
        "user_report": "Reported by users.",
        "own_initiative": "Found by the platform's staff.",
        "automated": "Detected by automated means.",
    }
)
_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "hard_negatives": "contacts blocked or complained unusually often",
        "outcome_shift": "contacts answered far less favourably than is usual",
        "sequential_numbers": "numbers were searched in sequence or from a few blocks",
        "machine_timing": "contacts were added in the rhythm of a machine",
        "target_collision": "the same contacts were added by several members",
        "repeat_target": "contacts who had refused were asked again",
        "burst_pressure": "requests kept on against their limits",
        "greeting_reuse": "one greeting was sent that many contacts refused",
    }
)


def facts_of_patterns(patterns: Sequence[str]) -> str:
    """What patterns stand for, as whom they hit may know it."""
    known = [_PATTERNS[name] for name in patterns if name in _PATTERNS]
    seen = "; ".join(known) or "adding that contacts did not welcome"
    return f"Signs of malicious addition of external contacts: {seen}."


def in_words(grounds: Grounds) -> str:
    """What an account block rests on, for the enterprise that it hits."""
    hit = "" if grounds.without is None else f" Members without a violation hit: {grounds.without}."
    return (
        f"Number: {grounds.number}. Share: {grounds.share}. Gravity: {grounds.gravity}. "
        f"Intent: {grounds.intent}.{hit}"
    )


def statement_of(
    penalty: Penalty, rule: Rule, clause: str, facts: str, policy: PenaltiesPolicy
) -> Mapping[str, str | bool]:
    """The statement of one penalty; `clause` is where the violation itself is forbidden."""
    where = rule.clause if clause in rule.clause else f"{clause}, {rule.clause}"
    return {
        "measure": measure_of(penalty),
        "facts": facts,
        "source": _SOURCES[penalty.source],
        "automated_detection": penalty.source == "automated",
        "automated_decision": penalty.automated,
        "decided_by": _decided_by(penalty),
        "clause": where,
        "rule": rule.text,
        "redress": redress_of(penalty, policy),
    }


def measure_of(penalty: Penalty) -> str:
    """What it takes and until when."""
    over_ms = penalty.over_ms
    if over_ms is not None:
        until = f"until {_instant(over_ms)}"
    else:
        until = "for good" if penalty.is_permanent else "until the linked account is unblocked"
    return f"{_MEASURES[penalty.scope]}, {until}."


def redress_of(penalty: Penalty, policy: PenaltiesPolicy) -> str:
    """How to object."""
    days = policy.redress.appeal_window_days
    ways = []
    if may_apply(penalty):
        ways.append("The enterprise's administrator may apply once for unblocking.")
    if may_appeal(penalty, policy):
        who = (
            "The administrator account" if penalty.member_id is None else "Member or administrator"
        )
        what = "wrong_link or stale_state" if sort_of(penalty) == "linked" else "a mistake"
        ways.append(f"{who} may appeal within {days} days, claiming {what}.")
    return " ".join(ways) or "It is final: neither an application nor an appeal is open."


def _decided_by(penalty: Penalty) -> str:
    number = len(penalty.decided_by)
    if penalty.automated or not number:
        return "The service, by its published rules."
    return "One reviewer." if number == 1 else "Two reviewers."


def _instant(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

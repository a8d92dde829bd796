"""The published rules, one for each sentence of the seed that takes or grants something.

A statement of reasons quotes the rule it rests on, `docs/penalties.md` lists them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Rule:
    """`clause` is where the seed has it, `text` what we make of it, in words for whom it hits."""

    id: str
    clause: str
    text: str


_TABLE = (
    Rule(
        "hold.pattern",
        "§2.2",
        "While a person has yet to look at signs of malicious addition, active adds are held, "
        "for a limited time and without a strike.",
    ),
    Rule(
        "hold.report",
        "§4.2",
        "While a second person has yet to decide about a severe or permanent measure, or a first "
        "one about an automated report, external functions are held for a limited time.",
    ),
    Rule(
        "ladder.first",
        "§2.2 (1)",
        "The first violation withholds external functions for a short time; the administrator may "
        "apply for unblocking.",
    ),
    Rule(
        "ladder.second",
        "§2.2 (2)",
        "A second violation withholds external functions for a short time; nobody can apply for "
        "unblocking.",
    ),
    Rule("ladder.third", "§2.2 (3)", "A third violation withholds external functions for good."),
    Rule(
        "ladder.severe",
        "§2.2 Note",
        "Where it caused a bad influence, the member account is blocked whatever the number of "
        "violations, and the enterprise and administrator accounts may be, too.",
    ),
    Rule(
        "linked.blocked",
        "§3.2",
        "While the linked WeChat account is blocked, external functions are withheld, others are "
        "not; within 24 hours of its unblocking they come back by themselves.",
    ),
    Rule(
        "linked.severe",
        "§3.2",
        "Where the impact is bad, the account is blocked, and the administrator and enterprise "
        "accounts may be, too.",
    ),
    Rule("permanent.member", "§4.2", "The member account is blocked for good."),
    Rule(
        "permanent.severe",
        "§4.2",
        "Where the impact is bad, the member account is blocked for good, and the administrator "
        "and enterprise accounts may be at the same time.",
    ),
)
RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _TABLE})

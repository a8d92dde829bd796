"""What a verdict would be without one of its patterns, from one pass with all of them.

A pattern in shadow adds nothing to the log-odds and changes no other pattern's state, so the
others' verdict follows from the same contributions. Only of the two patterns of a tool, of which
the stronger counts, the weaker has to be asked for anew. A test compares this with passes in which
the pattern is in shadow.
"""

from collections.abc import Mapping

from scoring import verdict
from scoring.patterns import machine_timing, sequential_numbers
from scoring.patterns.policy import Patterns, log_odds
from scoring.views import MemberView
from scoring.working import Level

WHOLE = ""
"""The verdict with all patterns."""
_TOOLS = (sequential_numbers.NAME, machine_timing.NAME)


class Ablation:
    """The verdicts' levels of one policy and of those without one of its fused patterns."""

    def __init__(self, patterns: Patterns) -> None:
        self._whole = patterns
        self._least_nats = log_odds(patterns.verdict.review) - patterns.verdict.prior_nats
        self._without = {name: without(patterns, name) for name in verdict.WEIGHED}
        self.names = (WHOLE, *verdict.WEIGHED)

    def may_matter(self, found: Mapping[str, float]) -> bool:
        """Whether any of the verdicts can be one at all: no sum is above that of what speaks."""
        return sum([nats for nats in found.values() if nats > 0]) >= self._least_nats

    def level(self, name: str, view: MemberView, found: Mapping[str, float]) -> Level | None:
        """What evidence calls for without that pattern."""
        policy = self._without.get(name, self._whole)
        if name in _TOOLS and found[name]:
            found = verdict.contributions(view, policy)
        elif name:
            found = {**found, name: 0.0}
        return verdict.level(found, verdict.posterior(found, policy), policy)


def without(patterns: Patterns, name: str) -> Patterns:
    """The same with that pattern in shadow."""
    section = getattr(patterns, name).model_copy(update={"mode": "shadow"})
    return patterns.model_copy(update={name: section})

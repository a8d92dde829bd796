"""The CUSUM that three patterns share: blocks and complaints among the outcomes of active adds.

S = max(floor, S + w), w the log likelihood ratio of the outcome under a rate of .12 against .045;
deletions weigh nothing. A contact's later, worse outcome replaces its term. [Page, Continuous
inspection schemes, 1954]
"""

from scoring.patterns.policy import HardNegatives
from scoring.patterns.shape import Answer


def is_hard(outcome: str | None) -> bool:
    """Whether an outcome is a block or a complaint."""
    return outcome in ("blocked", "complained")


def step(answer: Answer, numbers: HardNegatives) -> float:
    """What an outcome adds to the statistic, less what the one that it replaces had added."""
    return _term(answer.after, numbers) - _term(answer.before, numbers)


def fires(answer: Answer, moved: float, statistic: float, numbers: HardNegatives) -> bool:
    """Whether the outcome brought the statistic to its threshold; taking back brings nothing."""
    return answer.after is not None and moved > 0 and statistic >= numbers.threshold


def _term(outcome: str | None, numbers: HardNegatives) -> float:
    if outcome is None:
        return 0.0
    if outcome == "deleted":
        return numbers.deleted
    return numbers.negative if is_hard(outcome) else numbers.other

"""What the outcomes of a member's active adds say, in nats: abusers of every kind against honest.

A member's rate of hard negatives is taken as Gamma distributed around that of its kind, the share
of acceptances among accepted and declined as Beta distributed, each kind as one component of a
mixture; so the evidence of a member saturates where members of both sides behave alike, however
many adds there are. [Gelman et al., Bayesian Data Analysis, ch. 2 and 5]

Being ignored is not weighed, it only counts as an add: honest telesales and abusers are ignored
alike (DOMAIN §5), and what is not answered yet looks the same.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, lgamma, log
from operator import itemgetter
from typing import NamedTuple

from scoring.patterns import outcome_shift
from scoring.patterns.policy import Fusion, Patterns
from scoring.views import MemberView

HOUR_MS = 3_600_000
_ADDED_MS = itemgetter(0)


class Nats(NamedTuple):
    """Log likelihood ratio, abusive to honest.

    `hard`: of blocks and complaints alone. `outcomes`: with acceptances and declines.
    """

    hard: float
    outcomes: float


NOTHING = Nats(0.0, 0.0)


def of_outcomes(view: MemberView, policy: Patterns) -> Nats:
    """The evidence of a member's outcomes up to its last event.

    An abuser may be one all along, or have become one when outcomes last were good: the mixture of
    both, by the policy's `changed`.
    """
    state = view.patterns.get(outcome_shift.NAME)
    if state is None:
        return NOTHING
    numbers = policy.verdict
    unanswered = _unanswered(view, numbers)
    always = of_tally(state["all"], unanswered, numbers)
    lately = of_tally(state["run"], unanswered, numbers)
    return Nats(
        _mixed(always.hard, lately.hard, numbers.changed),
        _mixed(always.outcomes, lately.outcomes, numbers.changed),
    )


def outcomes_are_poor(view: MemberView, policy: Patterns) -> bool:
    """Whether outcomes speak against a member at all."""
    return of_outcomes(view, policy).outcomes > 0


def of_tally(tally: Sequence[int], unanswered: float, numbers: Fusion) -> Nats:
    """The evidence of a tally (`outcome_shift`), with so many adds that wait for an answer."""
    accepted, declined, hard, other = tally
    adds = accepted + declined + hard + other + unanswered
    shape = numbers.hard_shape
    sides = []
    for components in (numbers.abusive_components, numbers.honest_components):
        by_hard, by_both = [], []
        for each in components:
            found = each.log_hard - (shape + hard) * log(each.per_hard + adds)
            by_hard.append(found)
            answers = lgamma(each.accepted + accepted) + lgamma(each.declined + declined)
            by_both.append(found + answers - each.log_answers)
        sides.append((_log_sum(by_hard), _log_sum(by_both)))
    (hard_bad, both_bad), (hard_good, both_good) = sides
    return Nats(hard_bad - hard_good, both_bad - both_good)


def _unanswered(view: MemberView, numbers: Fusion) -> float:
    """Adds without an answer, the young ones at their weight."""
    waiting = view.opened
    old = bisect_right(waiting, view.clock_ms - numbers.young_h * HOUR_MS, key=_ADDED_MS)
    return old + (len(waiting) - old) * numbers.young_weight


def _mixed(always: float, lately: float, changed: float) -> float:
    return _log_sum([always + log(1.0 - changed), lately + log(changed)])


def _log_sum(logs: Sequence[float]) -> float:
    most = max(logs)
    return most + log(sum([exp(each - most) for each in logs]))

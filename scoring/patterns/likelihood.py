"""What the outcomes of a member's active adds say, in nats: abusers of every kind against honest.

A member's rate of blocks and complaints is taken as Gamma distributed around that of its kind, the
share of acceptances among accepted and declined as Beta distributed; kinds are the components of a
mixture on either side. So the evidence on a member saturates where members of both sides behave
alike, however many adds there are. [Gelman et al., Bayesian Data Analysis, ch. 2 and 5]

Being ignored is not weighed, it only counts as an add: honest telesales and abusers are ignored
alike (DOMAIN §5), and what is not answered yet looks the same.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, lgamma, log
from operator import itemgetter
from typing import NamedTuple

from scoring.patterns import enterprise_negatives, outcome_shift
from scoring.patterns.policy import Component, Fusion, Patterns
from scoring.views import EnterpriseView, MemberView

HOUR_MS = 3_600_000


class Nats(NamedTuple):
    """A logarithm of a likelihood, or of a ratio of two.

    `hard`: of blocks and complaints alone. `outcomes`: with acceptances and declines.
    """

    hard: float
    outcomes: float


NOTHING = Nats(0.0, 0.0)


def of_outcomes(view: MemberView, policy: Patterns) -> Nats:
    """The evidence of a member's outcomes up to its last event, abusive to honest.

    An abuser may be one all along, or have become one when outcomes last were good, after a past as
    an honest member: the mixture of both, by the policy's `changed`. An honest member goes on as
    its own past lets expect.
    """
    state = view.patterns.get(outcome_shift.NAME)
    if state is None:
        return NOTHING
    numbers = policy.verdict
    waiting = _waiting(view, numbers)
    whole, run = state["all"], state["run"]
    past = [max(0, each - lately) for each, lately in zip(whole, run, strict=True)]
    abusive, honest = numbers.abusive_components, numbers.honest_components
    good = _of_side(honest, whole, waiting, numbers.hard_shape)
    bad = _of_side(abusive, whole, waiting, numbers.hard_shape)
    bad_now = _of_side(abusive, run, waiting, numbers.hard_shape)
    # What waits is held against becoming an abuser, and not against staying honest: it says little.
    good_past = _of_side(honest, past, waiting, numbers.hard_shape)
    return Nats(
        *(
            _mixed(bad[part] - good[part], bad_now[part] - good[part] + good_past[part], numbers)
            for part in (0, 1)
        )
    )


def of_company(company: EnterpriseView, policy: Patterns) -> float:
    """The evidence of the outcomes of all members together, in nats."""
    state = company.patterns.get(enterprise_negatives.NAME)
    if state is None:
        return 0.0
    numbers = policy.verdict
    # The tally of a large enterprise is halved now and then, what waits is not.
    waiting = min(sum(company.waiting.values()), sum(state["all"]))
    bad = _of_side(numbers.abusive_components, state["all"], waiting, numbers.hard_shape)
    good = _of_side(numbers.honest_components, state["all"], waiting, numbers.hard_shape)
    return bad.outcomes - good.outcomes


def outcomes_are_poor(view: MemberView, policy: Patterns) -> bool:
    """Whether outcomes speak against a member at all."""
    return of_outcomes(view, policy).outcomes > 0


def _waiting(view: MemberView, numbers: Fusion) -> float:
    """Adds without an answer, the young ones at their weight."""
    opened = view.opened
    old = bisect_right(opened, view.clock_ms - numbers.young_h * HOUR_MS, key=itemgetter(0))
    return old + numbers.young_weight * (len(opened) - old)


def _of_side(
    components: Sequence[Component], tally: Sequence[int], waiting: float, shape: float
) -> Nats:
    """Log likelihood of a tally (`outcome_shift`) and of adds that wait."""
    accepted, declined, hard, other = tally
    adds, answered = accepted + declined + hard + other + waiting, accepted + declined
    by_chance = lgamma(shape + hard) - lgamma(shape)
    by_hard, by_both = [], []
    for each in components:
        found = each.log_hard + by_chance - (shape + hard) * log(each.per_hard + adds)
        by_hard.append(found)
        if answered:
            found += lgamma(each.accepted + accepted) + lgamma(each.declined + declined)
            found -= each.log_answers + lgamma(each.accepted + each.declined + answered)
        by_both.append(found)
    return Nats(_log_sum(by_hard), _log_sum(by_both))


def _mixed(always: float, lately: float, numbers: Fusion) -> float:
    return _log_sum([always + log(1.0 - numbers.changed), lately + log(numbers.changed)])


def _log_sum(logs: Sequence[float]) -> float:
    most = max(logs)
    return most + log(sum([exp(each - most) for each in logs]))

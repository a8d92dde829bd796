"""Feedback: what contacts did, as an upper bound of the rate of negatives (DOMAIN §3).

A Beta posterior around a prior: an enterprise's is the policy's, a member's that of its colleagues.
"""

from math import sqrt
from typing import NamedTuple

from scoring.policy import ScoringPolicy
from scoring.sums import decay
from scoring.views import EnterpriseView, MemberView


class Feedback(NamedTuple):
    """How the value of the feedback part comes about."""

    rate: float
    """p: negatives among the outcomes, the prior's included."""
    weight: float
    """All outcomes, the prior's included."""
    bound: float
    """u: p and one standard deviation."""
    value: float


def feedback(view: EnterpriseView | MemberView, policy: ScoringPolicy) -> Feedback:
    """What contacts did to an account, as of its day."""
    given = policy.feedback
    prior = prior_rate(view, policy)
    negative = max(view.sums.negative, 0.0)
    weight = max(view.sums.positive, 0.0) + negative + given.prior_weight
    rate = (negative + given.prior_weight * prior) / weight
    bound = upper_bound(rate, weight)
    return Feedback(rate, weight, bound, _value(view, bound, policy))


def least_value(
    view: EnterpriseView | MemberView, before: Feedback, after: Feedback, policy: ScoringPolicy
) -> float:
    """A value that fading outcomes were not below on the way from `before` to `after`.

    Rate and weight go from one to the other without turning, but what they make of the bound may
    turn in between: so the worse rate is taken with the lesser weight.
    """
    rate, weight = max(before.rate, after.rate), min(before.weight, after.weight)
    return _value(view, max(upper_bound(rate, weight), rate + 0.5 * (rate > 0.5)), policy)


def prior_rate(view: EnterpriseView | MemberView, policy: ScoringPolicy) -> float:
    """μ: what is expected of an account that nothing is known of."""
    return view.colleagues_rate if isinstance(view, MemberView) else policy.feedback.prior_rate


def upper_bound(rate: float, weight: float) -> float:
    """A rate and one standard deviation of the Beta distribution of that weight."""
    return rate + sqrt(rate * (1.0 - rate) / (weight + 1.0))


def colleagues_rate(
    view: MemberView, company: EnterpriseView, policy: ScoringPolicy, *, days: int = 0
) -> float:
    """μ of a member: its enterprise's rate at the last midnight without it, within bounds.

    `days`: the member's sums are still to be aged by so many to stand at the enterprise's day.
    """
    given = policy.feedback
    left = decay(days, policy.outcomes.half_life_days)
    negative = max(company.frozen_negative - view.sums.negative * left, 0.0)
    positive = max(company.frozen_positive - view.sums.positive * left, 0.0)
    rate = (negative + given.prior_weight * given.prior_rate) / (
        positive + negative + given.prior_weight
    )
    return min(max(rate, given.colleagues_least), given.colleagues_most)


def _value(view: EnterpriseView | MemberView, bound: float, policy: ScoringPolicy) -> float:
    """0–1 between the worst and the best bound; in doubt not below the prior's."""
    given = policy.feedback
    if view.negative_contacts < given.doubt_contacts:
        bound = min(bound, upper_bound(prior_rate(view, policy), given.prior_weight))
    return min(max((given.worst_rate - bound) / (given.worst_rate - given.best_rate), 0.0), 1.0)

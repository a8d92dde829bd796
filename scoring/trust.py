"""Trust: five parts that add up to a score of 0–100 (the seed's §5.1; DOMAIN §3).

Everything is judged as of the view's day, to which its sums are already decayed. `member_values`
and `enterprise_values` are the arithmetic; scores with their inputs are made of the same values.
"""

from dataclasses import dataclass
from typing import NamedTuple

from scoring.feedback import feedback, prior_rate
from scoring.policy import ScoringPolicy
from scoring.views import EnterpriseView, MemberView

Account = EnterpriseView | MemberView
Inputs = dict[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: `points` = `weight` × `value` (0–1), and what the value came from."""

    name: str
    weight: float
    value: float
    points: float
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class Score:
    """Five parts in the order of the policy's weights; `total` is the sum of their points."""

    parts: tuple[Part, ...]
    total: float


class Values(NamedTuple):
    """How good each part is, 0–1, in the order of the policy's weights."""

    profile: float
    usage: float
    feedback: float
    acceptance: float
    compliance: float


def member_score(view: MemberView, company: EnterpriseView, policy: ScoringPolicy) -> Score:
    """A member's score as of its day, with everything it came from."""
    inputs: list[Inputs] = [
        _profile_inputs(company, policy)
        | {
            "own_fields": len(view.profile.intersection(policy.profile.member_fields)),
            "own_fields_asked": len(policy.profile.member_fields),
        },
        {
            "active_days": view.active_day_count(policy.usage.window_days),
            "reply_percentage": reply_percentage(view, policy),
        },
        _feedback_inputs(view, policy),
        _acceptance_inputs(view, policy),
        _compliance_inputs(view),
    ]
    return _score(member_values(view, company, policy), inputs, policy)


def enterprise_score(company: EnterpriseView, policy: ScoringPolicy) -> Score:
    """An enterprise's score as of its day, with everything it came from."""
    since = company.day - policy.movement.seat_days + 1
    inputs: list[Inputs] = [
        _profile_inputs(company, policy),
        {"seats": company.seat_count(since), "mean_usage": enterprise_usage(company, policy)},
        _feedback_inputs(company, policy),
        _acceptance_inputs(company, policy),
        _compliance_inputs(company),
    ]
    return _score(enterprise_values(company, policy), inputs, policy)


def _score(worth: Values, inputs: list[Inputs], policy: ScoringPolicy) -> Score:
    parts = tuple(
        Part(name, weight, value, weight * value, of)
        for (name, weight), value, of in zip(policy.weights.items(), worth, inputs, strict=True)
    )
    return Score(parts, total(worth, policy))


def _profile_inputs(company: EnterpriseView, policy: ScoringPolicy) -> Inputs:
    asked = policy.profile.enterprise_fields
    return {
        "verification": company.verification,
        "enterprise_fields": len(company.profile.intersection(asked)),
        "enterprise_fields_asked": len(asked),
    }


def _feedback_inputs(view: Account, policy: ScoringPolicy) -> Inputs:
    found = feedback(view, policy)
    return {
        "negative": view.sums.negative,
        "accepted": view.sums.positive,
        "prior_rate": prior_rate(view, policy),
        "prior_weight": policy.feedback.prior_weight,
        "rate": found.rate,
        "upper_bound": found.bound,
        "negative_contacts": view.negative_contacts,
    }


def _acceptance_inputs(view: Account, policy: ScoringPolicy) -> Inputs:
    return {
        "accepted": view.sums.accepted,
        "resolved": view.sums.resolved,
        "rate": acceptance_rate(view, policy),
    }


def _compliance_inputs(view: Account) -> Inputs:
    return {"violation_points": view.points, "clean_days": clean_days(view)}


def values(view: Account, company: EnterpriseView, policy: ScoringPolicy) -> Values:
    """The five values of a member or (`view` is `company`) of the enterprise."""
    if isinstance(view, MemberView):
        return member_values(view, company, policy)
    return enterprise_values(view, policy)


def member_values(view: MemberView, company: EnterpriseView, policy: ScoringPolicy) -> Values:
    """The five values of a member; its enterprise's verification and fields count for it."""
    profile = policy.profile
    share = 0.5 * field_share(company, profile.enterprise_fields)
    share += 0.5 * field_share(view, profile.member_fields)
    return Values(
        profile_value(company, share, policy),
        usage_value(view, policy),
        feedback(view, policy).value,
        acceptance_value(view, policy),
        compliance_value(view, policy),
    )


def enterprise_values(company: EnterpriseView, policy: ScoringPolicy) -> Values:
    """The five values of an enterprise; usage is the mean over its seats."""
    return Values(
        profile_value(company, field_share(company, policy.profile.enterprise_fields), policy),
        enterprise_usage(company, policy),
        feedback(company, policy).value,
        acceptance_value(company, policy),
        compliance_value(company, policy),
    )


def total(worth: Values, policy: ScoringPolicy) -> float:
    """The score of five values: weight × value, added up in their order."""
    profile = policy.profile
    return (
        (profile.verification_points + profile.fields_points) * worth.profile
        + policy.usage.points * worth.usage
        + policy.feedback.points * worth.feedback
        + policy.acceptance.points * worth.acceptance
        + policy.compliance.points * worth.compliance
    )


def field_share(view: Account, names: tuple[str, ...]) -> float:
    """Share of the named fields that are attested."""
    return len(view.profile.intersection(names)) / len(names)


def verification_share(company: EnterpriseView, policy: ScoringPolicy) -> float:
    """What the enterprise's verification is worth, 0–1."""
    if company.verification == "certified":
        return 1.0
    return policy.profile.verified if company.verification == "verified" else 0.0


def profile_value(company: EnterpriseView, share: float, policy: ScoringPolicy) -> float:
    """Completeness: verification and the share of attested fields, by their points."""
    profile = policy.profile
    points = profile.verification_points + profile.fields_points
    if points == 0:
        return 0.0
    earned = profile.verification_points * verification_share(company, policy)
    return (earned + profile.fields_points * share) / points


def usage_value(view: MemberView, policy: ScoringPolicy) -> float:
    """Active days and replies of the last `window_days`, 0–1."""
    usage = policy.usage
    days = min(view.active_day_count(usage.window_days) / usage.full_active_days, 1.0)
    replies = min(reply_percentage(view, policy) / 100.0, 1.0)
    return usage.active_days_share * days + (1.0 - usage.active_days_share) * replies


def reply_percentage(view: MemberView, policy: ScoringPolicy) -> float:
    """Percentage of the window's chats that were replied to, by chats; without chats 0."""
    since = view.day - policy.usage.window_days
    chats = replied = 0.0
    for day, (count, percentage) in view.replies.items():
        if day > since:
            chats += count
            replied += count * percentage
    return replied / chats if chats > 0 else 0.0


def enterprise_usage(company: EnterpriseView, policy: ScoringPolicy) -> float:
    """Mean usage value of the seats, 0–1; without seats 0."""
    since = company.day - policy.movement.seat_days + 1
    seats = company.seat_count(since)
    return min(company.seat_usage(since) / seats, 1.0) if seats > 0 else 0.0


def acceptance_value(view: Account, policy: ScoringPolicy) -> float:
    """Share of active adds that were accepted, 0–1 between the worst and the best rate."""
    given = policy.acceptance
    return _clamp(
        (acceptance_rate(view, policy) - given.worst_rate) / (given.best_rate - given.worst_rate)
    )


def acceptance_rate(view: Account, policy: ScoringPolicy) -> float:
    """Accepted among resolved active adds, with the prior's."""
    given, sums = policy.acceptance, view.sums
    return (max(sums.accepted, 0.0) + given.prior_accepted) / (
        max(sums.resolved, 0.0) + given.prior_resolved
    )


def compliance_value(view: Account, policy: ScoringPolicy) -> float:
    """Upheld violations and clean days, 0–1."""
    given = policy.compliance
    clean = min(clean_days(view) / given.full_clean_days, 1.0)
    left = _clamp(1.0 - view.points / given.all_points)
    return left * (given.at_once + (1.0 - given.at_once) * clean)


def clean_days(view: Account) -> int:
    """Local days since the later of activation and last violation."""
    return max(view.day - view.clean_since_day, 0)


def _clamp(value: float) -> float:
    return min(max(value, 0.0), 1.0)

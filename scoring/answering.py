"""Feedback: what a contact did after an add, and what follows for member and enterprise."""

from scoring.outcomes import (
    NEGATIVES,
    count_complainant,
    count_weight,
    grant_positive,
    negative_weight,
    present,
    replaces,
    stop_waiting,
)
from scoring.sabotage import note_negative, take_back_negative
from scoring.step import Step
from scoring.views import Relation
from scoring.working import Cooldown

DAY_MS = 86_400_000


def answered(step: Step) -> None:
    """`contact.accepted|declined|deleted|blocked|complained`.

    Any of them starts its cool-down. It scores only with provenance: after an allowed add of that
    contact by that member within `provenance_days`.
    """
    event = step.event
    outcome = event.type.removeprefix("contact.")
    _cool_down(step, outcome)
    contact, relation = step.relation()
    if relation is None or not _has_provenance(step, relation):
        return
    if outcome == "accepted":
        step.seat(event.day)
    before = present(relation, step.member)
    if not replaces(outcome, before, relation.reopened):
        return
    step.count(outcome)
    shown = _shown(relation, before)
    if relation.opened_ms:
        stop_waiting(relation, step.member, step.company, step.policy)
    elif before is not None:
        _take_back(step, relation, before)
    _count(step, contact, relation, outcome)
    if shown is not None or relation.outcome_kind == "a":
        after = _shown(relation, outcome)
        step.changed(contact, relation, shown, after)
    step.rescore = True


def _shown(relation: Relation, outcome: str | None) -> str | None:
    """The outcome as patterns see it: of active adds only, and nothing where it weighs nothing."""
    active = outcome == "ignored" or relation.outcome_kind == "a"
    return outcome if active and not relation.voided else None


def _cool_down(step: Step, outcome: str) -> None:
    days = getattr(step.policy.cooldowns, outcome, None)
    if days is None:
        return
    event = step.event
    whose = step.member_id if outcome == "declined" else None
    until_ms = event.at_ms + days * DAY_MS
    for contact in event.contact_names:
        step.effects.cooldowns.append(Cooldown(event.enterprise_id, contact, whose, until_ms))


def _has_provenance(step: Step, relation: Relation) -> bool:
    since_ms = step.event.received_ms - step.policy.outcomes.provenance_days * DAY_MS
    return relation.added_ms > 0 and relation.added_ms >= since_ms


def _count(step: Step, contact: str, relation: Relation, outcome: str) -> None:
    member, company, policy = step.member, step.company, step.policy
    relation.outcome, relation.outcome_day = outcome, step.event.day
    relation.outcome_kind, relation.reopened, relation.voided = relation.kind, False, False
    relation.asked = 0
    kind, day = relation.outcome_kind, relation.outcome_day
    step.count("resolved")
    if kind == "a":
        step.resolve(outcome, day)
    if outcome == "accepted":
        relation.positive = grant_positive(member, kind, policy)
        for account in (member, company):
            count_weight(account, day=day, positive=relation.positive, policy=policy)
    elif outcome in NEGATIVES:
        relation.voided = note_negative(step, contact, relation, outcome)
        if not relation.voided:
            weight = negative_weight(outcome, kind, policy)
            count_weight(member, day=day, negative=weight, policy=policy)
            step.count("negatives")
            member.negative_contacts += 1
            if kind == "a" and outcome == "complained":
                count_complainant(member, day, 1, policy)
    step.touch_relation(contact, relation)


def _take_back(step: Step, relation: Relation, outcome: str) -> None:
    """Undoes what the relation's present outcome counted for the member.

    The enterprise's positive goes with it; its negative belongs to the contact, see `sabotage`.
    """
    policy, kind, day = step.policy, relation.outcome_kind, relation.outcome_day
    step.count("resolved", -1, day)
    if kind == "a":
        step.resolve(outcome, day, -1)
    if outcome == "accepted":
        for account in (step.member, step.company):
            count_weight(account, day=day, positive=-relation.positive, policy=policy)
        relation.positive = 0.0
    elif outcome in NEGATIVES and not relation.voided:
        take_back_negative(step, step.member_id, relation, outcome)

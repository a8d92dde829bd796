"""One contact against one enterprise: its negatives count once (DOMAIN §1), or not at all.

A contact with negatives to more than `sabotage_members` members within the window weighs nothing:
what it counted before is taken back, from every member it went to. So does a contact of whom
`dismissed_reports` reports were dismissed.
"""

from scoring import patterns
from scoring.outcomes import (
    NEGATIVES,
    count_complainant,
    count_weight,
    negative_weight,
)
from scoring.policy import ScoringPolicy
from scoring.step import Step
from scoring.tiers import refresh
from scoring.views import NEVER, ContactView, Relation
from scoring.ways import COLD

DAY_MS = 86_400_000


def note_negative(step: Step, contact: str, relation: Relation, outcome: str) -> bool:
    """Notes the relation's negative for the enterprise; True where it weighs nothing."""
    event, outcomes = step.event, step.policy.outcomes
    key = (event.enterprise_id, contact)
    view = step.working.contacts.setdefault(key, ContactView())
    step.working.changed.contacts.add(key)
    since_ms = event.received_ms - outcomes.once_per_enterprise_days * DAY_MS
    view.negatives = {m: n for m, n in view.negatives.items() if n[1] > since_ms}
    view.negatives[step.member_id] = [outcome, event.received_ms]
    if len(view.negatives) > outcomes.sabotage_members or _is_discredited(view, step.policy):
        _void(step, contact, view)
        return True
    _count_for_enterprise(step, view, relation.outcome_kind, outcome, since_ms)
    return False


def note_dismissed(step: Step, contact: str) -> None:
    """A report of the contact turned out to be none; the policy's number of them voids all it gave.

    Nothing where the contact's negatives are too long ago to be known.
    """
    key = (step.event.enterprise_id, contact)
    view = step.working.contacts.get(key)
    if view is None:
        return
    step.working.changed.contacts.add(key)
    view.dismissed += 1
    if _is_discredited(view, step.policy):
        _void(step, contact, view)
        _void_for(step, contact, step.member_id)


def drop_negative(step: Step, contact: str, relation: Relation, outcome: str) -> None:
    """A negative weighs nothing more, neither for the member nor for its enterprise.

    What the contact gave colleagues still does: the worst of that is what the enterprise counts.
    """
    take_back_negative(step, step.member_id, relation, outcome)
    relation.voided = True
    key = (step.event.enterprise_id, contact)
    view = step.working.contacts.get(key)
    given = None if view is None else view.negatives.pop(step.member_id, None)
    if view is None or given is None:
        return
    step.working.changed.contacts.add(key)
    if [view.counted, view.counted_ms] != given:
        return
    _take_back_from_enterprise(step, view)
    _count_the_rest(step, contact, view)
    if view.counted is None and view.ever_counted:
        view.ever_counted = False
        step.company.negative_contacts -= 1


def _is_discredited(view: ContactView, policy: ScoringPolicy) -> bool:
    return view.dismissed >= policy.outcomes.dismissed_reports


def _count_for_enterprise(
    step: Step, view: ContactView, kind: str, outcome: str, since_ms: int
) -> None:
    """The worst of the contact's negatives in the window, once."""
    company, weight = step.company, negative_weight(outcome, kind, step.policy)
    if view.counted is not None and view.counted_ms > since_ms:
        if weight <= view.counted_weight:
            step.is_counted = False
            return
        _take_back_from_enterprise(step, view)
    view.counted, view.counted_ms, view.counted_day = outcome, step.event.received_ms, company.day
    _put_to_enterprise(step, view, kind, weight)
    if not view.ever_counted:
        view.ever_counted = True
        company.negative_contacts += 1


def _count_the_rest(step: Step, contact: str, view: ContactView) -> None:
    """The worst that is left of the contact's negatives, the first of equals, on its own day."""
    left = []
    for member_id, (outcome, at_ms) in view.negatives.items():
        relation = step.working.relations.get((step.event.enterprise_id, member_id, contact))
        if relation is not None and not relation.voided:
            weight = negative_weight(outcome, relation.outcome_kind, step.policy)
            left.append((-weight, at_ms, member_id, outcome, relation))
    if not left:
        return
    _, view.counted_ms, _, view.counted, relation = min(left, key=lambda one: one[:3])
    view.counted_day = relation.outcome_day
    weight = negative_weight(view.counted, relation.outcome_kind, step.policy)
    _put_to_enterprise(step, view, relation.outcome_kind, weight)


def _put_to_enterprise(step: Step, view: ContactView, kind: str, weight: float) -> None:
    policy, company, day = step.policy, step.company, view.counted_day
    view.counted_weight = weight
    view.counted_active = kind == "a" and view.counted == "complained"
    count_weight(company, day=day, negative=weight, policy=policy)
    if view.counted_active:
        count_complainant(company, day, 1, policy)


def _take_back_from_enterprise(step: Step, view: ContactView) -> None:
    policy, company = step.policy, step.company
    count_weight(company, day=view.counted_day, negative=-view.counted_weight, policy=policy)
    if view.counted_active:
        count_complainant(company, view.counted_day, -1, policy)
    view.counted, view.counted_day, view.counted_weight = None, NEVER, 0.0


def _void(step: Step, contact: str, view: ContactView) -> None:
    counted = view.counted
    if view.counted is not None:
        _take_back_from_enterprise(step, view)
    if view.ever_counted:
        view.ever_counted = False
        step.company.negative_contacts -= 1
    for member_id in view.negatives:
        if member_id != step.member_id:
            voided = _void_for(step, contact, member_id)
            if voided is not None and voided.before == counted:
                counted = None  # the enterprise's patterns saw the one that it counted
                if voided.added_ms >= step.company.judged_ms:
                    observers = patterns.OF_COMPANY_ANSWERS
                    patterns.show(voided, step.company, observers, step.policy.patterns)


def _void_for(step: Step, contact: str, member_id: str) -> patterns.Answer | None:
    """Takes a negative back from a colleague; what patterns saw of it, None for nothing."""
    enterprise_id, working = step.event.enterprise_id, step.working
    relation = working.relations.get((enterprise_id, member_id, contact))
    member = working.members.get((enterprise_id, member_id))
    if relation is None or member is None or relation.voided:
        return None
    outcome = relation.outcome
    if outcome not in NEGATIVES:
        return None
    take_back_negative(step, member_id, relation, outcome)
    relation.voided = True
    working.changed.relations.add((enterprise_id, member_id, contact))
    working.changed.members.add((enterprise_id, member_id))
    shown = None
    if relation.outcome_kind == "a" and relation.added_ms >= member.judged_ms:
        shown = _voided(step, contact, member_id, relation)
        patterns.show(shown, member, patterns.OF_ANSWERS, step.policy.patterns)
    refresh(member, step.company, step.policy, step.event.received_ms)
    return shown


def _voided(step: Step, contact: str, member_id: str, relation: Relation) -> patterns.Answer:
    """A colleague's outcome as patterns take it back; that fires nothing."""
    return patterns.Answer(
        at_ms=step.event.at_ms,
        contact=contact,
        before=relation.outcome,
        after=None,
        added_ms=relation.added_ms,
        warm=relation.way not in COLD,
        greeting=relation.greeting,
        member_id=member_id,
    )


def take_back_negative(step: Step, member_id: str, relation: Relation, outcome: str) -> None:
    """Undoes a negative's weight, contact and complainant for the member it went to."""
    enterprise_id, policy = step.event.enterprise_id, step.policy
    member = step.working.members[enterprise_id, member_id]
    kind, day = relation.outcome_kind, relation.outcome_day
    weight = negative_weight(outcome, kind, policy)
    count_weight(member, day=day, negative=-weight, policy=policy)
    step.effects.count(enterprise_id, member_id, day, "negatives", -1)
    member.negative_contacts -= 1
    if kind == "a" and outcome == "complained":
        count_complainant(member, day, -1, policy)

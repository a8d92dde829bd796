"""What violations mean for scoring: points, clean days, patterns that begin anew (DOMAIN §3, §5).

A violation is known by its id, so that being told of it twice, or of its gravity later, changes
nothing or just that; when it is overturned, everything is as if it had never been.
"""

from scoring.compliance import settle
from scoring.events import Event
from scoring.outcomes import NEGATIVES
from scoring.sabotage import drop_negative
from scoring.step import Step
from scoring.trust import Account
from scoring.views import NEVER, EnterpriseView

MOST_KEPT = 64
"""Violations that a view keeps: the last ones. Far fewer leave no points at all."""


def upheld(step: Step) -> None:
    """`violation.upheld`: of a member; adds made before raise no new flag."""
    _uphold(step.member, step.event)
    settle(step.member, step.policy)
    if step.member.upheld:
        step.company.offenders[step.member_id] = step.member.seat_day
    step.rescore = True


def overturned(step: Step) -> None:
    """`violation.overturned`: of a member; the feedback that caused it weighs nothing more."""
    _overturn(step.member, step.event)
    settle(step.member, step.policy)
    if not step.member.upheld:
        step.company.offenders.pop(step.member_id, None)
    for contact in step.event.fields.get("contacts", ()):
        _drop(step, contact)
    step.rescore = True


def enterprise_upheld(company: EnterpriseView, event: Event) -> None:
    """`violation.upheld`: of an enterprise as a whole."""
    _uphold(company, event)


def enterprise_overturned(company: EnterpriseView, event: Event) -> None:
    """`violation.overturned`: of an enterprise as a whole."""
    _overturn(company, event)


def _overturn(view: Account, event: Event) -> None:
    violation_id = event.fields["violation_id"]
    view.upheld.pop(violation_id, None)
    if violation_id not in view.overturned:
        view.overturned = [*view.overturned, violation_id][-MOST_KEPT:]


def _uphold(view: Account, event: Event) -> None:
    """Events of one violation may come in any order: none is upheld after it was overturned."""
    if event.fields["violation_id"] in view.overturned:
        return
    if view.active_since_day == NEVER:
        view.active_since_day = view.clean_since_day
    fields = event.fields
    known = view.upheld.get(fields["violation_id"])
    day = event.day if known is None else known[2]
    is_severe = "severe" in {fields["severity"], known and known[1]}
    severity = "severe" if is_severe else fields["severity"]
    view.upheld[fields["violation_id"]] = [fields["track"], severity, day]
    while len(view.upheld) > MOST_KEPT:
        del view.upheld[next(iter(view.upheld))]
    if known is None:
        view.patterns.clear()
        view.judged_ms = max(view.judged_ms, event.received_ms)


def _drop(step: Step, contact: str) -> None:
    key = (step.event.enterprise_id, step.member_id, contact)
    relation = step.working.relations.get(key)
    if relation is None or relation.voided or relation.outcome not in NEGATIVES:
        return
    drop_negative(step, contact, relation, relation.outcome)
    step.touch_relation(contact, relation)
